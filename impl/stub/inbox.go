package stub

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/store"
)

// envelope is a captured mail in a list.
type envelope struct {
	ID      string    `json:"id"`
	From    string    `json:"from"`
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	At      time.Time `json:"at"`
}

// letter is a captured mail as a person reads it.
type letter struct {
	envelope
	Text    string              `json:"text"`
	HTML    string              `json:"html"`
	Headers map[string][]string `json:"headers"`
	Links   []string            `json:"links"`
	ICS     string              `json:"ics"`
}

func (w *World) inbox(mux *http.ServeMux) {
	mux.HandleFunc("GET /_/inbox/messages", w.listMessages)
	mux.HandleFunc("DELETE /_/inbox/messages", w.deleteMessages)
	mux.HandleFunc("GET /_/inbox/messages/{id}", w.getMessage)
	mux.HandleFunc("GET /_/inbox/messages/{id}/raw", w.getRawMessage)
}

// The longest that a list waits for a mail, and how often it looks.
const (
	maxWait  = 60 * time.Second
	waitStep = 20 * time.Millisecond
)

func (w *World) listMessages(rw http.ResponseWriter, r *http.Request) {
	wait := time.Duration(0)
	if text := r.URL.Query().Get("wait"); text != "" {
		var err error
		if wait, err = time.ParseDuration(text); err != nil || wait < 0 || wait > maxWait {
			refuse(rw, http.StatusBadRequest, "wait must be a duration such as 10s, at most 60s")
			return
		}
	}
	for deadline := time.Now().Add(wait); ; {
		found, err := w.messages(r.Context(), r.URL.Query().Get("to"), r.URL.Query().Get("subject"))
		if err != nil {
			w.fail(rw, "The inbox could not be read", err)
			return
		}
		if len(found) > 0 || !time.Now().Before(deadline) {
			answer(rw, map[string]any{"messages": found, "total": len(found)})
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-time.After(waitStep):
		}
	}
}

// messages returns mails to an address whose subject contains a text, newest
// first; "" is any.
func (w *World) messages(ctx context.Context, to, subject string) ([]envelope, error) {
	found := []envelope{}
	err := w.Store.View(ctx, func(tx *store.Tx) error {
		all, err := tx.Messages(to)
		for _, m := range all {
			if strings.Contains(strings.ToLower(m.Subject), strings.ToLower(subject)) {
				found = append(found, envelopeOf(m))
			}
		}
		return err
	})
	return found, err
}

func envelopeOf(m store.Message) envelope {
	return envelope{ID: m.ID, From: m.Sender, To: m.Recipient, Subject: m.Subject, At: m.At}
}

func (w *World) deleteMessages(rw http.ResponseWriter, r *http.Request) {
	err := w.Store.Update(r.Context(), func(tx *store.Tx) error { return tx.DeleteMessages() })
	if err != nil {
		w.fail(rw, "The inbox could not be emptied", err)
		return
	}
	rw.WriteHeader(http.StatusNoContent)
}

// message answers a request for a message that is not there by itself.
func (w *World) message(rw http.ResponseWriter, r *http.Request) (m store.Message, raw []byte, found bool) {
	err := w.Store.View(r.Context(), func(tx *store.Tx) (err error) {
		m, found, err = tx.Message(r.PathValue("id"))
		return err
	})
	if err == nil && found {
		raw, err = w.Ring.Open(m.Sealed, store.MessageLabel(m.ID))
	}
	switch {
	case err != nil:
		w.fail(rw, "The inbox could not be read", err)
		return m, nil, false
	case !found:
		refuse(rw, http.StatusNotFound, "Message not found")
	}
	return m, raw, found
}

func (w *World) getRawMessage(rw http.ResponseWriter, r *http.Request) {
	if _, raw, found := w.message(rw, r); found {
		rw.Header().Set("Content-Type", "message/rfc822")
		rw.Header().Set("Content-Disposition", `attachment; filename="message.eml"`)
		_, _ = rw.Write(raw) // whoever hung up does not care
	}
}

func (w *World) getMessage(rw http.ResponseWriter, r *http.Request) {
	m, raw, found := w.message(rw, r)
	if !found {
		return
	}
	l, err := open(m, raw)
	if err != nil {
		w.fail(rw, "The message could not be read", err)
		return
	}
	answer(rw, l)
}

var anyLink = regexp.MustCompile(`https?://[^\s<>"]+`)

// open takes a mail apart.
func open(m store.Message, raw []byte) (letter, error) {
	l := letter{envelope: envelopeOf(m), Links: []string{}}
	parsed, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return l, err
	}
	l.Headers = parsed.Header
	if err := l.read(parsed.Header, parsed.Body); err != nil {
		return l, err
	}
	for _, link := range anyLink.FindAllString(l.Text, -1) {
		if !slices.Contains(l.Links, link) {
			l.Links = append(l.Links, link)
		}
	}
	return l, nil
}

// headers is what mail and its parts have in common.
type headers interface{ Get(string) string }

// read takes in a part, and the parts in it. Of several of a type the first
// counts.
func (l *letter) read(h headers, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if err := l.read(part.Header, part); err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(h.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	for _, target := range []struct {
		kind string
		text *string
	}{{"text/plain", &l.Text}, {"text/html", &l.HTML}, {"text/calendar", &l.ICS}} {
		if kind == target.kind && *target.text == "" {
			*target.text = string(content)
		}
	}
	return nil
}
