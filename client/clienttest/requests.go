package clienttest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/client/control"
)

// ownAgent tells the calls of this package from those of the test.
const ownAgent = "meetwright-clienttest"

// Requests returns the calls that the server was sent, the oldest first: those of the given operations, such as "createBooking", or all. Credentials are masked. It
// keeps the latest 1,000.
func (s *Server) Requests(operations ...string) []control.Call {
	s.t.Helper()
	var calls []control.Call
	for _, c := range s.summaries() {
		if len(operations) > 0 && !slices.Contains(operations, c.Operation) {
			continue
		}
		if call := s.call(c); !slices.Equal(call.Request.Headers["User-Agent"], []string{ownAgent}) {
			calls = append(calls, call)
		}
	}
	return calls
}

// Request returns the latest call of an operation, and waits for the first.
func (s *Server) Request(t testing.TB, operation string) control.Call {
	t.Helper()
	var found []control.Call
	if !s.await(func() bool { found = s.Requests(operation); return len(found) > 0 }) {
		s.fail(t, fmt.Sprintf("no call of %s came within %v", operation, s.options.timeout))
	}
	return found[len(found)-1]
}

// summaries lists the recorded calls, the oldest first.
func (s *Server) summaries() []control.CallSummary {
	s.t.Helper()
	calls := got[control.Calls](s, http.StatusOK)(control.NewListRequestsRequest(s.host.url, nil)).Requests
	slices.Reverse(calls)
	return calls
}

func (s *Server) call(c control.CallSummary) control.Call {
	s.t.Helper()
	return got[control.Call](s, http.StatusOK)(control.NewGetRequestRequest(s.host.url, c.ID, nil))
}

// explain ends the log of a test that failed with the call that may be why, unless it has it already.
func (s *Server) explain() {
	if s.t.Failed() && !s.told.Load() {
		s.t.Log("clienttest: " + s.nearest())
	}
}

// fail ends a test for a reason, and tells the call that may be behind it.
func (s *Server) fail(t testing.TB, reason string) {
	t.Helper()
	s.told.Store(true)
	t.Fatalf("%s\n%s", reason, s.nearest())
}

// nearest describes the call that most likely is why a test failed: the latest that was not answered as it should have been, else the latest.
func (s *Server) nearest() string {
	s.t.Helper()
	calls := s.Requests()
	if len(calls) == 0 {
		return "the server was not called"
	}
	for _, c := range slices.Backward(calls) {
		if c.Status == 0 || c.Status >= http.StatusBadRequest || c.Dropped != nil {
			return "the latest call that failed:\n" + describe(c)
		}
	}
	return "no call failed; the latest:\n" + describe(calls[len(calls)-1])
}

// describe shows a call and what was wrong with it.
func describe(c control.Call) string {
	var text strings.Builder
	fmt.Fprintf(&text, "  %s: %s %s was ", c.Operation, c.Method, c.Path)
	if c.Status == 0 {
		text.WriteString("not answered")
	} else {
		fmt.Fprintf(&text, "answered %d %s", c.Status, http.StatusText(c.Status))
	}
	if c.Dropped != nil {
		fmt.Fprintf(&text, ", by a fault that closed the connection (%s)", *c.Dropped)
	}
	sentences := c.Violations
	if len(sentences) == 0 && c.Status >= http.StatusBadRequest {
		var told struct{ Message string }
		if json.Unmarshal([]byte(c.Answer.Body), &told) == nil && told.Message != "" {
			sentences = []string{told.Message}
		}
	}
	for _, sentence := range sentences {
		text.WriteString("\n    " + sentence)
	}
	return text.String()
}
