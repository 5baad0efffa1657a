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

func (c *conn) exec(query string, args ...any) (int64, error) {
	stmt, err := c.prepare(query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(background, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (c *conn) locking(string) string { return "" }

func (c *conn) put(query string, args ...any) error {
	_, err := c.exec(query, args...)
	return err
}

func (c *conn) query(query string, args []any) (rows, error) {
	stmt, err := c.prepare(query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(background, args...) //nolint:rowserrcheck // the caller reads them
}

var errClosed = errors.New("the store is closed")

// pool hands out the connections of a database, each to one user at a time.
// The first is opened with the pool, the others when they are needed.
type pool struct {
	db       *sql.DB
	free     chan *conn
	unopened chan struct{} // one for each connection not yet opened
	closing  chan struct{}
	once     sync.Once
}

// newPool opens a pool of up to size connections; it closes the database
// when it cannot.
func newPool(db *sql.DB, size int) (*pool, error) {
	p := &pool{db: db, free: make(chan *conn, size), unopened: make(chan struct{}, size), closing: make(chan struct{})}
	for range size {
		p.unopened <- struct{}{}
	}
	c, err := p.get(background)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	p.put(c)
	return p, nil
}

func (p *pool) get(ctx context.Context) (*conn, error) {
	select {
	case c := <-p.free:
		return c, nil
	default:
	}
	select {
	case c := <-p.free:
		return c, nil
	case <-p.unopened:
		return p.open()
	case <-p.closing:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pool) open() (*conn, error) {
	c, err := p.db.Conn(background)
	if err != nil {
		p.unopened <- struct{}{}
		return nil, fmt.Errorf("connect: %w", err)
	}
	return &conn{Conn: c, statements: map[string]*sql.Stmt{}}, nil
}

func (p *pool) put(c *conn) { p.free <- c }

// close waits until no connection is in use and closes the database.
// Without this the database would keep those that it gave away open.
func (p *pool) close() (err error) {
	p.once.Do(func() {
		close(p.closing)
		for range cap(p.free) {
			select {
			case <-p.unopened:
			case c := <-p.free:
				err = errors.Join(err, c.close())
			}
		}
		err = errors.Join(err, p.db.Close())
	})
	return err
}
