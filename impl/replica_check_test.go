package impl_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
)

// postbox is an endpoint that keeps what it is told of each appointment, in
// the order in which it was told first.
type postbox struct {
	*httptest.Server
	mu       sync.Mutex
	times    map[string]int // each webhook-id came
	told     map[string][]client.WebhookEvent
	attended map[string]bool // appointment and address
}

func newPostbox(t *testing.T) *postbox {
	t.Helper()
	p := &postbox{times: map[string]int{}, told: map[string][]client.WebhookEvent{}, attended: map[string]bool{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *postbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var e client.WebhookEvent
	if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	time.Sleep(rand.N(5 * time.Millisecond))
	p.mu.Lock()
	defer p.mu.Unlock()
	id := r.Header.Get("webhook-id")
	if p.times[id]++; p.times[id] > 1 {
		return
	}
	p.told[e.ID] = append(p.told[e.ID], e)
	if e.WebhookType == "booking_created" {
		for _, a := range e.Attendees {
			p.attended[e.ID+text(a.Email)] = true
		}
	}
}

// drain waits until nothing is left to tell. After a crash the leases of the
// dead are ended at once, which time would do.
func (p *postbox) drain(t *testing.T, database string, crashed bool) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if crashed {
		if _, err := c.Exec(t.Context(), `UPDATE job SET lease_until = 1 WHERE state = 'pending' AND lease_until IS NOT NULL AND lane <> ''`); err != nil {
			t.Fatal(err)
		}
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		var left, dead int
		const query = `SELECT count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'dead') FROM job WHERE lane <> ''`
		if err := c.QueryRow(t.Context(), query).Scan(&left, &dead); err != nil {
			t.Fatal(err)
		}
		if dead > 0 {
			t.Fatalf("%d deliveries were given up", dead)
		}
		if left == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d deliveries are left", left)
		}
	}
}

// twice counts what was told more than once.
func (p *postbox) twice() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, times := range p.times {
		if times > 1 {
			n++
		}
	}
	return n
}

// checkOrder asserts that each appointment was told of in its order.
func (p *postbox) checkOrder(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, events := range p.told {
		moves := 0
		for i, e := range events {
			switch {
			case i == 0 && e.WebhookType != "booking_created", i > 0 && events[i-1].IsCancelled != nil && *events[i-1].IsCancelled, *e.RescheduleCount < moves:
				var kinds []string
				for _, e := range events {
					kinds = append(kinds, string(e.WebhookType)+" "+e.UpdatedAt.String())
				}
				t.Errorf("of %s it was told %v", id, kinds)
			}
			moves = *e.RescheduleCount
		}
	}
}

// check asserts that all that callers were told is true, that no rule was
// broken, and that everything was told.
func (l *load) check(t *testing.T, p *postbox) {
	t.Helper()
	for _, err := range l.faults {
		t.Error(err)
	}
	live := map[string]meet.Booking{}
	for _, b := range l.checkApart(t) {
		live[string(b.ID)] = b
	}
	p.checkOrder(t)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range l.deeds {
		b, found := live[d.id]
		sits := false
		for _, a := range b.Attendees {
			sits = sits || a.Email == d.email
		}
		switch {
		case !p.attended[d.id+d.email]:
			t.Errorf("nobody was told of %s", d.id)
		case d.unsure:
		case d.over != !sits:
			t.Errorf("%s is there: %v, cancelled: %v", d.id, found, d.over)
		case !d.over && (!b.Start.Equal(d.start) || b.RescheduleCount < d.moves):
			t.Errorf("%s is at %s, not at %s", d.id, b.Start, d.start)
		}
	}
	l.checkRules(t, live)
	for _, b := range live {
		for _, a := range b.Attendees {
			if !p.attended[string(b.ID)+a.Email] {
				t.Errorf("nobody was told of %s", b.ID)
			}
		}
	}
}

// checkRules asserts that limits, seats, links and turns were kept.
func (l *load) checkRules(t *testing.T, live map[string]meet.Booking) {
	t.Helper()
	days, turns, linked := map[string]int{}, map[meet.MeetingTypeID]map[meet.UserID]int{}, 0
	for _, q := range l.queues {
		turns[q.Type] = map[meet.UserID]int{}
		for _, m := range q.Members {
			turns[q.Type][m.User] = 0
		}
	}
	for _, b := range live {
		switch b.Type {
		case l.group.ID:
			if len(b.Attendees) > groupSeats || len(b.Attendees) == 0 {
				t.Errorf("%d sit in %s", len(b.Attendees), b.ID)
			}
		case l.daily.ID:
			days[b.Start.Format(time.DateOnly)]++
		case l.linked.ID:
			linked++
		default:
			if turns[b.Type] != nil {
				turns[b.Type][b.Hosts[0]]++
			}
		}
	}
	for day, n := range days {
		if n > dayLimit {
			t.Errorf("%d bookings on %s", n, day)
		}
	}
	spent := 0
	for _, d := range l.deeds {
		if b, found := live[d.id]; found && b.Type == l.linked.ID {
			spent++
		}
	}
	if linked > len(l.links) || l.careful && linked != spent {
		t.Errorf("%d bookings by %d links, %d of them acknowledged", linked, len(l.links), spent)
	}
	for _, counts := range turns {
		least, most := int(^uint(0)>>1), 0
		for _, n := range counts {
			least, most = min(least, n), max(most, n)
		}
		if most == 0 || most-least > 1 {
			t.Errorf("turns were given as %v", counts)
		}
	}
}
