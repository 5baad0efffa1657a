package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

func companies(s suite) {
	s.that("comes back as it was stored", func(t *testing.T, w *world) {
		want := meettest.Company(func(c *meet.Company) {
			c.Settings = meet.CompanySettings{DoubleOptIn: true, HostConfirmation: true, ApprovalTime: time.Hour, OptInTime: 2 * time.Hour}
		})
		w.insert(t, want)
		got := read(t, w, func(tx *store.Tx) (meet.Company, error) { return tx.Company(want.ID) })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("stored and read (-want +got):\n%s", diff)
		}
	})

	s.that("an unknown one is not found", func(t *testing.T, w *world) {
		err := refusal(t, w, func(tx *store.Tx) (meet.Company, error) { return tx.Company("unknown") })
		wantCode(t, err, meet.CodeNotFound)
	})

	s.that("a slug is taken by one only", func(t *testing.T, w *world) {
		first := meettest.Company()
		w.insert(t, first)
		second := meettest.Company(func(c *meet.Company) { c.Slug = first.Slug })
		err := w.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertCompany(second) })
		wantCode(t, err, meet.CodeSlugTaken)
	})

	s.that("they are listed as they were made", func(t *testing.T, w *world) {
		older := meettest.Company(func(c *meet.Company) { c.CreatedAt = c.CreatedAt.Add(-time.Hour) })
		newer := meettest.Company()
		w.insert(t, newer, older)
		got := read(t, w, (*store.Tx).Companies)
		if diff := cmp.Diff([]meet.Company{older, newer}, got); diff != "" {
			t.Errorf("listed (-want +got):\n%s", diff)
		}
	})

	s.that("nothing is left after a wipe", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		w.insert(t, meettest.Queue(m.types[0], []meet.UserID{m.users[1].ID}), meettest.Key(m.users[0]), m.booking())
		w.update(t, func(tx *store.Tx) error { return tx.SetSetting("name", "value") })
		w.update(t, func(tx *store.Tx) error {
			_, _, err := tx.TakeKey("key", "body", meettest.Now().Add(-time.Hour))
			return err
		})
		w.update(t, (*store.Tx).Wipe)
		if left := read(t, w, (*store.Tx).Companies); len(left) != 0 {
			t.Errorf("%d companies are left", len(left))
		}
		if left := w.occupied(t, m); len(left) != 0 {
			t.Errorf("%d occupied ranges are left", len(left))
		}
		if left := read(t, w, func(tx *store.Tx) (string, error) { return tx.Setting("name") }); left != "" {
			t.Errorf("a setting is left: %s", left)
		}
		w.take(t, "key", "another body", store.Answer{}, true)
	})
}

func wantCode(t tb, err error, want meet.Code) {
	t.Helper()
	if got := meet.CodeOf(err); got != want {
		t.Errorf("refused with %q (%v), want %q", got, err, want)
	}
}
