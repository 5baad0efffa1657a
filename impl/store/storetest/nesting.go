package storetest

import (
	"errors"
	"testing"

	"github.com/meetwright/meetwright/impl/store"
)

// nesting checks changes that are made as a part of another.
func nesting(s suite) {
	s.that("a part is kept with the whole", func(t *testing.T, w *world) {
		w.update(t, func(tx *store.Tx) error {
			return w.Update(tx.Context(t.Context()), func(part *store.Tx) error {
				if !part.Now().Equal(tx.Now()) {
					t.Errorf("now is %v within %v", part.Now(), tx.Now())
				}
				return part.SetSetting("part", "value")
			})
		})
		w.wantSetting(t, "part", "value")
	})

	s.that("a part that fails is undone alone", func(t *testing.T, w *world) {
		w.update(t, func(tx *store.Tx) error {
			if err := tx.SetSetting("before", "value"); err != nil {
				return err
			}
			for range 2 {
				if err := w.Update(tx.Context(t.Context()), set("part", "value", errFailed)); !errors.Is(err, errFailed) {
					t.Errorf("the part is %v", err)
				}
			}
			return tx.SetSetting("after", "value")
		})
		w.wantSetting(t, "before", "value")
		w.wantSetting(t, "part", "")
		w.wantSetting(t, "after", "value")
	})

	s.that("a part that panics is undone alone when the whole recovers", func(t *testing.T, w *world) {
		w.update(t, func(tx *store.Tx) error {
			func() {
				defer func() { _ = recover() }()
				_ = w.Update(tx.Context(t.Context()), func(tx *store.Tx) error {
					if err := tx.SetSetting("part", "value"); err != nil {
						return err
					}
					panic("oops")
				})
			}()
			return tx.SetSetting("after", "value")
		})
		w.wantSetting(t, "part", "")
		w.wantSetting(t, "after", "value")
	})

	s.that("a part goes with the whole that fails", func(t *testing.T, w *world) {
		err := w.Update(t.Context(), func(tx *store.Tx) error {
			if err := w.Update(tx.Context(t.Context()), set("part", "value", nil)); err != nil {
				return err
			}
			return errFailed
		})
		if !errors.Is(err, errFailed) {
			t.Error(err)
		}
		w.wantSetting(t, "part", "")
	})

	s.that("a part of a part is undone alone", func(t *testing.T, w *world) {
		w.update(t, func(tx *store.Tx) error {
			return w.Update(tx.Context(t.Context()), func(tx *store.Tx) error {
				if err := tx.SetSetting("outer", "value"); err != nil {
					return err
				}
				if err := w.Update(tx.Context(t.Context()), set("inner", "value", errFailed)); !errors.Is(err, errFailed) {
					t.Errorf("the inner part is %v", err)
				}
				return nil
			})
		})
		w.wantSetting(t, "outer", "value")
		w.wantSetting(t, "inner", "")
	})

	s.that("a view within a change sees it and cannot change", func(t *testing.T, w *world) {
		w.update(t, func(tx *store.Tx) error {
			if err := tx.SetSetting("name", "value"); err != nil {
				return err
			}
			return w.View(tx.Context(t.Context()), func(view *store.Tx) error {
				if got, err := view.Setting("name"); err != nil || got != "value" {
					t.Errorf("seen %q, %v", got, err)
				}
				if err := view.SetSetting("name", "changed"); err == nil {
					t.Error("changed in a view")
				}
				if err := w.Update(view.Context(t.Context()), set("name", "changed", nil)); err == nil {
					t.Error("changed as a part of a view")
				}
				return nil
			})
		})
		w.wantSetting(t, "name", "value")
	})

	s.that("a change within a view is refused", func(t *testing.T, w *world) {
		err := w.View(t.Context(), func(tx *store.Tx) error {
			return w.Update(tx.Context(t.Context()), set("name", "value", nil))
		})
		if err == nil {
			t.Error("changed")
		}
		w.wantSetting(t, "name", "")
	})

	s.that("a transaction is joined by its own store only", func(t *testing.T, w *world) {
		other := &world{}
		other.set(w.now())
		other.Store = s.open(t, store.Options{Now: other.now})
		w.update(t, func(tx *store.Tx) error {
			return other.Update(tx.Context(t.Context()), set("name", "value", nil))
		})
		w.wantSetting(t, "name", "")
		other.wantSetting(t, "name", "value")
	})
}
