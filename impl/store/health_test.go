package store_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/postgrestest"
)

// TestCheck checks databases of both engines, and that none is changed.
func TestCheck(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.db")
	if _, err := store.Check(t.Context(), file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the check made the file")
	}
	s, err := store.Open(t.Context(), file, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	h, err := store.Check(t.Context(), file)
	if err != nil || h.Schema != h.Latest || h.Schema == 0 || h.Companies != 0 {
		t.Errorf("a new file: %+v, %v", h, err)
	}
	if err := os.WriteFile(file, []byte("this is no database, whatever its name says, and never was"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Check(t.Context(), file); !errors.Is(err, store.ErrForeign) {
		t.Errorf("a file of another kind: %v", err)
	}
	t.Run("PostgreSQL", func(t *testing.T) {
		h, err := store.Check(t.Context(), postgrestest.Database(t))
		if err != nil || h.Schema != h.Latest || h.Schema == 0 {
			t.Errorf("a new database: %+v, %v", h, err)
		}
	})
}
