package impl_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/client"
)

// Ensure no log says who booked, or gives away what opens anything: the
// whole of it is searched, down to the debug level.
func TestPrivacy_Logs(t *testing.T) {
	t.Parallel()
	w := newDiskWorld(t)
	b := got[client.Booked](t, http.StatusCreated)(w.owner.send(t, "POST", "/v4/booking", encoded(t, booking(
		phoned("+49 170 5551234"), noting("diagnosis", "arachnophobia"), func(r *client.BookingRequest) {
			r.Attendee.BringalongEmails, r.BookingPassword = []string{"guest@secret.example"}, new("letmein")
		})), "Idempotency-Key", "intent-of-jane", "X-Request-Id", "journey-1"))
	id := uid(b.AppointmentID)
	jane := w.attendee(b.Secret)
	jane.appointment(t, b.AppointmentID)
	jane.moves(t, b.AppointmentID, "2024-01-15T10:00:00+01:00")
	wants(t, http.StatusOK)(w.owner.ListAppointments(t.Context(), &client.ListAppointmentsParams{PageSize: 5, Search: new("client@example.com")}))
	wants(t, http.StatusOK)(w.owner.UpdateAppointmentNotes(t.Context(), id, nil, client.NoteInput{Note: "owes us money"}))
	jane.cancels(t, b.AppointmentID, client.CancelRequest{Reason: new("embarrassed")})
	for range 6 { // wrong secrets
		read(t)(w.attendee(flipped(b.Secret)).GetAppointment(t.Context(), id, nil))
	}
	read(t)(w.owner.send(t, "POST", "/v4/booking", `{"attendee":{"email":"client@example","phone":"+491705551234"}}`))
	read(t)(w.owner.send(t, "POST", "/v4/booking", `{"attendee":{"email":"client@example.com`))
	read(t)(w.bearer("rgo-notYetRevokedButUnknownTokenXXXX").me(t))
	read(t)(w.owner.send(t, "GET", "/v4/client@example.com?token="+b.Secret, ""))
	read(t)(w.owner.send(t, "GET", "/v4/appointment/client@example.com", ""))
	read(t)(w.owner.send(t, "GET", "/webhooks", "")) // not served yet, and logged as such
	w.hires(t)
	wants(t, http.StatusNoContent)(w.caller().send(t, "POST", "/_/reset", ""))

	if len(w.logs.lines("operation=createBooking")) != 3 || len(w.logs.lines("request_id=journey-1")) != 1 {
		t.Errorf("the journey was not logged:\n%s", strings.Join(w.logs.lines(""), ""))
	}
	for _, hidden := range []string{
		"client@", "example.com", "grace@", "guest@", "olivia@", "@demo.example", "Jane", "Smith", "Olivia", "5551234", "555 1234", "arachnophobia",
		"letmein", "embarrassed", "owes us", "intent-of-jane", b.Secret, flipped(b.Secret), b.Secret[:12],
		w.demo.PersonalKey(), "demo-platform-secret", "rgo-", "ak_live", "notYetRevoked", "Bearer", "token=",
	} {
		for _, line := range w.logs.lines(hidden) {
			t.Errorf("%q is in the log: %s", hidden, line)
		}
	}
}

// Ensure nobody is told a secret, a password of an account, or a digest,
// beyond the one time that a booking is made.
func TestPrivacy_Answers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.owner.book(t)
	for _, c := range []caller{w.owner, w.attendee(b.Secret)} {
		for _, path := range []string{"", "/ics"} {
			if a := wants(t, http.StatusOK)(c.send(t, "GET", "/v4/appointment/"+b.AppointmentID+path, "")); strings.Contains(string(a.body), b.Secret) || strings.Contains(string(a.body), `"secret"`) {
				t.Errorf("%s answered %s", path, a.body)
			}
		}
	}
	if a := wants(t, http.StatusOK)(w.owner.me(t)); strings.Contains(string(a.body), "rgo-") || strings.Contains(string(a.body), "digest") {
		t.Errorf("answered %s", a.body)
	}
}

// Ensure no attendee of a group learns of another, in any answer to a
// secret.
func TestPrivacy_Group(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := ofType(w.typeID(t, "group"))
	anna := w.owner.book(t, group, named("Anna", "anna@secret.example"), phoned("+4917055501"), noting("diagnosis", "flu"))
	bob := w.owner.book(t, group, named("Bob", "bob@secret.example"), phoned("+4917055502"), noting("diagnosis", "gout"))
	id := uid(anna.AppointmentID)
	for _, who := range []struct {
		c      caller
		others []string
	}{
		{w.attendee(bob.Secret), []string{"Anna", "anna", "55501", "flu"}}, {w.attendee(anna.Secret), []string{"Bob", "bob@", "55502", "gout"}},
	} {
		for _, a := range []answer{
			wants(t, http.StatusOK)(who.c.GetAppointment(t.Context(), id, nil)),
			wants(t, http.StatusOK)(who.c.GetAppointmentICS(t.Context(), id, nil)),
			wants(t, http.StatusForbidden)(who.c.CancelAppointment(t.Context(), id, nil, client.CancelRequest{CancelAll: new(true)})),
			wants(t, http.StatusOK)(who.c.CancelAppointment(t.Context(), id, nil, client.CancelRequest{})),
		} {
			for _, other := range who.others {
				if strings.Contains(string(a.body), other) {
					t.Errorf("an attendee reads %q: %s", other, a.body)
				}
			}
		}
	}
}
