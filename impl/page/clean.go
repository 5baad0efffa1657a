package page

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// How many characters of a text are shown or kept.
const (
	maxName   = 100
	maxLine   = 320
	maxText   = 2000
	maxReason = 500
)

// line makes a text of strangers fit for one line.
func line(s string, limit int) string {
	return clip(strings.Join(strings.Fields(meet.CleanLine(s)), " "), limit)
}

// text makes a text of strangers fit for several lines.
func text(s string, limit int) string { return clip(meet.CleanText(s), limit) }

// reasonOf is the reason that a form gives.
func reasonOf(form url.Values) string {
	return text(strings.ToValidUTF8(form.Get("reason"), ""), maxReason)
}

// clip cuts a text after limit characters, the last of which then shows it.
func clip(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return strings.TrimSpace(string(runes[:limit-1])) + "…"
}

// webLink is s when a click on it does no more than open a page, else "".
func webLink(s string) string {
	s = line(s, maxText)
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return s
}

// answers are what an attendee answered to the questions of a form, in their
// order. What else the notes hold is not for reading.
func (w *words) answers(fields []meet.FormField, notes json.RawMessage) []fact {
	var given map[string]any
	if json.Unmarshal(notes, &given) != nil {
		return nil
	}
	var all []fact
	for _, f := range fields {
		question := line(f.Label, maxLine)
		if question == "" {
			question = line(f.Key, maxLine)
		}
		if answer := text(w.answer(given[f.Key]), maxText); answer != "" {
			all = append(all, fact{Name: question, Text: answer})
		}
	}
	return all
}

// answer writes one answer, whatever JSON it is.
func (w *words) answer(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return w.Yes
		}
		return w.No
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = w.answer(v[i])
		}
		return strings.Join(parts, ", ")
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(raw)
}
