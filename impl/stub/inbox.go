package stub

import (
	"bytes"
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
	"github.com/meetwright/meetwright/server/control"
)

// The longest that a list waits, and how often that of mails looks.
const (
	maxWait  = 60 * time.Second
	waitStep = 20 * time.Millisecond
)

// ListMessages lists captured mails.
func (p plane) ListMessages(ctx context.Context, r control.ListMessagesRequestObject) (control.ListMessagesResponseObject, error) {
	wait, err := parseWait(r.Params.Wait)
	if err != nil {
		return nil, err
	}
	var to, subject string
	if r.Params.To != nil {
		to = *r.Params.To
	}
	if r.Params.Subject != nil {
		subject = *r.Params.Subject
	}
	for deadline := time.Now().Add(wait); ; {
		found, err := p.world.messages(ctx, to, subject)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 || !time.Now().Before(deadline) {
			return control.ListMessages200JSONResponse{Messages: found, Total: len(found)}, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-p.world.Ending:
			deadline = time.Now()
		case <-time.After(waitStep):
		}
	}
}

// messages returns mails to an address whose subject contains a text, newest
// first; "" is any.
func (w *World) messages(ctx context.Context, to, subject string) ([]control.MessageSummary, error) {
	found := []control.MessageSummary{}
	err := w.Store.View(ctx, func(tx *store.Tx) error {
		all, err := tx.Messages(to)
		for _, m := range all {
			if strings.Contains(strings.ToLower(m.Subject), strings.ToLower(subject)) {
				found = append(found, control.MessageSummary{ID: m.ID, From: m.Sender, To: m.Recipient, Subject: m.Subject, At: m.At})
			}
		}
		return err
	})
	return found, err
}

// DeleteMessages empties the inbox.
func (p plane) DeleteMessages(ctx context.Context, _ control.DeleteMessagesRequestObject) (control.DeleteMessagesResponseObject, error) {
	return control.DeleteMessages204Response{}, p.world.Store.Update(ctx, func(tx *store.Tx) error { return tx.DeleteMessages() })
}

// message returns a captured mail and its text as of RFC 5322.
func (w *World) message(ctx context.Context, id string) (m store.Message, raw []byte, err error) {
	var found bool
	err = w.Store.View(ctx, func(tx *store.Tx) (err error) {
		m, found, err = tx.Message(id)
		return err
	})
	if err == nil && !found {
		err = &server.Problem{Status: http.StatusNotFound, Message: "Message not found"}
	}
	if err == nil {
		raw, err = w.Ring.Open(m.Sealed, store.MessageLabel(m.ID))
	}
	return m, raw, err
}

// GetRawMessage returns a captured mail as it was sent.
func (p plane) GetRawMessage(ctx context.Context, r control.GetRawMessageRequestObject) (control.GetRawMessageResponseObject, error) {
	_, raw, err := p.world.message(ctx, r.ID)
	return control.GetRawMessage200MessageRfc822Response{
		Body: bytes.NewReader(raw), ContentLength: int64(len(raw)),
		Headers: control.GetRawMessage200ResponseHeaders{ContentDisposition: `attachment; filename="message.eml"`},
	}, err
}

var anyLink = regexp.MustCompile(`https?://[^\s<>"]+`)

// GetMessage returns a captured mail, taken apart.
func (p plane) GetMessage(ctx context.Context, r control.GetMessageRequestObject) (control.GetMessageResponseObject, error) {
	m, raw, err := p.world.message(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	l, err := open(raw)
	if err != nil {
		return nil, err
	}
	links := []string{}
	for _, link := range anyLink.FindAllString(l.text, -1) {
		if !slices.Contains(links, link) {
			links = append(links, link)
		}
	}
	return control.GetMessage200JSONResponse{
		ID: m.ID, From: m.Sender, To: m.Recipient, Subject: m.Subject, At: m.At,
		Text: l.text, HTML: l.html, Headers: l.headers, Links: links, ICS: l.ics,
	}, nil
}
