package impl_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/secret"
)

// Ensure that a stub server leaves alone what another seed filled, announces
// nothing that is not there, and says so.
func TestSeed_Other(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "test.db")
	acme, err := fixture.Parse("acme.yaml", []byte(`
company: {slug: acme, name: Acme Inc}
users: [{slug: anna, email: anna@acme.example, givenName: Anna, familyName: Acme, timezone: Europe/Vienna, role: owner}]
keys: [{user: anna, key: rgo-acmeAcmeAcmeAcmeAcmeAcmeAcmeAcme}]
`))
	if err != nil {
		t.Fatal(err)
	}
	ring := secret.New()
	run := func(seed *fixture.Fixture, look func(app *impl.App, log string)) {
		t.Helper()
		var log bytes.Buffer
		app, err := impl.Open(t.Context(), impl.Settings{Database: file, Seed: seed, Ring: ring, Clock: morning, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		look(app, log.String())
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	}
	ask := func(app *impl.App, method, path, key string) int {
		r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+path, http.NoBody)
		r.Header.Set("Authorization", "Bearer "+key)
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		return w.Code
	}
	own := acme.PersonalKey()
	works := func(app *impl.App) {
		t.Helper()
		if status := ask(app, http.MethodGet, "/v4/user/me", own); status != http.StatusOK {
			t.Errorf("the key of the database is answered with %d", status)
		}
	}
	run(&acme, func(app *impl.App, log string) {
		works(app)
		if app.Seed == nil || strings.Contains(log, "WARN") {
			t.Errorf("the seed is %v; logged %s", app.Seed, log)
		}
	})
	run(fixture.Demo(), func(app *impl.App, log string) {
		if app.Seed != nil || !strings.Contains(log, "the database was filled otherwise") {
			t.Errorf("the seed is %v; logged %s", app.Seed, log)
		}
		if status := ask(app, http.MethodPost, "/_/reset", own); status != http.StatusConflict {
			t.Errorf("the reset is answered with %d", status)
		}
		works(app)
	})
	run(nil, func(app *impl.App, _ string) {
		if status := ask(app, http.MethodPost, "/_/reset", own); status != http.StatusConflict {
			t.Errorf("without a seed, the reset is answered with %d", status)
		}
		works(app)
	})
	run(&acme, func(app *impl.App, _ string) {
		if status := ask(app, http.MethodPost, "/_/reset", own); status != http.StatusNoContent {
			t.Errorf("the reset is answered with %d", status)
		}
		works(app)
	})
}
