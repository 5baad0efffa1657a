package impl_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
)

// circle is a world whose group of three asks each attendee to confirm.
type circle struct {
	*world
	ring *secret.Keyring
	kind func(*client.BookingRequest)
}

func newCircle(t *testing.T) circle {
	t.Helper()
	w, ring := keyedWorld(t)
	id := w.typeID(t, "group")
	w.owner.changes(t, string(id), `{"spots":3,"meetingOptions":{"doubleOptIn":"enabled"}}`)
	return circle{w, ring, ofType(id)}
}

// holds keeps a seat for somebody of a number.
func (c circle) holds(t *testing.T, i int) string {
	t.Helper()
	return c.owner.holds(t, c.kind, numbered(i)).ProvisionalBookingID
}

func (c circle) token(hold string) string {
	return c.ring.Derive(secret.ConfirmationToken, hold, 0)
}

// confirms books the seat of a hold.
func (c circle) confirms(t *testing.T, hold string) client.Booked {
	t.Helper()
	return c.confirmer(c.token(hold)).confirms(t, hold)
}

// ended asserts that a hold came to nothing, that its page offers nothing,
// and that its holder was told once.
func (c circle) ended(t *testing.T, i int, hold string) {
	t.Helper()
	if h := c.hold(t, hold); h.Status != meet.Declined || h.DeletedAt.IsZero() {
		t.Errorf("the hold is %s", h.Status)
	}
	page := wants(t, http.StatusOK)(c.caller().send(t, http.MethodGet, "/confirm/"+hold+"?token="+c.token(hold), ""))
	if strings.Contains(string(page.body), "<form") {
		t.Error("the page still offers to confirm")
	}
	refuses(t, http.StatusBadRequest, wasDeclined)(c.confirmer(c.token(hold)).ConfirmProvisionalBooking(t.Context(), uid(hold), nil))
	one(t, c.inbox(t, fmt.Sprintf("guest%d@example.com", i), "Declined"))
}

// Ensure those who have not confirmed keep a seat each, and no more.
func TestSeats_Held(t *testing.T) {
	t.Parallel()
	const nine = "2024-01-15 09:00"
	c := newCircle(t)
	listed := func() *client.SpotAppointment {
		t.Helper()
		for _, day := range c.owner.slots(t, slotsOf(c.typeID(t, "group"), olivia)).Dates {
			for _, spot := range day.Spots {
				if spot.StartTime.Equal(at("2024-01-15T09:00:00+01:00")) {
					return spot.Appointment
				}
			}
		}
		t.Errorf("%s is not listed", nine)
		return nil
	}
	zero, one := c.holds(t, 0), c.holds(t, 1)
	if a := listed(); a != nil {
		t.Errorf("listed is an appointment that is not there: %+v", a)
	}
	two := c.holds(t, 2)
	c.owner.isTaken(t, c.kind, numbered(3))
	c.owner.isTaken(t) // another type of the host
	if starts := startsOf(t, c.owner.slots(t, slotsOf(c.typeID(t, "group"), olivia))); slices.Contains(starts, nine) {
		t.Error("a start without seats is listed")
	}
	first := c.confirms(t, one)
	if a := c.owner.appointment(t, first.AppointmentID); len(a.Attendees) != 1 || a.Attendees[0].Fullname != "Guest Number1" {
		t.Errorf("booked %+v", a.Attendees)
	}
	c.owner.isTaken(t, c.kind, numbered(3))
	wants(t, http.StatusOK)(c.owner.send(t, "POST", "/v4/provisional-booking/"+zero+"/decline", ""))
	if a := listed(); a == nil || a.ID != first.AppointmentID || a.TakenSpots != 2 || a.TotalSpots != 3 {
		t.Errorf("listed is %+v", a)
	}
	three := c.holds(t, 3)
	for _, hold := range []string{two, three} {
		if b := c.confirms(t, hold); b.AppointmentID != first.AppointmentID {
			t.Errorf("%s and %s are of one group", b.AppointmentID, first.AppointmentID)
		}
	}
	c.happened(t, first.AppointmentID, meet.BookingCreated, meet.BookingCreated, meet.BookingCreated)
	c.checkApart(t)
}

// Ensure a start is kept until the last of those who hold a seat has given it
// up, and is free then.
func TestSeats_Free(t *testing.T) {
	t.Parallel()
	for name, swept := range map[string]bool{"swept": true, "unswept": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCircle(t)
			pass := func(by, now string) {
				t.Helper()
				if swept {
					c.advance(t, by)
				} else {
					c.setClock(t, now)
				}
			}
			c.holds(t, 0)
			pass("12h", "2024-01-10T20:00:00Z")
			late := c.holds(t, 1)
			pass("12h", "2024-01-11T08:00:00Z") // the first has expired
			c.owner.isTaken(t)
			c.holds(t, 2)
			c.holds(t, 3)
			c.owner.isTaken(t, c.kind, numbered(4))
			c.confirms(t, late)
			pass("24h", "2024-01-12T08:00:00Z")
			b := one(t, c.live(t))
			c.owner.cancels(t, string(b.ID), client.CancelRequest{CancelAll: new(true)})
			hold := c.holds(t, 5)
			c.owner.isTaken(t)
			c.owner.answers(t, hold, "decline")
			c.owner.isFree(t)
		})
	}
}

// Ensure a seat of a group that moves or is called off is not booked at a
// time that its page did not show.
func TestSeats_GroupIsGone(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(c circle, id string){
		"moved":     func(c circle, id string) { c.owner.moves(t, id, "2024-01-15T11:00:00+01:00") },
		"cancelled": func(c circle, id string) { c.owner.cancels(t, id, client.CancelRequest{CancelAll: new(true)}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCircle(t)
			holds := []string{c.holds(t, 0), c.holds(t, 1), c.holds(t, 2)}
			b := c.confirms(t, holds[0])
			c.owner.answers(t, holds[2], "decline")
			change(c, b.AppointmentID)
			c.ended(t, 1, holds[1])
			c.ended(t, 2, holds[2])
			c.advance(t, "48h")
			if mails := c.inbox(t, "", "Expired"); len(mails) > 0 {
				t.Errorf("told again: %v", subjects(mails))
			}
			c.owner.isFree(t)
			c.checkApart(t)
		})
	}
}

// Ensure those who hold a seat still may take it when the others have left.
func TestSeats_OthersLeft(t *testing.T) {
	t.Parallel()
	c := newCircle(t)
	zero, one := c.holds(t, 0), c.holds(t, 1)
	b := c.confirms(t, zero)
	c.attendee(b.Secret).cancels(t, b.AppointmentID, client.CancelRequest{})
	if a := c.owner.appointment(t, b.AppointmentID); !a.IsCancelled {
		t.Errorf("it still stands for %+v", a.Attendees)
	}
	c.owner.isTaken(t)
	again := c.confirms(t, one)
	if a := c.owner.appointment(t, again.AppointmentID); a.ID == b.AppointmentID || a.IsCancelled || len(a.Attendees) != 1 {
		t.Errorf("booked %+v", a)
	}
	c.checkApart(t)
}

// Ensure one who comes back to a group that they left is in the calendar
// again.
func TestSeats_LeftAndBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := ofType(w.typeID(t, "group"))
	w.owner.book(t, group, numbered(0))
	for range 2 {
		b := w.owner.book(t, group, numbered(1))
		w.attendee(b.Secret).cancels(t, b.AppointmentID, client.CancelRequest{})
	}
	w.owner.book(t, group, numbered(1))
	last := -1
	for _, m := range w.inbox(t, "guest1@example.com", "") {
		var n int
		if _, err := fmt.Sscan(unfolded(m.ICS)["SEQUENCE"], &n); err != nil || n <= last {
			t.Errorf("%q has the sequence %d after %d", m.Subject, n, last)
		}
		last = n
	}
}

// Ensure seats are held and taken one by one, whoever comes at once.
func TestSeats_AtOnce(t *testing.T) {
	t.Parallel()
	w, ring := keyedWorld(t, onDisk(filepath.Join(t.TempDir(), "meetwright.db")))
	id := w.typeID(t, "group")
	w.owner.changes(t, string(id), `{"meetingOptions":{"doubleOptIn":"enabled"}}`)
	answers := atOnce(t, 32, func(i int) (*http.Response, error) { return w.owner.tryBook(t, ofType(id), numbered(i)) })
	if count := statuses(answers); count[201] != 5 || count[400] != 27 {
		t.Errorf("holding answered %v", count)
	}
	var holds []string
	for _, a := range answers {
		if a.status == http.StatusCreated {
			holds = append(holds, decode[client.ProvisionallyBooked](t, a.body).ProvisionalBookingID)
		}
	}
	answers = atOnce(t, 20, func(i int) (*http.Response, error) {
		hold := holds[i%len(holds)]
		return w.confirmer(ring.Derive(secret.ConfirmationToken, hold, 0)).ConfirmProvisionalBooking(t.Context(), uid(hold), nil)
	})
	if count := statuses(answers); count[201] != 5 || count[400] != 15 {
		t.Errorf("confirming answered %v", count)
	}
	if b := one(t, w.checkApart(t)); len(b.Attendees) != 5 {
		t.Errorf("%d sit there", len(b.Attendees))
	}
}

// Ensure a group of a queue is one turn, for as long as a seat of it is held
// or booked.
func TestSeats_OneTurn(t *testing.T) {
	t.Parallel()
	r := newRota(t, newWorld(t), 2)
	r.owner.changes(t, string(r.kind), `{"spots":3,"meetingOptions":{"doubleOptIn":"enabled"}}`)
	hold := func(i int) string {
		return r.owner.holds(t, r.request(1), numbered(i)).ProvisionalBookingID
	}
	counts := func(want ...int) {
		t.Helper()
		if got := r.counts(t); !slices.Equal(got, want) {
			t.Errorf("they have %v, want %v", got, want)
		}
	}
	zero, one := hold(0), hold(1)
	counts(1, 0)
	r.owner.answers(t, zero, "decline")
	counts(1, 0)
	b := r.confirmer(r.ring.Derive(secret.ConfirmationToken, one, 0)).confirms(t, one)
	counts(1, 0)
	if host := r.hostOf(t, b.AppointmentID); host != "0" {
		t.Errorf("hosted by %s", host)
	}
	r.owner.cancels(t, b.AppointmentID, client.CancelRequest{CancelAll: new(true)})
	counts(0, 0)
	r.owner.answers(t, hold(2), "decline")
	counts(0, 0)
}

// Ensure a one-time link is fresh again when its request came to nothing, and
// stays used up when it was booked.
func TestOneTimeLink_GivenBack(t *testing.T) {
	t.Parallel()
	w, ring := keyedWorld(t)
	id := w.typeID(t, "one-time")
	w.owner.changes(t, string(id), `{"meetingOptions":{"doubleOptIn":"enabled"}}`)
	link := got[client.OneTimeLink](t, http.StatusCreated)(w.owner.send(t, "POST", "/v4/one-time-booking-link/create/"+string(id), ""))
	page, found := strings.CutPrefix(link.URL, "https://book.example")
	if !found || page != "/one-time/"+link.Token {
		t.Errorf("its page is %s", link.URL)
	}
	wants(t, http.StatusOK)(w.caller().send(t, http.MethodGet, page, ""))
	through := func(r *client.BookingRequest) { r.OneTimeLinkID = new(uid(link.ID)) }
	used := func() {
		t.Helper()
		refuses(t, http.StatusBadRequest, "The one-time booking link is not valid or was used already")(w.owner.tryBook(t, ofType(id), through, starting("2024-01-15T12:00:00+01:00")))
	}
	declined := w.owner.holds(t, ofType(id), through).ProvisionalBookingID
	used()
	w.owner.answers(t, declined, "decline")
	w.owner.holds(t, ofType(id), through)
	used()
	w.advance(t, "24h")
	hold := w.owner.holds(t, ofType(id), through).ProvisionalBookingID
	b := w.confirmer(ring.Derive(secret.ConfirmationToken, hold, 0)).confirms(t, hold)
	used()
	w.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
	used()
}
