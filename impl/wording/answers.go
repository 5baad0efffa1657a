package wording

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// Answer is what an attendee answered to a question of the booking form.
type Answer struct{ Question, Text string }

// Answers are what an attendee answered to the questions of a form, in their
// order. What else the notes hold is not for reading.
func (l Language) Answers(fields []meet.FormField, notes json.RawMessage) []Answer {
	var given map[string]any
	decoder := json.NewDecoder(bytes.NewReader(notes))
	decoder.UseNumber()
	if decoder.Decode(&given) != nil {
		return nil
	}
	var all []Answer
	for _, f := range fields {
		question := Line(f.Label, MaxLine)
		if question == "" {
			question = Line(f.Key, MaxLine)
		}
		if answer := Text(l.answer(given[f.Key]), MaxText); answer != "" {
			all = append(all, Answer{Question: question, Text: answer})
		}
	}
	return all
}

// answer writes one answer, whatever JSON it is.
func (l Language) answer(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return l.Yes
		}
		return l.No
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = l.answer(v[i])
		}
		return strings.Join(parts, ", ")
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(raw)
}
