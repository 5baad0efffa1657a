package store_test

import (
	"path/filepath"
	"testing"

	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/storetest"
)

func TestStore_File(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t testing.TB, o store.Options) *store.Store {
		return open(t, filepath.Join(t.TempDir(), "test.db"), o)
	})
}

func TestStore_Memory(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t testing.TB, o store.Options) *store.Store { return open(t, ":memory:", o) })
}

// open opens a database and closes it when the test is over.
func open(t testing.TB, source string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), source, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
