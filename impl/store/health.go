package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
)

// Health is what [Check] found of a database.
type Health struct {
	// Schema is the version of the tables, and Latest that of this program.
	Schema, Latest int64
	Companies      int64
}

// Check looks a database over and changes nothing: a file is opened to read
// only, and its pages are checked quickly. It returns ErrDamaged, ErrForeign,
// ErrNewer, or fs.ErrNotExist for a file that is not there.
func Check(ctx context.Context, source string) (h Health, err error) {
	folder := sqliteMigrations
	var db *sql.DB
	if isPostgres(source) {
		folder = postgresMigrations
		db, err = openPostgresDB(source)
	} else if _, err = os.Stat(source); err == nil {
		db, err = sql.Open("sqlite", dsn(source, "mode=ro"))
	}
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if folder == sqliteMigrations {
		if err := checkSQLite(ctx, db); err != nil {
			return h, judgeFile(err)
		}
	}
	if h.Latest, err = latestSchema(folder, db); err != nil {
		return h, err
	}
	if h.Schema, err = knownSchema(ctx, db, folder); err != nil {
		return h, err
	}
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM company`).Scan(&h.Companies)
	return h, err
}
