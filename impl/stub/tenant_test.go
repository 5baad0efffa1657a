package stub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// room is a world that counts how often it was made and closed, and answers
// its number.
type room struct {
	number int64
	house  *house
}

type house struct{ made, closed atomic.Int64 }

func (h *house) open(context.Context, string) (Tenant, error) {
	return &room{number: h.made.Add(1), house: h}, nil
}

func (r *room) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if wait, err := time.ParseDuration(req.URL.Query().Get("wait")); err == nil {
		time.Sleep(wait)
	}
	_, _ = fmt.Fprint(w, r.number)
}

func (r *room) Close() error {
	r.house.closed.Add(1)
	return nil
}

func (h *house) tenants() *Tenants {
	return &Tenants{Main: http.NotFoundHandler(), Open: h.open, Log: slog.New(slog.DiscardHandler)}
}

func ask(s *Tenants, name, target string) (int, string) {
	r := httptest.NewRequest(http.MethodGet, target, http.NoBody)
	r.Header.Set("X-Stub-Tenant", name)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestTenants_Idle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var h house
		s := h.tenants()
		is := func(want string) {
			t.Helper()
			if _, have := ask(s, "a", "/"); have != want {
				t.Errorf("world %s answered, want %s", have, want)
			}
		}
		is("1")
		time.Sleep(maxIdle - time.Second)
		is("1")
		time.Sleep(maxIdle - time.Second)
		is("1")
		time.Sleep(maxIdle + time.Second)
		synctest.Wait()
		if h.closed.Load() != 1 {
			t.Errorf("%d worlds were closed", h.closed.Load())
		}
		is("2")
		// One that is being asked is not idle.
		if _, have := ask(s, "a", "/?wait=1h"); have != "2" {
			t.Errorf("world %s answered", have)
		}
		is("2")
		s.Close()
		if h.closed.Load() != 2 {
			t.Errorf("%d worlds were closed", h.closed.Load())
		}
		if status, _ := ask(s, "a", "/"); status != http.StatusServiceUnavailable {
			t.Errorf("answered %d", status)
		}
	})
}

// Ensure that a tenant that is held outlasts all others, and is gone with its
// last request once it is not.
func TestTenants_Hold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var h house
		s := h.tenants()
		for _, name := range []string{"", "a b"} {
			if _, err := s.Hold(name); !errors.Is(err, errName) {
				t.Errorf("holding %q: %v", name, err)
			}
		}
		release, err := s.Hold("a")
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * maxIdle)
		for i := range maxTenants {
			ask(s, fmt.Sprint("t", i), "/")
		}
		if _, have := ask(s, "a", "/"); have != "1" {
			t.Errorf("world %s answered", have)
		}
		synctest.Wait()
		closed := h.closed.Load()
		go ask(s, "a", "/?wait=1m")
		synctest.Wait()
		release()
		release()
		if _, have := ask(s, "a", "/"); have != "1" || h.closed.Load() != closed {
			t.Errorf("world %s answered, %d were closed", have, h.closed.Load()-closed)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if h.closed.Load() != closed+1 {
			t.Errorf("%d worlds were closed", h.closed.Load()-closed)
		}
		if _, have := ask(s, "a", "/"); have == "1" {
			t.Error("the world that was released answered")
		}
		s.Close()

		broken := h.tenants()
		broken.Open = func(context.Context, string) (Tenant, error) { return nil, errors.ErrUnsupported }
		if _, err := broken.Hold("a"); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("held: %v", err)
		}
		if _, err := s.Hold("a"); !errors.Is(err, errClosed) {
			t.Errorf("held: %v", err)
		}
	})
}

func TestTenants_Full(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var h house
		s := h.tenants()
		for i := range maxTenants {
			ask(s, fmt.Sprint("t", i), "/")
			time.Sleep(time.Millisecond)
		}
		ask(s, "t0", "/") // is no more idle the longest
		ask(s, "one-more", "/")
		synctest.Wait()
		if _, have := ask(s, "t0", "/"); have != "1" || h.closed.Load() != 1 {
			t.Errorf("world %s answered, %d were closed", have, h.closed.Load())
		}
		if _, have := ask(s, "t1", "/"); have != fmt.Sprint(maxTenants+2) {
			t.Errorf("world %s answered", have)
		}

		var busy sync.WaitGroup
		for name := range s.all {
			busy.Go(func() { ask(s, name, "/?wait=1m") })
		}
		synctest.Wait()
		if status, body := ask(s, "too-many", "/"); status != http.StatusServiceUnavailable {
			t.Errorf("answered %d %s", status, body)
		}
		busy.Wait()
		if status, _ := ask(s, "too-many", "/"); status != http.StatusOK {
			t.Errorf("answered %d", status)
		}
		s.Close()
		if h.made.Load() != h.closed.Load() {
			t.Errorf("%d worlds were made, %d closed", h.made.Load(), h.closed.Load())
		}
	})
}

func TestTenants_OneWorldForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var h house
		s := h.tenants()
		s.Open = func(ctx context.Context, name string) (Tenant, error) {
			time.Sleep(time.Second)
			return h.open(ctx, name)
		}
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if _, have := ask(s, "a", "/"); have != "1" {
					t.Errorf("world %s answered", have)
				}
			})
		}
		all.Wait()
		s.Close()
	})
}

func TestTenants_Broken(t *testing.T) {
	t.Parallel()
	var h house
	s := h.tenants()
	s.Open = func(context.Context, string) (Tenant, error) { return nil, errors.New("no memory") }
	if status, body := ask(s, "a", "/"); status != http.StatusInternalServerError || body == "" {
		t.Errorf("answered %d %s", status, body)
	}
	s.Open = h.open
	if _, have := ask(s, "a", "/"); have != "1" { // the next one tries again
		t.Errorf("world %s answered", have)
	}
	s.Close()
}

// Ensure that what another site has a browser load below /_/ makes no tenant.
func TestTenants_Lured(t *testing.T) {
	t.Parallel()
	var h house
	s := h.tenants()
	defer s.Close()
	load := func(target, site string) int {
		r := httptest.NewRequest(http.MethodGet, target, http.NoBody)
		r.Header.Set("Sec-Fetch-Site", site)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Code
	}
	if status := load("/_/?tenant=a", "cross-site"); status != http.StatusForbidden || h.made.Load() != 0 {
		t.Errorf("it was answered %d, and %d worlds were made", status, h.made.Load())
	}
	for _, site := range []string{"none", "same-origin", "same-site", ""} {
		if status := load("/_/?tenant=of-"+site, site); status != http.StatusOK {
			t.Errorf("%q was answered %d", site, status)
		}
	}
	if status := load("/_/?tenant=of-none", "cross-site"); status != http.StatusOK { // it is there
		t.Errorf("a link to a tenant was answered %d", status)
	}
	if status := load("/m/1?tenant=b", "cross-site"); status != http.StatusOK { // a link in a mail
		t.Errorf("a link in a mail was answered %d", status)
	}
	if h.made.Load() != 5 {
		t.Errorf("%d worlds were made", h.made.Load())
	}
}
