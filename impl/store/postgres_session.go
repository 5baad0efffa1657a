package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// postgresSession is a connection for the length of a transaction. What was
// put travels with the next statement, so that a change is not a round trip
// for each of its rows.
type postgresSession struct {
	ctx      context.Context // of the transaction, not of the request
	conn     *pgx.Conn
	queue    *pgx.Batch
	answered bool // by the server, at least once
	// process is the server's that makes the change, 0 until it was told. It
	// is not the one the connection was greeted by: a pooler makes that up.
	process int32
	asked   int // the place in the queue where it is asked for, or -1
}

func newPostgresSession(ctx context.Context, conn *pgx.Conn) *postgresSession {
	return &postgresSession{ctx: ctx, conn: conn, queue: &pgx.Batch{}, asked: -1}
}

func (s *postgresSession) begin(level pgx.TxIsoLevel, mode pgx.TxAccessMode) {
	s.queue.Queue("BEGIN ISOLATION LEVEL " + string(level) + " " + string(mode))
	s.queue.Queue(limits)
	if mode == pgx.ReadWrite {
		s.asked = s.queue.Len()
		s.queue.Queue(`SELECT pg_backend_pid()`)
	}
}

func (s *postgresSession) put(query string, args ...any) error {
	s.queue.Queue(query, args...)
	return nil
}

func (s *postgresSession) exec(query string, args ...any) (int64, error) {
	tag, err := s.tag(query, args...)
	return tag.RowsAffected(), err
}

func (s *postgresSession) tag(query string, args ...any) (tag pgconn.CommandTag, err error) {
	if s.queue.Len() == 0 {
		tag, err = s.conn.Exec(s.ctx, query, args...)
	} else {
		var results pgx.BatchResults
		if results, err = s.send(query, args); err == nil {
			tag, err = results.Exec()
		}
		err = errors.Join(err, results.Close())
	}
	s.answered = s.answered || err == nil
	return tag, err
}

func (s *postgresSession) query(query string, args []any) (rows, error) {
	if s.queue.Len() == 0 {
		answer, err := s.conn.Query(s.ctx, query, args...)
		if err != nil {
			return nil, err
		}
		return &postgresRows{Rows: answer, session: s}, nil
	}
	results, err := s.send(query, args)
	if err != nil {
		return nil, errors.Join(err, results.Close())
	}
	answer, err := results.Query()
	if err != nil {
		return nil, errors.Join(err, results.Close())
	}
	return &postgresRows{Rows: answer, session: s, results: results}, nil
}

// send sends what was put and a statement, whose result is the next one.
func (s *postgresSession) send(query string, args []any) (pgx.BatchResults, error) {
	before := s.queue.Len()
	s.queue.Queue(query, args...)
	results := s.conn.SendBatch(s.ctx, s.queue)
	asked := s.asked
	s.queue, s.asked = &pgx.Batch{}, -1
	for i := range before {
		var err error
		if i == asked {
			err = results.QueryRow().Scan(&s.process)
		} else {
			_, err = results.Exec()
		}
		if err != nil {
			return results, err
		}
		s.answered = true
	}
	return results, nil
}

func (s *postgresSession) locking(clause string) string { return clause }

// commit ends the transaction. An [errUnknown] says that the answer was
// lost.
func (s *postgresSession) commit() error {
	tag, err := s.tag("COMMIT")
	var refused *pgconn.PgError
	switch {
	case err == nil && tag.String() != "COMMIT":
		return errors.New("commit: a statement had failed, and its error was not returned")
	case err == nil:
		return nil
	case errors.As(err, &refused) && refused.SeverityUnlocalized == "ERROR":
		return fmt.Errorf("commit: %w", err)
	}
	return fmt.Errorf("%w: %w", errUnknown, err)
}

// rollback ends the transaction without a trace. When it fails the
// connection is closed, which does the same.
func (s *postgresSession) rollback() {
	if s.answered {
		s.queue = &pgx.Batch{}
		_, _ = s.exec("ROLLBACK")
	}
}

// postgresRows are rows in which truth values are stored as 0 and 1.
type postgresRows struct {
	pgx.Rows
	session *postgresSession
	results pgx.BatchResults // nil, or what the rows are a part of
}

func (r *postgresRows) Scan(dest ...any) error {
	for i, d := range dest {
		if b, ok := d.(*bool); ok {
			dest[i] = truth{b}
		}
	}
	return r.Rows.Scan(dest...)
}

func (r *postgresRows) Close() error {
	r.Rows.Close()
	err := r.Err()
	if r.results != nil {
		err = errors.Join(err, r.results.Close())
	}
	r.session.answered = r.session.answered || err == nil
	return err
}

// truth reads what bit wrote, and conditions.
type truth struct{ *bool }

func (t truth) Scan(value any) error {
	switch v := value.(type) {
	case bool:
		*t.bool = v
	case int64:
		*t.bool = v != 0
	default:
		return fmt.Errorf("a truth value is stored as %T", value)
	}
	return nil
}
