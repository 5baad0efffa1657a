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
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/stub"
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
	app, err := impl.Open(context.Background(), impl.Settings{Database: path, Seed: stub.Demo(), Ring: crashRing(t, path)})
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

// ear hears webhooks, and how often of each booking.
type ear struct {
	mu    sync.Mutex
	heard map[string]int
}

func (e *ear) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var event client.WebhookEvent
	if json.NewDecoder(r.Body).Decode(&event) != nil || event.WebhookType != "booking_created" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard[event.ID]++
}

// bookUntilKilled books from several sides for as long as a server lives and
// returns what was acknowledged.
func bookUntilKilled(t *testing.T, url, key string, types []meet.MeetingTypeID) (acknowledged []string) {
	var mu sync.Mutex
	var all sync.WaitGroup
	day := time.Now().UTC().Truncate(24 * time.Hour)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	for range 4 {
		all.Go(func() {
			for {
				b := booking(ofType(types[rand.IntN(len(types))]), func(b *client.BookingRequest) {
					b.Start = day.Add(time.Duration(1+rand.IntN(300))*24*time.Hour + time.Duration(7*60+30*rand.IntN(18))*time.Minute)
				})
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/v4/booking", strings.NewReader(encoded(t, b)))
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Authorization", "Bearer "+key)
				r.Header.Set("Content-Type", "application/json")
				a, err := readAll((&http.Client{Transport: transport}).Do(r))
				var booked client.Booked
				switch {
				case err != nil:
					return // it was killed
				case a.status == http.StatusCreated && json.Unmarshal(a.body, &booked) == nil:
					mu.Lock()
					acknowledged = append(acknowledged, booked.AppointmentID)
					mu.Unlock()
				case a.status != http.StatusBadRequest: // taken
					t.Errorf("answered %d %s", a.status, a.body)
				}
			}
		})
	}
	all.Wait()
	return acknowledged
}

// Ensure a server that is killed at any moment has lost nothing that it
// acknowledged, booked nothing twice, and in the end told of everything.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("it kills a server several times")
	}
	t.Parallel()
	const rounds = 6
	path := filepath.Join(t.TempDir(), "meetwright.db")
	demo := stub.Demo()
	types := []meet.MeetingTypeID{intro}
	listener := &ear{heard: map[string]int{}}
	endpoint := httptest.NewServer(listener)
	t.Cleanup(endpoint.Close)
	var acknowledged []string
	for round := range rounds {
		process, url := startServer(t, path)
		if round == 0 {
			hook := strings.NewReader(encoded(t, client.WebhookCreate{Endpoint: endpoint.URL, EventTypes: []client.WebhookEventType{"booking_created"}}))
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/webhooks", hook)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+demo.PersonalKey())
			r.Header.Set("Content-Type", "application/json")
			wants(t, http.StatusCreated)(http.DefaultClient.Do(r))
		}
		timer := time.AfterFunc(time.Duration(50+rand.IntN(350))*time.Millisecond, func() { _ = process.Process.Kill() })
		acknowledged = append(acknowledged, bookUntilKilled(t, url, demo.PersonalKey(), types)...)
		timer.Stop()
		_ = process.Process.Kill()
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
	for _, id := range acknowledged {
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
		due, err := tx.JobsDue()
		if due {
			t.Error("something is left to do")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if len(acknowledged) < rounds {
		t.Errorf("only %d were booked", len(acknowledged))
	}
	t.Logf("%d bookings were acknowledged, %d are there, in %d rounds", len(acknowledged), len(booked), rounds)
}
