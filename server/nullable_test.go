package server

import (
	"testing"

	"github.com/oapi-codegen/runtime"
)

// TestNullable_Bound guards that a body which was validated first, and bound from what was validated, still tells null from absent.
func TestNullable_Bound(t *testing.T) {
	var got TranscriptionInput
	if err := runtime.BindJSONValue(map[string]any{"summary": nil}, &got); err != nil {
		t.Fatal(err)
	}
	if !got.Summary.IsNull() {
		t.Errorf("summary is %v, want null", got.Summary)
	}
	if got.Transcription.IsSet() {
		t.Errorf("transcription is %v, want left out", got.Transcription)
	}
	if err := runtime.BindJSONValue(map[string]any{"summary": "short"}, &got); err != nil {
		t.Fatal(err)
	}
	if value, ok := got.Summary.Get(); !ok || value != "short" {
		t.Errorf("summary is %q, %v", value, ok)
	}
}
