package mail

import (
	"encoding/json"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// answers are what an attendee answered to the questions of a form, in their
// order. What else the notes hold is not for reading.
func (l language) answers(fields []meet.FormField, notes json.RawMessage) []Answer {
	var given map[string]any
	if json.Unmarshal(notes, &given) != nil {
		return nil
	}
	var all []Answer
	for _, f := range fields {
		answer := indented(l.word(given[f.Key]), maxText)
		if answer == "" {
			continue
		}
		question := line(f.Label, maxLine)
		if question == "" {
			question = line(f.Key, maxLine)
		}
		all = append(all, Answer{Question: question, Text: answer})
	}
	return all
}

// word writes one answer, whatever JSON it is.
func (l language) word(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return l.yes
		}
		return l.no
	case []any:
		words := make([]string, len(v))
		for i := range v {
			words[i] = l.word(v[i])
		}
		return strings.Join(words, ", ")
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(raw)
}
