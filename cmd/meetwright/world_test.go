package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// world is the demo with something of everything in it: a person, Jane, in
// every place that keeps a person, and Bob beside her.
type world struct {
	file string
	ring *secret.Keyring
	// Of Jane's first booking, and of a request that waits for her.
	booking, secret, hold string
	// first is the request of the first booking, with its answer.
	first, answer string
}

// Everything that tells of Jane, and what tells of Bob.
var (
	janes = []string{"jane@", "Jane", "Goodall", "5551234", "arachnophobia", "embarrassed", "owes us", "friend@", "shy", "cave"}
	bobs  = []string{"bob@kept.example", "Marley", "5559876", "reggae"}
)

const janeAndFriend = `"email":"jane@secret.example","firstname":"Jane","lastname":"Goodall","phone":"+49 170 5551234","receiveReminders":true,` +
	`"bringalongEmails":["friend@secret.example"],"notes":{"diagnosis":"arachnophobia"}`

const bobAlone = `"email":"bob@kept.example","firstname":"Bob","lastname":"Marley","phone":"+49 170 5559876","receiveReminders":true,"notes":{"music":"reggae"}`

// server is a server in this process; it closes with the test at the latest.
func server(t *testing.T, database string, ring *secret.Keyring) *impl.App {
	t.Helper()
	app, err := impl.Open(t.Context(), impl.Settings{Database: database, Seed: fixture.Demo(), Ring: ring, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Close() }) // again
	return app
}

// call sends a request as the owner, or with the headers given, and returns
// what is in the answer.
func call(t *testing.T, app *impl.App, status int, method, path, body string, header ...string) map[string]any {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if len(header) == 0 || header[0] == "Idempotency-Key" {
		r.Header.Set("Authorization", "Bearer rgo-demoDemoDemoDemoDemoDemoDemoDemo")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	if w.Code != status {
		t.Fatalf("%s %s is answered %d: %s", method, path, w.Code, w.Body)
	}
	var answer map[string]any
	if w.Body.Len() > 0 {
		unmarshal(t, w.Body.String(), &answer)
	}
	return answer
}

// populate makes a database file that a server has used.
func populate(t *testing.T) *world {
	t.Helper()
	w := &world{file: filepath.Join(t.TempDir(), "world.db")}
	var err error
	if w.ring, err = secret.LoadOrCreate(w.file + ".key"); err != nil {
		t.Fatal(err)
	}
	app := server(t, w.file, w.ring)
	types, queue, users := readDemo(t, app)
	do := func(status int, method, path, body string, header ...string) map[string]any {
		t.Helper()
		return call(t, app, status, method, path, body, header...)
	}
	book := func(slug, day, attendee, extra string, header ...string) map[string]any {
		t.Helper()
		by := `"hostIds":["550e8400-e29b-41d4-a716-446655440000"]`
		if slug == "round-robin" {
			by = `"queueId":"` + string(queue) + `"`
		}
		w.first = fmt.Sprintf(`{"meetingTypeId":%q,"start":"2035-01-%sT10:00:00+01:00",%s,"attendee":{%s}%s}`, types[slug], day, by, attendee, extra)
		return do(http.StatusCreated, "POST", "/v4/booking", w.first, header...)
	}

	do(http.StatusOK, "PUT", "/_/clock", `{"now":"2034-12-01T08:00:00Z"}`)
	do(http.StatusCreated, "POST", "/webhooks", `{"endpoint":"http://127.0.0.1:1/hook","eventTypes":["booking_created","booking_cancelled"]}`)
	do(http.StatusCreated, "POST", "/v4/queue-user-group", fmt.Sprintf(`{"queueId":%q,"name":"Duo","userIds":[%q,%q]}`, queue, users[1], users[2]))
	do(http.StatusCreated, "POST", "/v4/one-time-booking-link/create/"+string(types["one-time"]), `{}`)

	cancelled := book("intro", "16", janeAndFriend, "")
	do(http.StatusOK, "POST", "/v4/appointment/"+cancelled["appointmentId"].(string)+"/cancel", `{"reason":"too embarrassed"}`, "X-Appointment-Secret", cancelled["secret"].(string))
	group := book("group", "17", janeAndFriend, "")
	book("group", "17", bobAlone, "")
	do(http.StatusOK, "PATCH", "/v4/appointment/"+group["appointmentId"].(string)+"/notes", `{"note":"Jane Goodall is shy"}`)
	book("intro", "22", bobAlone+`,"bringalongEmails":["jane@secret.example","else@kept.example"]`, "")
	book("host-confirm", "18", bobAlone+`,"bringalongEmails":["JANE@secret.example"]`, "")
	w.hold = book("double-opt-in", "19", janeAndFriend, "")["provisionalBookingId"].(string)
	book("round-robin", "23", bobAlone, "")

	b := book("intro", "15", janeAndFriend, `,"context":{"bookedFrom":"cave"}`, "Idempotency-Key", "jane-1")
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	w.booking, w.secret, w.answer = b["appointmentId"].(string), b["secret"].(string), string(text)
	do(http.StatusOK, "PATCH", "/v4/appointment/"+w.booking+"/notes", `{"note":"She owes us money"}`)
	shown := do(http.StatusOK, "GET", "/v4/appointment/"+w.booking, "")
	attendee := shown["attendees"].([]any)[0].(map[string]any)["id"].(string)
	do(http.StatusCreated, "POST", "/v4/attendee/quick-mail", fmt.Sprintf(`{"attendeeId":%q,"title":"Dear Jane","content":"Mind the spiders"}`, attendee))
	do(http.StatusOK, "POST", "/_/clock/advance", `{"by":"1m"}`)
	if err := app.Close(); err != nil {
		t.Fatal(err)
	}
	return w
}

// readDemo returns the meeting types by slug, the queue whose members take
// turns, and the users.
func readDemo(t *testing.T, app *impl.App) (types map[string]meet.MeetingTypeID, queue meet.QueueID, users []meet.UserID) {
	t.Helper()
	types = map[string]meet.MeetingTypeID{}
	err := app.Store.View(t.Context(), func(tx *store.Tx) error {
		companies, err := tx.Companies()
		if err != nil {
			return err
		}
		all, err := tx.MeetingTypes(companies[0].ID, "")
		if err != nil {
			return err
		}
		for _, one := range all {
			types[one.Slug] = one.ID
			if one.Slug == "round-robin" {
				queue = one.Queue
			}
		}
		staff, _, err := tx.Users(companies[0].ID, "", 10, 0)
		for _, u := range staff {
			users = append(users, u.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return types, queue, users
}

// command runs a command line that must end with the code, and returns what
// it prints.
func command(t *testing.T, code int, args ...string) (out, words string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if got := run(t.Context(), args, &stdout, &stderr); got != code {
		t.Fatalf("%v ended with %d: %s", args, got, &stderr)
	}
	return stdout.String(), stderr.String()
}

// exported is the export of the only company of a database, without its
// header.
func exported(t *testing.T, database string) string {
	t.Helper()
	out, _ := command(t, exitDone, "export", "--db", database)
	_, rows, _ := strings.Cut(out, "\n")
	return rows
}
