package store_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

// Ensure webhooks that were numbered across companies keep their numbers,
// and that the next ones follow those of their company.
func TestMigrate_WebhookNumbers(t *testing.T) {
	t.Parallel()
	path := migratedTo(t, 2)
	for _, company := range []string{"a", "b"} {
		execute(t, path, "INSERT INTO company (id, name, slug, owner_id, settings, created_at) VALUES ('"+company+"', '', '"+company+"', '', '{}', 0)")
	}
	for _, webhook := range []string{"'h1', 1, 'a'", "'h4', 4, 'a'", "'h7', 7, 'b'"} {
		execute(t, path, "INSERT INTO webhook (id, number, company_id, endpoint, description, events, enabled, sealed_key, created_at) VALUES ("+
			webhook+", 'https://example.com', '', 'booking_created', 1, 'sealed', 0)")
	}

	s := open(t, path, store.Options{})
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		all, err := tx.Webhooks("a")
		if len(all) != 2 || all[0].ID != "h1" || all[1].ID != "h4" || all[1].Number != 4 || !all[1].Enabled || !all[1].FailingSince.IsZero() {
			t.Errorf("kept %+v", all)
		}
		for company, want := range map[meet.CompanyID]int64{"a": 5, "b": 8} {
			added, insertErr := tx.InsertWebhook(meettest.Webhook(meet.Company{ID: company}))
			if err = errors.Join(err, insertErr); added.Number != want {
				t.Errorf("the next of %s has number %d, want %d", company, added.Number, want)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// migratedTo makes a database file with the tables as they were.
func migratedTo(t *testing.T, version int64) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "test.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations/sqlite"), goose.WithLogger(goose.NopLogger()))
	if err == nil {
		_, err = provider.UpTo(t.Context(), version)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}
