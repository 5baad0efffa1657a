package storetest

import (
	"testing"

	"github.com/meetwright/meetwright/impl/store"
)

func settings(s suite) {
	s.that("a value is stored, replaced and removed", func(t *testing.T, w *world) {
		w.wantSetting(t, "name", "")
		for _, value := range []string{"one", "two", "", "three"} {
			w.update(t, func(tx *store.Tx) error { return tx.SetSetting("name", value) })
			w.wantSetting(t, "name", value)
		}
	})

	s.that("names are apart, and so are their cases", func(t *testing.T, w *world) {
		w.update(t, func(tx *store.Tx) error { return tx.SetSetting("name", "value") })
		for _, name := range []string{"other", "Name", "nam", "%"} {
			w.wantSetting(t, name, "")
		}
	})

	s.that("a store that takes changes is ready", func(t *testing.T, w *world) {
		if err := w.Ready(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func (w *world) wantSetting(t tb, name, want string) {
	t.Helper()
	if got := read(t, w, func(tx *store.Tx) (string, error) { return tx.Setting(name) }); got != want {
		t.Errorf("%s is %q, want %q", name, got, want)
	}
}
