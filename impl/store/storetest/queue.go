package storetest

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

func queues(s suite) {
	s.that("comes back as it was stored, users and groups by position", func(t *testing.T, w *world) {
		m := w.team(t, 4)
		want, crew := fullQueue(m)
		w.insert(t, want)
		w.update(t, func(tx *store.Tx) error { return tx.InsertGroup(want.ID, crew) })
		want.Members = append(want.Members, crew)
		if diff := cmp.Diff(want, w.queue(t, want), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("stored and read (-want +got):\n%s", diff)
		}
		if got := w.hosts(t, m.types[0]); len(got) != 4 || got[0] != m.users[1].ID || got[1] != m.users[0].ID {
			t.Errorf("hosts are %v", got) // those of the group come last, in any order
		}
	})

	s.that("settings and users are changed, groups stay", func(t *testing.T, w *world) {
		m := w.team(t, 4)
		want, crew := fullQueue(m)
		w.insert(t, want)
		w.update(t, func(tx *store.Tx) error { return tx.InsertGroup(want.ID, crew) })
		want.Kind, want.Everyone, want.Period, want.MaxLead, want.NearTerm = meet.SimpleRoundRobin, false, meet.PerDay, 0, false
		want.Members = meet.Members([]meet.UserID{m.users[2].ID}, meettest.Now())
		w.update(t, func(tx *store.Tx) error { return tx.UpdateQueue(want) })
		want.Members = append(want.Members, crew)
		if diff := cmp.Diff(want, w.queue(t, want), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("changed and read (-want +got):\n%s", diff)
		}
	})

	s.that("another company does not see it", func(t *testing.T, w *world) {
		m, other := w.team(t, 1), w.team(t, 1)
		q := meettest.Queue(m.types[0], userIDs(m.users))
		w.insert(t, q)
		err := refusal(t, w, func(tx *store.Tx) (meet.Queue, error) { return tx.Queue(other.company.ID, q.ID, always) })
		if !errors.Is(err, meet.ErrQueueNotFound) {
			t.Error(err)
		}
		for company, want := range map[meet.CompanyID][]meet.QueueID{m.company.ID: {q.ID}, other.company.ID: {}} {
			got := read(t, w, func(tx *store.Tx) ([]meet.QueueID, error) { return tx.QueueIDs(company) })
			if !slices.Equal(got, want) {
				t.Errorf("queues are %v, want %v", got, want)
			}
		}
	})

	s.that("users who left are no members, nor a group without users", func(t *testing.T, w *world) {
		m := w.team(t, 4)
		q, crew := fullQueue(m)
		w.insert(t, q)
		w.update(t, func(tx *store.Tx) error { return tx.InsertGroup(q.ID, crew) })
		for i, want := range []int{3, 2, 1} { // members that are left: a user, the group, a user
			if got := w.queue(t, q).Members; len(got) != want {
				t.Errorf("%d members, want %d: %+v", len(got), want, got)
			}
			leaving := [][]meet.UserID{{m.users[0].ID}, crew.Users, nil}[i]
			for _, id := range leaving {
				w.update(t, func(tx *store.Tx) error { return tx.RemoveUser(id) })
			}
		}
	})

	s.that("turns are counted from an instant on, and numbered for ever", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		q := meettest.Queue(m.types[0], userIDs(m.users))
		one, two := string(m.users[0].ID), string(m.users[1].ID)
		w.insert(t, q)
		for i, member := range []string{one, two, one, one} {
			w.set(meettest.Now().Add(time.Duration(i) * time.Hour))
			w.update(t, func(tx *store.Tx) error { return tx.Assign("subject"+string(rune('0'+i)), q.ID, member, tx.Now(), i) })
		}
		since := func(meet.Queue) (time.Time, error) { return meettest.Now().Add(2 * time.Hour), nil }
		got := read(t, w, func(tx *store.Tx) (meet.Queue, error) { return tx.Queue(q.Company, q.ID, since) })
		want := slices.Clone(q.Members)
		want[0].Count, want[0].LastAt, want[0].LastTurn = 2, meettest.Now().Add(3*time.Hour), 4
		want[1].Count, want[1].LastAt, want[1].LastTurn = 0, meettest.Now().Add(time.Hour), 2
		if diff := cmp.Diff(want, got.Members, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
	})

	s.that("a turn is told with its reasons, handed on, given back and taken again", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		q := meettest.Queue(m.types[0], userIDs(m.users))
		member := string(m.users[0].ID)
		w.insert(t, q)
		assign := func(weighed int) func(tx *store.Tx) error {
			return func(tx *store.Tx) error {
				return tx.Assign("hold", q.ID, member, tx.Now(), map[string]int{"weighed": weighed})
			}
		}
		for _, step := range []struct {
			do                func(*store.Tx) error
			ofHold, ofBooking string // the traces
			count, turn       int
		}{
			{assign(1), `{"weighed":1}`, "", 1, 1},
			{assign(2), `{"weighed":2}`, "", 1, 1},
			{func(tx *store.Tx) error { return tx.MoveAssignment("hold", "booking") }, "", `{"weighed":2}`, 1, 1},
			{func(tx *store.Tx) error { return tx.ReturnTurn("booking") }, "", `{"weighed":2}`, 0, 0},
			{assign(3), `{"weighed":3}`, `{"weighed":2}`, 1, 2},
		} {
			w.update(t, step.do)
			traces := read(t, w, func(tx *store.Tx) (map[string]json.RawMessage, error) {
				return tx.Traces([]string{"hold", "booking", "unknown"})
			})
			if string(traces["hold"]) != step.ofHold || string(traces["booking"]) != step.ofBooking || len(traces["unknown"]) > 0 {
				t.Errorf("traces are %s, want %q and %q", traces, step.ofHold, step.ofBooking)
			}
			if got := w.queue(t, q).Members[0]; got.Count != step.count || got.LastTurn != step.turn {
				t.Errorf("the member had %d turns, the last %d, want %d and %d", got.Count, got.LastTurn, step.count, step.turn)
			}
		}
	})
}

// fullQueue has a value in every field: two users of a team and, to be
// added, a group of two more.
func fullQueue(m team) (meet.Queue, meet.QueueMember) {
	q := meettest.Queue(m.types[0], []meet.UserID{m.users[1].ID, m.users[0].ID}, func(q *meet.Queue) {
		q.Kind, q.Everyone, q.Period, q.MaxLead, q.NearTerm = meet.EqualDistribution, true, meet.PerWeek, 3, true
		q.Members[0].Priority, q.Members[0].Capacity, q.Members[0].Calibration, q.Members[0].Link = 2, 5, 7, "https://example.com/room"
	})
	return q, meet.QueueMember{
		Group: "crew", Name: "Crew", Users: []meet.UserID{m.users[3].ID, m.users[2].ID}, Position: 2,
		Priority: 1, Capacity: 2, Calibration: 3, JoinedAt: meettest.Now(),
	}
}

// always counts turns from the beginning.
func always(meet.Queue) (time.Time, error) { return time.Unix(0, 0), nil }

func (w *world) queue(t tb, q meet.Queue) meet.Queue {
	t.Helper()
	return read(t, w, func(tx *store.Tx) (meet.Queue, error) { return tx.Queue(q.Company, q.ID, always) })
}
