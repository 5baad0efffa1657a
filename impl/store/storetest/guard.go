package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

// guard checks that the database keeps the time of a host apart.
func guard(s suite) {
	s.that("two bookings of a host", func(t *testing.T, w *world) {
		for _, test := range []struct {
			outcome       string
			first, second string
			stored        bool
		}{
			{"apart: both stored", "10:00-10:30", "12:00-12:30", true},
			{"touching, the second after: both stored", "10:00-10:30", "10:30-11:00", true},
			{"touching, the second before: both stored", "10:30-11:00", "10:00-10:30", true},
			{"touching the longest there is: both stored", "08:00-20:00", "20:00-20:30", true},
			{"the longest touching: both stored", "08:00-08:30", "08:30-20:30", true},
			{"the same time: refused", "10:00-10:30", "10:00-10:30", false},
			{"the same start, longer: refused", "10:00-10:30", "10:00-11:00", false},
			{"the same end, shorter: refused", "10:00-11:00", "10:30-11:00", false},
			{"overlapping the start: refused", "10:15-10:45", "10:00-10:30", false},
			{"overlapping the end: refused", "10:00-10:30", "10:15-10:45", false},
			{"within: refused", "10:00-12:00", "10:30-11:00", false},
			{"around: refused", "10:30-11:00", "10:00-12:00", false},
			{"in the last minute of the longest: refused", "08:00-20:00", "19:59-20:29", false},
			{"the longest over the last minute: refused", "08:00-08:30", "08:29-20:29", false},
		} {
			t.Run(test.outcome, func(t *testing.T) {
				m := w.team(t, 1)
				w.insert(t, m.booking(on(during(t, test.first))))
				w.book(t, m.booking(on(during(t, test.second))), test.stored)
			})
		}
	})

	s.that("an overlap of one microsecond is refused", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		w.insert(t, m.booking(on(during(t, "10:00-10:30"))))
		late, early := during(t, "10:30-11:00"), during(t, "09:30-10:00")
		w.book(t, m.booking(on(late), func(b *meet.Booking) { b.Start = b.Start.Add(-time.Microsecond) }), false)
		w.book(t, m.booking(on(early), func(b *meet.Booking) { b.End = b.End.Add(time.Microsecond) }), false)
	})

	s.that("buffers are occupied too", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		buffered := func(b *meet.Booking) { b.Before, b.After = 5*time.Minute, 10*time.Minute }
		w.insert(t, m.booking(on(during(t, "10:00-10:30")), buffered))
		w.book(t, m.booking(on(during(t, "10:44-11:00")), buffered), false)
		w.book(t, m.booking(on(during(t, "10:45-11:00")), buffered), true)
		w.book(t, m.booking(on(during(t, "09:00-09:55"))), true)
	})

	s.that("the time of another host is free", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		w.insert(t, m.booking())
		w.book(t, m.booking(with(m.users[1].ID)), true)
	})

	s.that("forced bookings stand outside", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		forced := func(b *meet.Booking) { b.Forced = true }
		w.book(t, m.booking(), true)
		w.book(t, m.booking(forced), true)
		w.book(t, m.booking(forced), true)
		w.book(t, m.booking(), false)
	})

	s.that("an unforced booking may overlap a forced one", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		w.book(t, m.booking(func(b *meet.Booking) { b.Forced = true }), true)
		w.book(t, m.booking(), true)
	})

	s.that("a booking of several hosts is all or nothing", func(t *testing.T, w *world) {
		m := w.team(t, 3)
		a, b, c := m.users[0].ID, m.users[1].ID, m.users[2].ID
		w.insert(t, m.booking(with(b)))
		w.book(t, m.booking(with(a, b, c)), false)
		w.book(t, m.booking(with(a, c)), true)
	})

	s.that("released time can be taken again", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		both := m.booking(with(m.users[0].ID, m.users[1].ID))
		w.insert(t, both)
		w.release(t, both)
		w.book(t, m.booking(with(m.users[0].ID)), true)
		w.book(t, m.booking(with(m.users[1].ID)), true)
	})

	s.that("a release frees nothing of other bookings", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		one, two := m.booking(on(during(t, "10:00-10:30"))), m.booking(on(during(t, "10:30-11:00")))
		w.insert(t, one, two)
		w.release(t, one)
		w.book(t, m.booking(on(during(t, "10:30-11:00"))), false)
	})

	s.that("a booking moves into time of its own", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		b := m.booking(on(during(t, "10:00-10:30")))
		w.insert(t, b)
		r := during(t, "10:15-10:45")
		w.update(t, func(tx *store.Tx) error {
			b.Start, b.End = r.Start, r.End
			if err := tx.Release(b.ID); err != nil {
				return err
			}
			return occupy(tx, b)
		})
		if got := w.occupied(t, m); len(got) != 1 || got[0].Range != r {
			t.Errorf("occupied is %v", got)
		}
	})

	s.that("a move that is refused leaves the booking where it was", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		b := m.booking(on(during(t, "10:00-10:30")))
		w.insert(t, b, m.booking(on(during(t, "11:00-11:30"))))
		before := w.occupied(t, m)
		err := w.Update(t.Context(), func(tx *store.Tx) error {
			moved := b
			moved.Start, moved.End = at(t, "10:45"), at(t, "11:15")
			if err := tx.Release(b.ID); err != nil {
				return err
			}
			return occupy(tx, moved)
		})
		if !errors.Is(err, meet.ErrSlotOccupied) {
			t.Errorf("moved: %v", err)
		}
		if diff := cmp.Diff(before, w.occupied(t, m), cmp.AllowUnexported(row{})); diff != "" {
			t.Errorf("occupied (-before +after):\n%s", diff)
		}
	})

	s.that("twelve hours is the longest", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		w.book(t, m.booking(on(during(t, "08:00-20:00"))), true)
		err := w.Update(t.Context(), func(tx *store.Tx) error {
			return book(tx, m.booking(with(m.users[0].ID), func(b *meet.Booking) {
				b.Start = b.Start.AddDate(0, 0, 1)
				b.End = b.Start.Add(12*time.Hour + time.Microsecond)
			}))
		})
		if err == nil || meet.CodeOf(err) != "" {
			t.Errorf("longer: %v, want an error that is no refusal", err)
		}
	})

	s.that("a failure does not pass for taken", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		err := w.Update(t.Context(), func(tx *store.Tx) error {
			return occupy(tx, m.booking(func(b *meet.Booking) { b.Company = "none" })) // of a company that is not there
		})
		if err == nil || errors.Is(err, meet.ErrSlotOccupied) {
			t.Errorf("occupied: %v", err)
		}
	})

}

// book tries to book and checks the answer; a booking that was refused must
// have left nothing.
func (w *world) book(t tb, b meet.Booking, stored bool) {
	t.Helper()
	err := w.Update(t.Context(), func(tx *store.Tx) error { return book(tx, b) })
	switch {
	case stored && err != nil:
		t.Errorf("%v - %v: %v", b.Start, b.End, err)
	case !stored && !errors.Is(err, meet.ErrSlotOccupied):
		t.Errorf("%v - %v is %v, want %v", b.Start, b.End, err, meet.ErrSlotOccupied)
	case !stored:
		_, err := get(t, w, b)
		if !errors.Is(err, meet.ErrAppointmentNotFound) {
			t.Errorf("refused, and yet there: %v", err)
		}
	}
}

func get(t tb, w *world, b meet.Booking) (found meet.Booking, err error) {
	err = w.View(t.Context(), func(tx *store.Tx) error {
		found, err = tx.Booking(b.Company, b.ID)
		return err
	})
	return found, err
}

// row is what one booking occupies of a host's time.
type row struct {
	host    meet.UserID
	booking meet.BookingID
	meet.Range
}

// occupied lists what bookings of a team's first type occupy within a week
// of the fixtures, by host and start.
func (w *world) occupied(t tb, m team) []row {
	t.Helper()
	week := meet.Range{Start: meettest.Now().AddDate(0, 0, -7), End: meettest.Now().AddDate(0, 0, 7)}
	found := w.find(t, store.OccupiedQuery{Hosts: userIDs(m.users), Range: week, Own: m.types[0].ID})
	var rows []row
	for _, u := range m.users {
		own := found[u.ID].Own
		slices.SortFunc(own, func(a, b store.Taken) int { return a.Occupied.Start.Compare(b.Occupied.Start) })
		for _, taken := range own {
			rows = append(rows, row{u.ID, taken.Booking, taken.Occupied})
		}
	}
	return rows
}
