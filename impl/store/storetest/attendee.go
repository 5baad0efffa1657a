package storetest

import (
	"slices"
	"testing"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

func attendees(s suite) {
	s.that("they keep their order", func(t *testing.T, w *world) {
		b := w.team(t, 1).booking(func(b *meet.Booking) {
			b.Attendees = []meet.Attendee{meettest.Attendee(), meettest.Attendee(), meettest.Attendee()}
			slices.Reverse(b.Attendees)
		})
		w.insert(t, b)
		late := meettest.Attendee()
		w.update(t, func(tx *store.Tx) error { return tx.InsertAttendee(b, 3, late) })
		want := append(attendeeIDs(b), late.ID)
		if got := attendeeIDs(w.booking(t, b)); !slices.Equal(got, want) {
			t.Errorf("read %v, want %v", got, want)
		}
	})

	s.that("one who left is gone, the others stay", func(t *testing.T, w *world) {
		b := group(w.team(t, 1), "Ann", "Bob", "Cid")
		w.insert(t, b)
		w.update(t, func(tx *store.Tx) error { return tx.RemoveAttendee(b.Attendees[1].ID) })
		want := []meet.AttendeeID{b.Attendees[0].ID, b.Attendees[2].ID}
		if got := attendeeIDs(w.booking(t, b)); !slices.Equal(got, want) {
			t.Errorf("read %v, want %v", got, want)
		}
	})

	s.that("one who left takes no seat and is not searched", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		b := group(m, "Ann", "Bob", "Cid")
		w.insert(t, b)
		w.update(t, func(tx *store.Tx) error { return tx.RemoveAttendee(b.Attendees[1].ID) })
		host := m.users[0].ID
		found := w.find(t, store.OccupiedQuery{
			Hosts: []meet.UserID{host}, Range: meet.Range{Start: b.Start, End: b.End}, Own: b.Type, Seats: true,
		})
		if taken := found[host].Own; len(taken) != 1 || taken[0].Seats != 2 {
			t.Errorf("taken are %+v", taken)
		}
		for name, want := range map[string]int{"ann": 1, "bob": 0} {
			if got := w.ids(t, m, store.BookingFilter{Search: name}); len(got) != want {
				t.Errorf("%s is found in %d bookings", name, len(got))
			}
		}
	})

	s.that("secrets are told apart by seat, also of who left, and renewed", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		b := group(m, "Ann", "Bob")
		w.insert(t, b)
		ann, bob := b.Attendees[0].ID, b.Attendees[1].ID
		w.update(t, func(tx *store.Tx) error { return tx.RenewSecret(ann) })
		w.update(t, func(tx *store.Tx) error { return tx.RemoveAttendee(bob) })
		want := []store.Seat{
			{Company: m.company.ID, Attendee: ann, Generation: 1},
			{Company: m.company.ID, Attendee: bob, Left: true},
		}
		if got := read(t, w, func(tx *store.Tx) ([]store.Seat, error) { return tx.Seats(b.ID) }); !slices.Equal(got, want) {
			t.Errorf("seats are %+v, want %+v", got, want)
		}
		for _, test := range []struct {
			company  meet.CompanyID
			attendee meet.AttendeeID
			want     meet.BookingID
		}{{m.company.ID, ann, b.ID}, {m.company.ID, bob, ""}, {w.team(t, 1).company.ID, ann, ""}} {
			var found bool
			got := read(t, w, func(tx *store.Tx) (id meet.BookingID, err error) {
				id, found, err = tx.AttendeeBooking(test.company, test.attendee)
				return id, err
			})
			if got != test.want || found != (test.want != "") {
				t.Errorf("%+v: %q, %v", test, got, found)
			}
		}
	})

	s.that("guests are replaced", func(t *testing.T, w *world) {
		b := w.team(t, 1).booking(func(b *meet.Booking) { b.Attendees[0].Guests = []string{"old@example.com"} })
		w.insert(t, b)
		want := []string{"a@example.com", "b@example.com"}
		w.update(t, func(tx *store.Tx) error { return tx.SetGuests(b.Attendees[0].ID, want) })
		if got := w.booking(t, b).Attendees[0].Guests; !slices.Equal(got, want) {
			t.Errorf("guests are %v", got)
		}
	})
}

// group returns a booking with attendees of these first names.
func group(m team, names ...string) meet.Booking {
	return m.booking(func(b *meet.Booking) {
		b.Attendees = nil
		for _, name := range names {
			b.Attendees = append(b.Attendees, meettest.Attendee(func(a *meet.Attendee) { a.FirstName = name }))
		}
	})
}

func attendeeIDs(b meet.Booking) []meet.AttendeeID {
	var ids []meet.AttendeeID
	for _, a := range b.Attendees {
		ids = append(ids, a.ID)
	}
	return ids
}
