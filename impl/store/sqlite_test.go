package store_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/storetest"
)

func TestStore_File(t *testing.T) {
	t.Parallel()
	empty := emptyFile(t)
	storetest.Run(t, func(t testing.TB, o store.Options) *store.Store {
		path := filepath.Join(t.TempDir(), "test.db")
		if err := os.WriteFile(path, empty, 0o600); err != nil {
			t.Fatal(err)
		}
		return open(t, path, o)
	})
}

// emptyFile returns a database file with all tables, which take their time
// to be made.
func emptyFile(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "empty.db")
	shut(t, open(t, path, store.Options{}))
	return []byte(content(t, path))
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
	t.Cleanup(func() { shut(t, s) })
	return s
}

func shut(t testing.TB, s *store.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// execute runs a statement on a database file behind the store's back.
func execute(t testing.TB, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.ExecContext(t.Context(), statement)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestOpen_Lock(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	server := open(t, path, store.Options{Exclusive: true})
	if s, err := store.Open(t.Context(), path, store.Options{Exclusive: true}); !errors.Is(err, store.ErrLocked) {
		t.Errorf("a second server: %v, %v", s, err)
	}
	// Ensure that a command works beside the server, and sees and is seen.
	command := open(t, path, store.Options{})
	for _, s := range []*store.Store{command, server} {
		err := s.Update(t.Context(), func(tx *store.Tx) error { return storetest.Insert(tx, meettest.Company()) })
		if err != nil {
			t.Error(err)
		}
	}
	for _, s := range []*store.Store{command, server} {
		err := s.View(t.Context(), func(tx *store.Tx) error {
			if all, err := tx.Companies(); err != nil || len(all) != 2 {
				t.Errorf("%d companies, %v", len(all), err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	// Ensure that the lock goes with the server and not with the command.
	shut(t, command)
	if _, err := store.Open(t.Context(), path, store.Options{Exclusive: true}); !errors.Is(err, store.ErrLocked) {
		t.Errorf("a second server after the command: %v", err)
	}
	shut(t, server)
	open(t, path, store.Options{Exclusive: true})
}

// Ensure that several may open a file that nobody has used yet.
func TestOpen_AtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			s, err := store.Open(t.Context(), path, store.Options{})
			if err == nil {
				err = errors.Join(s.Ready(t.Context()), s.Close())
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// Ensure that what a server that died had claimed is due again when the next
// one starts, and not when a command looks at the file.
func TestOpen_EndsLeases(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	company := meettest.Company()
	claim := func(exclusive bool) int {
		s := open(t, path, store.Options{Now: meettest.Now, Exclusive: exclusive})
		defer shut(t, s)
		var jobs []meet.Job
		err := s.Update(t.Context(), func(tx *store.Tx) (err error) {
			jobs, err = tx.ClaimJobs(store.Room{Workers: 9, Common: 9, PerLane: 9}, meettest.Now(), time.Hour)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return len(jobs)
	}
	s := open(t, path, store.Options{Now: meettest.Now})
	err := s.Update(t.Context(), func(tx *store.Tx) error { return storetest.Insert(tx, company, meettest.Job(company)) })
	if err != nil {
		t.Fatal(err)
	}
	shut(t, s)
	for i, test := range []struct {
		exclusive bool
		want      int
	}{{true, 1}, {false, 0}, {true, 1}} {
		if got := claim(test.exclusive); got != test.want {
			t.Errorf("try %d: %d jobs, want %d", i, got, test.want)
		}
	}
}

func TestOpen_Source(t *testing.T) {
	t.Parallel()
	t.Run("a file is for its owner only, whatever its name", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "meet ü?mode=ro#1%41&.db")
		open(t, path, store.Options{})
		for _, name := range []string{path, path + "-wal"} {
			if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", name, info, err)
			}
		}
	})

	t.Run("nothing but the file is left after closing", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		s := open(t, filepath.Join(dir, "test.db"), store.Options{})
		err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.SetSetting("name", "value") })
		if err != nil {
			t.Fatal(err)
		}
		shut(t, s)
		files, err := os.ReadDir(dir)
		if err != nil || len(files) != 1 {
			t.Errorf("left are %v, %v", files, err)
		}
	})

	t.Run("databases in memory are apart", func(t *testing.T) {
		t.Parallel()
		one, two := open(t, ":memory:", store.Options{}), open(t, ":memory:", store.Options{Exclusive: true})
		err := one.Update(t.Context(), func(tx *store.Tx) error { return tx.SetSetting("name", "value") })
		if err != nil {
			t.Fatal(err)
		}
		err = two.View(t.Context(), func(tx *store.Tx) error {
			if value, err := tx.Setting("name"); err != nil || value != "" {
				t.Errorf("the other one has %q, %v", value, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})

	for outcome, source := range map[string]string{
		"a folder that is missing is an error": filepath.Join(t.TempDir(), "missing", "test.db"),
		"a folder is an error":                 t.TempDir(),
		"another engine is an error":           "mysql://localhost/meetwright",
	} {
		t.Run(outcome, func(t *testing.T) {
			t.Parallel()
			if s, err := store.Open(t.Context(), source, store.Options{Exclusive: !strings.Contains(source, "://")}); err == nil {
				t.Error("opened")
				shut(t, s)
			}
		})
	}
}

func TestOpen_Damage(t *testing.T) {
	t.Parallel()
	// filled returns the path of a closed database of many pages.
	filled := func(t *testing.T) string {
		path := filepath.Join(t.TempDir(), "test.db")
		s := open(t, path, store.Options{})
		err := s.Update(t.Context(), func(tx *store.Tx) error {
			for range 500 {
				if err := storetest.Insert(tx, meettest.Company()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		shut(t, s)
		return path
	}
	for _, test := range []struct {
		outcome, says string
		spoil         func(t *testing.T, path string)
	}{
		{"a file of another kind is refused", "not a database", func(t *testing.T, path string) {
			write(t, path, 0, []byte(strings.Repeat("not a database\n", 1000)))
		}},
		{"overwritten pages are refused", "damaged", func(t *testing.T, path string) {
			write(t, path, 40*4096, []byte(strings.Repeat("\xff", 3*4096)))
		}},
		{"a file that was cut off is refused", "damaged", func(t *testing.T, path string) {
			if err := os.Truncate(path, 5*4096); err != nil {
				t.Fatal(err)
			}
		}},
		{"tables of a newer program are refused", "use a newer meetwright", func(t *testing.T, path string) {
			execute(t, path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)")
		}},
	} {
		t.Run(test.outcome, func(t *testing.T) {
			t.Parallel()
			path := filled(t)
			test.spoil(t, path)
			before := content(t, path)
			s, err := store.Open(t.Context(), path, store.Options{Exclusive: true})
			if err == nil {
				shut(t, s)
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("refused with %q", err)
			}
			if content(t, path) != before {
				t.Error("the file was changed")
			}
			// Ensure that the refusal lets go of the lock.
			if _, err := store.Open(t.Context(), path, store.Options{Exclusive: true}); errors.Is(err, store.ErrLocked) {
				t.Error(err)
			}
		})
	}
}

func write(t *testing.T, path string, at int64, text []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt(text, at)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := fs.ReadFile(os.DirFS(filepath.Dir(path)), filepath.Base(path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
