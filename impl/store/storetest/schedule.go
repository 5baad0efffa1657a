package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

func schedules(s suite) {
	s.that("comes back as it was stored", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		want := meettest.Schedule(m.users[0], func(s *meet.Schedule) {
			s.ID, s.Name, s.Zone, s.UpdatedAt = "nights", "Nachtschicht", "Asia/Kathmandu", s.UpdatedAt.Add(time.Hour)
			s.Hours = nights()
		})
		w.insert(t, want)
		if diff := cmp.Diff(want, w.schedule(t, want)); diff != "" {
			t.Errorf("stored and read (-want +got):\n%s", diff)
		}
	})

	s.that("name, zone and hours are changed", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		want := m.schedules[0]
		want.Name, want.Zone, want.Hours, want.UpdatedAt = "Nights", "Europe/London", nights(), want.UpdatedAt.Add(time.Hour)
		w.update(t, func(tx *store.Tx) error { return tx.UpdateSchedule(want) })
		for _, want := range []meet.Schedule{want, m.schedules[1]} {
			if diff := cmp.Diff(want, w.schedule(t, want)); diff != "" {
				t.Errorf("changed and read (-want +got):\n%s", diff)
			}
		}
	})

	s.that("those of a company are listed", func(t *testing.T, w *world) {
		m, _ := w.team(t, 2), w.team(t, 1)
		all := read(t, w, func(tx *store.Tx) ([]meet.Schedule, error) { return tx.Schedules(m.company.ID) })
		byID := func(a, b meet.Schedule) int { return strings.Compare(string(a.ID), string(b.ID)) }
		slices.SortFunc(m.schedules, byID)
		slices.SortFunc(all, byID)
		if diff := cmp.Diff(m.schedules, all); diff != "" {
			t.Errorf("stored and listed (-want +got):\n%s", diff)
		}
	})

	s.that("another company does not see it", func(t *testing.T, w *world) {
		m, other := w.team(t, 1), w.team(t, 1)
		for _, id := range []meet.ScheduleID{m.schedules[0].ID, "unknown"} {
			err := refusal(t, w, func(tx *store.Tx) (meet.Schedule, error) { return tx.Schedule(other.company.ID, id) })
			if !errors.Is(err, meet.ErrScheduleNotFound) {
				t.Errorf("%s: %v", id, err)
			}
		}
	})

	s.that("an unknown owner is an error", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		orphan := meettest.Schedule(m.users[0], func(s *meet.Schedule) { s.ID, s.Owner = "orphan", "unknown" })
		if err := w.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertSchedule(orphan) }); err == nil {
			t.Error("stored")
		}
	})
}

// nights has a window past midnight, one to the end of the day, a disabled
// day and both kinds of exception.
func nights() meet.Hours {
	var h meet.Hours
	h.Week[time.Monday] = meet.Day{Enabled: true, Windows: []meet.Window{{Start: 22 * 60, End: 2 * 60}}}
	h.Week[time.Saturday] = meet.Day{Windows: []meet.Window{{Start: 20 * 60, End: meet.EndOfDay}}}
	h.Exceptions = []meet.Exception{
		{Dates: []meet.Date{meet.NewDate(2027, time.March, 1), meet.NewDate(2028, time.February, 29)}, Kind: meet.Block},
		{Dates: []meet.Date{meet.NewDate(2027, time.March, 2)}, Kind: meet.Available, Windows: []meet.Window{{Start: 0, End: 61}}},
	}
	return h
}

func (w *world) schedule(t tb, s meet.Schedule) meet.Schedule {
	t.Helper()
	return read(t, w, func(tx *store.Tx) (meet.Schedule, error) { return tx.Schedule(s.Company, s.ID) })
}
