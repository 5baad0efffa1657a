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

func meetingTypes(s suite) {
	s.that("comes back as it was stored", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		first := meet.NewDate(2027, time.March, 1)
		want := meettest.MeetingType(m.users[0], func(t *meet.MeetingType) {
			t.Schedule, t.Enabled, t.UpdatedAt = m.schedules[0].ID, false, t.UpdatedAt.Add(time.Hour)
			t.AllowedDurations = []time.Duration{time.Hour}
			t.Horizon = meet.Horizon{Mode: meet.HorizonRange, First: &first, Last: &first}
			t.ICS.Title.ByLanguage = map[string]string{"de": "Gespräch"}
		})
		w.insert(t, want)
		if diff := cmp.Diff(want, w.meetingType(t, want)); diff != "" {
			t.Errorf("stored and read (-want +got):\n%s", diff)
		}
	})

	s.that("a queue is named, and whether it hosts together", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		for i, everyone := range []bool{false, true} {
			q := meettest.Queue(m.types[i], []meet.UserID{m.users[0].ID, m.users[1].ID}, func(q *meet.Queue) { q.Everyone = everyone })
			w.insert(t, q)
			if got := w.meetingType(t, m.types[i]); got.Queue != q.ID || got.CoHosted != everyone {
				t.Errorf("read queue %q, together %v", got.Queue, got.CoHosted)
			}
		}
	})

	s.that("a type has one queue", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		q := meettest.Queue(m.types[0], nil)
		w.insert(t, q)
		q.ID = "another"
		if err := w.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertQueue(q) }); err == nil {
			t.Error("stored a second one")
		}
	})

	s.that("another company does not see it", func(t *testing.T, w *world) {
		m, other := w.team(t, 1), w.team(t, 1)
		kind := m.types[0]
		err := refusal(t, w, func(tx *store.Tx) (meet.MeetingType, error) { return tx.MeetingType(other.company.ID, kind.ID) })
		if !errors.Is(err, meet.ErrMeetingTypeNotFound) {
			t.Error(err)
		}
		found := read(t, w, func(tx *store.Tx) ([]meet.MeetingType, error) {
			return tx.MeetingTypesByID(other.company.ID, []meet.MeetingTypeID{kind.ID})
		})
		if len(found) != 0 {
			t.Errorf("by ids: %v", found)
		}
	})

	s.that("everything that can change is changed", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		want := m.types[0]
		want.Schedule, want.Slug, want.Enabled, want.UpdatedAt = m.schedules[0].ID, "new-slug", false, want.UpdatedAt.Add(time.Hour)
		want.Name, want.Duration = "New name", time.Hour
		w.update(t, func(tx *store.Tx) error { return tx.UpdateMeetingType(want) })
		if diff := cmp.Diff(want, w.meetingType(t, want)); diff != "" {
			t.Errorf("changed and read (-want +got):\n%s", diff)
		}
	})

	s.that("a slug is taken in its company only", func(t *testing.T, w *world) {
		m, other := w.team(t, 2), w.team(t, 1)
		slug := func(t *meet.MeetingType) { t.Slug = m.types[0].Slug }
		w.insert(t, meettest.MeetingType(other.users[0], slug))
		wantTaken := func(change func(tx *store.Tx) error) {
			t.Helper()
			wantCode(t, w.Update(t.Context(), change), meet.CodeSlugTaken)
		}
		wantTaken(func(tx *store.Tx) error { return tx.InsertMeetingType(meettest.MeetingType(m.users[0], slug)) })
		changed := m.types[1]
		slug(&changed)
		wantTaken(func(tx *store.Tx) error { return tx.UpdateMeetingType(changed) })
		w.update(t, func(tx *store.Tx) error { return tx.UpdateMeetingType(m.types[0]) }) // keeps its own
	})

	s.that("a deleted one is out of sight, but found by the ids of its bookings", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		kind := m.types[0]
		b := m.booking()
		w.insert(t, b)
		w.update(t, func(tx *store.Tx) error { return tx.DeleteMeetingType(kind.ID) })
		err := refusal(t, w, func(tx *store.Tx) (meet.MeetingType, error) { return tx.MeetingType(kind.Company, kind.ID) })
		if !errors.Is(err, meet.ErrMeetingTypeNotFound) {
			t.Error(err)
		}
		if listed := read(t, w, func(tx *store.Tx) ([]meet.MeetingType, error) { return tx.MeetingTypes(kind.Company, "") }); len(listed) != 0 {
			t.Errorf("listed are %v", listed)
		}
		past := w.booking(t, b)
		found := read(t, w, func(tx *store.Tx) ([]meet.MeetingType, error) {
			return tx.MeetingTypesByID(kind.Company, []meet.MeetingTypeID{past.Type})
		})
		if diff := cmp.Diff([]meet.MeetingType{kind}, found); diff != "" {
			t.Errorf("by ids (-want +got):\n%s", diff)
		}
		if read(t, w, func(tx *store.Tx) (bool, error) { return tx.MeetingTypeSlugTaken(kind.Company, kind.Slug) }) {
			t.Error("its slug is still taken")
		}
		heir := meettest.MeetingType(m.users[0])
		w.insert(t, heir)
		heir.Slug = kind.Slug
		w.update(t, func(tx *store.Tx) error { return tx.UpdateMeetingType(heir) })
		err = w.Update(t.Context(), func(tx *store.Tx) error {
			return tx.InsertMeetingType(meettest.MeetingType(m.users[0], func(t *meet.MeetingType) { t.Slug = kind.Slug }))
		})
		wantCode(t, err, meet.CodeSlugTaken)
	})

	s.that("they are listed as they were made, of one owner or all", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		w.team(t, 1) // of another company
		early := meettest.MeetingType(m.users[1], func(t *meet.MeetingType) { t.CreatedAt = t.CreatedAt.Add(-time.Hour) })
		late := meettest.MeetingType(m.users[0], func(t *meet.MeetingType) { t.CreatedAt = t.CreatedAt.Add(time.Hour) })
		w.insert(t, late, early)
		for owner, want := range map[meet.UserID][]meet.MeetingTypeID{
			m.users[0].ID: {m.types[0].ID, late.ID},
			m.users[1].ID: {early.ID, m.types[1].ID},
			"unknown":     nil,
		} {
			var got []meet.MeetingTypeID
			for _, kind := range read(t, w, func(tx *store.Tx) ([]meet.MeetingType, error) { return tx.MeetingTypes(m.company.ID, owner) }) {
				got = append(got, kind.ID)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("of %q (-want +got):\n%s", owner, diff)
			}
		}
		all := read(t, w, func(tx *store.Tx) ([]meet.MeetingType, error) { return tx.MeetingTypes(m.company.ID, "") })
		if len(all) != 4 || all[0].ID != early.ID || all[3].ID != late.ID {
			t.Errorf("all are %v", all)
		}
	})
}

func (w *world) meetingType(t tb, kind meet.MeetingType) meet.MeetingType {
	t.Helper()
	return read(t, w, func(tx *store.Tx) (meet.MeetingType, error) { return tx.MeetingType(kind.Company, kind.ID) })
}
