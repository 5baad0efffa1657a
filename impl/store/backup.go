package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	sqlite3 "modernc.org/sqlite/lib"
)

// The reasons why Backup and Restore write nothing.
var (
	ErrExists   = errors.New("there is a file of this name")
	ErrSameFile = errors.New("both names are those of one file")
	// ErrInUse refuses to write over a file that somebody works with.
	ErrInUse = errors.New("the file is a database in use")
	// ErrForeign refuses a file that is no database of ours.
	ErrForeign = errors.New("the file is no database of meetwright")
)

// CopyOptions say how Backup and Restore write.
type CopyOptions struct {
	// Replace allows them to write over a file.
	Replace bool
	// Progress is told now and then how many of the bytes are written, from
	// another goroutine. Defaults to nobody.
	Progress func(done, total int64)
}

// Saved is what a copy of a database holds.
type Saved struct {
	Bookings int64
	Bytes    int64
	Took     time.Duration
}

// Backup writes a copy of a SQLite file as it is at one instant, while a
// server may be using it. The copy has been checked and is on disk when it
// gets its name; until then the name is what it was before.
//
// Refusals: [ErrExists], [ErrSameFile], [ErrInUse], [ErrForeign],
// [ErrDamaged].
func Backup(ctx context.Context, path, target string, o CopyOptions) (Saved, error) {
	if err := checkTarget(path, target, o.Replace); err != nil {
		return Saved{}, err
	}
	if _, err := os.Stat(target + "-wal"); err == nil {
		return Saved{}, ErrInUse
	}
	return writeCopy(ctx, path, target, o)
}

// Restore writes a backup to where a server is to find it, with the care of
// Backup. A database that is replaced is gone.
//
// Refusals: those of Backup, of which [ErrForeign] and [ErrDamaged] are about
// the backup; [ErrLocked] while a server has the file; [ErrNewer].
func Restore(ctx context.Context, backup, path string, o CopyOptions) (Saved, error) {
	if err := checkTarget(backup, path, o.Replace); err != nil {
		return Saved{}, err
	}
	lock, err := lockFile(path)
	if err != nil {
		return Saved{}, err
	}
	defer func() { _ = lock.Unlock() }() // it ends with the process at the latest
	if _, err := inspect(ctx, backup); err != nil {
		return Saved{}, err
	}
	return writeCopy(ctx, backup, path, o)
}

// lockFile takes the lock of a server on a database file.
func lockFile(path string) (*flock.Flock, error) {
	lock := flock.New(path + ".lock")
	switch locked, err := lock.TryLock(); {
	case err != nil:
		return nil, fmt.Errorf("lock %s: %w", path, err)
	case !locked:
		return nil, ErrLocked
	}
	return lock, nil
}

func checkTarget(from, to string, replace bool) error {
	source, err := os.Stat(from)
	if err != nil {
		return err
	}
	switch there, err := os.Stat(to); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case os.SameFile(source, there):
		return ErrSameFile
	case !replace || !there.Mode().IsRegular():
		return ErrExists
	}
	return nil
}

// writeCopy copies a database aside, checks the copy, and puts it in place.
func writeCopy(ctx context.Context, from, to string, o CopyOptions) (saved Saved, err error) {
	began := time.Now()
	folder, name := filepath.Split(to)
	aside, err := os.CreateTemp(folder, "."+name+".*")
	if err != nil {
		return saved, err
	}
	defer func() { err = errors.Join(err, aside.Close(), ignoreMissing(os.Remove(aside.Name()))) }()
	if err := vacuumInto(ctx, from, aside.Name(), o.Progress); err != nil {
		return saved, err
	}
	if saved.Bookings, err = inspect(ctx, aside.Name()); err != nil {
		return saved, fmt.Errorf("check the copy: %w", err)
	}
	if err := aside.Sync(); err != nil {
		return saved, err
	}
	info, err := aside.Stat()
	if err != nil {
		return saved, err
	}
	if err := install(ctx, aside.Name(), to, o.Replace); err != nil {
		return saved, err
	}
	saved.Bytes, saved.Took = info.Size(), time.Since(began)
	return saved, nil
}

// vacuumInto writes the content of a database into an empty file.
func vacuumInto(ctx context.Context, from, to string, progress func(done, total int64)) (err error) {
	to, err = filepath.Abs(to) // a name that begins with "file:" would be a URI
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", dsn(from, "mode=rw"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if progress != nil {
		var total int64
		const size = `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`
		if err := db.QueryRowContext(ctx, size).Scan(&total); err != nil {
			return judgeFile(err)
		}
		defer watch(to, func(done int64) { progress(min(done, total), total) })()
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO $1`, to)
	return judgeFile(err)
}

// watch tells the size of a file that grows until the function it returns
// was called.
func watch(path string, tell func(size int64)) (stop func()) {
	over, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for tick := time.NewTicker(200 * time.Millisecond); ; {
			select {
			case <-over:
				tick.Stop()
				return
			case <-tick.C:
			}
			if info, err := os.Stat(path); err == nil {
				tell(info.Size())
			}
		}
	}()
	return func() {
		close(over)
		<-stopped
	}
}

// inspect reads all of a database file that nobody uses, and counts its
// bookings. It refuses one that is damaged, not ours, or newer than we are.
func inspect(ctx context.Context, path string) (bookings int64, err error) {
	db, err := sql.Open("sqlite", dsn(path, "mode=ro"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var verdict string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return 0, judgeFile(err)
	}
	if verdict != "ok" {
		return 0, fmt.Errorf("%w (%s)", ErrDamaged, verdict)
	}
	var tables int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE name IN ('goose_db_version', 'booking')`).Scan(&tables); err != nil {
		return 0, err
	}
	if tables != 2 {
		return 0, ErrForeign
	}
	if _, err := knownSchema(ctx, db, sqliteMigrations); err != nil {
		return 0, err
	}
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM booking`).Scan(&bookings)
	return bookings, err
}

// judgeFile says what an error of SQLite's means for the file.
func judgeFile(err error) error {
	switch code(err) {
	case sqlite3.SQLITE_NOTADB:
		return ErrForeign
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	return err
}

// install gives a file that is on disk its name. What an earlier database of
// that name left beside it would damage this one, and goes.
func install(ctx context.Context, aside, name string, replace bool) error {
	if replace {
		SettleLog(ctx, name)
	}
	for _, ending := range []string{"-wal", "-shm", "-journal"} {
		if err := ignoreMissing(os.Remove(name + ending)); err != nil {
			return err
		}
	}
	put := os.Link // which fails when somebody else was faster
	if replace {
		put = os.Rename
	}
	if err := put(aside, name); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(name))
}

// SettleLog moves what is in the log of a database file into the file, so that
// it is whole without the log should the machine stop now, and the log keeps
// nothing that was erased. It waits five seconds for those who read. A damaged
// file stays as it is.
func SettleLog(ctx context.Context, path string) {
	if db, err := sql.Open("sqlite", dsn(path, "mode=rw")); err == nil {
		_, _ = db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
		_ = db.Close()
	}
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
