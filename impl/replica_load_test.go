package impl_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/directory"
	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// What the callers compete for.
const (
	plainHosts = 8
	queueHosts = 4
	groupSeats = 5
	dayLimit   = 3
	linkCount  = 40
)

// office is a company that many book with.
type office struct {
	*world // without a server
	plain  []meet.MeetingType
	queues []meet.Queue
	group  meet.MeetingType
	daily  meet.MeetingType // has a limit per day
	linked meet.MeetingType // by one-time links only
	links  []string
	first  time.Time // midnight from which on there are free starts
}

// newOffice adds to the demo, in its database, what is competed for.
func newOffice(t *testing.T, s *store.Store) *office {
	t.Helper()
	o := &office{world: storeWorld(s), first: time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 2)}
	p := meet.Principal{Company: o.demo.CompanyID(), User: olivia, Role: meet.Owner, Platform: true}
	var always meet.Hours
	for day := range always.Week {
		always.Week[day] = meet.Day{Enabled: true, Windows: []meet.Window{{End: meet.EndOfDay}}}
	}
	hire := func(change func(*meet.Settings)) (made meet.MeetingType) {
		id := uuid.NewString()
		o.update(t, func(tx *store.Tx) error {
			n, err := directory.AddUser(tx, p, directory.Profile{
				Email: id + "@demo.example", GivenName: "Host", FamilyName: id, Zone: "UTC", Hours: &always, TypeChannel: meet.Connect,
			})
			if err != nil {
				return err
			}
			made, err = directory.ChangeType(tx, p, n.Type.ID, func(t *meet.MeetingType) error {
				change(&t.Settings)
				return nil
			})
			return err
		})
		return made
	}
	for range plainHosts {
		o.plain = append(o.plain, hire(func(*meet.Settings) {}))
	}
	o.group = hire(func(s *meet.Settings) { s.Spots = groupSeats })
	o.daily = hire(func(s *meet.Settings) { s.MaxPerDay = dayLimit })
	o.linked = hire(func(s *meet.Settings) { s.OneTimeOnly = true })
	for range linkCount {
		o.links = append(o.links, uuid.NewString())
	}
	for _, kind := range []meet.QueueKind{meet.SimpleRoundRobin, meet.EqualDistribution} {
		q := meet.Queue{ID: meet.QueueID(uuid.NewString()), Company: p.Company, Kind: kind, Period: meet.PerMonth}
		for range queueHosts {
			typ := hire(func(*meet.Settings) {})
			q.Type = typ.ID
			q.Members = append(q.Members, meet.Members([]meet.UserID{typ.Owner}, typ.CreatedAt)...)
		}
		o.queues = append(o.queues, q)
	}
	o.update(t, func(tx *store.Tx) error {
		for _, id := range o.links {
			if err := tx.InsertOneTimeLink(id, p.Company, o.linked.ID, ""); err != nil {
				return err
			}
		}
		return errors.Join(tx.InsertQueue(o.queues[0]), tx.InsertQueue(o.queues[1]))
	})
	return o
}

// storeWorld is a world whose servers are elsewhere.
func storeWorld(s *store.Store) *world {
	return &world{running: &running{App: &impl.App{Store: s}}, demo: fixture.Demo()}
}

// deed is what a caller was told about a booking of theirs.
type deed struct {
	id, secret, email string
	group             bool
	start             time.Time
	moves             int
	over              bool // cancelled, or left
	unsure            bool // of the last change: nobody answered
}

// load is callers who book with an office by way of several servers.
type load struct {
	*office
	apis []*client.API
	// careful callers repeat what nobody answered, with the same
	// Idempotency-Key; of the others each second does not.
	careful bool

	turns   atomic.Int64 // of queues, each with a start of its own
	done    atomic.Int64
	refused atomic.Int64
	retried atomic.Int64
	unknown atomic.Int64
	slowest atomic.Int64

	mu     sync.Mutex
	deeds  []*deed
	faults []error
}

func newLoad(t *testing.T, o *office, servers []*replica) *load {
	t.Helper()
	l := &load{office: o, careful: true}
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	for _, r := range servers {
		api, err := client.New(client.Config{
			BaseURL: "http://" + r.Addr, APIKey: o.demo.PersonalKey(), HTTPClient: &http.Client{Transport: transport, Timeout: time.Minute},
			IdempotentServer: true, MaxTries: 1, // it is another server that is asked again
		})
		if err != nil {
			t.Fatal(err)
		}
		l.apis = append(l.apis, api)
	}
	return l
}

// run has 64 callers act until the context ends, and finish what they do.
func (l *load) run(ctx context.Context) {
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			c := &customer{load: l, careful: l.careful || i%2 == 0}
			for ctx.Err() == nil {
				c.act()
			}
		})
	}
	all.Wait()
}

// customer is one caller, who does one thing after the other.
type customer struct {
	*load
	careful bool
	own     []*deed
}

func (c *customer) act() {
	day := func(n int) time.Time { return c.first.AddDate(0, 0, rand.IntN(n)) }
	half := time.Duration(rand.IntN(48)) * 30 * time.Minute
	switch n := rand.IntN(20); {
	case n < 7:
		t := c.plain[rand.IntN(len(c.plain))]
		c.books(t, day(40).Add(half), func(*client.BookingRequest) {})
	case n < 11:
		q := c.queues[n%len(c.queues)]
		start := c.first.Add(time.Duration(c.turns.Add(1)) * 30 * time.Minute)
		c.books(meet.MeetingType{ID: q.Type}, start, func(b *client.BookingRequest) { b.HostIDs, b.QueueID = nil, new(uid(q.ID)) })
	case n < 13:
		c.books(c.group, day(1).Add(time.Duration(rand.IntN(20))*time.Hour), func(*client.BookingRequest) {})
	case n < 15:
		c.books(c.daily, day(10).Add(half), func(*client.BookingRequest) {})
	case n < 16:
		c.books(c.linked, day(60).Add(half), func(b *client.BookingRequest) { b.OneTimeLinkID = new(uid(c.links[rand.IntN(len(c.links))])) })
	case len(c.own) == 0:
	case n < 18:
		c.moves(c.own[rand.IntN(len(c.own))], day(40).Add(half))
	default:
		c.cancels(c.own[rand.IntN(len(c.own))])
	}
}

func (c *customer) books(t meet.MeetingType, start time.Time, change func(*client.BookingRequest)) {
	d := &deed{email: uuid.NewString() + "@example.com", start: start, group: t.Spots > 1}
	request := client.BookingRequest{
		MeetingTypeID: uid(t.ID), Start: start, SkipNotifications: new(true),
		Attendee: client.AttendeeInput{Email: &d.email, Fullname: new("Jane Smith"), Notes: client.Notes{}},
	}
	if t.Owner != "" {
		request.HostIDs = []uuid.UUID{uid(t.Owner)}
	}
	change(&request)
	_, ok := c.insists(func(api *client.API, key client.Option) error {
		outcome, err := api.CreateBooking(context.Background(), request, key)
		if err == nil {
			booked, _ := outcome.Value()
			d.id, d.secret = booked.AppointmentID, booked.Secret
		}
		return err
	})
	if !ok {
		return
	}
	c.mu.Lock()
	c.deeds = append(c.deeds, d)
	c.mu.Unlock()
	if t.Owner != "" && !t.OneTimeOnly { // the turns of queues are counted at the end
		c.own = append(c.own, d)
	}
}

func (c *customer) moves(d *deed, start time.Time) {
	if d.group || d.over {
		return
	}
	unsure, ok := c.insists(func(api *client.API, key client.Option) error {
		_, err := api.RescheduleAppointment(context.Background(), d.id, client.RescheduleRequest{Start: start}, key)
		return err
	})
	if ok && !d.start.Equal(start) {
		d.start = start
		d.moves++
	}
	d.unsure = d.unsure || unsure
}

func (c *customer) cancels(d *deed) {
	if d.over {
		return
	}
	unsure, ok := c.insists(func(api *client.API, key client.Option) error {
		_, err := api.CancelAppointment(context.Background(), d.id, client.CancelRequest{}, key, client.WithAppointmentSecret(d.secret))
		return err
	})
	d.over = ok
	d.unsure = d.unsure || unsure
}

// insists makes a request, of any server, until it is answered: one that did
// not happen again, as a good client does, and what nobody answered only if
// the caller is careful. It reports whether that is not known, or else
// whether it was done.
func (c *customer) insists(do func(*client.API, client.Option) error) (unsure, ok bool) {
	key := client.WithIdempotencyKey(uuid.NewString())
	for deadline := time.Now().Add(time.Minute); ; c.retried.Add(1) {
		began := time.Now()
		err := do(c.apis[rand.IntN(len(c.apis))], key)
		for took := int64(time.Since(began)); ; {
			if slowest := c.slowest.Load(); took <= slowest || c.slowest.CompareAndSwap(slowest, took) {
				break
			}
		}
		var told *client.APIError
		switch {
		case err == nil:
			c.done.Add(1)
			return false, true
		case errors.As(err, &told) && told.StatusCode == http.StatusBadRequest:
			c.refused.Add(1)
			return false, false
		case errors.As(err, &told) && told.StatusCode == http.StatusServiceUnavailable && told.RetryAfter > 0:
			time.Sleep(rand.N(told.RetryAfter))
		case errors.As(err, &told) && told.StatusCode < http.StatusInternalServerError:
			c.fails(fmt.Errorf("answered %w", err))
			return false, false
		case errors.Is(err, client.ErrNotSent):
			time.Sleep(rand.N(50 * time.Millisecond))
		case !c.careful:
			c.unknown.Add(1)
			return true, false
		default:
			c.unknown.Add(1)
			time.Sleep(rand.N(50 * time.Millisecond))
		}
		if time.Now().After(deadline) {
			c.fails(fmt.Errorf("not done in a minute: %w", err))
			return true, false
		}
	}
}

func (l *load) fails(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = append(l.faults, err)
}

func (l *load) String() string {
	return fmt.Sprintf("%d done, %d refused, %d repeated, %d without an answer, the slowest after %s",
		l.done.Load(), l.refused.Load(), l.retried.Load(), l.unknown.Load(), time.Duration(l.slowest.Load()).Round(time.Millisecond))
}
