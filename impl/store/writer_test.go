package store

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
)

var errFailed = errors.New("failed")

// set returns a change that sets a value and then ends with an error or nil.
func set(name, value string, end error) func(*Tx) error {
	return func(tx *Tx) error {
		if err := tx.SetSetting(name, value); err != nil {
			return err
		}
		return end
	}
}

// openFile opens a new database file and closes it when the test is over.
func openFile(t *testing.T) *Store {
	t.Helper()
	return openFileAt(t, filepath.Join(t.TempDir(), "test.db"))
}

func openFileAt(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{Now: meettest.Now, Logger: slog.New(slog.DiscardHandler)})
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

// grouped runs changes that all wait for the writer before the first of them
// runs, so that they come into one group in their order, and returns what
// each caller is told. A panic is told as an error.
func grouped(t *testing.T, s *Store, changes ...func(*Tx) error) []error {
	t.Helper()
	release := hold(t, s)
	outcomes := make([]error, len(changes))
	for i, fn := range changes {
		go func() {
			defer func() {
				if v := recover(); v != nil {
					outcomes[i], _ = v.(error)
				}
			}()
			outcomes[i] = s.Update(t.Context(), fn)
		}()
		synctest.Wait() // the next one waits behind it
	}
	release()
	synctest.Wait()
	return outcomes
}

// hold keeps the writer busy with a change until it is released. What
// becomes of that change depends on its group.
func hold(t *testing.T, s *Store) (release func()) {
	t.Helper()
	held := make(chan struct{})
	go func() { _ = s.Update(t.Context(), func(*Tx) error { <-held; return nil }) }()
	synctest.Wait()
	return func() { close(held) }
}

func wantSettings(t *testing.T, s *Store, want map[string]string) {
	t.Helper()
	err := s.View(t.Context(), func(tx *Tx) error {
		for name, value := range want {
			if got, err := tx.Setting(name); err != nil || got != value {
				t.Errorf("%s is %q, want %q (%v)", name, got, value, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestStore_UpdateInGroups(t *testing.T) {
	t.Run("what fails in a group leaves the others", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := openFile(t)
			errOops := errors.New("oops")
			told := grouped(t, s,
				set("first", "value", nil),
				set("failed", "value", errFailed),
				set("second", "value", nil),
				func(tx *Tx) error {
					if err := tx.SetSetting("panicked", "value"); err != nil {
						return err
					}
					panic(errOops)
				},
				set("third", "value", nil),
			)
			for i, want := range []error{nil, errFailed, nil, errOops, nil} {
				if !errors.Is(told[i], want) {
					t.Errorf("caller %d was told %v, want %v", i, told[i], want)
				}
			}
			wantSettings(t, s, map[string]string{"first": "value", "failed": "", "second": "value", "panicked": "", "third": "value"})
		})
	})

	t.Run("nobody is answered before the commit of the group", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := openFile(t)
			release := hold(t, s)
			var answered atomic.Bool
			go func() {
				if err := s.Update(t.Context(), set("name", "value", nil)); err != nil {
					t.Error(err)
				}
				answered.Store(true)
			}()
			synctest.Wait()
			releaseNext := hold(t, s)
			release()
			synctest.Wait() // the change ran, the next one of its group runs
			if answered.Load() {
				t.Error("answered before the group was committed")
			}
			wantSettings(t, s, map[string]string{"name": ""})
			releaseNext()
			synctest.Wait()
			if !answered.Load() {
				t.Error("not answered")
			}
		})
	})

	t.Run("a change of a caller who left while it waited is not run", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := openFile(t)
			release := hold(t, s)
			ctx, leave := context.WithCancel(t.Context())
			var told error
			go func() { told = s.Update(ctx, set("name", "value", nil)) }()
			synctest.Wait()
			leave()
			release()
			synctest.Wait()
			if !errors.Is(told, context.Canceled) {
				t.Errorf("told %v", told)
			}
			wantSettings(t, s, map[string]string{"name": ""})
		})
	})

	t.Run("a change is refused when too many wait, and they go on", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := openFile(t)
			release := hold(t, s)
			var done atomic.Int32
			for range maxQueue {
				go func() {
					if err := s.Update(t.Context(), func(*Tx) error { done.Add(1); return nil }); err != nil {
						t.Error(err)
					}
				}()
			}
			synctest.Wait()
			if err := s.Update(t.Context(), set("name", "value", nil)); !errors.Is(err, ErrBusy) {
				t.Errorf("told %v", err)
			}
			release()
			synctest.Wait()
			if n := done.Load(); n != maxQueue {
				t.Errorf("%d changes were made", n)
			}
			wantSettings(t, s, map[string]string{"name": ""})
		})
	})
}

func TestStore_Close(t *testing.T) {
	t.Run("what waits is done, what comes later is refused", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "test.db")
			s, err := Open(t.Context(), path, Options{Exclusive: true})
			if err != nil {
				t.Fatal(err)
			}
			release := hold(t, s)
			told, closed := errFailed, errFailed
			go func() { told = s.Update(t.Context(), set("name", "value", nil)) }()
			synctest.Wait()
			go func() { closed = s.Close() }()
			synctest.Wait()
			if err := s.Update(t.Context(), set("late", "value", nil)); !errors.Is(err, errClosed) {
				t.Errorf("a late change was told %v", err)
			}
			release()
			synctest.Wait()
			if told != nil || closed != nil {
				t.Errorf("the change was told %v, closing %v", told, closed)
			}
			s, err = Open(t.Context(), path, Options{Exclusive: true})
			if err != nil {
				t.Fatal(err)
			}
			wantSettings(t, s, map[string]string{"name": "value", "late": ""})
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	})

	t.Run("a view under way ends first", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := openFile(t)
			held := make(chan struct{})
			var closed atomic.Bool
			go func() {
				err := s.View(t.Context(), func(tx *Tx) error {
					<-held
					if closed.Load() {
						t.Error("closed under a view")
					}
					_, err := tx.Setting("name")
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}()
			synctest.Wait()
			go func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				closed.Store(true)
			}()
			synctest.Wait()
			close(held)
			synctest.Wait()
			if !closed.Load() {
				t.Error("not closed")
			}
		})
	})
}

func TestStore_DiskFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openFile(t)
		if err := s.Update(t.Context(), set("before", "value", nil)); err != nil {
			t.Fatal(err)
		}
		pragma(t, lite(s).writers, "PRAGMA max_page_count = 1") // it stays at what there is

		// Ensure that the whole group is told so: also the change that had
		// worked, and the one that was refused because of that.
		told := grouped(t, s,
			set("worked", "value", nil),
			func(tx *Tx) error {
				if worked, err := tx.Setting("worked"); err != nil || worked == "" {
					t.Errorf("the group is not one: %v", err)
				}
				return meet.ErrSlotOccupied
			},
			set("big", strings.Repeat("x", 1<<20), nil),
			set("behind", "value", nil),
		)
		for i, err := range told {
			if meet.CodeOf(err) != meet.CodeUnavailable || !strings.Contains(err.Error(), "full") || errors.Is(err, meet.ErrSlotOccupied) {
				t.Errorf("caller %d was told %v", i, err)
			}
		}

		pragma(t, lite(s).writers, "PRAGMA max_page_count = 1000000")
		if err := s.Update(t.Context(), set("later", "value", nil)); meet.CodeOf(err) != meet.CodeUnavailable {
			t.Errorf("a later change was told %v", err)
		}
		if err := s.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "full") {
			t.Errorf("ready: %v", err)
		}
		wantSettings(t, s, map[string]string{"before": "value", "worked": "", "big": "", "behind": "", "later": ""})
	})
}

// Ensure that each commit is told, after it, and no change that was undone.
func TestStore_Committed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var commits atomic.Int32
		s, err := Open(t.Context(), memory, Options{Committed: func() { commits.Add(1) }})
		if err != nil {
			t.Fatal(err)
		}
		grouped(t, s, set("one", "value", nil), set("two", "value", errFailed), set("three", "value", nil))
		if n := commits.Load(); n != 1 {
			t.Errorf("%d commits were told, want that of the group", n)
		}
		if err := s.Update(t.Context(), set("four", "value", errFailed)); !errors.Is(err, errFailed) {
			t.Error(err)
		}
		synctest.Wait()
		if n := commits.Load(); n != 1 {
			t.Error("a commit was told of which nothing was kept")
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Ensure that a commit that fails is everybody's failure and nobody's
// refusal, and that the store goes on.
func TestStore_CommitFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openFile(t)
		told := grouped(t, s,
			set("worked", "value", nil),
			func(*Tx) error { return meet.ErrSlotOccupied },
			func(tx *Tx) error {
				if _, err := tx.exec("PRAGMA defer_foreign_keys = 1"); err != nil {
					return err
				}
				return tx.InsertUser(meettest.User(meettest.Company())) // of no company
			},
		)
		for i, err := range told {
			if err == nil || meet.CodeOf(err) != "" {
				t.Errorf("caller %d was told %v", i, err)
			}
		}
		if err := s.Update(t.Context(), set("later", "value", nil)); err != nil {
			t.Errorf("a later change was told %v", err)
		}
		wantSettings(t, s, map[string]string{"worked": "", "later": "value"})
	})
}

// Ensure that a change is refused as "try again" when another process does
// not let go of the file, and that the next one succeeds.
func TestStore_FileBusy(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	s, other := openFileAt(t, path), openFileAt(t, path)
	pragma(t, lite(s).writers, "PRAGMA busy_timeout = 0")
	pragma(t, lite(other).writers, "BEGIN IMMEDIATE")
	err := s.Update(t.Context(), set("name", "value", nil))
	if meet.CodeOf(err) != meet.CodeUnavailable {
		t.Errorf("told %v", err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("ready: %v", err)
	}
	pragma(t, lite(other).writers, "ROLLBACK")
	if err := s.Update(t.Context(), set("name", "value", nil)); err != nil {
		t.Errorf("told %v", err)
	}
}

// pragma executes a statement on each connection of a pool.
func pragma(t *testing.T, p *pool, statement string) {
	t.Helper()
	each(t, p, func(c *conn) {
		if err := c.put(statement); err != nil {
			t.Error(err)
		}
	})
}
