// Package store keeps everything that must survive a restart.
//
// Work happens in transactions: Update for changes, View for consistent
// reads. The instant "now" is fixed per transaction and belongs to it. The
// database itself keeps the occupied ranges of a host apart; see
// [Tx.Occupy].
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// Options say how to open a store.
type Options struct {
	// Now tells the time that transactions are stamped with. Defaults to
	// time.Now.
	Now func() time.Time
	// Exclusive takes the lock that keeps a second server off a SQLite
	// file. Commands that run beside a server leave it false.
	Exclusive bool
	// Committed is called after changes were committed, from the goroutine
	// that made them; it must return at once. Defaults to nothing.
	Committed func()
	// Logger receives what an operator should know, and at level debug
	// each statement, without its arguments. Defaults to slog.Default.
	Logger *slog.Logger
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	now    func() time.Time
	told   func() // of every commit
	log    *slog.Logger
	engine engine
}

// engine is a kind of database. Its update and view do what those of [Store]
// promise, for a context that carries no transaction.
type engine interface {
	update(ctx context.Context, fn func(*Tx) error) error
	view(ctx context.Context, fn func(*Tx) error) error
	refusal() error // why no changes are taken, or nil
	load() Load
	close() error
}

// ErrLocked is returned by Open when another server holds the database file.
var ErrLocked = errors.New("another meetwright server is using this database file")

// ErrDamaged refuses a database file whose content contradicts itself.
var ErrDamaged = errors.New("the database is damaged")

// ErrNewer refuses what a newer program has written.
var ErrNewer = errors.New("a newer meetwright wrote it")

// ErrBusy refuses a change because too many are waiting.
var ErrBusy = &meet.Error{
	Code: meet.CodeUnavailable, Message: "The server is busy; please try again in a moment", RetryAfter: time.Second,
}

// outcomeUnknown says that a change may or may not have been made.
func outcomeUnknown(err error) error {
	return &meet.Error{
		Code:    meet.CodeOutcomeUnknown,
		Message: "The database was lost while it stored this; look whether it was done before you send it again", Err: err,
	}
}

// Open opens a database and brings its tables up to date. The source is
// ":memory:", the name of a SQLite file, or postgres://…, a PostgreSQL
// server. The caller must Close the store.
func Open(ctx context.Context, source string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Committed == nil {
		o.Committed = func() {}
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	s := &Store{now: o.Now, told: o.Committed, log: o.Logger}
	var err error
	switch scheme, _, found := strings.Cut(source, "://"); {
	case isPostgres(source):
		s.engine, err = openPostgres(ctx, s, source)
	case found:
		err = errScheme(scheme)
	default:
		s.engine, err = openSQLite(ctx, s, source, o.Exclusive)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// IsServer reports whether a source is a database server, which several
// processes share, and not a file.
func IsServer(source string) bool { return isPostgres(source) }

// Redacted is a source as people may see it, without passwords.
func Redacted(source string) string {
	if !IsServer(source) {
		return source
	}
	u, err := url.Parse(source)
	if err != nil { // nobody can tell what of it is a password
		return "postgres://…"
	}
	if q := u.Query(); q.Has("password") || q.Has("sslpassword") {
		u.RawQuery = ""
	}
	return u.Redacted()
}

func errScheme(scheme string) error {
	return fmt.Errorf("database source %s://…: only postgres://, SQLite files and :memory: are supported", scheme)
}

// Close finishes what is under way and closes the database.
func (s *Store) Close() error { return s.engine.close() }

// Update runs fn in a transaction that may change data and returns after the
// change is on disk. When fn returns an error nothing of it is kept.
//
// fn may run more than once and on another goroutine, so it must not touch
// anything outside but variables that it sets afresh on every run; it must
// not wait for the network or for another transaction. A context that
// carries a transaction (see [Tx.Context]) makes Update part of it.
//
// It returns ErrBusy when too many changes are waiting.
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) error {
	if tx := s.joined(ctx); tx != nil {
		return tx.nested(fn)
	}
	return s.engine.update(ctx, fn)
}

// View runs fn in a transaction that sees one state of the data and cannot
// change it. A context that carries a transaction makes View a part of it
// that sees what the transaction has done.
func (s *Store) View(ctx context.Context, fn func(*Tx) error) error {
	if tx := s.joined(ctx); tx != nil {
		return s.read(tx.session, tx.now, fn)
	}
	return s.engine.view(ctx, fn)
}

// read runs fn in a transaction that cannot change anything.
func (s *Store) read(session session, now time.Time, fn func(*Tx) error) error {
	tx := &Tx{session: session, now: now, store: s}
	defer tx.end()
	return fn(tx)
}

// Ready reports whether the store takes changes; the error says why not.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.engine.refusal(); err != nil {
		return err
	}
	return s.View(ctx, func(tx *Tx) error {
		_, err := tx.Setting("ready")
		return err
	})
}

// instant is the current time at the precision that the database keeps.
func (s *Store) instant() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

type txKey struct{}

func (s *Store) joined(ctx context.Context) *Tx {
	if tx, _ := ctx.Value(txKey{}).(*Tx); tx != nil && tx.store == s {
		return tx
	}
	return nil
}
