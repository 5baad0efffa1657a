package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// Tx is a transaction. It is used by one goroutine and not after the
// function it was given to has returned.
type Tx struct {
	session  session
	now      time.Time
	store    *Store
	writable bool
	depth    int
	event    meet.EventID // the last that it wrote, by which its outcome can be known
}

// Now is the instant of the transaction, in UTC and whole microseconds. It
// does not change while the transaction runs.
func (tx *Tx) Now() time.Time { return tx.now }

// Context returns a context under which Update and View of the same store
// become part of this transaction.
func (tx *Tx) Context(ctx context.Context) context.Context {
	return context.WithValue(ctx, txKey{}, tx)
}

var (
	errView = errors.New("a change inside a view")
	errOver = errors.New("the transaction is over")
)

// nested runs fn inside a savepoint, so that an error or a panic undoes fn
// alone.
func (tx *Tx) nested(fn func(*Tx) error) (err error) {
	switch {
	case tx.session == nil:
		return errOver
	case !tx.writable:
		return errView
	}
	name := "nested" + strconv.Itoa(tx.depth)
	if err := tx.session.put("SAVEPOINT " + name); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	tx.depth++
	keep, before := false, tx.event
	defer func() {
		tx.depth--
		if !keep {
			tx.event = before
		}
		if failed := release(tx.session, name, keep); failed != nil {
			var refusal *meet.Error
			if errors.As(err, &refusal) { // for which it must not pass
				err = nil
			}
			err = errors.Join(err, failed) // the first says why
		}
	}()
	err = fn(tx)
	keep = err == nil
	return err
}

// end makes every later use of the transaction fail instead of reaching into
// somebody else's.
func (tx *Tx) end() { tx.session = nil }

// ready returns the session for a statement, whose text it logs.
func (tx *Tx) ready(query string, changes bool) (session, error) {
	switch {
	case tx.session == nil:
		return nil, errOver
	case changes && !tx.writable:
		return nil, errView
	}
	if log := tx.store.log; log.Enabled(background, slog.LevelDebug) {
		log.Debug("statement", "sql", query) // and never its arguments
	}
	return tx.session, nil
}

// exec runs a statement that changes rows and returns how many it changed.
func (tx *Tx) exec(query string, args ...any) (int64, error) {
	s, err := tx.ready(query, true)
	if err != nil {
		return 0, err
	}
	return s.exec(query, args...)
}

// put is exec for a statement that changes as many rows as it must, or
// fails. It may run later than the call, but before any that follows, and an
// error may be that of a later statement or of the commit.
func (tx *Tx) put(query string, args ...any) error {
	s, err := tx.ready(query, true)
	if err != nil {
		return err
	}
	return s.put(query, args...)
}

// locking is a clause for the query of a row that the change depends on: the
// row cannot change until the transaction ends. In a view it is "".
func (tx *Tx) locking(clause string) string {
	if tx.session == nil || !tx.writable {
		return ""
	}
	return tx.session.locking(clause)
}

// Lock makes changes that lock the same thing take turns until they end:
// what is read after it is what the one before has left. It is for rules
// about what is not there yet, which no row can be locked for.
func (tx *Tx) Lock(thing string) error {
	if tx.locking("lock") == "" {
		return nil
	}
	return tx.put(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, thing)
}

// lockRows keeps the rows that a query finds as they are until the change
// ends. It is for rows that are read later, by a query that joins others:
// that one sees what the change before has done to those, too.
func (tx *Tx) lockRows(query string, args ...any) error {
	clause := tx.locking(" FOR NO KEY UPDATE")
	if clause == "" {
		return nil
	}
	return tx.put(query+clause, args...)
}

// row runs a query for at most one row and reports whether there was one.
func (tx *Tx) row(query string, args []any, dest ...any) (bool, error) {
	found, err := list(tx, query, args, func(row scanner) (struct{}, error) {
		return struct{}{}, row.Scan(dest...)
	})
	return len(found) > 0, err
}

// list runs a query and reads every row with scan. The slice is never nil.
func list[T any](tx *Tx, query string, args []any, scan func(scanner) (T, error)) ([]T, error) {
	s, err := tx.ready(query, false)
	if err != nil {
		return nil, err
	}
	rows, err := s.query(query, args)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // whose error is that of Err
	all := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// one runs a query for one row; none is the error missing.
func one[T any](tx *Tx, query string, args []any, scan func(scanner) (T, error), missing error) (T, error) {
	all, err := list(tx, query, args, scan)
	if err == nil && len(all) == 0 {
		err = missing
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return all[0], nil
}
