package impl_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/credential"
	"github.com/meetwright/meetwright/impl/directory"
	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server/servertest"
)

// What the demo consists of.
const (
	olivia meet.UserID        = "550e8400-e29b-41d4-a716-446655440000"
	intro  meet.MeetingTypeID = fixture.IntroID
)

// morning is when most tests take place: Wednesday, nine o'clock in Berlin.
var morning = at("2024-01-10T08:00:00Z")

// world is a server with the demo, whose clock stands still at morning. Each
// of its answers is held against the contract, and a failure of the server
// is one of the test.
type world struct {
	*running
	url  string
	http *http.Client
	demo *fixture.Fixture
	// owner is Olivia with her token; platform is the company's key with no
	// user named.
	owner, platform caller
}

// newWorld makes a world; the functions change what its server starts with.
// Without any it is of a server that another test is done with, if there is
// one, which was reset.
func newWorld(t testing.TB, change ...func(*impl.Settings)) *world {
	t.Helper()
	w := &world{demo: fixture.Demo()}
	if len(change) == 0 {
		w.running = reuse()
	}
	if w.running == nil {
		w.running = open(t, w.demo, change)
	}
	server := httptest.NewServer(servertest.Validate(t, w.App))
	w.url, w.http = server.URL, server.Client()
	t.Cleanup(func() {
		server.Close()
		if len(change) == 0 {
			w.reset(t)
			idle <- w.running
		} else if err := w.Close(); err != nil {
			t.Error(err)
		}
		if failures := w.logs.lines("level=ERROR"); len(failures) > 0 {
			t.Errorf("the server failed:\n%s", strings.Join(failures, "\n"))
		}
	})
	w.owner = w.bearer(w.demo.PersonalKey())
	w.platform = w.bearer(w.demo.PlatformKey())
	return w
}

// running is a server, whoever asks it.
type running struct {
	*impl.App
	logs *logs
	// ring is what the secrets hang on.
	ring *secret.Keyring
}

// idle are servers that no test uses.
var idle = make(chan *running, 1000)

func reuse() *running {
	select {
	case r := <-idle:
		r.logs.clear()
		return r
	default:
		return nil
	}
}

func open(t testing.TB, seed *fixture.Fixture, change []func(*impl.Settings)) *running {
	t.Helper()
	r := &running{logs: &logs{}}
	settings := impl.Settings{
		Seed: seed, Clock: morning, PublicURL: "https://book.example", Ring: secret.New(),
		Logger: slog.New(slog.NewTextHandler(r.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&settings)
	}
	var err error
	if r.App, err = impl.Open(context.Background(), settings); err != nil {
		t.Fatal(err)
	}
	r.ring = settings.Ring
	return r
}

// reset finishes what is under way and goes back to the start.
func (r *running) reset(t testing.TB) {
	r.runDue(t)
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/_/reset", http.NoBody))
	if answer.Code != http.StatusNoContent {
		t.Errorf("the reset answered %d %s", answer.Code, answer.Body)
	}
}

// runDue does the jobs that are due, and waits for those under way.
func (r *running) runDue(t testing.TB) {
	t.Helper()
	err := r.Jobs.Alone(func(runDue func() ([]meet.Job, error)) error {
		_, err := runDue()
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// ownServer keeps a server from being used by several tests, one of which
// would leave it changed or is about how it starts.
func ownServer(*impl.Settings) {}

// onDisk keeps the database in a file, where readers do not wait for the
// writer.
func onDisk(path string) func(*impl.Settings) {
	return func(s *impl.Settings) { s.Database = path }
}

// logs is what a server logged.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Reset()
}

// lines returns those that contain a part.
func (l *logs) lines(part string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []string
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, part) {
			found = append(found, line)
		}
	}
	return found
}

// setClock makes the clock show an instant.
func (w *world) setClock(t testing.TB, instant string) {
	t.Helper()
	wants(t, http.StatusOK)(w.owner.send(t, http.MethodPut, "/_/clock", `{"now":"`+instant+`"}`))
}

// update changes the database directly.
func (w *world) update(t testing.TB, change func(*store.Tx) error) {
	t.Helper()
	if err := w.Store.Update(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

// typeID is the id of a meeting type of the demo.
func (w *world) typeID(t testing.TB, slug string) meet.MeetingTypeID {
	t.Helper()
	var id meet.MeetingTypeID
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		types, err := tx.MeetingTypes(w.demo.CompanyID(), "")
		for _, mt := range types {
			if mt.Slug == slug {
				id = mt.ID
			}
		}
		return err
	})
	if err != nil || id == "" {
		t.Fatalf("meeting type %s: %q, %v", slug, id, err)
	}
	return id
}

// userID is the id of a user of the demo.
func (w *world) userID(t testing.TB, email string) meet.UserID {
	t.Helper()
	var user meet.User
	err := w.Store.View(t.Context(), func(tx *store.Tx) (err error) {
		user, err = tx.UserByEmail(w.demo.CompanyID(), email)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return user.ID
}

// ada is a member of the demo company, and her caller.
func (w *world) ada(t testing.TB) (meet.UserID, caller) {
	t.Helper()
	id := w.userID(t, "ada@demo.example")
	return id, w.token(t, w.demo.CompanyID(), id)
}

// token makes a personal access token; the functions change its key.
func (w *world) token(t testing.TB, company meet.CompanyID, user meet.UserID, change ...func(*meet.Key)) caller {
	t.Helper()
	key, text := credential.NewPersonal(company, user, morning)
	return w.key(t, key, text, change)
}

func (w *world) key(t testing.TB, key meet.Key, text string, change []func(*meet.Key)) caller {
	t.Helper()
	for _, c := range change {
		c(&key)
	}
	w.update(t, func(tx *store.Tx) error { return tx.InsertKey(key) })
	return w.bearer(text)
}

// addQueue gives a meeting type several hosts.
func (w *world) addQueue(t testing.TB, id meet.MeetingTypeID, everyone bool, members ...meet.UserID) meet.QueueID {
	t.Helper()
	q := meet.Queue{ID: meet.QueueID(uuid.NewString()), Company: w.demo.CompanyID(), Type: id, Everyone: everyone, Members: meet.Members(members, morning)}
	w.update(t, func(tx *store.Tx) error { return tx.InsertQueue(q) })
	return q.ID
}

// rival is a second company, which nothing of the first must reach.
type rival struct {
	meet.Company
	directory.Newcomer // its owner
	// owner is that owner with a token, platform the company's key.
	owner, platform caller
	platformKey     string
}

func (w *world) rival(t testing.TB) rival {
	t.Helper()
	var r rival
	w.update(t, func(tx *store.Tx) (err error) {
		r.Company, r.Newcomer, err = directory.Found(tx, directory.Founding{
			Name: "Rival Ltd", OwnerEmail: "rita@rival.example", OwnerName: "Rita Rival", Zone: "Europe/London",
		})
		return err
	})
	r.owner = w.token(t, r.ID, r.User.ID)
	key, text := credential.NewPlatform(r.ID, morning)
	r.platform, r.platformKey = w.key(t, key, text, nil), text
	return r
}

// at reads an instant.
func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t
}

// uid is an id as the client has it.
func uid[T ~string](id T) uuid.UUID { return uuid.MustParse(string(id)) }

// nobody is an id that nothing has.
const nobody = "00000000-0000-4000-8000-00000000dead"

// booking is the request of the published sample, changed by the functions.
func booking(change ...func(*client.BookingRequest)) client.BookingRequest {
	r := client.BookingRequest{
		MeetingTypeID: uid(intro),
		Start:         at("2024-01-15T09:00:00+01:00"),
		HostIDs:       []uuid.UUID{uid(olivia)},
		Attendee: client.AttendeeInput{
			Email: new("client@example.com"), Firstname: new("Jane"), Lastname: new("Smith"),
			ReceiveReminders: true, Notes: client.Notes{},
		},
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

// starting books another start.
func starting(text string) func(*client.BookingRequest) {
	return func(r *client.BookingRequest) { r.Start = at(text) }
}

// ofType books another meeting type.
func ofType[T ~string](id T) func(*client.BookingRequest) {
	return func(r *client.BookingRequest) { r.MeetingTypeID = uid(id) }
}

// hostedBy books other hosts.
func hostedBy(ids ...meet.UserID) func(*client.BookingRequest) {
	return func(r *client.BookingRequest) {
		r.HostIDs = nil
		for _, id := range ids {
			r.HostIDs = append(r.HostIDs, uid(id))
		}
	}
}

// inQueue books by queue.
func inQueue(id meet.QueueID) func(*client.BookingRequest) {
	return func(r *client.BookingRequest) { r.QueueID = new(uid(id)) }
}

// forced books without regard to availability.
func forced(r *client.BookingRequest) { r.IgnoreAvailability = new(true) }

// named books for somebody else.
func named(fullname, email string) func(*client.BookingRequest) {
	return func(r *client.BookingRequest) {
		r.Attendee.Firstname, r.Attendee.Lastname = nil, nil
		r.Attendee.Fullname, r.Attendee.Email = &fullname, &email
	}
}
