package impl_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/directory"
	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// crashFile makes the test binary a server on that file, until its standard
// input ends or it is killed.
const crashFile = "MEETWRIGHT_TEST_CRASH_FILE"

// TestCrash_Server is no test but that server.
func TestCrash_Server(t *testing.T) {
	path := os.Getenv(crashFile)
	if path == "" {
		return
	}
	app, err := impl.Open(context.Background(), impl.Settings{Database: path, Seed: fixture.Demo(), Ring: crashRing(t, path)})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(app)
	fmt.Println("serving " + server.URL)
	_, _ = io.Copy(io.Discard, os.Stdin) // ends with the parent
	os.Exit(0)
}

func crashRing(t *testing.T, path string) *secret.Keyring {
	t.Helper()
	ring, err := secret.LoadOrCreate(path + ".key")
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// startServer starts the server on a file.
func startServer(t *testing.T, path string) (process *exec.Cmd, url string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrash_Server$")
	c.Env = append(os.Environ(), crashFile+"="+path)
	var noise bytes.Buffer
	c.Stderr = &noise
	in, err := c.StdinPipe() // open as long as the parent lives
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, found := strings.CutPrefix(lines.Text(), "serving "); found {
			return c, url
		}
	}
	t.Fatalf("the server did not start: %v\n%s", c.Wait(), &noise)
	return nil, ""
}

// ear hears webhooks, and how often of each booking. It takes a moment to
// answer, as endpoints do.
type ear struct {
	mu    sync.Mutex
	heard map[string]int
	open  atomic.Int64 // deliveries that were not answered yet
	// some is closed when a number of bookings were heard of; nil is never.
	some chan struct{}
}

func (e *ear) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.open.Add(1)
	defer e.open.Add(-1)
	var event client.WebhookEvent
	if json.NewDecoder(r.Body).Decode(&event) != nil || event.WebhookType != "booking_created" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	e.heard[event.ID]++
	if e.some != nil && len(e.heard) == 20 && e.heard[event.ID] == 1 {
		close(e.some)
	}
	e.mu.Unlock()
	<-time.After(rand.N(40 * time.Millisecond))
}

// crowd books from many sides at once.
type crowd struct {
	key   string
	types []meet.MeetingType
	open  atomic.Int64 // requests that were not answered yet
	mu    sync.Mutex
	// acknowledged are the appointments that the crowd was told of; taken
	// counts the refusals of starts that were not free.
	acknowledged []string
	taken        int
}

// book books for as long as a server lives.
func (c *crowd) book(t *testing.T, url string) {
	var all sync.WaitGroup
	day := time.Now().UTC().Truncate(24 * time.Hour)
	transport := &http.Transport{MaxIdleConnsPerHost: 32}
	defer transport.CloseIdleConnections()
	for range 32 {
		all.Go(func() {
			for {
				kind := c.types[rand.IntN(len(c.types))]
				b := booking(ofType(kind.ID), hostedBy(kind.Owner), func(b *client.BookingRequest) {
					b.Start = day.Add(time.Duration(1+rand.IntN(90))*24*time.Hour + time.Duration(8*60+30*rand.IntN(18))*time.Minute)
				})
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/v4/booking", strings.NewReader(encoded(t, b)))
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Authorization", "Bearer "+c.key)
				r.Header.Set("Content-Type", "application/json")
				c.open.Add(1)
				a, err := readAll((&http.Client{Transport: transport}).Do(r))
				c.open.Add(-1)
				if err != nil {
					return // it was killed
				}
				c.answered(t, a)
			}
		})
	}
	all.Wait()
}

func (c *crowd) answered(t *testing.T, a answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var booked client.Booked
	switch {
	case a.status == http.StatusCreated && json.Unmarshal(a.body, &booked) == nil:
		c.acknowledged = append(c.acknowledged, booked.AppointmentID)
	case a.status == http.StatusBadRequest && strings.Contains(string(a.body), "slot-occupied"):
		c.taken++
	default:
		t.Errorf("answered %d %s", a.status, a.body)
	}
}

// crashRounds is how often the server is killed: a few times, or as often as
// CRASH_ROUNDS says.
func crashRounds(t *testing.T) int {
	text := os.Getenv("CRASH_ROUNDS")
	if text == "" {
		return 6
	}
	rounds, err := strconv.Atoi(text)
	if err != nil || rounds < 1 {
		t.Fatalf("CRASH_ROUNDS is %q, not a number of rounds", text)
	}
	return rounds
}

// Ensure a server that is killed at any moment has lost nothing that it
// acknowledged, booked nothing twice, and in the end told of everything.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("it kills a server several times")
	}
	t.Parallel()
	rounds := crashRounds(t)
	path := filepath.Join(t.TempDir(), "meetwright.db")
	listener := &ear{heard: map[string]int{}}
	endpoint := httptest.NewServer(listener)
	t.Cleanup(endpoint.Close)
	all := &crowd{key: fixture.Demo().PersonalKey(), types: crashTypes(t, path, endpoint.URL)}
	var booking, delivering atomic.Int64 // what was under way at the kills
	for round := range rounds {
		process, url := startServer(t, path)
		var kill sync.WaitGroup
		kill.Go(func() {
			// Under load, however slow the machine is.
			for late := time.Now().Add(10 * time.Second); listener.open.Load() == 0 && time.Now().Before(late); {
				time.Sleep(time.Millisecond)
			}
			if round%2 == 0 { // else amid a delivery, for sure
				time.Sleep(rand.N(350 * time.Millisecond))
			}
			booking.Add(all.open.Load())
			delivering.Add(listener.open.Load())
			_ = process.Process.Kill()
		})
		all.book(t, url)
		kill.Wait()
		_ = process.Wait() // killed, as it should be
	}
	w := newWorld(t, onDisk(path), func(s *impl.Settings) { s.Ring, s.Clock = crashRing(t, path), time.Time{} })
	w.delivers(t)
	booked := map[string]bool{}
	for _, b := range w.checkApart(t) {
		booked[string(b.ID)] = true
	}
	listener.mu.Lock()
	defer listener.mu.Unlock()
	for _, id := range all.acknowledged {
		if !booked[id] {
			t.Errorf("%s is lost", id)
		}
		if listener.heard[id] == 0 {
			t.Errorf("nobody heard of %s", id)
		}
	}
	for id := range listener.heard {
		if !booked[id] {
			t.Errorf("somebody heard of %s, which is not there", id)
		}
	}
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		due, err := tx.JobsDue(store.Room{Workers: 1, Common: 1, PerLane: 1}, time.Now())
		if due {
			t.Error("something is left to do")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if len(all.acknowledged) < rounds || booking.Load() < int64(rounds) || delivering.Load() == 0 {
		t.Errorf("there was no load: %d booked, %d bookings and %d deliveries under way at %d kills", len(all.acknowledged), booking.Load(), delivering.Load(), rounds)
	}
	requests := 0
	for _, n := range listener.heard {
		requests += n
	}
	t.Logf("%d kills, with %d bookings and %d deliveries under way: %d bookings were acknowledged, %d starts refused, %d bookings are there; %d were heard of, in %d deliveries",
		rounds, booking.Load(), delivering.Load(), len(all.acknowledged), all.taken, len(booked), len(listener.heard), requests)
}

// crashTypes makes the database of a server with a webhook and several
// hosts, and returns their meeting types.
func crashTypes(t *testing.T, path, endpoint string) (types []meet.MeetingType) {
	t.Helper()
	t.Run("prepared", func(t *testing.T) { // and closed at its end
		w := newWorld(t, onDisk(path), func(s *impl.Settings) { s.Ring, s.Clock = crashRing(t, path), time.Time{} })
		got[client.WebhookCreated](t, http.StatusCreated)(w.owner.CreateWebhook(t.Context(), nil,
			client.WebhookCreate{Endpoint: endpoint, EventTypes: []client.WebhookEventType{"booking_created"}}))
		p := meet.Principal{Company: w.demo.CompanyID(), User: olivia, Role: meet.Owner, Platform: true}
		w.update(t, func(tx *store.Tx) error {
			types = nil
			for i := range 40 {
				n, err := directory.AddUser(tx, p, directory.Profile{
					Email: fmt.Sprintf("host%d@demo.example", i), GivenName: "Host", FamilyName: fmt.Sprint(i), Zone: "UTC", TypeChannel: meet.Connect,
				})
				if err != nil {
					return err
				}
				types = append(types, n.Type)
			}
			return nil
		})
	})
	return types
}
