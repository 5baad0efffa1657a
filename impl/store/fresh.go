package store

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
)

// freshSQLite makes of an empty database what the migrations make of it, with
// a fraction of the work and of the writes.
//
//go:embed fresh.sql
var freshSQLite string

// createTables makes the tables of a SQLite database that has none, all or
// nothing. One that has any is left to the migrations.
func createTables(ctx context.Context, db *sql.DB) (err error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if used, err := hasTables(ctx, c); used || err != nil {
		return err
	}
	if _, err := c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	used, err := hasTables(ctx, c) // of somebody who was faster
	if err == nil && !used {
		_, err = c.ExecContext(ctx, freshSQLite)
	}
	if err == nil {
		_, err = c.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		_, _ = c.ExecContext(background, "ROLLBACK") // the error is told
	}
	return err
}

func hasTables(ctx context.Context, c *sql.Conn) (used bool, err error) {
	err = c.QueryRowContext(ctx, "SELECT count(*) > 0 FROM sqlite_master").Scan(&used)
	return used, err
}
