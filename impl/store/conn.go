package store

import (
	"context"
	"database/sql"
	"fmt"
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
		for _, stmt := range c.statements {
			_ = stmt.Close()
		}
		clear(c.statements)
	}
	stmt, err := c.PrepareContext(background, query)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	c.statements[query] = stmt
	return stmt, nil
}

func (c *conn) exec(query string) error {
	stmt, err := c.prepare(query)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(background)
	return err
}

// pool hands out connections, each to one user at a time.
type pool chan *conn

func newPool(ctx context.Context, db *sql.DB, size int) (pool, error) {
	p := make(pool, size)
	for range size {
		c, err := db.Conn(ctx)
		if err != nil {
			return nil, fmt.Errorf("connect: %w", err)
		}
		p <- &conn{Conn: c, statements: map[string]*sql.Stmt{}}
	}
	return p, nil
}

func (p pool) get(ctx context.Context) (*conn, error) {
	select {
	case c := <-p:
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p pool) put(c *conn) { p <- c }
