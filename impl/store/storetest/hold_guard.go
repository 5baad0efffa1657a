package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

// holdGuard checks that holds keep time as bookings do, until they expire.
func holdGuard(s suite) {
	s.that("a hold keeps bookings and holds out until it expires", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		first := m.hold()
		w.insert(t, first)
		w.set(first.ExpiresAt.Add(-time.Microsecond))
		w.book(t, m.booking(), false)
		w.holdTime(t, m.hold(), false)
		w.set(first.ExpiresAt)
		second := m.hold(func(h *meet.Hold) { h.ExpiresAt = first.ExpiresAt.Add(time.Hour) })
		w.holdTime(t, second, true)
		w.book(t, m.booking(), false)
		w.set(second.ExpiresAt)
		w.book(t, m.booking(), true)
	})

	s.that("a booking keeps holds out, for ever", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		w.insert(t, m.booking())
		w.set(meettest.Now().AddDate(1, 0, 0))
		w.holdTime(t, m.hold(), false)
	})

	s.that("an expired hold gives way at one host, a booking at another does not", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		h := m.hold()
		w.insert(t, h, m.booking(with(m.users[1].ID)))
		w.set(h.ExpiresAt)
		w.book(t, m.booking(with(m.users[0].ID, m.users[1].ID)), false)
		w.book(t, m.booking(with(m.users[0].ID)), true)
	})

	s.that("a released hold frees the time of all its hosts", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		both := []meet.UserID{m.users[0].ID, m.users[1].ID}
		h := m.hold(func(h *meet.Hold) { h.Hosts = both })
		w.insert(t, h)
		w.update(t, func(tx *store.Tx) error { return tx.ReleaseHold(h.ID) })
		w.book(t, m.booking(with(both...)), true)
	})

	s.that("held time is listed until it expires, apart when asked", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		host := m.users[0].ID
		h := m.hold(func(h *meet.Hold) { h.Before = 10 * time.Minute })
		w.insert(t, h, m.booking(on(during(t, "15:00-15:30"))))
		held, booked := []meet.Range{h.Occupied()}, []meet.Range{during(t, "15:00-15:30")}
		q := store.OccupiedQuery{Hosts: []meet.UserID{host}, Range: during(t, "00:00-23:00")}
		for _, test := range []struct {
			name  string
			now   time.Time
			holds bool
			own   meet.MeetingTypeID
			want  store.Occupied
		}{
			{"together", meettest.Now(), false, "", store.Occupied{Others: append(held, booked...)}},
			{"apart", meettest.Now(), true, "", store.Occupied{Others: booked, Holds: held}},
			{"beside the type's own", meettest.Now(), false, m.types[0].ID, store.Occupied{Others: held}},
			{"apart from the type's own", meettest.Now(), true, m.types[0].ID, store.Occupied{Holds: held}},
			{"together, at the last moment", h.ExpiresAt.Add(-time.Microsecond), false, "", store.Occupied{Others: append(held, booked...)}},
			{"together, expired", h.ExpiresAt, false, "", store.Occupied{Others: booked}},
			{"apart, expired", h.ExpiresAt, true, "", store.Occupied{Others: booked}},
		} {
			w.set(test.now)
			q.Holds, q.Own = test.holds, test.own
			got := w.find(t, q)[host]
			got.Own = nil // another case
			if diff := cmp.Diff(test.want, got, anyOrder); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.name, diff)
			}
		}
	})

	s.that("a held seat of a group is taken until it expires", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		b := group(m, "Ann", "Bob")
		h := m.hold(func(h *meet.Hold) { h.Joins = b.ID })
		w.insert(t, b)
		w.update(t, func(tx *store.Tx) error { return tx.InsertHold(h) })
		q := store.OccupiedQuery{
			Hosts: []meet.UserID{m.users[0].ID}, Range: meet.Range{Start: b.Start, End: b.End}, Own: b.Type, Seats: true,
		}
		for now, want := range map[time.Time]int{meettest.Now(): 3, h.ExpiresAt: 2} {
			w.set(now)
			if own := w.find(t, q)[m.users[0].ID].Own; len(own) != 1 || own[0].Seats != want {
				t.Errorf("at %v: %+v, want %d seats", now, own, want)
			}
		}
	})

	s.that("seats that are only held take the time of their group", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		one := m.hold(func(h *meet.Hold) { h.Joins = "group" })
		two := m.hold(func(h *meet.Hold) { h.Joins, h.ExpiresAt = "group", one.ExpiresAt.Add(-time.Minute) })
		w.holdTime(t, one, true)
		w.update(t, func(tx *store.Tx) error { return tx.InsertHold(two) })
		w.holdTime(t, m.hold(), false)
		host, during := m.users[0].ID, meet.Range{Start: one.Start, End: one.End}
		q := store.OccupiedQuery{Hosts: []meet.UserID{host}, Range: during, Own: one.Type, Seats: true}
		held := func(seats int) store.Occupied {
			return store.Occupied{Own: []store.Taken{{Booking: "group", Occupied: during, Meeting: during, Seats: seats, Held: true}}}
		}
		for _, test := range []struct {
			now  time.Time
			want store.Occupied
		}{{meettest.Now(), held(2)}, {two.ExpiresAt, held(1)}, {one.ExpiresAt, store.Occupied{}}} {
			w.set(test.now)
			for _, q.Holds = range []bool{false, true} {
				if diff := cmp.Diff(test.want, w.find(t, q)[host], anyOrder); diff != "" {
					t.Errorf("at %v (-want +got):\n%s", test.now, diff)
				}
			}
		}
		w.set(meettest.Now())
		q.Seats, q.Holds = false, false
		if diff := cmp.Diff(store.Occupied{Others: []meet.Range{during}}, w.find(t, q)[host], anyOrder); diff != "" {
			t.Errorf("to others (-want +got):\n%s", diff)
		}
		w.update(t, func(tx *store.Tx) error { return tx.MoveSeats("group", "another") })
		seats := func(id meet.BookingID) []meet.Hold {
			return read(t, w, func(tx *store.Tx) ([]meet.Hold, error) {
				holds, _, err := tx.Holds(one.Company, store.HoldFilter{Joins: id, Status: meet.Pending, Limit: 9})
				return holds, err
			})
		}
		if len(seats("group")) != 0 || len(seats("another")) != 2 {
			t.Errorf("moved are %d, and %d stay", len(seats("another")), len(seats("group")))
		}
		w.update(t, func(tx *store.Tx) error { return tx.Release("group") })
		w.holdTime(t, m.hold(), true)
	})

	s.that("a host with a hold is not yet free of meetings", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		h := m.hold()
		w.insert(t, h)
		for now, want := range map[time.Time]bool{meettest.Now(): true, h.ExpiresAt: false} {
			w.set(now)
			if got := read(t, w, func(tx *store.Tx) (bool, error) { return tx.HasUpcoming(m.users[0].ID) }); got != want {
				t.Errorf("at %v: %v", now, got)
			}
		}
	})
}

// holdTime tries to hold time and checks the answer; a hold that was refused
// must have left nothing.
func (w *world) holdTime(t tb, h meet.Hold, stored bool) {
	t.Helper()
	err := w.Update(t.Context(), func(tx *store.Tx) error { return hold(tx, h) })
	switch {
	case stored && err != nil:
		t.Errorf("hold: %v", err)
	case !stored && !errors.Is(err, meet.ErrSlotOccupied):
		t.Errorf("hold is %v, want %v", err, meet.ErrSlotOccupied)
	case !stored:
		find := func(tx *store.Tx) (meet.Hold, error) { return tx.Hold(h.Company, h.ID) }
		if err := refusal(t, w, find); !errors.Is(err, meet.ErrHoldNotFound) {
			t.Errorf("refused, and yet there: %v", err)
		}
	}
}
