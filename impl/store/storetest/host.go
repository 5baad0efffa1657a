package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

func hosts(s suite) {
	s.that("the owner hosts alone, with the hours of their schedule", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		got := read(t, w, func(tx *store.Tx) ([]store.Host, error) { return tx.TypeHosts(m.types[0].ID) })
		want := []store.Host{{User: m.users[0], HoursZone: m.schedules[0].Zone, Hours: m.schedules[0].Hours}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("hosts (-want +got):\n%s", diff)
		}
	})

	s.that("the schedule of a type goes before the host's own", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		evenings := meettest.Schedule(m.users[0], func(s *meet.Schedule) {
			s.ID, s.Zone = "evenings", "America/New_York"
			s.Hours = meet.Hours{Exceptions: []meet.Exception{{Dates: []meet.Date{meet.NewDate(2027, time.March, 1)}, Kind: meet.Block}}}
		})
		kind := meettest.MeetingType(m.users[0], func(t *meet.MeetingType) { t.Schedule = evenings.ID })
		w.insert(t, evenings, kind)
		got := read(t, w, func(tx *store.Tx) ([]store.Host, error) { return tx.TypeHosts(kind.ID) })
		want := []store.Host{{User: m.users[0], HoursZone: evenings.Zone, Hours: evenings.Hours}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("hosts (-want +got):\n%s", diff)
		}
	})

	s.that("a queue hosts in its order, and its owner only as a member", func(t *testing.T, w *world) {
		m := w.team(t, 4)
		members := []meet.UserID{m.users[3].ID, m.users[1].ID, m.users[2].ID}
		w.insert(t, meettest.Queue(m.types[0], members))
		if got := w.hosts(t, m.types[0]); !slices.Equal(got, members) {
			t.Errorf("hosts are %v, want %v", got, members)
		}
	})

	s.that("a booking's hosts are read with the hours of its type, but for those who left", func(t *testing.T, w *world) {
		m := w.team(t, 4)
		b := m.booking(with(m.users[3].ID, m.users[1].ID))
		w.insert(t, b)
		w.update(t, func(tx *store.Tx) error {
			return tx.SetHosts(b.ID, []meet.UserID{m.users[2].ID, m.users[0].ID, m.users[1].ID})
		})
		w.update(t, func(tx *store.Tx) error { return tx.RemoveUser(m.users[1].ID) })
		got := read(t, w, func(tx *store.Tx) ([]store.Host, error) { return tx.BookingHosts(b.ID) })
		want := []store.Host{
			{User: m.users[2], HoursZone: m.schedules[2].Zone, Hours: m.schedules[2].Hours},
			{User: m.users[0], HoursZone: m.schedules[0].Zone, Hours: m.schedules[0].Hours},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("hosts (-want +got):\n%s", diff)
		}
	})

	s.that("a meeting is to come until it ends, its buffer does not count", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		w.insert(t, m.booking(on(during(t, "10:00-10:30")), func(b *meet.Booking) { b.After = time.Hour }))
		for _, test := range []struct {
			host meet.UserID
			now  string
			want bool
		}{
			{m.users[0].ID, "09:00", true},
			{m.users[0].ID, "10:29", true},
			{m.users[0].ID, "10:30", false},
			{m.users[1].ID, "09:00", false},
		} {
			w.set(at(t, test.now))
			got := read(t, w, func(tx *store.Tx) (bool, error) { return tx.HasUpcoming(test.host) })
			if got != test.want {
				t.Errorf("at %s: %v", test.now, got)
			}
		}
	})

	s.that("meeting types are given to another", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		w.update(t, func(tx *store.Tx) error { return tx.GiveTypes(m.users[0].ID, m.users[1].ID) })
		if got := w.hosts(t, m.types[0]); !slices.Equal(got, []meet.UserID{m.users[1].ID}) {
			t.Errorf("the meeting type is hosted by %v", got)
		}
	})
}

// hosts returns who hosts a meeting type.
func (w *world) hosts(t tb, kind meet.MeetingType) []meet.UserID {
	t.Helper()
	var ids []meet.UserID
	for _, h := range read(t, w, func(tx *store.Tx) ([]store.Host, error) { return tx.TypeHosts(kind.ID) }) {
		ids = append(ids, h.ID)
	}
	return ids
}
