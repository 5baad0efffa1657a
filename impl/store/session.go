package store

import (
	"errors"
	"fmt"
)

// session is a connection while a transaction has it.
type session interface {
	// exec runs a statement and returns how many rows it changed.
	exec(query string, args ...any) (int64, error)
	// query runs a statement that returns rows, which must be closed.
	query(query string, args []any) (rows, error)
	// put is exec for a statement whose answer nobody waits for: the engine
	// may send it along with the next one. Then a failure is told there.
	put(query string, args ...any) error
	// locking is the clause that locks the rows that a change reads, " FOR "
	// and a strength, or "" where changes take turns anyway.
	locking(clause string) string
}

// scanner is a row that can be read.
type scanner interface{ Scan(dest ...any) error }

type rows interface {
	scanner
	Next() bool
	Err() error
	Close() error
}

// release ends a savepoint and keeps or undoes what was done since it was
// set.
func release(s session, savepoint string, keep bool) error {
	var failed error
	if keep {
		if _, failed = s.exec("RELEASE " + savepoint); failed == nil {
			return nil
		}
		failed = fmt.Errorf("release: %w", failed) // also of what was put
	}
	if err := s.put("ROLLBACK TO " + savepoint); err != nil {
		return errors.Join(failed, fmt.Errorf("roll back: %w", err))
	}
	if _, err := s.exec("RELEASE " + savepoint); err != nil {
		return errors.Join(failed, fmt.Errorf("roll back: %w", err))
	}
	return failed
}
