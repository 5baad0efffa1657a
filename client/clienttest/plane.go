package clienttest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// got returns what makes a call of the control plane, as a generated builder returned it, and reads the answer. Another status than the documented one ends the test.
func got[T any](s *Server, want int) func(*http.Request, error) T {
	return func(r *http.Request, err error) (v T) {
		s.t.Helper()
		var text []byte
		if err == nil {
			text, err = s.ask(r, want)
		}
		if err == nil {
			err = json.Unmarshal(text, &v)
		}
		if err != nil {
			s.t.Fatalf("clienttest: %v", err)
		}
		return v
	}
}

// none is got for an answer that does not matter.
func none(s *Server, want int) func(*http.Request, error) {
	return func(r *http.Request, err error) {
		s.t.Helper()
		if err == nil {
			_, err = s.ask(r, want)
		}
		if err != nil {
			s.t.Fatalf("clienttest: %v", err)
		}
	}
}

// ask makes a call, also in a test's cleanup, when its own context has ended.
func (s *Server) ask(r *http.Request, want int) ([]byte, error) {
	resp, err := s.plane.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != want {
		var refusal struct{ Message json.RawMessage }
		_ = json.Unmarshal(text, &refusal) // without one the status has to do
		err = fmt.Errorf("the server answered %d: %s", resp.StatusCode, refusal.Message)
	}
	return text, err
}

// The first and the longest pause between two looks at something that is to come.
const (
	firstPause   = time.Millisecond
	longestPause = 50 * time.Millisecond
)

// await asks, with growing pauses, until something is there or the time is over.
func (s *Server) await(there func() bool) bool {
	deadline := time.Now().Add(s.options.timeout)
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		if there() {
			return true
		}
		if !time.Now().Before(deadline) {
			return false
		}
		time.Sleep(pause)
	}
}
