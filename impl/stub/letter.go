package stub

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// letter is a captured mail as a person reads it.
type letter struct {
	headers         map[string][]string
	text, html, ics string
}

// open takes a mail apart.
func open(raw []byte) (l letter, err error) {
	parsed, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return l, err
	}
	l.headers = parsed.Header
	return l, l.read(parsed.Header, parsed.Body)
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
	}{{"text/plain", &l.text}, {"text/html", &l.html}, {"text/calendar", &l.ics}} {
		if kind == target.kind && *target.text == "" {
			*target.text = string(content)
		}
	}
	return nil
}
