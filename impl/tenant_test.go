package impl_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/client/control"
	"github.com/meetwright/meetwright/impl"
)

// Ensure that each of many tenants at once has the whole world to itself.
func TestTenant_Apart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	var all sync.WaitGroup
	turn := make(chan struct{}, 32) // connections of the machine are finite
	for i := range 200 {
		all.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			name, email := fmt.Sprintf("tenant-%d", i), fmt.Sprintf("jane-%d@example.com", i)
			c := w.tester(name)
			now := morning.Add(time.Duration(i) * time.Minute)
			if a, err := readAll(c.SetClock(t.Context(), nil, control.SetClock{Now: &now})); err != nil || a.status != http.StatusOK {
				t.Errorf("%s: %v %s", name, err, a.body)
				return
			}
			// The same start in each; a fault of the odd ones alone.
			a, err := readAll(c.owner.tryBook(t, named("Jane Smith", email)))
			if err != nil || a.status != http.StatusCreated {
				t.Errorf("%s: %v %s", name, err, a.body)
				return
			}
			if i%2 == 1 {
				c.fails(t, control.NewFault{Operation: new("getCurrentUser"), Code: new(503)})
			}
			if a, err := readAll(c.owner.me(t)); err != nil || a.status != map[int]int{0: 200, 1: 503}[i%2] {
				t.Errorf("%s: %v %d", name, err, a.status)
			}
			if page := c.owner.page(t); page.Total != 1 || page.Appointments[0].ID != decode[client.Booked](t, a.body).AppointmentID {
				t.Errorf("%s has %d appointments", name, page.Total)
			}
			for _, m := range c.mails(t, &control.ListMessagesParams{Wait: new("30s"), Subject: new("intro")}) {
				if strings.HasPrefix(m.To, "jane-") && m.To != email || !m.At.Equal(now) {
					t.Errorf("%s has the mail %+v", name, m)
				}
			}
			if calls := c.calls(t, nil); len(calls) != 3 {
				t.Errorf("%s has the calls %+v", name, calls)
			}
		})
	}
	all.Wait()
	own := w.tester("")
	if calls, mails := own.calls(t, nil), own.mails(t, nil); len(calls) != 0 || len(mails) != 0 {
		t.Errorf("the server's own world has %+v and %+v", calls, mails)
	}
	if c := w.clock(t); !c.Now.Equal(morning) {
		t.Errorf("the server's own clock shows %v", c.Now)
	}
	own.owner.isFree(t)
}

func TestTenant_Name(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	const wrong = "X-Stub-Tenant must be 1 to 64 characters of A-Z, a-z, 0-9, ., _ and -"
	for _, name := range []string{"", " ", "a b", "a/b", "ä", "a,b", strings.Repeat("x", 65)} {
		for _, path := range []string{"/v4/user/me", "/_/info", "/health", "/v4/nothing"} {
			refuses(t, http.StatusBadRequest, wrong)(w.owner.send(t, "GET", path, "", "X-Stub-Tenant", name))
		}
	}
	for _, name := range []string{"a", "A.b_c-9", strings.Repeat("x", 64)} {
		wants(t, http.StatusOK)(w.tester(name).owner.me(t))
	}
}

func TestTenant_Reset(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	w.setClock(t, "2024-01-12T08:00:00Z") // no tenant begins there
	a, b := w.tester("a"), w.tester("b")
	a.owner.book(t)
	b.owner.book(t)
	now := at("2024-01-11T08:00:00Z")
	wants(t, http.StatusOK)(a.SetClock(t.Context(), nil, control.SetClock{Now: &now}))
	wants(t, http.StatusNoContent)(a.Reset(t.Context(), nil))
	a.owner.isFree(t)
	b.owner.isTaken(t)
	for _, c := range []tester{a, b} {
		if shown := got[control.Clock](t, http.StatusOK)(c.GetClock(t.Context(), nil)); !shown.Now.Equal(morning) || !shown.Set {
			t.Errorf("the clock shows %+v", shown)
		}
	}
}

// Ensure that the journals of all tenants share what memory they may take,
// and that one which is gone gives back its part.
func TestTenant_Memory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	releases := []func(){}
	fill := func(name string, calls, size int) (kept int) {
		c := w.tester(name)
		for range calls {
			wants(t, http.StatusOK)(c.owner.send(t, "GET", "/v4/user/me", "", "X-Fill", strings.Repeat("x", size)))
		}
		return len(c.calls(t, nil))
	}
	for i := range 5 {
		name := fmt.Sprint("large-", i)
		release, err := w.HoldTenant(name)
		if err != nil {
			t.Fatal(err)
		}
		releases = append(releases, release)
		fill(name, 20, 900_000)
	}
	const calls = 40 // take more than the one large call for which there was no room
	if kept := fill("small", calls, 40_000); kept == calls {
		t.Error("all calls are kept when all is spent")
	}
	for _, release := range releases {
		release()
	}
	kept := 0
	for deadline := time.Now().Add(10 * time.Second); kept < calls && time.Now().Before(deadline); { // they are closed meanwhile
		kept = fill("small", calls, 40_000)
	}
	if kept < calls {
		t.Errorf("%d calls are kept when all is given back", kept)
	}
}

// Ensure that a tenant that was held is gone with whoever held it.
func TestTenant_Hold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	release, err := w.HoldTenant("a")
	if err != nil {
		t.Fatal(err)
	}
	c := w.tester("a")
	c.owner.book(t)
	c.owner.isTaken(t)
	release()
	c.owner.isFree(t)
	if _, err := (&impl.App{}).HoldTenant("a"); err == nil {
		t.Error("a server without tenants held one")
	}
}

// Ensure that a tenant of a server on disk, whose content is another by now,
// begins with the seed, and leaves nothing there.
func TestTenant_OnDisk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, onDisk(t.TempDir()+"/meetwright.db"))
	w.owner.book(t)
	c := w.tester("a")
	c.owner.isFree(t)
	c.owner.book(t)
	if page := w.owner.page(t); page.Total != 1 {
		t.Errorf("the server's own world has %d appointments", page.Total)
	}
}

// Ensure that an attendee finds the way from the mail to the appointment, and
// its forms work.
func TestTenant_Pages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	c := w.tester("shop.1")
	b := c.owner.book(t)
	mails := c.mails(t, &control.ListMessagesParams{To: new("client@example.com"), Wait: new("30s")})
	if len(mails) != 1 {
		t.Fatalf("the mails are %+v", mails)
	}
	m := got[control.Message](t, http.StatusOK)(c.GetMessage(t.Context(), mails[0].ID, nil))
	link, err := url.Parse(m.Links[len(m.Links)-1])
	for _, l := range m.Links {
		if strings.Contains(l, "/m/") {
			link, err = url.Parse(l)
		}
	}
	if err != nil || link.Query().Get("tenant") != "shop.1" || link.Path != "/m/"+b.AppointmentID {
		t.Fatalf("the link is %v, %v", link, err)
	}

	browse := func(jar http.CookieJar) *world {
		browser := *w
		browser.http = &http.Client{Transport: w.http.Transport, Jar: jar}
		return &browser
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := browse(jar)
	wants(t, http.StatusUnauthorized)(browser.caller().send(t, "GET", link.Path+"?secret="+b.Secret, ""))
	wants(t, http.StatusOK)(browser.caller().send(t, "GET", link.RequestURI(), ""))
	wants(t, http.StatusOK)(browse(nil).caller().send(t, "GET", link.RequestURI(), ""))
	browser.submits(t, managing(b), "cancel", http.StatusOK)
	if a := c.owner.appointment(t, b.AppointmentID); !a.IsCancelled {
		t.Error("it is not cancelled")
	}
	// The page of another appointment is none of the tenant's.
	own := w.owner.book(t)
	wants(t, http.StatusOK)(browser.caller().send(t, "GET", "/m/"+own.AppointmentID+"?secret="+own.Secret, ""))
}

// Ensure that the addresses of pages that a tenant is told lead to its own.
func TestTenant_Addresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	c := w.tester("shop.1")
	link := got[client.OneTimeLink](t, http.StatusCreated)(c.owner.send(t, "POST", "/v4/one-time-booking-link/create/"+string(w.typeID(t, "one-time")), ""))
	page, err := url.Parse(link.URL)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, http.StatusOK)(w.caller().send(t, "GET", page.RequestURI(), ""))
	wants(t, http.StatusNotFound)(w.caller().send(t, "GET", page.Path, ""))
	me := got[client.User](t, http.StatusOK)(c.owner.send(t, "GET", "/v4/user/me", ""))
	if !strings.HasSuffix(me.BookingURL, "/olivia?tenant=shop.1") {
		t.Errorf("the booking page is %s", me.BookingURL)
	}
}

// Ensure that the demo's keys and ids are the same in each, and that what
// hangs on the process is not.
func TestTenant_Settings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *impl.Settings) { s.Version, s.Dialect = "9", "production" })
	c := w.tester("a")
	if info := got[control.Info](t, http.StatusOK)(c.GetInfo(t.Context(), nil)); info.Version != "9" || info.Dialect != "production" {
		t.Errorf("it says %+v", info)
	}
	if page := got[control.Info](t, http.StatusOK)(w.caller().send(t, "GET", "/_/info?tenant=a", "")); page.Version != "9" {
		t.Errorf("it says %+v", page)
	}
	wants(t, http.StatusOK)(c.owner.GetMeetingType(t.Context(), uid(intro), nil))
	webhook := newReceiver(t)
	c.owner.subscribes(t, webhook, client.WebhookEventTypeBookingCreated)
	w.owner.book(t)
	c.owner.book(t)
	if d := c.latest(t).Caused.Deliveries; len(d) != 1 {
		t.Errorf("the tenant's booking caused %+v", d)
	}
	if d := w.tester("").latest(t).Caused.Deliveries; len(d) != 0 {
		t.Errorf("the server's own booking caused %+v", d)
	}
}
