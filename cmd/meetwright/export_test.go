package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store/postgrestest"
)

// Ensure that a company goes from SQLite to PostgreSQL and back without
// losing anything, and that what was given out before is still good.
func TestMove(t *testing.T) {
	t.Parallel()
	_, postgres := postgrestest.Own(t, !postgrestest.Durable)
	w := populate(t)
	lease(t, w.file)
	first := exported(t, w.file)
	checkFull(t, first)

	file := filepath.Join(t.TempDir(), "export.ndjson")
	move := func(from, to string) {
		t.Helper()
		out, _ := command(t, exitDone, "export", "--db", from)
		if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
			t.Fatal(err)
		}
		command(t, exitDone, "import", "--db", to, file)
		if diff := cmp.Diff(first, exported(t, to)); diff != "" {
			t.Fatalf("from %s to %s changes: %s", from, to, diff)
		}
	}
	move(w.file, postgres)
	back := filepath.Join(t.TempDir(), "back.db")
	move(postgres, back)

	for _, database := range []string{postgres, back} {
		app := server(t, database, w.ring)
		shown := call(t, app, http.StatusOK, "GET", "/v4/appointment/"+w.booking, "", "X-Appointment-Secret", w.secret)
		if shown["id"] != w.booking {
			t.Errorf("%s answers %v", database, shown)
		}
		token := w.ring.Derive(secret.ConfirmationToken, w.hold, 0)
		call(t, app, http.StatusCreated, "POST", "/v4/provisional-booking/"+w.hold+"/confirm", "", "X-Confirmation-Token", token)
		again := call(t, app, http.StatusCreated, "POST", "/v4/booking", w.first, "Idempotency-Key", "jane-1")
		if again["secret"] != w.secret {
			t.Errorf("the request is not known again: %v", again)
		}
		hooks := call(t, app, http.StatusOK, "GET", "/_/inbox/messages?to=bob@kept.example", "")
		if len(hooks["messages"].([]any)) == 0 {
			t.Error("captured mail is gone")
		}
		if err := app.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// lease marks jobs that wait as claimed, as a server leaves them that dies.
func lease(t *testing.T, file string) {
	t.Helper()
	execute(t, file, `UPDATE job SET lease_until = 9999999999999999 WHERE state = 'pending'`)
}

// checkFull checks that the world has rows in every table that is exported.
func checkFull(t *testing.T, export string) {
	t.Helper()
	seen := map[string]bool{}
	for _, match := range regexp.MustCompile(`(?m)^\{"table":"(\w+)"`).FindAllStringSubmatch(export, -1) {
		seen[match[1]] = true
	}
	for _, table := range []string{
		"company", "app_user", "api_key", "schedule", "meeting_type", "queue", "queue_member", "queue_group", "queue_group_user", "booking",
		"booking_host", "attendee", "hold", "hold_host", "occupied", "assignment", "one_time_link", "contact", "webhook", "event", "job",
		"job_attempt", "message", "idempotency",
	} {
		if !seen[table] {
			t.Errorf("nothing of %s was exported", table)
		}
	}
	if strings.Contains(export, `"lease_until":9`) {
		t.Error("a lease was exported")
	}
	if lines := strings.Split(strings.TrimSpace(export), "\n"); !strings.HasPrefix(lines[len(lines)-1], `{"rows":`) {
		t.Errorf("it ends with %s", lines[len(lines)-1])
	}
}
