package store_test

import (
	"database/sql"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/postgrestest"
)

// Ensure that each table of either engine is known to belong to companies or
// to the installation: one that a migration adds would not be exported, nor
// wiped.
func TestTables(t *testing.T) {
	t.Parallel()
	want := slices.Sorted(slices.Values(append(store.CompanyTables(), store.InstallationTables...)))
	check := func(t *testing.T, driver, source, query string) {
		t.Helper()
		db, err := sql.Open(driver, source)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var got []string
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				t.Fatal(err)
			}
			got = append(got, name)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("tables.go lists other tables than there are; list each with how its rows belong to a company: %s", diff)
		}
	}
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "test.db")
		shut(t, open(t, path, store.Options{}))
		check(t, "sqlite", path, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		check(t, "pgx", postgrestest.Database(t), `SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()`)
	})
}
