package meettest

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // to look at the database itself
)

// Dump is all that a database file holds, to be compared with what it held
// before.
func Dump(t testing.TB, file string) string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	var b strings.Builder
	for _, table := range query(t, db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`) {
		columns := query(t, db, `SELECT name FROM pragma_table_info('`+table+`')`)
		quoted := `quote("` + strings.Join(columns, `") || '|' || quote("`) + `")`
		for _, row := range query(t, db, `SELECT `+quoted+` AS line FROM "`+table+`" ORDER BY line`) {
			fmt.Fprintf(&b, "%s: %s\n", table, row)
		}
	}
	return b.String()
}

func query(t testing.TB, db *sql.DB, statement string) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
