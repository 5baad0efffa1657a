package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// Migrate returns the version of a database's tables and that of this
// program; apply brings the first up to the second.
func Migrate(ctx context.Context, source string, apply bool) (current, latest int64, err error) {
	db, folder, err := openTables(source)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	provider, err := newMigrator(folder, db)
	if err != nil {
		return 0, 0, err
	}
	if apply {
		if err := migrate(ctx, folder, db); err != nil {
			return 0, 0, err
		}
	}
	return provider.GetVersions(ctx)
}

func openTables(source string) (db *sql.DB, folder string, err error) {
	if isPostgres(source) {
		db, err = openPostgresDB(source)
		return db, postgresMigrations, err
	}
	if scheme, _, found := strings.Cut(source, "://"); found {
		return nil, "", errScheme(scheme)
	}
	if err := createPrivate(source); err != nil {
		return nil, "", err
	}
	db, err = sql.Open("sqlite", dsn(source))
	return db, sqliteMigrations, err
}

// The folders of the migrations: the same numbers for each engine.
const (
	sqliteMigrations   = "migrations/sqlite"
	postgresMigrations = "migrations/postgres"
)

// migrate brings the tables up to date. It refuses a database that a newer
// program has changed.
func migrate(ctx context.Context, folder string, db *sql.DB) error {
	if folder == sqliteMigrations {
		if err := createTables(ctx, db); err != nil {
			return fmt.Errorf("make the tables: %w", err)
		}
	}
	provider, err := newMigrator(folder, db)
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

// knownSchema returns the version of the tables, which must be one that this
// program knows.
func knownSchema(ctx context.Context, db *sql.DB, folder string) (current int64, err error) {
	const query = `SELECT max(version_id) FROM goose_db_version`
	if err := db.QueryRowContext(ctx, query).Scan(&current); err != nil {
		return 0, err
	}
	latest, err := latestSchema(folder, db)
	if err == nil && current > latest {
		err = fmt.Errorf("%w: it has schema %d, and this program knows %d", ErrNewer, current, latest)
	}
	return current, err
}

// latestSchema is the version that migrate brings tables up to.
func latestSchema(folder string, db *sql.DB) (int64, error) {
	provider, err := newMigrator(folder, db)
	if err != nil {
		return 0, err
	}
	all := provider.ListSources()
	return all[len(all)-1].Version, nil
}

func newMigrator(folder string, db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return nil, err
	}
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{goose.WithLogger(goose.NopLogger())}
	if folder == postgresMigrations { // several processes may start at once
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // seconds, tries
		if err != nil {
			return nil, err
		}
		dialect, options = goose.DialectPostgres, append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(dialect, db, files, options...)
}
