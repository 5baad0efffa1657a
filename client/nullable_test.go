package client

import (
	"encoding/json"
	"testing"
)

func TestNullable_JSON(t *testing.T) {
	tests := []struct {
		name  string
		input TranscriptionInput
		want  string
	}{
		{"left out", TranscriptionInput{}, `{}`},
		{"null", TranscriptionInput{Summary: Null[string]()}, `{"summary":null}`},
		{"empty", TranscriptionInput{Summary: Value("")}, `{"summary":""}`},
		{"value", TranscriptionInput{Summary: Value("short")}, `{"summary":"short"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := json.Marshal(test.input)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			var back TranscriptionInput
			if err := json.Unmarshal(got, &back); err != nil {
				t.Fatal(err)
			}
			if back.Summary.IsSet() != test.input.Summary.IsSet() || back.Summary.IsNull() != test.input.Summary.IsNull() {
				t.Errorf("read back as %v", back.Summary)
			}
			value, ok := back.Summary.Get()
			wantValue, wantOK := test.input.Summary.Get()
			if value != wantValue || ok != wantOK {
				t.Errorf("read back as %q, %v", value, ok)
			}
		})
	}
}
