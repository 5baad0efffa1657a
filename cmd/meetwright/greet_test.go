package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/impl"
)

// Ensure that whoever starts a stub whose seed has no keys is told how to get
// one.
func TestGreet_NoKey(t *testing.T) {
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	text := "company: {slug: acme, name: Acme}\nusers: [{slug: ann, givenName: Ann, email: ann@acme.example, timezone: Europe/Berlin, role: owner}]\n"
	if err := os.WriteFile(seed, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ db, want string }{
		{filepath.Join(t.TempDir(), "x.db"), "  API key    none; try: meetwright keys create --kind personal --db "},
		{":memory:", "  API key    none; try: add keys to the seed file\n"},
	} {
		content, err := readSeed(seed)
		if err != nil {
			t.Fatal(err)
		}
		app, err := impl.Open(t.Context(), impl.Settings{Database: row.db, Seed: content, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = app.Close() }()
		var out bytes.Buffer
		(&serveOptions{db: row.db, mode: "stub"}).greet(t.Context(), &out, app, impl.Settings{}, readiness{})
		if !strings.Contains(out.String(), row.want) {
			t.Errorf("it says\n%s\nwant %s", &out, row.want)
		}
		if row.db == ":memory:" {
			continue
		}
		command(t, exitDone, "keys", "create", "--kind", "personal", "--db", row.db)
	}
}
