package impl_test

import (
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl"
)

// Ensure a key may make so many requests a minute, twice as many in a
// burst, and that others do not suffer.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *impl.Settings) { s.RateLimit = 3 })
	for range 6 {
		wants(t, http.StatusOK)(w.owner.me(t))
	}
	a := wants(t, http.StatusTooManyRequests)(w.owner.me(t))
	f := decode[failure](t, a.body)
	if after, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || after < 1 || after > 60 || f.sentence() != "Too many requests; slow down and try again" {
		t.Errorf("answered %s with Retry-After %q", a.body, a.header.Get("Retry-After"))
	}
	refuses(t, http.StatusTooManyRequests, f.sentence())(w.owner.tryBook(t))
	wants(t, http.StatusOK)(w.platform.me(t))
	for range 10 { // whoever has no key has none to use up
		wants(t, http.StatusUnauthorized)(w.bearer("rgo-x").me(t))
	}
	wants(t, http.StatusNoContent)(w.caller().send(t, "POST", "/_/reset", ""))
}

// Ensure a server that is about to stop says so and serves on.
func TestDrain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	wants(t, http.StatusOK)(w.caller().send(t, "GET", "/ready", ""))
	w.Drain()
	wants(t, http.StatusServiceUnavailable)(w.caller().send(t, "GET", "/ready", ""))
	wants(t, http.StatusOK)(w.caller().send(t, "GET", "/health", ""))
	w.owner.book(t)
}

// Ensure that nobody who only waits keeps a server from stopping.
func TestDrain_Waits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	var all sync.WaitGroup
	for _, path := range []string{"/_/requests?operation=createBooking&wait=60s", "/_/inbox/messages?wait=60s", "/v4/user/me"} {
		for _, tenant := range [][]string{nil, {"X-Stub-Tenant", "mine"}} {
			all.Go(func() {
				r, err := w.owner.send(t, "GET", path, "", append(tenant, "Prefer", "delay=60000")...)
				if err != nil || r.Body.Close() != nil || r.StatusCode != http.StatusOK {
					t.Errorf("%s %v: %v, %v", path, tenant, r, err)
				}
			})
		}
	}
	time.Sleep(50 * time.Millisecond) // whoever comes later does not wait either
	began := time.Now()
	w.Drain()
	all.Wait()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("they ended after %s", took)
	}
}
