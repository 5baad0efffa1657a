package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/store"
)

// Ensure that a fresh database is what the migrations make, to the letter
// (-update writes fresh.sql anew).
func TestOpen_FreshTables(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(filepath.Join("migrations", "sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	migrated := tablesOf(t, migratedTo(t, int64(len(files))))
	if *update {
		text := "-- The tables of a fresh database, as the migrations make them. A test writes this file.\n\n" + migrated
		if err := os.WriteFile("fresh.sql", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "fresh.db")
	shut(t, open(t, path, store.Options{}))
	if diff := cmp.Diff(migrated, tablesOf(t, path)); diff != "" {
		t.Errorf("a fresh database differs from one that was migrated; go test -run FreshTables -update (-migrated +fresh):\n%s", diff)
	}
}

// tablesOf is all that a database file is made of, and the migrations that
// it has, as statements that make it.
func tablesOf(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var text strings.Builder
	read := func(query, format string) {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var cell string
			if err := rows.Scan(&cell); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&text, format, cell)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	read("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('goose_db_version', 'sqlite_sequence')", "%s ")
	for table := range strings.FieldsSeq(text.String()) {
		var used bool
		if err := db.QueryRowContext(t.Context(), "SELECT EXISTS (SELECT 1 FROM "+table+")").Scan(&used); err != nil || used {
			t.Errorf("a new database has rows in %s, which nothing here compares: %v", table, err)
		}
	}
	text.Reset()
	read("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'sqlite_sequence' ORDER BY rowid", "%s;\n\n")
	read("SELECT concat('(', version_id, ', ', is_applied, ')') FROM goose_db_version ORDER BY id",
		"INSERT INTO goose_db_version (version_id, is_applied) VALUES %s;\n")
	return text.String()
}
