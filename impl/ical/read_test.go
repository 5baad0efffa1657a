package ical_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	goical "github.com/emersion/go-ical"
	"github.com/google/go-cmp/cmp"
)

// property is one property as a reader understands it.
type property struct {
	Value  string
	Params map[string][]string
}

// object is what a reader makes of a text: its properties by name.
type object struct{ Calendar, Event map[string][]property }

// text returns the value of the event's property, or "".
func (o object) text(name string) string {
	if p := o.Event[name]; len(p) > 0 {
		return p[0].Value
	}
	return ""
}

// read parses the text with two readers that know nothing of each other, and
// fails unless they understand the same.
func read(t *testing.T, text string) object {
	t.Helper()
	first, second := readEmersion(t, text), readArran4(t, text)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Fatalf("readers disagree about %q (-emersion +arran4):\n%s", text, diff)
	}
	return first
}

func readEmersion(t *testing.T, text string) object {
	t.Helper()
	cal, err := goical.NewDecoder(strings.NewReader(text)).Decode()
	if err != nil {
		t.Fatalf("emersion: %v in %q", err, text)
	}
	if n := len(cal.Children); n != 1 || cal.Children[0].Name != "VEVENT" {
		t.Fatalf("emersion: not one VEVENT in %q", text)
	}
	convert := func(props goical.Props) map[string][]property {
		out := map[string][]property{}
		for name, list := range props {
			for _, p := range list {
				value := p.Value
				if p.ValueType() == goical.ValueText {
					if value, err = p.Text(); err != nil {
						t.Fatalf("emersion: %s: %v", name, err)
					}
				}
				out[name] = append(out[name], property{value, p.Params})
			}
		}
		return out
	}
	return object{convert(cal.Props), convert(cal.Children[0].Props)}
}

func readArran4(t *testing.T, text string) object {
	t.Helper()
	cal, err := ics.ParseCalendar(strings.NewReader(text))
	if err != nil {
		t.Fatalf("arran4: %v in %q", err, text)
	}
	if len(cal.Events()) != 1 || len(cal.Components) != 1 {
		t.Fatalf("arran4: not one VEVENT in %q", text)
	}
	o := object{map[string][]property{}, map[string][]property{}}
	for _, p := range cal.CalendarProperties {
		o.Calendar[p.IANAToken] = append(o.Calendar[p.IANAToken], property{p.Value, p.ICalParameters})
	}
	for _, p := range cal.Events()[0].Properties {
		o.Event[p.IANAToken] = append(o.Event[p.IANAToken], property{p.Value, p.ICalParameters})
	}
	return o
}

// wantLines fails unless the text consists of lines that RFC 5545 §3.1
// allows: CRLF at the end of each and nowhere else a line break or a control
// character, at most 75 octets, and no character cut in two.
func wantLines(t *testing.T, text string) {
	t.Helper()
	body, ok := strings.CutSuffix(text, "\r\n")
	if !ok {
		t.Fatalf("no CRLF at the end of %q", text)
	}
	for _, line := range strings.Split(body, "\r\n") {
		switch {
		case len(line) > 75:
			t.Errorf("%d octets in line %q", len(line), line)
		case !utf8.ValidString(line):
			t.Errorf("invalid UTF-8 in line %q", line)
		case strings.ContainsFunc(line, unsafe):
			t.Errorf("control character in line %q", line)
		}
	}
}

// unsafe reports whether r ends a line for some reader, is a control
// character, or reorders text.
func unsafe(r rune) bool {
	return r != '\t' && unicode.IsControl(r) || r == '\u2028' || r == '\u2029' ||
		unicode.Is(unicode.Bidi_Control, r)
}
