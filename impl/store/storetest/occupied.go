package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

// anyOrder compares what comes in no particular order.
var anyOrder = cmp.Options{
	cmpopts.SortSlices(func(a, b meet.Range) bool { return a.Start.Before(b.Start) }),
	cmpopts.SortSlices(func(a, b store.Taken) bool { return a.Meeting.Start.Before(b.Meeting.Start) }),
	cmpopts.EquateEmpty(),
}

// occupied checks what is read of the hosts' time.
func occupied(s suite) {
	s.that("what reaches into the range is listed by host", func(t *testing.T, w *world) {
		m := w.team(t, 3)
		one, two, three := m.users[0].ID, m.users[1].ID, m.users[2].ID
		for _, clock := range []string{"09:00-10:00", "10:00-10:15", "10:50-11:10", "11:00-12:00", "08:00-20:00"} {
			w.insert(t, m.booking(on(during(t, clock)), func(b *meet.Booking) { b.Forced = true }))
		}
		w.insert(t, m.booking(with(two), on(during(t, "10:30-10:45"))), m.booking(with(three), on(during(t, "10:30-10:45"))))
		got := w.find(t, store.OccupiedQuery{Hosts: []meet.UserID{one, two, "unknown"}, Range: during(t, "10:00-11:00")})
		want := map[meet.UserID]store.Occupied{
			one: {Others: []meet.Range{during(t, "08:00-20:00"), during(t, "10:00-10:15"), during(t, "10:50-11:10")}},
			two: {Others: []meet.Range{during(t, "10:30-10:45")}},
		}
		if diff := cmp.Diff(want, got, anyOrder); diff != "" {
			t.Errorf("occupied (-want +got):\n%s", diff)
		}
	})

	s.that("a type's own bookings are told apart, with meeting and buffers", func(t *testing.T, w *world) {
		m := w.team(t, 3)
		one, two := m.users[0].ID, m.users[1].ID
		late := m.booking(on(during(t, "11:00-11:30")))
		both := m.booking(with(two, one), on(during(t, "10:00-10:30")), func(b *meet.Booking) { b.Before, b.After = 15*time.Minute, 5*time.Minute })
		cancelled := m.booking(on(during(t, "16:00-16:30")))
		other := meettest.Booking(m.types[1], with(one), on(during(t, "15:00-15:30")), func(b *meet.Booking) { b.After = 15 * time.Minute })
		w.insert(t, late, both, cancelled, other, m.booking(on(during(t, "20:00-20:30"))), m.booking(with(m.users[2].ID)))
		w.cancel(t, cancelled)
		got := w.find(t, store.OccupiedQuery{Hosts: []meet.UserID{one, two}, Range: during(t, "10:15-20:00"), Own: m.types[0].ID})
		takenByBoth := store.Taken{Booking: both.ID, Occupied: during(t, "09:45-10:35"), Meeting: during(t, "10:00-10:30")}
		want := map[meet.UserID]store.Occupied{
			one: {
				Others: []meet.Range{during(t, "15:00-15:45")},
				Own:    []store.Taken{takenByBoth, {Booking: late.ID, Occupied: during(t, "11:00-11:30"), Meeting: during(t, "11:00-11:30")}},
			},
			two: {Own: []store.Taken{takenByBoth}},
		}
		if diff := cmp.Diff(want, got, anyOrder); diff != "" {
			t.Errorf("occupied (-want +got):\n%s", diff)
		}
	})

	s.that("a booking about to be moved is left out", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		stays, moves := m.booking(on(during(t, "10:00-10:30"))), m.booking(on(during(t, "11:00-11:30")))
		w.insert(t, stays, moves)
		for _, own := range []meet.MeetingTypeID{"", m.types[0].ID} {
			found := w.find(t, store.OccupiedQuery{Hosts: userIDs(m.users), Range: during(t, "09:00-12:00"), Except: moves.ID, Own: own})
			if o := found[m.users[0].ID]; len(o.Others)+len(o.Own) != 1 {
				t.Errorf("occupied is %+v", o)
			}
		}
	})
}

// find asks for what is occupied.
func (w *world) find(t tb, q store.OccupiedQuery) map[meet.UserID]store.Occupied {
	t.Helper()
	return read(t, w, func(tx *store.Tx) (map[meet.UserID]store.Occupied, error) { return tx.Occupied(q) })
}
