package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"
	_ "modernc.org/sqlite" // the driver
	sqlite3 "modernc.org/sqlite/lib"
)

// minSQLite is the first release without a rare race of checkpoint against
// commit that could damage a database in WAL mode.
const minSQLite = "3.51.3"

const memory = ":memory:"

// sqliteEngine is a database file, or a database in memory.
type sqliteEngine struct {
	store   *Store
	writers *pool
	readers *pool // the same pool for a database in memory
	writer  *writer
	lock    *flock.Flock
}

// openSQLite opens one connection that writes and several that read. A
// database in memory belongs to a single connection, which then does both.
func openSQLite(ctx context.Context, s *Store, path string, exclusive bool) (_ *sqliteEngine, err error) {
	e := &sqliteEngine{store: s}
	if exclusive && path != memory {
		if e.lock, err = lockFile(path); err != nil {
			return nil, err
		}
		defer func() {
			if err != nil {
				_ = e.lock.Unlock()
			}
		}()
	}
	if err := createPrivate(path); err != nil {
		return nil, err
	}

	pragmas := []string{
		"_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)", "_pragma=foreign_keys(1)", "_pragma=journal_size_limit(67108864)",
		// What savepoints remember stays in memory, and the log takes 16 MB
		// before it is copied into the file: a third more changes a second.
		"_pragma=temp_store(MEMORY)", "_pragma=wal_autocheckpoint(4000)",
	}
	if path != memory { // what is erased leaves nothing in the free parts of a file
		pragmas = append(pragmas, "_pragma=secure_delete(ON)")
	}
	db, err := sql.Open("sqlite", dsn(path, pragmas...))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	// Several may open a new file at once, and to make it what it is takes
	// locks that SQLite does not wait for.
	for late := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if err = checkSQLite(ctx, db); err == nil {
			err = migrate(ctx, sqliteMigrations, db)
		}
		if code(err) != sqlite3.SQLITE_BUSY || time.Now().After(late) {
			break
		}
	}
	if err == nil && exclusive {
		err = endLeases(ctx, db)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	if e.writers, err = newPool(db, 1); err != nil {
		return nil, err
	}
	e.readers = e.writers
	if path != memory {
		if e.readers, err = openReaders(path); err != nil {
			return nil, errors.Join(err, e.writers.close())
		}
	}
	e.writer = startWriter(s, e.writers)
	return e, nil
}

func (e *sqliteEngine) update(ctx context.Context, fn func(*Tx) error) error {
	return e.writer.do(ctx, fn)
}

func (e *sqliteEngine) view(ctx context.Context, fn func(*Tx) error) error {
	c, err := e.readers.get(ctx)
	if err != nil {
		return err
	}
	defer e.readers.put(c)
	if err := c.put("BEGIN"); err != nil {
		return fmt.Errorf("begin view: %w", err)
	}
	defer func() { _ = c.put("ROLLBACK") }() // nothing to keep
	return e.store.read(c, e.store.instant(), fn)
}

func (e *sqliteEngine) refusal() error { return e.writer.refusal() }

func (e *sqliteEngine) close() error {
	e.writer.stop()
	err := errors.Join(e.readers.close(), e.writers.close())
	if e.lock != nil {
		err = errors.Join(err, e.lock.Unlock())
	}
	return err
}

// endLeases makes jobs that were claimed due again. Whoever is alone with the
// database knows that the process that claimed them has died.
func endLeases(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, `UPDATE job SET lease_until = NULL WHERE state = 'pending' AND lease_until IS NOT NULL`)
	return err
}

func openReaders(path string) (*pool, error) {
	n := max(4, 2*runtime.GOMAXPROCS(0))
	db, err := sql.Open("sqlite", dsn(path, "_pragma=query_only(1)", "_pragma=cache_size(-8000)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	return newPool(db, n)
}

// dsn names a database file with settings for each of its connections. The
// first of them is to wait for other processes, also while the rest is set.
func dsn(path string, settings ...string) string {
	settings = append(settings, "_busy_timeout=5000")
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + strings.Join(settings, "&")
}

// createPrivate makes a missing database file, readable by its owner only.
// One that is there is not touched: closing it would drop the locks that
// another connection of this process has on it.
func createPrivate(path string) error {
	if path == memory {
		return nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil
	case err != nil:
		return fmt.Errorf("database file: %w", err)
	}
	return f.Close()
}

// checkSQLite refuses engines with known damage and files that are damaged.
func checkSQLite(ctx context.Context, db *sql.DB) error {
	var version, verdict string
	err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version)
	if err == nil {
		err = db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict)
	}
	switch {
	case code(err) == sqlite3.SQLITE_CORRUPT:
		verdict = err.Error()
	case err != nil:
		return err
	case olderVersion(version, minSQLite):
		return fmt.Errorf("SQLite %s can damage a database; %s or newer is needed", version, minSQLite)
	}
	if verdict != "ok" {
		return fmt.Errorf("%w (%s)", ErrDamaged, verdict)
	}
	return nil
}

// olderVersion compares versions of the form major.minor.patch.
func olderVersion(a, b string) bool {
	var x, y [3]int
	_, _ = fmt.Sscanf(a, "%d.%d.%d", &x[0], &x[1], &x[2])
	_, _ = fmt.Sscanf(b, "%d.%d.%d", &y[0], &y[1], &y[2])
	for i := range x {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}
