package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// conn is one database connection with its prepared statements. One
// goroutine uses it at a time.
type conn struct {
	*sql.Conn
	statements map[string]*sql.Stmt
}

// background is what statements run under. A request's context never reaches
// the driver: a statement that is cut off half way could leave the
// connection in the middle of a transaction.
var background = context.Background()

// maxStatements bounds the statements kept; lists of varying length make
// texts of their own.
const maxStatements = 256

func (c *conn) prepare(query string) (*sql.Stmt, error) {
	if stmt, ok := c.statements[query]; ok {
		return stmt, nil
	}
	if len(c.statements) >= maxStatements {
		if err := c.forget(); err != nil {
			return nil, fmt.Errorf("prepare: %w", err)
		}
	}
	stmt, err := c.PrepareContext(background, query)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	c.statements[query] = stmt
	return stmt, nil
}

// forget closes the prepared statements.
func (c *conn) forget() (err error) {
	for _, stmt := range c.statements {
		err = errors.Join(err, stmt.Close())
	}
	clear(c.statements)
	return err
}

// close gives the connection back to its database, which closes it. With a
// statement left it would stay open.
func (c *conn) close() error { return errors.Join(c.forget(), c.Close()) }

func (c *conn) exec(query string) error {
	stmt, err := c.prepare(query)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(background)
	return err
}

// release ends a savepoint and keeps or undoes what was done since it was
// set.
func (c *conn) release(savepoint string, keep bool) error {
	if !keep {
		if err := c.exec("ROLLBACK TO " + savepoint); err != nil {
			return fmt.Errorf("roll back: %w", err)
		}
	}
	if err := c.exec("RELEASE " + savepoint); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return nil
}

var errClosed = errors.New("the store is closed")

// pool hands out the connections of a database, each to one user at a time.
type pool struct {
	db      *sql.DB
	free    chan *conn
	closing chan struct{}
	once    sync.Once
}

// newPool opens connections; it closes the database when one cannot be
// opened.
func newPool(ctx context.Context, db *sql.DB, size int) (*pool, error) {
	p := &pool{db: db, free: make(chan *conn, size), closing: make(chan struct{})}
	for range size {
		c, err := db.Conn(ctx)
		if err != nil {
			for len(p.free) > 0 {
				_ = (<-p.free).close()
			}
			return nil, errors.Join(fmt.Errorf("connect: %w", err), db.Close())
		}
		p.free <- &conn{Conn: c, statements: map[string]*sql.Stmt{}}
	}
	return p, nil
}

func (p *pool) get(ctx context.Context) (*conn, error) {
	select {
	case c := <-p.free:
		return c, nil
	case <-p.closing:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pool) put(c *conn) { p.free <- c }

// close waits until no connection is in use and closes the database.
// Without this the database would keep those that it gave away open.
func (p *pool) close() (err error) {
	p.once.Do(func() {
		close(p.closing)
		for range cap(p.free) {
			err = errors.Join(err, (<-p.free).close())
		}
		err = errors.Join(err, p.db.Close())
	})
	return err
}
