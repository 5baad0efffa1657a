package impl_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/postgrestest"
)

// replicaRounds is how often everything is done: once, or as often as
// REPLICA_ROUNDS says.
func replicaRounds(t *testing.T) int {
	text := os.Getenv("REPLICA_ROUNDS")
	if text == "" {
		return 1
	}
	rounds, err := strconv.Atoi(text)
	if err != nil || rounds < 1 {
		t.Fatalf("REPLICA_ROUNDS is %q, not a number of rounds", text)
	}
	return rounds
}

// scenery is servers over one database, callers, and an endpoint.
type scenery struct {
	*load
	servers []*replica
	url     string
	box     *postbox
}

// newScenery starts n servers over the database at an address, by another
// address unless that is "".
func newScenery(t *testing.T, n int, url, way string) *scenery {
	t.Helper()
	s := &scenery{box: newPostbox(t), url: url}
	db, err := store.Open(t.Context(), url, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if way == "" {
		way = url
	}
	s.servers = newProcesses(t, way, n)
	s.load = newLoad(t, newOffice(t, db), s.servers)
	_, err = s.apis[0].CreateWebhook(t.Context(), client.WebhookCreate{
		Endpoint: s.box.URL, EventTypes: []client.WebhookEventType{"booking_created", "booking_rescheduled", "booking_cancelled"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// startsServers says that a test does.
func startsServers(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("it starts servers")
	}
	t.Parallel()
}

// during lets callers act while fn runs.
func (s *scenery) during(fn func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { s.run(ctx) })
	fn()
	cancel()
	all.Wait()
}

// checkQuiet asserts that no server logged an error, but for being busy, as
// those of a slow machine are.
func (s *scenery) checkQuiet(t *testing.T) {
	t.Helper()
	for _, r := range s.servers {
		for line := range strings.Lines(r.noise.String()) {
			if strings.Contains(line, "level=ERROR") && !strings.Contains(line, "The server is busy") {
				t.Errorf("a server logged %s", line)
			}
		}
	}
}

// Ensure servers that share a database keep every rule under load, and tell
// of everything once and in order.
func TestReplica_Load(t *testing.T) {
	startsServers(t)
	for _, n := range []int{2, 4} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			for range replicaRounds(t) {
				s := newScenery(t, n, postgrestest.Database(t), "")
				began := time.Now()
				s.during(func() { time.Sleep(2 * time.Second) })
				took := time.Since(began)
				s.box.drain(t, s.url, false)
				s.check(t, s.box)
				s.checkQuiet(t)
				if twice := s.box.twice(); twice > 0 || s.unknown.Load() > 0 {
					t.Errorf("%d were told twice; %s", twice, s.load)
				}
				t.Logf("%s in %s; %d told", s.load, took.Round(time.Millisecond), len(s.box.times))
			}
		})
	}
}

// Ensure servers can be stopped and started one after the other without
// anybody noticing who does what clients do.
func TestReplica_RollingRestart(t *testing.T) {
	startsServers(t)
	s := newScenery(t, 3, postgrestest.Database(t), "")
	s.during(func() {
		for range replicaRounds(t) {
			for _, r := range s.servers {
				r.stop(t)
				r.start(t)
				r.ready(t)
			}
		}
	})
	s.box.drain(t, s.url, false)
	s.check(t, s.box)
	s.checkQuiet(t)
	if twice := s.box.twice(); twice > 0 {
		t.Errorf("%d were told twice", twice)
	}
	t.Logf("%s; %d told", s.load, len(s.box.times))
}

// Ensure nothing that was acknowledged is lost, or happens twice, when
// servers, their database or the network between them fail, and that the
// servers recover by themselves.
func TestReplica_Failures(t *testing.T) {
	startsServers(t)
	database, address := postgrestest.Own(t, !postgrestest.Durable)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	way := newNetwork(t, u.Host)
	u.Host = way.Addr().String()
	s := newScenery(t, 3, address, u.String())
	s.careful = false
	rounds := replicaRounds(t)
	silence := 1500 * time.Millisecond
	if rounds > 1 {
		silence = 20 * time.Second // longer than any request may take
	}
	pause := func() { time.Sleep(300 * time.Millisecond) }
	recovered := func() {
		for _, r := range s.servers {
			r.ready(t)
		}
		pause()
	}
	s.during(func() {
		for i := range rounds {
			pause()
			r := s.servers[i%len(s.servers)]
			r.kill(t)
			pause()
			r.start(t)
			recovered()

			if err := database.Kill(); err != nil {
				t.Error(err)
			}
			pause()
			if err := database.Run(); err != nil {
				t.Error(err)
			}
			recovered()

			way.cut()
			pause()
			way.heal()
			recovered()

			way.stall()
			time.Sleep(silence)
			way.heal()
			recovered()
		}
	})
	s.box.drain(t, s.url, true)
	s.check(t, s.box)
	// 15 s for the database, and time to answer.
	if slowest := time.Duration(s.slowest.Load()); slowest > 20*time.Second {
		t.Errorf("a request took %s", slowest)
	}
	t.Logf("%s; %d told, %d more than once", s.load, len(s.box.times), s.box.twice())
}

// Ensure ten servers that start at once on an empty database fill it once,
// and serve.
func TestReplica_TenStarts(t *testing.T) {
	startsServers(t)
	_, address := postgrestest.Own(t, !postgrestest.Durable)
	servers := newProcesses(t, address+"?pool_max_conns=4", 10)
	for _, r := range servers {
		r.ready(t)
	}
	db, err := store.Open(t.Context(), address, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	o := storeWorld(db)
	err = db.View(t.Context(), func(tx *store.Tx) error {
		companies, err := tx.Companies()
		if err != nil {
			return err
		}
		users, _, err := tx.Users(o.demo.CompanyID(), "", 1000, 0)
		if len(companies) != 1 || len(users) != len(o.demo.Users) {
			t.Errorf("%d companies, %d users", len(companies), len(users))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range servers {
		api, err := client.New(client.Config{BaseURL: "http://" + r.Addr, APIKey: o.demo.PersonalKey()})
		if err != nil {
			t.Fatal(err)
		}
		if user, err := api.GetCurrentUser(t.Context()); err != nil || meet.UserID(user.ID) != olivia {
			t.Errorf("it is %+v, %v", user, err)
		}
	}
}
