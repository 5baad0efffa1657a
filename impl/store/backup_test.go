package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Ensure that a backup made while a server books has every booking that was
// acknowledged before it began, whole, and is restored with them.
func TestBackup_UnderLoad(t *testing.T) {
	t.Parallel()
	path, s := newTeamFile(t)
	shut(t, s)
	server, lines := startOther(t, path, 0)
	var before []meet.BookingID
	for len(before) < 300 && lines.Scan() {
		before = append(before, meet.BookingID(lines.Text()))
	}
	target := filepath.Join(t.TempDir(), "backup.db")
	saved, err := store.Backup(t.Context(), path, target, store.CopyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !lines.Scan() {
		t.Error("the server books no more")
	}
	if err := errors.Join(server.Process.Kill(), ignoreKill(server.Wait())); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(target); err != nil || info.Size() != saved.Bytes || info.Mode().Perm() != 0o600 {
		t.Errorf("saved are %+v, the file is %v, %v", saved, info, err)
	}

	restored := filepath.Join(t.TempDir(), "restored.db")
	again, err := store.Restore(t.Context(), target, restored, store.CopyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if again.Bookings != saved.Bookings || saved.Bookings < int64(len(before)) {
		t.Errorf("%d bookings were made, %d saved, %d restored", len(before), saved.Bookings, again.Bookings)
	}
	there := bookingsOf(t, restored)
	for _, id := range before {
		if !slices.Contains(there, id) {
			t.Fatalf("booking %s was acknowledged before the backup, and is not in it", id)
		}
	}
}

// ignoreKill leaves out what is said of a process that was killed.
func ignoreKill(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil
	}
	return err
}

func bookingsOf(t *testing.T, path string) (ids []meet.BookingID) {
	t.Helper()
	s := open(t, path, store.Options{Exclusive: true})
	defer shut(t, s)
	err := s.View(t.Context(), func(tx *store.Tx) error {
		companies, err := tx.Companies()
		if err != nil {
			return err
		}
		all, _, err := tx.Bookings(companies[0].ID, store.BookingFilter{Limit: 1_000_000})
		ids = nil
		for _, b := range all {
			if taken, err := tx.Seats(b.ID); err != nil || len(taken) == 0 {
				return errors.Join(err, errors.New("a booking without an attendee"))
			}
			ids = append(ids, b.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// settingIn reads a setting of a database file.
func settingIn(t *testing.T, path string) (value string) {
	t.Helper()
	s := open(t, path, store.Options{})
	defer shut(t, s)
	err := s.View(t.Context(), func(tx *store.Tx) (err error) {
		value, err = tx.Setting("name")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func set(t *testing.T, s *store.Store, value string) {
	t.Helper()
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.SetSetting("name", value) }); err != nil {
		t.Fatal(err)
	}
}

// backedUp returns a database file with a setting and a backup of it.
func backedUp(t *testing.T, value string) (path, backup string) {
	t.Helper()
	path, backup = filepath.Join(t.TempDir(), "test.db"), filepath.Join(t.TempDir(), "backup.db")
	s := open(t, path, store.Options{})
	set(t, s, value)
	shut(t, s)
	if _, err := store.Backup(t.Context(), path, backup, store.CopyOptions{}); err != nil {
		t.Fatal(err)
	}
	return path, backup
}

func TestBackup_Refusals(t *testing.T) {
	t.Parallel()
	path, backup := backedUp(t, "old")
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	inUse := filepath.Join(t.TempDir(), "used.db")
	set(t, open(t, inUse, store.Options{}), "used")
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, make([]byte, 4096), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, from, to string
		replace        bool
		want           error
	}{
		{"a file that is there", path, backup, false, store.ErrExists},
		{"a folder", path, t.TempDir(), true, store.ErrExists},
		{"itself", path, path, true, store.ErrSameFile},
		{"itself by another name", path, link, true, store.ErrSameFile},
		{"a database in use", path, inUse, true, store.ErrInUse},
		{"what is no database", text, filepath.Join(t.TempDir(), "x"), false, store.ErrForeign},
		{"a folder that is not there", path, filepath.Join(t.TempDir(), "no", "x"), false, os.ErrNotExist},
	} {
		before := listing(t, filepath.Dir(test.to))
		if _, err := store.Backup(t.Context(), test.from, test.to, store.CopyOptions{Replace: test.replace}); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
		if after := listing(t, filepath.Dir(test.to)); !slices.Equal(before, after) {
			t.Errorf("%s leaves %v, there was %v", test.name, after, before)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Backup(cancelled, path, backup, store.CopyOptions{Replace: true}); !errors.Is(err, context.Canceled) {
		t.Errorf("a backup that is stopped: %v", err)
	}
	if got := settingIn(t, backup); got != "old" {
		t.Errorf("the backup holds %q", got)
	}
}

func listing(t *testing.T, folder string) (names []string) {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names
}

func TestRestore(t *testing.T) {
	t.Parallel()
	t.Run("replaces a database whose server died, with its log", func(t *testing.T) {
		t.Parallel()
		_, backup := backedUp(t, "of the backup")
		died := filepath.Join(t.TempDir(), "died.db")
		alive := filepath.Join(t.TempDir(), "alive.db")
		s := open(t, alive, store.Options{})
		set(t, s, "of the log")
		for _, ending := range []string{"", "-wal"} { // as a server leaves them that dies
			text := content(t, alive+ending)
			if err := os.WriteFile(died+ending, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := store.Restore(t.Context(), backup, died, store.CopyOptions{}); !errors.Is(err, store.ErrExists) {
			t.Errorf("without being told to: %v", err)
		}
		if _, err := store.Restore(t.Context(), backup, died, store.CopyOptions{Replace: true}); err != nil {
			t.Fatal(err)
		}
		if got, want := listing(t, filepath.Dir(died)), []string{"died.db", "died.db.lock"}; !slices.Equal(got, want) {
			t.Errorf("there are %v", got)
		}
		if got := settingIn(t, died); got != "of the backup" {
			t.Errorf("it holds %q", got)
		}
	})

	t.Run("does not take part in what a log of nothing holds", func(t *testing.T) {
		t.Parallel()
		path, backup := backedUp(t, "of the backup")
		s := open(t, path, store.Options{})
		set(t, s, "of the log")
		target := filepath.Join(t.TempDir(), "target.db")
		if err := os.WriteFile(target+"-wal", []byte(content(t, path+"-wal")), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Restore(t.Context(), backup, target, store.CopyOptions{}); err != nil {
			t.Fatal(err)
		}
		if got := settingIn(t, target); got != "of the backup" {
			t.Errorf("it holds %q", got)
		}
	})

	t.Run("replaces what is damaged beyond reading", func(t *testing.T) {
		t.Parallel()
		path, backup := backedUp(t, "of the backup")
		if err := os.WriteFile(path, []byte("no database at all"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Restore(t.Context(), backup, path, store.CopyOptions{Replace: true}); err != nil {
			t.Fatal(err)
		}
		if got := settingIn(t, path); got != "of the backup" {
			t.Errorf("it holds %q", got)
		}
	})

	t.Run("keeps off a server's file", func(t *testing.T) {
		t.Parallel()
		path, backup := backedUp(t, "old")
		s := open(t, path, store.Options{Exclusive: true})
		set(t, s, "new")
		if _, err := store.Restore(t.Context(), backup, path, store.CopyOptions{Replace: true}); !errors.Is(err, store.ErrLocked) {
			t.Errorf("%v", err)
		}
		shut(t, s)
		if got := settingIn(t, path); got != "new" {
			t.Errorf("it holds %q", got)
		}
	})

	t.Run("refuses a backup that is damaged, newer, or another's", func(t *testing.T) {
		t.Parallel()
		newer := func(t *testing.T, path string) {
			execute(t, path, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`)
		}
		another := func(t *testing.T, path string) { execute(t, path, `DROP TABLE goose_db_version`) }
		for _, test := range []struct {
			change func(*testing.T, string)
			want   error
		}{{spoil, store.ErrDamaged}, {newer, store.ErrNewer}, {another, store.ErrForeign}} {
			_, backup := backedUp(t, "old")
			test.change(t, backup)
			target := filepath.Join(t.TempDir(), "target.db")
			if _, err := store.Restore(t.Context(), backup, target, store.CopyOptions{}); !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
			if got := listing(t, filepath.Dir(target)); !slices.Equal(got, []string{"target.db.lock"}) {
				t.Errorf("there are %v", got)
			}
		}
	})
}

// spoil makes an index of a database file disagree with its table, which only
// the whole check finds.
func spoil(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, statement := range []string{
		`CREATE TABLE spoilt (a INTEGER)`, `CREATE INDEX spoilt_a ON spoilt (a)`, `INSERT INTO spoilt VALUES (1), (2)`,
		`PRAGMA writable_schema = 1`,
		// The index takes the pages of an empty one.
		`CREATE TABLE empty (a INTEGER)`, `CREATE INDEX empty_a ON empty (a)`,
		`UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'empty_a') WHERE name = 'spoilt_a'`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}
