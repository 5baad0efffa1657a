package impl_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
	bookings "github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/directory"
	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/webhook"
)

// plant is a whole server on a file, without the checks that tests make.
type plant struct {
	*impl.App
	url   string
	key   string
	owner meet.Principal // of the demo
	hooks *webhook.Sender
	close func()
	types []meet.MeetingType
}

// benchPlant starts one with a number of hosts, each with a meeting type. It
// must be closed before the next is measured.
func benchPlant(b *testing.B, hosts int) *plant {
	b.Helper()
	demo, ring := fixture.Demo(), secret.New()
	app, err := impl.Open(b.Context(), impl.Settings{
		Database: filepath.Join(b.TempDir(), "bench.db"), Seed: demo, Ring: ring, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(app)
	p := &plant{App: app, url: server.URL, key: demo.PersonalKey()}
	p.close = func() {
		server.Close()
		if err := app.Close(); err != nil {
			b.Error(err)
		}
	}
	p.hooks = webhook.New(webhook.Config{Store: app.Store, Ring: ring, AllowPrivate: true})
	p.owner = meet.Principal{Company: demo.CompanyID(), User: olivia, Role: meet.Owner, Platform: true}
	p.update(b, func(tx *store.Tx) error {
		p.types = nil
		for i := range hosts {
			n, err := directory.AddUser(tx, p.owner, directory.Profile{
				Email: fmt.Sprintf("host%d@demo.example", i), GivenName: "Host", FamilyName: fmt.Sprint(i), Zone: "UTC", TypeChannel: meet.Connect,
			})
			if err != nil {
				return err
			}
			p.types = append(p.types, n.Type)
		}
		return nil
	})
	return p
}

func (p *plant) update(b *testing.B, change func(*store.Tx) error) {
	b.Helper()
	if err := p.Store.Update(b.Context(), change); err != nil {
		b.Fatal(err)
	}
}

// hook registers an endpoint for a kind of event.
func (p *plant) hook(b *testing.B, as meet.Principal, endpoint string, kind meet.EventKind) (w meet.Webhook) {
	b.Helper()
	p.update(b, func(tx *store.Tx) (err error) {
		w, _, err = p.hooks.Add(tx, as, endpoint, "", []meet.EventKind{kind})
		return err
	})
	return w
}

// meeting is the booking request of a number, which is in the way of none of
// another number: half an hour of office hours, of one host after the other.
func (p *plant) meeting(n int, monday time.Time) client.BookingRequest {
	const starts, days = 16, 5
	t := p.types[n%len(p.types)]
	n /= len(p.types)
	day := monday.AddDate(0, 0, n/starts/days*7+n/starts%days)
	return booking(ofType(t.ID), hostedBy(t.Owner), func(r *client.BookingRequest) {
		r.Start = day.Add(9*time.Hour + time.Duration(n%starts)*30*time.Minute)
	})
}

// book makes the first n meetings from many sides at once, and returns how
// long it took.
func (p *plant) book(b *testing.B, n int) time.Duration {
	b.Helper()
	const callers = 64
	monday := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
	for monday.Weekday() != time.Monday {
		monday = monday.AddDate(0, 0, 1)
	}
	bodies := make([]string, n)
	for i := range bodies {
		bodies[i] = encoded(b, p.meeting(i, monday))
	}
	web := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callers}}
	defer web.CloseIdleConnections()
	var next atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	for range callers {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, p.url+"/v4/booking", strings.NewReader(bodies[i]))
				if err != nil {
					b.Error(err)
					return
				}
				r.Header.Set("Authorization", "Bearer "+p.key)
				r.Header.Set("Content-Type", "application/json")
				if a, err := readAll(web.Do(r)); err != nil || a.status != http.StatusCreated {
					b.Errorf("answered %d %s, %v", a.status, a.body, err)
					return
				}
			}
		})
	}
	all.Wait()
	return time.Since(began)
}

// settled waits until each endpoint has heard n times and nothing is left to
// do for it.
func (p *plant) settled(b *testing.B, n int, heard map[meet.WebhookID]*atomic.Int64) {
	b.Helper()
	for id, count := range heard {
		for count.Load() < int64(n) {
			time.Sleep(time.Millisecond)
		}
		for left := 1; left > 0; {
			time.Sleep(time.Millisecond)
			err := p.Store.View(b.Context(), func(tx *store.Tx) (err error) {
				_, left, err = tx.Jobs(string(id), meet.JobPending, 1, 0)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		if count.Load() > int64(n) {
			b.Errorf("an endpoint heard %d times, want %d", count.Load(), n)
		}
	}
}

// counter is an endpoint that counts what it receives.
func counter(b *testing.B) (url string, heard *atomic.Int64) {
	b.Helper()
	heard = &atomic.Int64{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		heard.Add(1)
	}))
	b.Cleanup(server.Close)
	return server.URL, heard
}

// BenchmarkWork_Bookings measures bookings of 64 callers over HTTP, on disk,
// while each is delivered to an endpoint, against the same without one.
func BenchmarkWork_Bookings(b *testing.B) {
	n := 3000
	if testing.Short() {
		n = 100
	}
	var plain, told, drained time.Duration
	var meanwhile int64
	for b.Loop() {
		p := benchPlant(b, 25)
		plain += p.book(b, n)
		p.close()

		p = benchPlant(b, 25)
		url, heard := counter(b)
		w := p.hook(b, p.owner, url, meet.BookingCreated)
		began := time.Now()
		told += p.book(b, n)
		meanwhile += heard.Load()
		p.settled(b, n, map[meet.WebhookID]*atomic.Int64{w.ID: heard})
		drained += time.Since(began)
		p.close()
	}
	total := float64(n * b.N)
	b.ReportMetric(total/plain.Seconds(), "undelivered-bookings/s")
	b.ReportMetric(total/told.Seconds(), "bookings/s")
	b.ReportMetric(total/drained.Seconds(), "deliveries/s")
	b.ReportMetric(float64(meanwhile)/told.Seconds(), "deliveries-meanwhile/s")
	b.ReportMetric(plain.Seconds()/told.Seconds(), "ratio")
}

// BenchmarkWork_DeadEndpoint measures deliveries to 50 endpoints, 20 each,
// while another one that is dead has deliveries waiting.
func BenchmarkWork_DeadEndpoint(b *testing.B) {
	hanging := func(b *testing.B) string {
		released := make(chan struct{})
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			select {
			case <-released:
			case <-r.Context().Done():
			}
		}))
		b.Cleanup(server.Close)
		b.Cleanup(func() { close(released) })
		return server.URL
	}
	refusing := func(*testing.B) string {
		server := httptest.NewServer(nil)
		server.Close()
		return server.URL
	}
	for _, test := range []struct {
		name    string
		dead    func(*testing.B) string
		waiting int
	}{
		{"none", refusing, 0},
		{"hangs", hanging, 1000},
		{"refuses", refusing, 1000},
		{"refuses", refusing, 100_000},
	} {
		if testing.Short() {
			test.waiting = min(test.waiting, 100)
		}
		b.Run(fmt.Sprintf("%s/waiting=%d", test.name, test.waiting), func(b *testing.B) {
			const endpoints, each = 50, 20
			var spent time.Duration
			for b.Loop() {
				spent += drain(b, test.dead(b), test.waiting, endpoints, each)
			}
			b.ReportMetric(endpoints*each*float64(b.N)/spent.Seconds(), "deliveries/s")
		})
	}
}

// drain has a number of events delivered to each of the endpoints, and
// returns how long that took.
func drain(b *testing.B, dead string, waiting, endpoints, each int) time.Duration {
	b.Helper()
	p := benchPlant(b, 0)
	defer p.close()
	p.hook(b, p.owner, dead, meet.NewEmployee)
	p.happens(b, p.owner.Company, waiting)

	heard := map[meet.WebhookID]*atomic.Int64{}
	var companies []meet.CompanyID
	for i := range endpoints {
		if i%meet.MaxWebhooks == 0 {
			p.update(b, func(tx *store.Tx) error {
				c, _, err := directory.Found(tx, directory.Founding{
					Name: fmt.Sprint("Company ", i), OwnerEmail: fmt.Sprintf("owner%d@demo.example", i), OwnerName: "Olga Owner", Zone: "UTC",
				})
				companies = append(companies, c.ID)
				return err
			})
		}
		url, count := counter(b)
		as := meet.Principal{Company: companies[len(companies)-1], Role: meet.Owner}
		heard[p.hook(b, as, url, meet.NewEmployee).ID] = count
	}
	began := time.Now()
	for _, c := range companies {
		p.happens(b, c, each)
	}
	p.settled(b, each, heard)
	return time.Since(began)
}

// happens has a company tell of a number of people.
func (p *plant) happens(b *testing.B, c meet.CompanyID, n int) {
	b.Helper()
	const together = 1000
	for done := 0; done < n; done += together {
		p.update(b, func(tx *store.Tx) error {
			for range min(together, n-done) {
				u := meet.User{ID: meet.UserID(uuid.NewString()), Company: c, Email: "new@demo.example", GivenName: "New"}
				if err := bookings.NewEmployee(tx, u); err != nil {
					return err
				}
			}
			return nil
		})
	}
}
