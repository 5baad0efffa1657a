package impl_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/client/control"
)

// unchecked is the world without a look at whether answers fit the contract,
// which those that a test asks for need not.
func (w *world) unchecked(t testing.TB) *world {
	t.Helper()
	other := *w
	server := httptest.NewServer(w.App)
	t.Cleanup(server.Close)
	other.url, other.http = server.URL, server.Client()
	return &other
}

// isCut asserts that a connection was closed without an answer.
func isCut(t testing.TB) func(*http.Response, error) {
	return func(r *http.Response, err error) {
		t.Helper()
		if err == nil {
			t.Fatalf("answered %d", read(t)(r, nil).status)
		}
	}
}

func TestFault_Code(t *testing.T) {
	t.Parallel()
	w := newWorld(t).unchecked(t)
	c := w.tester("")
	create := new("createBooking")
	for _, test := range []struct {
		fault  control.NewFault
		status int
		body   string // the beginning
		header http.Header
	}{
		{control.NewFault{Operation: create, Code: new(503)}, 503, `{"statusCode":503,"message":"This answer was asked for; nothing was done","error":"Service Unavailable"`, http.Header{"Retry-After": {"1"}}},
		{control.NewFault{Operation: create, Code: new(429), RetryAfter: new(7)}, 429, `{"statusCode":429,`, http.Header{"Retry-After": {"7"}}},
		{control.NewFault{Operation: create, Code: new(401)}, 401, `{"statusCode":401,`, http.Header{"Www-Authenticate": {"Bearer"}}},
		{control.NewFault{Operation: create, Code: new(418), Body: map[string]any{"tea": 1}}, 418, `{"tea":1}`, http.Header{"Content-Type": {"application/json"}}},
		{control.NewFault{Operation: create, Code: new(502), Body: "<h1>Bad gateway</h1>"}, 502, `<h1>Bad gateway</h1>`, http.Header{"Content-Type": {"text/plain; charset=utf-8"}}},
		{control.NewFault{Code: new(599)}, 599, `{"statusCode":599,`, nil},
		{control.NewFault{Operation: create, Code: new(204)}, 204, ``, nil},
		{control.NewFault{Operation: create, Code: new(201)}, 201, `{"`, nil},
	} {
		c.fails(t, test.fault)
		a := wants(t, test.status)(c.owner.tryBook(t))
		for name := range test.header {
			if a.header.Get(name) != test.header.Get(name) {
				t.Errorf("%d has %s %q", test.status, name, a.header.Get(name))
			}
		}
		if !strings.HasPrefix(string(a.body), test.body) {
			t.Errorf("%d has %s", test.status, a.body)
		}
		if call := c.latest(t); call.Status != test.status || call.Answer.Body != string(a.body) || call.Operation != "createBooking" {
			t.Errorf("the journal has %+v", call)
		}
	}
	c.owner.book(t) // which nothing of it did
}

func TestFault_Times(t *testing.T) {
	t.Parallel()
	c := newWorld(t).tester("")
	first := c.fails(t, control.NewFault{Operation: new("createBooking"), Code: new(503), Times: new(2)})
	c.fails(t, control.NewFault{Operation: new("createBooking"), Code: new(500)})
	if first.Left != 2 || *first.Code != 503 || *first.Operation != "createBooking" {
		t.Errorf("added %+v", first)
	}
	left := func() (all []int) {
		for _, f := range got[control.Faults](t, http.StatusOK)(c.ListFaults(t.Context(), nil)).Faults {
			all = append(all, *f.Code, f.Left)
		}
		return all
	}
	for _, want := range [][]int{{503, 2, 500, 1}, {503, 1, 500, 1}, {500, 1}, nil} {
		if diff := cmp.Diff(want, left()); diff != "" {
			t.Fatal(diff)
		}
		wants(t, http.StatusOK)(c.owner.me(t)) // is another operation
		if want != nil {
			wants(t, want[0])(c.owner.tryBook(t))
		}
	}
	c.owner.book(t)
	c.fails(t, control.NewFault{Code: new(503), Times: new(1_000_000)})
	wants(t, http.StatusServiceUnavailable)(c.owner.me(t))
	wants(t, http.StatusNoContent)(c.ClearFaults(t.Context(), nil))
	wants(t, http.StatusOK)(c.owner.me(t))
}

func TestFault_Refused(t *testing.T) {
	t.Parallel()
	c := newWorld(t).tester("")
	for body, want := range map[string]string{
		`{}`:                                             "Say what is to happen: a code, a drop or a delay",
		`{"operation":"nope","code":503}`:                `There is no operation "nope"; operation is an operationId, such as createBooking for POST /v4/booking`,
		`{"code":503,"drop":"after-write"}`:              "code and drop exclude each other: a connection that is closed answers nothing",
		`{"delay":1,"body":{}}`:                          "retryAfter and body are those of a code, which is missing",
		`{"drop":"before-write","retryAfter":1}`:         "retryAfter and body are those of a code, which is missing",
		`{"code":199}`:                                   "code must be at least 200",
		`{"code":600}`:                                   "code must be at most 599",
		`{"code":503,"times":0}`:                         "times must be at least 1",
		`{"drop":"sometimes"}`:                           "drop must be one of before-write, after-write",
		`{"delay":300001}`:                               "delay must be at most 300000",
		`{"code":503,"time":1}`:                          "time is not known here",
		`{"Code":503,"delay":1,"retryAfter":"tomorrow"}`: "Code differs only in case from code; retryAfter must be a whole number",
	} {
		refuses(t, http.StatusBadRequest, want)(c.owner.send(t, "POST", "/_/faults", body))
	}
	if left := got[control.Faults](t, http.StatusOK)(c.ListFaults(t.Context(), nil)).Faults; len(left) != 0 {
		t.Errorf("there are %+v", left)
	}
}

// Ensure that faults take no more than their share of memory.
func TestFault_Bounds(t *testing.T) {
	t.Parallel()
	w := newWorld(t).unchecked(t)
	c := w.tester("")
	long := strings.Repeat("<", 64<<10)
	c.fails(t, control.NewFault{Code: new(503), Body: long}) // a text has its own length
	if a := wants(t, 503)(c.owner.me(t)); string(a.body) != long {
		t.Errorf("%d bytes were answered", len(a.body))
	}
	many := encoded(t, slices.Repeat([]int{1}, 40_000))
	for body, want := range map[string]string{
		`"` + long + `<"`:                       "body must have at most 65536 characters",
		`"` + strings.Repeat("ä", 40_000) + `"`: "body must be at most 65536 bytes",
		many:                                    "body must be at most 65536 bytes",
		`{"a":` + many + `}`:                    "body must be at most 65536 bytes",
	} {
		refuses(t, http.StatusBadRequest, want)(c.owner.send(t, "POST", "/_/faults", `{"code":503,"body":`+body+`}`))
	}
	for range 100 {
		c.fails(t, control.NewFault{Code: new(503)})
	}
	refuses(t, http.StatusBadRequest, "There are 100 faults already; DELETE /_/faults clears them")(c.owner.send(t, "POST", "/_/faults", `{"code":503}`))
}

func TestFault_Drop(t *testing.T) {
	t.Parallel()
	c := newWorld(t).tester("")
	drop := func(when control.Drop) {
		t.Helper()
		c.fails(t, control.NewFault{Operation: new("createBooking"), Drop: &when})
		isCut(t)(c.owner.tryBook(t))
		if call := c.latest(t); call.Dropped == nil || *call.Dropped != when {
			t.Errorf("the journal has %+v", call)
		}
	}
	drop(control.DropBeforeWrite)
	if call := c.latest(t); call.Status != 0 || call.Answer.Body != "" {
		t.Errorf("the journal has %+v", call)
	}
	c.owner.isFree(t)
	drop(control.DropAfterWrite)
	call := c.latest(t)
	if call.Status != 201 || !strings.Contains(call.Answer.Body, `"secret":"***"`) || len(call.Caused.Events) != 1 {
		t.Errorf("the journal has %+v", call)
	}
	c.owner.isTaken(t)
}

// Ensure that a lost answer can be asked for again by its key.
func TestFault_DropOfKeyedCall(t *testing.T) {
	t.Parallel()
	c := newWorld(t).tester("")
	body := encoded(t, booking())
	// Sent by the header, so that a client that tries again by itself is cut off again.
	isCut(t)(c.owner.send(t, "POST", bookingPath, body, "Idempotency-Key", "k", "Prefer", "drop=after-write"))
	a, replayed := c.owner.keyed(t, "k", bookingPath, body, http.StatusCreated)
	if !replayed || decode[client.Booked](t, a.body).AppointmentID == "" {
		t.Errorf("answered %s, again: %v", a.body, replayed)
	}
}

func TestFault_Delay(t *testing.T) {
	t.Parallel()
	c := newWorld(t).tester("")
	c.fails(t, control.NewFault{Delay: new(60), Times: new(1)})
	began := time.Now()
	wants(t, http.StatusOK)(c.owner.me(t))
	if took := time.Since(began); took < 60*time.Millisecond || c.latest(t).DurationMs < 60 {
		t.Errorf("it took %v", took)
	}
}

func TestPrefer(t *testing.T) {
	t.Parallel()
	w := newWorld(t).unchecked(t)
	c := w.tester("")
	for _, test := range []struct {
		prefer, applied string
		status          int
		sentence        string // of a refusal
	}{
		{"code=503", "code=503", 503, "This answer was asked for; nothing was done"},
		{"code=201", "code=201", 201, ""},
		{"CODE = \"418\"; why=tea, respond-async", "code=418", 418, "This answer was asked for; nothing was done"},
		{"code=503, delay=10", "code=503,delay=10", 503, "This answer was asked for; nothing was done"},
		{"code=503, code=500", "code=503", 503, "This answer was asked for; nothing was done"},
		{"example=double-opt-in", "example=double-opt-in", 201, ""},
		{"example=host-confirm, code=201, delay=1", "example=host-confirm,code=201,delay=1", 201, ""},
		{"example=nope", "", 400, `createBooking has no example "nope"; it has `},
		{"code=abc", "", 400, "Prefer: code must be a status from 200 to 599, such as code=503"},
		{"code=999", "", 400, "Prefer: code must be a status from 200 to 599, such as code=503"},
		{"delay=-1", "", 400, "Prefer: delay must be a number of milliseconds, at most 300000, such as delay=1500"},
		{"drop=now", "", 400, "Prefer: drop must be before-write or after-write"},
		{"drop=after-write, code=503", "", 400, "Prefer cannot have drop beside code or example: a connection that is closed answers nothing"},
	} {
		a := wants(t, test.status)(c.owner.send(t, "POST", bookingPath, encoded(t, booking()), "Prefer", test.prefer))
		if applied := strings.Join(a.header.Values("Preference-Applied"), ","); applied != test.applied {
			t.Errorf("%s: applied %q", test.prefer, applied)
		}
		if test.sentence != "" && !strings.HasPrefix(decode[failure](t, a.body).sentence(), test.sentence) {
			t.Errorf("%s was answered %s", test.prefer, a.body)
		}
		if test.status == http.StatusBadRequest && strings.Contains(test.prefer, "nope") && !strings.Contains(string(a.body), "double-opt-in, host-confirm") {
			t.Errorf("%s was answered %s", test.prefer, a.body)
		}
	}
	a := wants(t, http.StatusCreated)(c.owner.send(t, "POST", bookingPath, "", "Prefer", "example=double-opt-in"))
	var held client.ProvisionallyBooked
	if err := json.Unmarshal(a.body, &held); err != nil || held.ProvisionalBookingID == "" {
		t.Errorf("the example is %s", a.body)
	}
	for _, prefer := range []string{"drop=before-write", "delay=1,drop=before-write"} {
		isCut(t)(c.owner.send(t, "POST", bookingPath, encoded(t, booking()), "Prefer", prefer))
	}
	// A preference leaves faults alone; others than ours are left alone.
	c.fails(t, control.NewFault{Code: new(500)})
	wants(t, http.StatusServiceUnavailable)(c.owner.send(t, "GET", "/v4/user/me", "", "Prefer", "code=503"))
	wants(t, http.StatusInternalServerError)(c.owner.send(t, "GET", "/v4/user/me", "", "Prefer", "return=minimal"))
	began := time.Now()
	a = wants(t, http.StatusCreated)(c.owner.send(t, "POST", bookingPath, encoded(t, booking()), "Prefer", "delay=60"))
	if took := time.Since(began); took < 60*time.Millisecond || a.header.Get("Preference-Applied") != "delay=60" {
		t.Errorf("it took %v and applied %q", took, a.header.Get("Preference-Applied"))
	}
}
