package impl_test

import (
	"net/http"
	"testing"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/secret"
)

// Ensure no hold outlives its start: it expires then at the latest, and
// cannot be answered any more.
func TestHold_EndsAtItsStart(t *testing.T) {
	t.Parallel()
	const start, before = "2024-01-10T11:00:00+01:00", "2024-01-10T10:59:59+01:00"
	on, off := client.CompanySettingEnabled, client.CompanySettingDisabled
	for name, test := range map[string]struct {
		optIn, host client.CompanySetting
		answer      string
	}{
		"an opt-in": {on, off, "confirm"}, "a request": {off, on, "approve"}, "a request and then an opt-in": {on, on, "confirm"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, ring := keyedWorld(t)
			typ := ofType(w.addType(t, func(c *client.MeetingTypeCreate) {
				c.MeetingOptions = &client.MeetingOptions{DoubleOptIn: &test.optIn, RequireHostConfirmation: &test.host}
			}).ID)
			hold := w.owner.holds(t, typ, starting(start)).ProvisionalBookingID
			who := w.owner
			if test.answer == "confirm" {
				who = w.confirmer(ring.Derive(secret.ConfirmationToken, hold, 0))
			}
			if test.host == on && test.optIn == on {
				if a := w.owner.answers(t, hold, "approve"); a.status != http.StatusCreated {
					t.Fatalf("approving was answered %d %s", a.status, a.body)
				}
			}
			if h := w.hold(t, hold); !h.ExpiresAt.Equal(at(start)) {
				t.Errorf("it expires at %v", h.ExpiresAt)
			}
			w.setClock(t, before)
			w.owner.isTaken(t, starting(start))
			w.setClock(t, start)
			if a := who.answers(t, hold, test.answer); a.status != http.StatusBadRequest || decode[failure](t, a.body).sentence() != hasExpired {
				t.Errorf("answered %d %s", a.status, a.body)
			}
			w.advance(t, "1s")
			if told := w.inbox(t, "client@example.com", "expired"); len(told) != 1 {
				t.Errorf("the attendee was told %v", subjects(told))
			}
		})
	}
}
