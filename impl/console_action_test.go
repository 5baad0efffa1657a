package impl_test

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/client/control"
)

// Ensure the buttons move the clock of the tenant that is looked at, and no
// other.
func TestConsole_Clock(t *testing.T) {
	t.Parallel()
	for _, tenant := range []string{"", "a-tenant"} {
		w := newWorld(t, ownServer)
		c, b := w.tester(tenant), browser{w, tenant}
		shows := func(want time.Time) {
			t.Helper()
			if now := got[control.Clock](t, http.StatusOK)(c.GetClock(t.Context(), nil)); !now.Now.Equal(want) {
				t.Errorf("the clock shows %v, want %v", now.Now, want)
			}
		}
		b.presses(t, 200, "/_/", "next").says(t, "Nothing waits")
		b.presses(t, 200, "/_/", "hour").says(t, "nothing was due")
		shows(morning.Add(time.Hour))
		b.presses(t, 200, "/_/", "day").says(t, "nothing was due")
		shows(morning.Add(25 * time.Hour))
		c.owner.book(t, starting("2024-01-15T09:00:00+01:00"))
		c.mails(t, &control.ListMessagesParams{Wait: new("30s"), To: new("client@example.com")})
		b.presses(t, 200, "/_/", "next").says(t, "1 job ran") // the reminder of the day before
		shows(at("2024-01-14T09:00:00+01:00"))
		b.presses(t, 200, "/_/", "release").says(t, "shows the real time")
		if now := got[control.Clock](t, http.StatusOK)(c.GetClock(t.Context(), nil)); now.Set {
			t.Errorf("the clock is %+v", now)
		}
		b.presses(t, 200, "/_/", "reset").says(t, "as it was at the start", "0 calls", "0 mails")
		shows(morning)
		if other := w.clock(t); tenant != "" && !other.Now.Equal(morning) {
			t.Errorf("the server's own clock shows %v", other.Now)
		}
	}
}

// call is one of the journal.
func (c tester) call(t testing.TB, id string) control.Call {
	t.Helper()
	return got[control.Call](t, http.StatusOK)(c.GetRequest(t.Context(), id, nil))
}

func TestConsole_Forget(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	c, b := w.tester("a"), browser{w, "a"}
	own := w.tester("")
	for _, c := range []tester{c, own} {
		c.owner.book(t)
		c.mails(t, &control.ListMessagesParams{Wait: new("30s")})
		c.fails(t, control.NewFault{Code: new(503)})
	}
	b.presses(t, 200, "/_/", "clear").says(t, "There are no faults any more")
	b.presses(t, 200, "/_/inbox", "empty").says(t, "It is empty now", "No mail was captured yet")
	b.presses(t, 200, "/_/requests", "empty").says(t, "It is empty now", "No call was made yet")
	browser{w, ""}.opens(t, 200, "/_/").says(t, "1 call", "every operation answers 503")
	if mails := own.mails(t, nil); len(mails) == 0 {
		t.Error("the mails of another world are gone")
	}
}

// Ensure forms of other sites, and those that ask for nothing known, do
// nothing.
func TestConsole_Forms(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	w.owner.book(t)
	b := browser{w, ""}
	for _, path := range []string{"/_/", "/_/inbox", "/_/requests", "/_/requests/" + w.tester("").nth(t, 1), "/_/webhooks/1"} {
		for _, do := range []string{"", "x", "RESET"} {
			b.presses(t, 400, path, do).says(t, "This form asks for nothing")
		}
		if strings.HasPrefix(path, "/_/requests") {
			continue // it has the guard of all, whose answer the contract of this path does not have
		}
		for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
			a := read(t)(w.caller().send(t, "POST", path, "do=reset", append(header, "Content-Type", "application/x-www-form-urlencoded")...))
			if a.status != http.StatusForbidden {
				t.Errorf("%s from %v was answered %d", path, header, a.status)
			}
		}
		wants(t, http.StatusBadRequest)(w.caller().send(t, "POST", path+"?do=reset", "do="+strings.Repeat("x", 100_000), "Content-Type", "application/x-www-form-urlencoded"))
	}
	b.opens(t, 200, "/_/?done=advance&ran=%3Ci%3E").silent(t, "<i>", `role="status"`)
	b.opens(t, 200, "/_/?done=%3Cscript%3E").silent(t, "<script>", `role="status"`)
	b.opens(t, 200, "/_/").says(t, "1 call")
}

// Ensure a call is made again as it came, with a credential that no page
// tells.
func TestConsole_Resend(t *testing.T) {
	t.Parallel()
	for _, tenant := range []string{"", "a-tenant"} {
		t.Run("tenant "+tenant, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, ownServer)
			c, b := w.tester(tenant), browser{w, tenant}
			booked := c.owner.book(t)
			path := func(n int) string { return "/_/requests/" + c.nth(t, n) }
			page := b.presses(t, 200, path(1), "resend")
			page.says(t, "made again", "400 POST /v4/booking", "The selected time slot is no longer available")
			if page.url.Path != path(2) {
				t.Errorf("it led to %s", page.url)
			}
			first, second := c.call(t, c.nth(t, 1)), c.call(t, c.nth(t, 2))
			if second.Operation != "createBooking" || second.Request.Body != first.Request.Body || second.RequestID == first.RequestID ||
				!slices.Equal(second.Request.Headers["User-Agent"], first.Request.Headers["User-Agent"]) {
				t.Errorf("made again, it is %+v", second)
			}
			b.opens(t, 200, path(1)).silent(t, w.demo.PersonalKey(), booked.Secret)
			page.silent(t, w.demo.PersonalKey(), booked.Secret)

			attendee := w.caller("X-Appointment-Secret", booked.Secret)
			if tenant != "" {
				attendee = w.caller("X-Appointment-Secret", booked.Secret, "X-Stub-Tenant", tenant)
			}
			attendee.appointment(t, booked.AppointmentID) // 3
			b.presses(t, 200, path(3), "resend").says(t, "200 GET", booked.AppointmentID)
			b.opens(t, 200, path(3)).silent(t, booked.Secret)

			c.owner.keyed(t, "key", bookingPath, encoded(t, booking(starting("2024-01-15T10:00:00+01:00"))), 201) // 5
			b.opens(t, 200, path(5)).says(t, "It has an Idempotency-Key")
			b.presses(t, 200, path(5), "resend").says(t, "201 POST /v4/booking")

			c.fails(t, control.NewFault{Drop: new(control.DropBeforeWrite)})
			b.presses(t, 200, path(1), "resend").says(t, "dropped POST", "closed the connection before anything was done")

			if calls := w.tester("").calls(t, nil); tenant != "" && len(calls) != 0 {
				t.Errorf("the server's own world has the calls %+v", calls)
			}
		})
	}
}

// Ensure what is not kept is not sent in part.
func TestConsole_ResendInPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	c, b := w.tester(""), browser{w, ""}
	body := encoded(t, booking(func(r *client.BookingRequest) { r.Attendee.Firstname = new(strings.Repeat("x", 100_000)) }))
	read(t)(w.owner.send(t, "POST", bookingPath, body))
	long := "/_/requests/" + c.nth(t, 1)
	b.presses(t, 400, long, "resend").says(t, "longer than what is kept")
	b.opens(t, 200, long).says(t, "The first 65536 of")
	refuses(t, http.StatusUnauthorized, noCredential)(w.caller().send(t, "POST", bookingPath, encoded(t, booking())))
	b.presses(t, 400, "/_/requests/"+c.nth(t, 2), "resend").says(t, "answered before its body was read")
	chunked, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+bookingPath, io.NopCloser(strings.NewReader(encoded(t, booking()))))
	if err != nil {
		t.Fatal(err)
	}
	refuses(t, http.StatusUnauthorized, noCredential)(w.http.Do(chunked))
	b.presses(t, 400, "/_/requests/"+c.nth(t, 3), "resend").says(t, "answered before its body was read")
	b.presses(t, 404, "/_/requests/99", "resend").says(t, "Request not found")
	if calls := c.calls(t, nil); len(calls) != 3 {
		t.Errorf("there are the calls %+v", calls)
	}
}

// Ensure that a call is passed on again as it came, whatever ids the other
// server gives.
func TestConsole_ResendRelayed(t *testing.T) {
	t.Parallel()
	l, w := lying(t)
	l.answers(says(http.StatusOK, `{}`))
	c := w.tester("")
	for i, path := range []string{"/crm/a%2Fb?x=%2F&y", "/v4/%7Enothing/?token=a", "/v4/user/me/"} {
		read(t)(c.owner.send(t, "GET", path, "", "X-Request-Id", "mine"))
		first := c.latest(t)
		a := wants(t, http.StatusSeeOther)(w.caller().send(t, "POST", "/_/requests/"+first.ID, "do=resend", "Content-Type", "application/x-www-form-urlencoded"))
		second := c.latest(t)
		if to := a.header.Get("Location"); to != "../requests/"+second.ID+"?done=resent" || second.ID == first.ID || len(c.calls(t, nil)) != 2*(i+1) {
			t.Errorf("%s: it led to %s, the latest call is %s", path, to, second.ID)
		}
		asked := l.asked()
		if r := asked[len(asked)-1]; r.RequestURI != "/base"+path || r.Header.Get("X-Request-Id") == "mine" || len(asked) != 2*(i+1) {
			t.Errorf("made again, it asked %s of %v", r.RequestURI, r.Header)
		}
	}
}

// Ensure that an old page makes no other call than its own.
func TestConsole_ResendLater(t *testing.T) {
	t.Parallel()
	old := []string{}
	for range 2 {
		w := newWorld(t, ownServer)
		c, b := w.tester(""), browser{w, ""}
		for range 2 {
			for range 3 {
				wants(t, http.StatusOK)(c.owner.me(t))
			}
			for _, id := range old {
				b.presses(t, 404, "/_/requests/"+id, "resend").says(t, "Request not found")
			}
			for n := range 3 {
				old = append(old, c.nth(t, n+1))
			}
			wants(t, http.StatusNoContent)(c.Reset(t.Context(), nil))
		}
	}
}

// Ensure the program of a call is one, and makes the call.
func TestConsole_Program(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it runs the compiler")
	}
	w := newWorld(t, ownServer)
	c := w.tester("")
	c.owner.keyed(t, "k`1", bookingPath, encoded(t, booking(named("Jane `O'Hara\" \\", "jane@example.com"))), 201)
	code := browser{w, ""}.opens(t, 200, "/_/requests/"+c.nth(t, 1)).code()
	i := slices.IndexFunc(code, func(text string) bool { return strings.HasPrefix(text, "package main") })
	if i < 0 {
		t.Fatalf("there is no program: %q", code)
	}
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(code[i], "https://book.example", w.url)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "gofmt", "-d", file).CombinedOutput(); err != nil || len(out) != 0 {
		t.Errorf("%v: %s", err, out)
	}
	run := exec.CommandContext(t.Context(), "go", "run", file)
	run.Env = append(run.Environ(), "MEETERGO_API_KEY="+w.demo.PersonalKey())
	out, err := run.CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "201 Created\n{") {
		t.Errorf("%v: %s", err, out)
	}
	if calls := c.calls(t, nil); len(calls) != 2 || c.call(t, calls[0].ID).Request.Body != c.call(t, calls[1].ID).Request.Body {
		t.Errorf("there are the calls %+v", calls)
	}
}

// Ensure redelivering is what the API does.
func TestConsole_Redeliver(t *testing.T) {
	t.Parallel()
	for _, tenant := range []string{"", "a-tenant"} {
		w := newWorld(t, ownServer)
		c, b := w.tester(tenant), browser{w, tenant}
		endpoint := newReceiver(t)
		endpoint.answers(http.StatusInternalServerError)
		hook := c.owner.subscribes(t, endpoint, client.WebhookEventTypeBookingCreated)
		id := client.WebhookIDText(hook.ID)
		c.owner.book(t)
		for range 4 { // until it is given up
			b.presses(t, 200, "/_/", "day")
		}
		path := "/_/webhooks/" + id
		b.opens(t, 200, "/_/").says(t, "1 dead delivery")
		page := b.opens(t, 200, path+"?status=dead")
		page.says(t, "Dead 1", "10 attempts", "answered 500", "fails since 2024-01-10 08:00:00 UTC")
		var delivery string
		for _, input := range page.all("input") {
			if attribute(input, "name") == "delivery" {
				delivery = attribute(input, "value")
			}
		}
		endpoint.answers(http.StatusNoContent)
		endpoint.took()
		b.presses(t, 200, path, "redeliver", "delivery", delivery, "status", "dead").says(t, "It is being delivered again")
		b.presses(t, 200, "/_/", "hour")
		if events := endpoint.took(); len(events) != 1 || events[0].id != delivery {
			t.Errorf("arrived: %+v", events)
		}
		b.opens(t, 200, path).says(t, "Delivered 1", "Dead 0", "11 attempts", "answered 204")

		b.presses(t, 404, path, "redeliver", "delivery", nobody).says(t, "Delivery not found")
		b.presses(t, 404, "/_/webhooks/"+nobody, "redeliver", "delivery", delivery).says(t, "Webhook not found")
		wants(t, http.StatusOK)(c.owner.UpdateWebhook(t.Context(), id, nil, client.WebhookUpdate{Enabled: new(false)}))
		b.presses(t, 409, path, "redeliver", "delivery", delivery).says(t, "This webhook is disabled")
		off := b.opens(t, 200, path)
		off.says(t, "disabled")
		if buttons := off.all("button"); len(buttons) != 1 { // that of the tenant
			t.Errorf("a disabled webhook has %d buttons", len(buttons))
		}
	}
}
