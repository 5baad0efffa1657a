package main

import (
	"database/sql"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/store/postgrestest"
)

// execute runs a statement on a database file behind the store's back.
func execute(t *testing.T, file, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err == nil {
		_, err = db.ExecContext(t.Context(), statement)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// withoutMail leaves out captured mail, which goes when it is about a meeting
// with the person, whoever it is to.
func withoutMail(export string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(export, "\n"), func(line string) bool {
		return strings.HasPrefix(line, `{"table":"message"`)
	}), "\n")
}

// unreadable is what is sealed, in which any short word may stand.
var unreadable = regexp.MustCompile(`"(sealed|sealed_key|answer)":"[^"]*"`)

// janesRow finds the ids of Jane as an attendee.
var janesRow = regexp.MustCompile(`"table":"attendee".*"email":"jane@.*"id":"([^"]+)"`)

// Ensure that nothing is left of a person on either engine, and everything
// of those beside her.
func TestErase(t *testing.T) {
	t.Parallel()
	_, postgres := postgrestest.Own(t, !postgrestest.Durable)
	w := populate(t)
	file := filepath.Join(t.TempDir(), "export.ndjson")
	out, _ := command(t, exitDone, "export", "--db", w.file)
	if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, exitDone, "import", "--db", postgres, file)

	for _, database := range []string{w.file, postgres} {
		erase := []string{"erase", "--db", database, "--email", "Jane@Secret.example", "--secret-key-file", w.file + ".key"}
		before := exported(t, database)
		counted, _ := command(t, exitDone, append(erase, "--dry-run", "--json")...)
		if diff := cmp.Diff(before, exported(t, database)); diff != "" {
			t.Fatalf("a dry run changes %s", diff)
		}
		done, words := command(t, exitDone, append(erase, "--yes", "--json")...)
		if strings.Replace(counted, `"dryRun": true`, `"dryRun": false`, 1) != done {
			t.Errorf("counted %s, done %s", counted, done)
		}
		if !strings.Contains(words, "2 bookings still to come") {
			t.Errorf("it says %q", words)
		}
		var got, want map[string]any
		unmarshal(t, done, &got)
		unmarshal(t, `{"dryRun":false,"bookings":3,"upcoming":2,"guests":2,"holds":1,"contacts":1,"answers":1,"users":0}`, &want)
		for name, value := range want {
			if got[name] != value {
				t.Errorf("%s: %s is %v, want %v", database, name, got[name], value)
			}
		}
		after := exported(t, database)
		for line := range strings.SplitSeq(unreadable.ReplaceAllString(after, ""), "\n") {
			for _, word := range janes {
				if strings.Contains(strings.ToLower(line), strings.ToLower(word)) {
					t.Errorf("%s is left in %.300s", word, line)
				}
			}
		}
		before, after = withoutMail(before), withoutMail(after)
		for _, word := range append(bobs, "else@kept.example") {
			if is, was := strings.Count(after, word), strings.Count(before, word); is != was || is == 0 {
				t.Errorf("%s: %q is %d times there, and was %d times", database, word, is, was)
			}
		}
		for _, match := range janesRow.FindAllStringSubmatch(before, -1) {
			if payload := `"payload":"[^}]*` + match[1]; regexp.MustCompile(payload).MatchString(after) {
				t.Errorf("%s: a job still writes to attendee %s", database, match[1])
			}
		}
		command(t, exitNotFound, append(erase, "--yes")...)

		app := server(t, database, w.ring)
		call(t, app, http.StatusUnauthorized, "GET", "/v4/appointment/"+w.booking, "", "X-Appointment-Secret", w.secret)
		shown := call(t, app, http.StatusOK, "GET", "/v4/appointment/"+w.booking, "")
		if name := shown["attendees"].([]any)[0].(map[string]any)["fullname"]; name != "erased" {
			t.Errorf("the attendee is called %v", name)
		}
		call(t, app, http.StatusBadRequest, "POST", "/v4/booking", w.first) // the time is still taken
		if err := app.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
