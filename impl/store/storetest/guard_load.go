package storetest

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

// guardUnderLoad checks the guard where many want the same time, and against
// a model that is too simple to be wrong.
func guardUnderLoad(s suite) {
	s.that("of 64 who fight over 200 starts of a host, each gets what it was told", func(t *testing.T, w *world) {
		const fighters, starts, tries = 64, 200, 10
		m := w.team(t, 1)
		acknowledged := make(chan meet.BookingID, fighters*tries)
		var fight sync.WaitGroup
		for f := range fighters {
			order := rand.New(rand.NewPCG(1, uint64(f))).Perm(starts)
			fight.Go(func() {
				for _, n := range order[:tries] {
					start := meettest.Now().Add(time.Duration(n) * 15 * time.Minute)
					b := m.booking(on(meet.Range{Start: start, End: start.Add(30 * time.Minute)}))
					switch err := w.Update(t.Context(), func(tx *store.Tx) error { return book(tx, b) }); {
					case err == nil:
						acknowledged <- b.ID
					case !errors.Is(err, meet.ErrSlotOccupied):
						t.Error(err)
					}
				}
			})
		}
		fight.Wait()
		close(acknowledged)
		var told []meet.BookingID
		for id := range acknowledged {
			told = append(told, id)
		}
		var rows []meet.BookingID
		for _, o := range w.checkDisjoint(t, m) {
			rows = append(rows, o.booking)
		}
		slices.Sort(told)
		slices.Sort(rows)
		if !slices.Equal(told, rows) {
			t.Errorf("%d acknowledged, %d rows", len(told), len(rows))
		}
		if len(w.ids(t, m, store.BookingFilter{})) != len(told) {
			t.Error("a refused booking was kept")
		}
	})

	s.that("meetings of several hosts that move are never held by half", func(t *testing.T, w *world) {
		const movers, moves, starts = 16, 12, 20
		m := w.team(t, 6)
		var fight sync.WaitGroup
		for f := range movers {
			dice := rand.New(rand.NewPCG(2, uint64(f)))
			fight.Go(func() {
				b := m.booking(with(m.some(dice)...))
				for range moves {
					start := meettest.Now().Add(time.Duration(dice.IntN(starts)) * 15 * time.Minute)
					moved := b
					moved.Start, moved.End = start, start.Add(30*time.Minute)
					err := w.Update(t.Context(), func(tx *store.Tx) error { return putAt(tx, moved) })
					if err != nil && !errors.Is(err, meet.ErrSlotOccupied) {
						t.Error(err)
					}
				}
			})
		}
		fight.Wait()
		held := map[meet.BookingID]int{}
		for _, o := range w.checkDisjoint(t, m) {
			held[o.booking]++
		}
		if len(held) != len(w.ids(t, m, store.BookingFilter{})) {
			t.Errorf("%d bookings hold time", len(held))
		}
		for id, hosts := range held {
			b := w.booking(t, meet.Booking{Company: m.company.ID, ID: id})
			if len(b.Hosts) != hosts {
				t.Errorf("booking %s holds the time of %d of its %d hosts", id, hosts, len(b.Hosts))
			}
		}
	})

	s.that("it does what a naive model does", func(t *testing.T, w *world) {
		m := w.team(t, 3)
		rapid.Check(t, func(r *rapid.T) {
			var model []meet.Booking
			r.Cleanup(func() { w.release(t, model...) })
			for range rapid.IntRange(1, 10).Draw(r, "steps") {
				if len(model) > 0 && rapid.IntRange(0, 4).Draw(r, "release") == 0 {
					i := rapid.IntRange(0, len(model)-1).Draw(r, "which")
					w.release(t, model[i])
					model = slices.Delete(model, i, i+1)
					continue
				}
				b := m.draw(r)
				if free := !slices.ContainsFunc(model, func(o meet.Booking) bool { return collide(b, o) }); free {
					model = append(model, b)
					w.book(r, b, true)
				} else {
					w.book(r, b, false)
				}
			}
			rows := 0
			for _, b := range model {
				rows += len(b.Hosts)
			}
			if got := w.occupied(r, m); len(got) != rows {
				r.Errorf("%d rows, want %d", len(got), rows)
			}
		})
	})
}

// release frees the time of bookings.
func (w *world) release(t tb, all ...meet.Booking) {
	t.Helper()
	w.update(t, func(tx *store.Tx) error {
		for _, b := range all {
			if err := tx.Release(b.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// putAt stores a booking, or moves it when it is there.
func putAt(tx *store.Tx, b meet.Booking) error {
	switch seats, err := tx.Seats(b.ID); {
	case err != nil:
		return err
	case len(seats) == 0:
		return book(tx, b)
	}
	if err := tx.Release(b.ID); err != nil {
		return err
	}
	if err := tx.UpdateBooking(b); err != nil {
		return err
	}
	return occupy(tx, b)
}

// some returns one to three users of the team.
func (m team) some(dice *rand.Rand) []meet.UserID {
	var ids []meet.UserID
	for _, i := range dice.Perm(len(m.users))[:1+dice.IntN(3)] {
		ids = append(ids, m.users[i].ID)
	}
	return ids
}

// draw returns a booking on a day so short that many collide.
func (m team) draw(r *rapid.T) meet.Booking {
	quarter := func(label string, most int) time.Duration {
		return time.Duration(rapid.IntRange(0, most).Draw(r, label)) * 15 * time.Minute
	}
	return m.booking(func(b *meet.Booking) {
		b.Start = meettest.Now().Add(quarter("start", 24))
		b.End = b.Start.Add(15*time.Minute + quarter("length", 8))
		b.Before, b.After = quarter("before", 1), quarter("after", 1)
		b.Forced = rapid.IntRange(0, 5).Draw(r, "forced") == 0
		chosen := rapid.IntRange(1, 1<<len(m.users)-1).Draw(r, "hosts")
		b.Hosts = nil
		for i, u := range m.users {
			if chosen&(1<<i) != 0 {
				b.Hosts = append(b.Hosts, u.ID)
			}
		}
	})
}

// collide reports whether two bookings cannot both stand.
func collide(a, b meet.Booking) bool {
	return !a.Forced && !b.Forced && a.Occupied().Overlaps(b.Occupied()) &&
		slices.ContainsFunc(a.Hosts, b.HasHost)
}

// checkDisjoint returns what is occupied of the team's time, of which no two
// ranges of a host may overlap.
func (w *world) checkDisjoint(t tb, m team) []row {
	t.Helper()
	all := w.occupied(t, m)
	for i := 1; i < len(all); i++ {
		if a, b := all[i-1], all[i]; a.host == b.host && a.Overlaps(b.Range) {
			t.Errorf("%v and %v of host %s overlap", a.Range, b.Range, a.host)
		}
	}
	return all
}
