package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// Migrate returns the version of a database's tables and that of this
// program; apply brings the first up to the second.
func Migrate(ctx context.Context, source string, apply bool) (current, latest int64, err error) {
	if err := createPrivate(source); err != nil {
		return 0, 0, err
	}
	db, err := sql.Open("sqlite", dsn(source))
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	provider, err := newMigrator(db)
	if err != nil {
		return 0, 0, err
	}
	if apply {
		if err := migrate(ctx, db); err != nil {
			return 0, 0, err
		}
	}
	return provider.GetVersions(ctx)
}

// migrate brings the tables up to date. It refuses a database that a newer
// program has changed.
func migrate(ctx context.Context, db *sql.DB) error {
	provider, err := newMigrator(db)
	if err != nil {
		return err
	}
	for before := int64(-1); ; {
		current, latest, err := provider.GetVersions(ctx)
		switch {
		case err != nil:
			return fmt.Errorf("read schema version: %w", err)
		case current > latest:
			return fmt.Errorf("the database has schema %d and this program knows %d; use a newer meetwright", current, latest)
		case current == latest:
			return nil
		}
		// When it fails another process may be doing the same.
		if _, err := provider.Up(ctx); err != nil && current == before {
			return fmt.Errorf("migrate: %w", err)
		}
		before = current
	}
}

func newMigrator(db *sql.DB) (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, folder, goose.WithLogger(goose.NopLogger()))
}
