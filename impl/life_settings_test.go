package impl_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/fixture"
)

// Ensure a company says what its types ask for and how long requests wait,
// where they do not say it themselves.
func TestSeed_Consent(t *testing.T) {
	t.Parallel()
	const seed = `
company: {slug: acme, name: Acme, doubleOptIn: true, requireHostConfirmation: true, approvalTime: 60, optInTime: 120}
users:
  - {slug: olivia, id: 550e8400-e29b-41d4-a716-446655440000, email: olivia@demo.example, givenName: Olivia, timezone: Europe/Berlin, role: owner}
meetingTypes:
  - {slug: intro, id: 770e8400-e29b-41d4-a716-446655440002, name: Intro, user: olivia, duration: 30, channel: connect}
  - {slug: quick, name: Quick, user: olivia, duration: 30, channel: connect, requireHostConfirmation: false, optInTime: 5}
  - {slug: plain, name: Plain, user: olivia, duration: 30, channel: connect, requireHostConfirmation: false, doubleOptIn: false}
keys: [{user: olivia, key: rgo-demoDemoDemoDemoDemoDemoDemoDemo}]
`
	content, err := fixture.Parse("acme.yaml", []byte(seed))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(s *impl.Settings) { s.Seed = &content })
	w.demo = &content
	w.owner = w.bearer(content.PersonalKey())
	expires := func(hold, want string) {
		t.Helper()
		if at := w.hold(t, hold).ExpiresAt.Format(time.DateTime); at != want {
			t.Errorf("it expires at %s, want %s", at, want)
		}
	}
	asked := w.owner.holds(t)
	expires(asked.ProvisionalBookingID, "2024-01-10 09:00:00")
	both := got[client.ProvisionallyBooked](t, http.StatusCreated)(w.owner.ApproveProvisionalBooking(t.Context(), uid(asked.ProvisionalBookingID), nil))
	if asked.BookingType != "RequireHostConfirmation" || both.BookingType != "DoubleOptIn" {
		t.Errorf("asked for %s, then for %s", asked.BookingType, both.BookingType)
	}
	expires(asked.ProvisionalBookingID, "2024-01-10 10:00:00")
	quick := w.owner.holds(t, ofType(w.typeID(t, "quick")), starting("2024-01-15T10:00:00+01:00"))
	expires(quick.ProvisionalBookingID, "2024-01-10 08:05:00")
	w.owner.book(t, ofType(w.typeID(t, "plain")), starting("2024-01-15T11:00:00+01:00"))
	for old, bad := range map[string]string{"approvalTime: 60": "company.approvalTime: -1 is not", "optInTime: 5": "meetingTypes[1].optInTime: -1 is not"} {
		name, _, _ := strings.Cut(old, ":")
		if _, err := fixture.Parse("acme.yaml", []byte(strings.Replace(seed, old, name+": -1", 1))); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%s: -1 is %v", name, err)
		}
	}
}
