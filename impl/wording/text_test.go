package wording

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/meetwright/meetwright/impl/meet"
)

func TestLanguage_Answers(t *testing.T) {
	fields := []meet.FormField{{Key: "a"}, {Key: "b", Label: "Really?"}, {Key: "c"}, {Key: "d"}, {Key: "e"}, {Key: "f"}}
	notes := json.RawMessage(`{"f": {"x": 1}, "a": " two\nlines ", "b": false, "c": ["x", true], "d": null, "e": 9007199254740993, "other": "no question"}`)
	want := []Answer{
		{Question: "a", Text: "two\nlines"},
		{Question: "Really?", Text: "Nein"},
		{Question: "c", Text: "x, Ja"},
		{Question: "e", Text: "9007199254740993"},
		{Question: "f", Text: `{"x":1}`},
	}
	if got := German.Answers(fields, notes); !slices.Equal(got, want) {
		t.Errorf("the answers are %q", got)
	}
	if got := German.Answers(fields, json.RawMessage(`[]`)); got != nil {
		t.Errorf("the answers are %q", got)
	}
}

func TestWebLink(t *testing.T) {
	for link, want := range map[string]string{
		"https://meet.example/x": "https://meet.example/x", "http://meet.example": "http://meet.example",
		"javascript:alert(1)": "", "data:text/html,x": "", "/path": "", "https://": "", "": "", "%zz": "",
	} {
		if got := WebLink(link); got != want {
			t.Errorf("%q links to %q", link, got)
		}
	}
}

func TestClip(t *testing.T) {
	for text, want := range map[string]string{"": "", "äöü": "äöü", "äöüß": "äö…", "ä öüß": "ä…"} {
		if got := clip(text, 3); got != want {
			t.Errorf("%q is cut to %q", text, got)
		}
	}
}
