package clienttest

import (
	"net/http"
	"time"

	"github.com/meetwright/meetwright/client/control"
)

// Clock is the clock of a server. It stands still unless WithClock has it tell the real time.
type Clock struct{ s *Server }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.s.t.Helper()
	return got[control.Clock](c.s, http.StatusOK)(control.NewGetClockRequest(c.s.host.url, nil)).Now
}

// Set makes the clock stand at an instant, which may lie in the past. What is due by then happens some seconds later; Advance does not return before.
func (c *Clock) Set(now time.Time) {
	c.s.t.Helper()
	none(c.s, http.StatusOK)(control.NewSetClockRequest(c.s.host.url, nil, control.SetClock{Now: &now}))
}

// release has the clock tell the real time.
func (c *Clock) release() {
	c.s.t.Helper()
	none(c.s, http.StatusOK)(control.NewSetClockRequest(c.s.host.url, nil, control.SetClock{}))
}

// Advance moves the clock on by more than nothing, ten years at most. All that is due in between has happened, each at its time, when it returns: mails are in the
// inbox, reminders among them, webhooks were told, and what was not confirmed has expired.
func (c *Clock) Advance(by time.Duration) {
	c.s.t.Helper()
	none(c.s, http.StatusOK)(control.NewAdvanceClockRequest(c.s.host.url, nil, control.AdvanceClock{By: by.String()}))
}
