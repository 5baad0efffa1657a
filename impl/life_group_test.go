package impl_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/secret"
)

// numbered books for somebody of a number.
func numbered(i int) func(*client.BookingRequest) {
	return named(fmt.Sprintf("Guest Number%d", i), fmt.Sprintf("guest%d@example.com", i))
}

// Ensure seats are counted one by one, whoever comes at once, and one that
// is left is there for one more.
func TestGroup_SeatsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, onDisk(filepath.Join(t.TempDir(), "meetwright.db")))
	group := ofType(w.typeID(t, "group"))
	var seated []client.Booked
	storm := func(want int) {
		t.Helper()
		answers := atOnce(t, 64, func(i int) (*http.Response, error) { return w.owner.tryBook(t, group, numbered(i)) })
		if count := statuses(answers); count[201] != want || count[400] != 64-want {
			t.Errorf("answers were %v, want %d times 201", count, want)
		}
		for _, a := range answers {
			if a.status == http.StatusCreated {
				seated = append(seated, decode[client.Booked](t, a.body))
			} else if f := decode[failure](t, a.body); f.sentence() != occupied || f.ErrorCode != "slot-occupied" {
				t.Errorf("one was refused with %s", a.body)
			}
		}
		b := one(t, w.checkApart(t))
		if len(b.Attendees) != 5 {
			t.Errorf("%d sit there", len(b.Attendees))
		}
	}
	storm(5)
	storm(0)
	if starts := startsOf(t, w.owner.slots(t, slotsOf(w.typeID(t, "group"), olivia))); slices.Contains(starts, "2024-01-15 09:00") {
		t.Error("a full meeting is listed")
	}
	w.attendee(seated[0].Secret).cancels(t, seated[0].AppointmentID, client.CancelRequest{})
	w.attendee(seated[3].Secret).cancels(t, seated[3].AppointmentID, client.CancelRequest{})
	for _, day := range w.owner.slots(t, slotsOf(w.typeID(t, "group"), olivia)).Dates {
		for _, spot := range day.Spots {
			if spot.StartTime.Equal(at("2024-01-15T09:00:00+01:00")) && (spot.Appointment == nil || spot.Appointment.TakenSpots != 3 || spot.Appointment.TotalSpots != 5) {
				t.Errorf("listed is %+v", spot)
			}
		}
	}
	storm(2)
}

// Ensure leaving at once frees each seat once.
func TestGroup_LeavingAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, onDisk(filepath.Join(t.TempDir(), "meetwright.db")))
	group := ofType(w.typeID(t, "group"))
	var seated []client.Booked
	for i := range 5 {
		seated = append(seated, w.owner.book(t, group, numbered(i)))
	}
	atOnce(t, 24, func(i int) (*http.Response, error) {
		b := seated[i%3]
		return w.attendee(b.Secret).CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{})
	})
	if b := one(t, w.checkApart(t)); len(b.Attendees) != 2 {
		t.Errorf("%d sit there", len(b.Attendees))
	}
	if kinds := w.events(t, seated[0].AppointmentID); len(kinds) != 8 {
		t.Errorf("happened: %v", kinds)
	}
}

// Ensure held seats count as taken, until they are confirmed or expire.
func TestGroup_HeldSeats(t *testing.T) {
	t.Parallel()
	w, ring := keyedWorld(t)
	kind := w.typeID(t, "group")
	first := w.owner.book(t, ofType(kind))
	w.owner.changes(t, string(kind), `{"spots":3,"meetingOptions":{"doubleOptIn":"enabled"}}`)
	one := w.owner.holds(t, ofType(kind), numbered(1)).ProvisionalBookingID
	two := w.owner.holds(t, ofType(kind), numbered(2)).ProvisionalBookingID
	w.owner.isTaken(t, ofType(kind), numbered(3))
	b := w.confirmer(ring.Derive(secret.ConfirmationToken, one, 0)).confirms(t, one)
	if a := w.owner.appointment(t, first.AppointmentID); b.AppointmentID != first.AppointmentID || len(a.Attendees) != 2 {
		t.Errorf("it joined %s with %d", b.AppointmentID, len(a.Attendees))
	}
	w.owner.isTaken(t, ofType(kind), numbered(3))
	w.advance(t, "24h")
	if h := w.hold(t, two); h.Status != "expired" {
		t.Errorf("the other is %s", h.Status)
	}
	w.owner.holds(t, ofType(kind), numbered(3))
	w.owner.isTaken(t, ofType(kind), numbered(4))
}

// Ensure nobody of a group learns of the others, by whatever way, and that
// those who stay hear nothing of one who leaves.
func TestGroup_Privacy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := ofType(w.typeID(t, "group"))
	var seated []client.Booked
	for i := range 3 {
		seated = append(seated, w.owner.book(t, group, numbered(i), func(r *client.BookingRequest) {
			r.Attendee.BringalongEmails = []string{fmt.Sprintf("friend%d@example.com", i)}
		}))
	}
	id := seated[0].AppointmentID
	// sees asserts that a text of somebody's is about them alone.
	sees := func(t *testing.T, i int, what, text string) {
		t.Helper()
		for other := range 3 {
			for _, mark := range []string{fmt.Sprintf("guest%d@", other), fmt.Sprintf("Number%d", other), fmt.Sprintf("friend%d@", other), seated[other].Secret} {
				if other != i && strings.Contains(text, mark) {
					t.Errorf("%s of %d shows %s", what, i, mark)
				}
			}
		}
	}
	look := func(t *testing.T, i int) {
		t.Helper()
		for _, path := range []string{"", "/ics"} {
			a := wants(t, http.StatusOK)(w.attendee(seated[i].Secret).send(t, "GET", "/v4/appointment/"+id+path, ""))
			sees(t, i, "GET "+path, string(a.body))
		}
		for _, to := range []string{fmt.Sprintf("guest%d@example.com", i), fmt.Sprintf("friend%d@example.com", i)} {
			mails := w.inbox(t, to, "")
			for _, m := range mails {
				raw := wants(t, http.StatusOK)(w.owner.send(t, "GET", "/_/inbox/messages/"+m.ID+"/raw", ""))
				sees(t, i, m.Subject, m.Text+m.HTML+m.ICS+string(raw.body)+strings.NewReplacer("\r\n ", "", "\n ", "").Replace(m.ICS))
			}
			if len(mails) == 0 {
				t.Errorf("%s got no mail", to)
			}
		}
	}
	for i := range 3 {
		look(t, i)
	}
	count := func(to string) int { return len(w.inbox(t, to, "")) }
	before := []int{count("guest0@example.com"), count("guest2@example.com"), count("friend0@example.com"), count("friend2@example.com")}
	left := w.attendee(seated[1].Secret).cancels(t, id, client.CancelRequest{Reason: new("ill")})
	sees(t, 1, "the answer to leaving", encoded(t, left))
	after := []int{count("guest0@example.com"), count("guest2@example.com"), count("friend0@example.com"), count("friend2@example.com")}
	if !slices.Equal(before, after) {
		t.Errorf("the rest had %v mails and have %v", before, after)
	}
	for _, to := range []string{"guest1@example.com", "friend1@example.com"} {
		mails := w.inbox(t, to, "")
		last := mails[len(mails)-1]
		if e := unfolded(last.ICS); e["METHOD"] != "CANCEL" || e["STATUS"] != "CANCELLED" || e["UID"] != unfolded(mails[0].ICS)["UID"] || e["SEQUENCE"] == "0" {
			t.Errorf("%s got %s: %v", to, last.Subject, e)
		}
		sees(t, 1, last.Subject, last.Text+last.HTML+last.ICS)
	}
	if a := w.owner.appointment(t, id); a.IsCancelled || len(a.Attendees) != 2 {
		t.Errorf("there is %+v", a)
	}
	w.owner.moves(t, id, "2024-01-15T11:00:00+01:00")
	w.owner.cancels(t, id, client.CancelRequest{CancelAll: new(true)})
	for _, i := range []int{0, 2} {
		look(t, i)
		if mails := w.inbox(t, fmt.Sprintf("guest%d@example.com", i), ""); len(mails) != 3 {
			t.Errorf("%d got %v", i, subjects(mails))
		}
	}
	if mails := w.inbox(t, "guest1@example.com", ""); len(mails) != 2 {
		t.Errorf("the one who left got %v", subjects(mails))
	}
}
