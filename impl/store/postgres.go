package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/meetwright/meetwright/impl/meet"
)

// minPostgres is the oldest release that is tested, as server_version_num.
const minPostgres = 150000

// The bounds of a change on PostgreSQL.
const (
	maxWaiting = 1024             // changes that wait for a connection before ErrBusy
	maxWait    = 2 * time.Second  // for a connection
	maxTime    = 15 * time.Second // in all, whether the server answers or not
	maxTries   = 6
)

// What each transaction asks of the server. They are set in it, and not on
// the connection, so that a pooler such as PgBouncer may stand between.
const limits = `SELECT set_config('lock_timeout', '2000', true), set_config('statement_timeout', '5000', true),
	set_config('idle_in_transaction_session_timeout', '10000', true)`

// postgresEngine is a database on a PostgreSQL server, which other processes
// use at the same time. Changes are made side by side, at the isolation level
// READ COMMITTED: what must not change between reading and writing is locked
// by the statement that reads it, see [Tx.locking] and [Tx.Lock]. Views see
// one state, by REPEATABLE READ.
type postgresEngine struct {
	store   *Store
	pool    *pgxpool.Pool
	waiting atomic.Int64
}

func isPostgres(source string) bool {
	return strings.HasPrefix(source, "postgres://") || strings.HasPrefix(source, "postgresql://")
}

func openPostgres(ctx context.Context, s *Store, source string) (_ *postgresEngine, err error) {
	config, err := pgxpool.ParseConfig(source)
	if err != nil {
		return nil, fmt.Errorf("database source: %w", err)
	}
	if !strings.Contains(source, "pool_max_conns=") {
		config.MaxConns = int32(max(8, 4*runtime.GOMAXPROCS(0)))
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = maxWait
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "meetwright"
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL: %w", err)
	}
	defer func() {
		if err != nil {
			pool.Close()
		}
	}()
	var version int
	if err := pool.QueryRow(ctx, `SELECT current_setting('server_version_num')::bigint`).Scan(&version); err != nil {
		return nil, fmt.Errorf("PostgreSQL cannot be used: %w", cause(err))
	}
	if version < minPostgres {
		return nil, fmt.Errorf("PostgreSQL %d is too old; %d or newer is needed", version/10000, minPostgres/10000)
	}
	db := stdlib.OpenDBFromPool(pool)
	if err := errors.Join(migrate(ctx, postgresMigrations, db), db.Close()); err != nil {
		return nil, err
	}
	return &postgresEngine{store: s, pool: pool}, nil
}

// openPostgresDB opens a server for work outside of a [Store]. The settings of
// the pool that a source may have are not the server's, and left out.
func openPostgresDB(source string) (*sql.DB, error) {
	config, err := pgxpool.ParseConfig(source)
	if err != nil {
		return nil, fmt.Errorf("database source: %w", err)
	}
	return stdlib.OpenDB(*config.ConnConfig), nil
}

func (e *postgresEngine) close() error {
	e.pool.Close()
	return nil
}

func (e *postgresEngine) refusal() error { return nil }

// acquire waits for a connection, but neither long nor in a long row.
func (e *postgresEngine) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	defer e.waiting.Add(-1)
	if e.waiting.Add(1) > maxWaiting {
		return nil, ErrBusy
	}
	patience, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	c, err := e.pool.Acquire(patience)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) && e.pool.Stat().IdleConns() == 0 {
		err = errors.Join(ErrBusy, err)
	}
	return c, err
}

// update runs fn in a transaction, and again when the server could not fit
// it in with others or was lost before the commit.
func (e *postgresEngine) update(ctx context.Context, fn func(*Tx) error) error {
	limit, cancel := bounded(ctx)
	defer cancel()
	var err error
	for try := range maxTries {
		if err := pause(ctx, try); err != nil {
			return err
		}
		if err = e.change(ctx, limit, fn); !mayTryAgain(err) || limit.Err() != nil {
			break
		}
	}
	if err != nil {
		return judgePostgres(err)
	}
	e.store.told()
	return nil
}

// bounded is what a transaction runs in with all its tries: a request that is
// cancelled does not cut it off, and a network that is silent does.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), maxTime)
}

func (e *postgresEngine) change(ctx, limit context.Context, fn func(*Tx) error) error {
	c, err := e.acquire(ctx)
	if err != nil {
		return err
	}
	defer c.Release() // which closes a connection that is still in a transaction
	s := newPostgresSession(limit, c.Conn())
	s.begin(pgx.ReadCommitted, pgx.ReadWrite)
	tx := &Tx{session: s, now: e.store.instant(), store: e.store, writable: true}
	defer tx.end()
	if err = fn(tx); err == nil {
		err = s.commit()
	}
	switch {
	case errors.Is(err, errUnknown):
		c.Release() // outcome needs one, and there may be no other
		return e.outcome(limit, tx.event, s.process, err)
	case err != nil:
		s.rollback()
	}
	return err
}

// outcome finds out what came of a commit whose answer was lost: nil when the
// event that it wrote is there, [errAborted] when it is not and the process
// that would store it has ended, and lost when the server cannot tell in
// time, or was not known to have begun. The number of the transaction would
// not do: after a crash the server gives it to another one.
func (e *postgresEngine) outcome(limit context.Context, event meet.EventID, process int32, lost error) error {
	if event == "" || process == 0 {
		return lost
	}
	const (
		works  = `SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = $1)`
		stored = `SELECT EXISTS (SELECT 1 FROM event WHERE id = $1)` // by a later look
	)
	patience, cancel := context.WithTimeout(limit, maxWait)
	defer cancel()
	for try := 1; ; try++ {
		var alive, there bool
		err := e.pool.QueryRow(patience, works, process).Scan(&alive)
		if err == nil {
			err = e.pool.QueryRow(patience, stored, string(event)).Scan(&there)
		}
		switch {
		case there:
			return nil
		case err == nil && !alive:
			return errAborted
		case pause(patience, min(try, 4)) != nil:
			return lost
		}
	}
}

func (e *postgresEngine) view(ctx context.Context, fn func(*Tx) error) error {
	limit, cancel := bounded(ctx)
	defer cancel()
	var err error
	for try := range maxTries {
		if err := pause(ctx, try); err != nil {
			return err
		}
		var answered bool
		if answered, err = e.look(ctx, limit, fn); answered || !mayTryAgain(err) || limit.Err() != nil {
			break
		}
	}
	return judgePostgres(err)
}

// look runs fn in a view and reports whether the server answered anything.
func (e *postgresEngine) look(ctx, limit context.Context, fn func(*Tx) error) (answered bool, err error) {
	c, err := e.acquire(ctx)
	if err != nil {
		return false, err
	}
	defer c.Release()
	s := newPostgresSession(limit, c.Conn())
	s.begin(pgx.RepeatableRead, pgx.ReadOnly)
	err = e.store.read(s, e.store.instant(), fn)
	s.rollback()
	return s.answered, err
}
