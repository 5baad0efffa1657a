package storetest

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

var errFailed = errors.New("failed")

// set returns a change that sets a value and then ends with an error or nil.
func set(name, value string, end error) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		if err := tx.SetSetting(name, value); err != nil {
			return err
		}
		return end
	}
}

func transactions(s suite) {
	s.that("nothing is kept after an error", func(t *testing.T, w *world) {
		if err := w.Update(t.Context(), set("name", "value", errFailed)); !errors.Is(err, errFailed) {
			t.Error(err)
		}
		w.wantSetting(t, "name", "")
	})

	s.that("a panic reaches the caller, and nothing is kept", func(t *testing.T, w *world) {
		func() {
			defer func() {
				if got := recover(); got != "oops" {
					t.Errorf("recovered %v", got)
				}
			}()
			_ = w.Update(t.Context(), func(tx *store.Tx) error {
				if err := tx.SetSetting("name", "value"); err != nil {
					return err
				}
				panic("oops")
			})
		}()
		w.wantSetting(t, "name", "")
		w.update(t, set("name", "later", nil))
	})

	s.that("a view that panics leaves the store in order", func(t *testing.T, w *world) {
		for range 50 { // more than there are connections
			func() {
				defer func() { _ = recover() }()
				_ = w.View(t.Context(), func(*store.Tx) error { panic("oops") })
			}()
		}
		w.wantSetting(t, "name", "")
	})

	s.that("a view cannot change anything", func(t *testing.T, w *world) {
		if err := w.View(t.Context(), set("name", "value", nil)); err == nil {
			t.Error("changed")
		}
		w.wantSetting(t, "name", "")
	})

	s.that("a view sees one state", func(t *testing.T, w *world) {
		both := func(value string) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				return errors.Join(tx.SetSetting("one", value), tx.SetSetting("two", value))
			}
		}
		w.update(t, both("0"))
		var writing sync.WaitGroup
		writing.Go(func() {
			for i := range 100 {
				if err := w.Update(t.Context(), both(strconv.Itoa(i))); err != nil {
					t.Error(err)
				}
			}
		})
		for range 100 {
			err := w.View(t.Context(), func(tx *store.Tx) error {
				one, err := tx.Setting("one")
				if err != nil {
					return err
				}
				two, err := tx.Setting("two")
				if one != two {
					t.Errorf("one is %s, two is %s", one, two)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		writing.Wait()
	})

	s.that("no change is lost among many", func(t *testing.T, w *world) {
		const writers, each = 16, 10
		var all sync.WaitGroup
		for range writers {
			all.Go(func() {
				for range each {
					if err := w.Update(t.Context(), increment); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		w.wantSetting(t, "count", strconv.Itoa(writers*each))
	})

	s.that("a change is seen as soon as it was acknowledged", func(t *testing.T, w *world) {
		for i := range 50 {
			w.update(t, set("name", strconv.Itoa(i), nil))
			w.wantSetting(t, "name", strconv.Itoa(i))
		}
	})

	s.that("now is one instant, in UTC and whole microseconds", func(t *testing.T, w *world) {
		east := time.FixedZone("east", 3600)
		w.set(meettest.Now().Add(1999 * time.Nanosecond).In(east))
		want := meettest.Now().Add(time.Microsecond)
		check := func(tx *store.Tx) error {
			first := tx.Now()
			w.set(meettest.Now().Add(time.Hour))
			if !first.Equal(want) || first.Location() != time.UTC {
				t.Errorf("now is %v, want %v", first, want)
			}
			if !tx.Now().Equal(first) {
				t.Errorf("now went from %v to %v", first, tx.Now())
			}
			w.set(want)
			return nil
		}
		w.update(t, check)
		if err := w.View(t.Context(), check); err != nil {
			t.Error(err)
		}
	})

	s.that("a transaction that is over does nothing", func(t *testing.T, w *world) {
		var over []*store.Tx
		keep := func(tx *store.Tx) error { over = append(over, tx); return nil }
		w.update(t, keep)
		if err := w.View(t.Context(), keep); err != nil {
			t.Fatal(err)
		}
		for _, tx := range over {
			if err := tx.SetSetting("name", "value"); err == nil {
				t.Error("changed")
			}
			if _, err := tx.Setting("name"); err == nil {
				t.Error("read")
			}
			if err := w.Update(tx.Context(t.Context()), set("name", "value", nil)); err == nil {
				t.Error("changed by its context")
			}
		}
		w.wantSetting(t, "name", "")
	})

	s.that("nothing is done for a caller who has left", func(t *testing.T, w *world) {
		left, leave := context.WithCancel(t.Context())
		leave()
		if err := w.Update(left, set("name", "value", nil)); !errors.Is(err, context.Canceled) {
			t.Errorf("changed: %v", err)
		}
		w.wantSetting(t, "name", "")
	})

	s.that("a context that ends during a change does not stop it", func(t *testing.T, w *world) {
		left, leave := context.WithCancel(t.Context())
		err := w.Update(left, func(tx *store.Tx) error {
			leave()
			return tx.SetSetting("name", "value")
		})
		if err != nil {
			t.Error(err)
		}
		w.wantSetting(t, "name", "value")
	})

	s.that("a closed store refuses, as often as it is closed", func(t *testing.T, w *world) {
		w.update(t, set("name", "value", nil))
		for range 2 {
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if err := w.Update(t.Context(), set("name", "later", nil)); err == nil {
				t.Error("changed")
			}
			if err := w.View(t.Context(), func(*store.Tx) error { return nil }); err == nil {
				t.Error("viewed")
			}
			if err := w.Ready(t.Context()); err == nil {
				t.Error("ready")
			}
		}
	})
}

func increment(tx *store.Tx) error {
	text, err := tx.Setting("count")
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(text) // "" is 0
	return tx.SetSetting("count", strconv.Itoa(n+1))
}
