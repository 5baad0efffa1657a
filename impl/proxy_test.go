package impl_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client/control"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/drift"
	"github.com/meetwright/meetwright/impl/fixture"
)

// newProxy makes a world that passes calls on to an address; its callers have
// the demo's keys.
func newProxy(t testing.TB, target string) *world {
	t.Helper()
	address, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{demo: fixture.Demo()}
	w.running = open(t, nil, []func(*impl.Settings){func(s *impl.Settings) { s.Proxy, s.Clock, s.PublicURL = address, time.Time{}, "" }})
	web := httptest.NewServer(w.App)
	w.url, w.http = web.URL, &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(func() {
		w.http.CloseIdleConnections()
		web.Close()
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	w.owner = w.bearer(w.demo.PersonalKey())
	return w
}

// Ensure that a server which keeps the contract is passed on unnoticed.
func TestProxy_Faithful(t *testing.T) {
	t.Parallel()
	behind := newWorld(t, ownServer)
	w := newProxy(t, behind.url)
	c := w.tester("")
	a := wants(t, http.StatusCreated)(c.owner.send(t, "POST", bookingPath+"/?a=1;b", encoded(t, booking()), "X-Request-Id", "mine"))
	if a.header.Get(drift.Header) != "" || !slices.Equal(a.header["X-Request-Id"], []string{"mine"}) {
		t.Errorf("the answer has %v", a.header)
	}
	if direct := behind.tester("").latest(t); direct.RequestID != "mine" || direct.Request.Query != "a=1;b" || direct.Request.Body != encoded(t, booking()) {
		t.Errorf("passed on was %+v", direct)
	}
	refuses(t, http.StatusBadRequest, "The selected time slot is no longer available")(c.owner.send(t, "POST", bookingPath, encoded(t, booking())))
	wants(t, http.StatusOK)(c.owner.send(t, "GET", "/v4/appointment/current", ""))
	wants(t, http.StatusOK)(c.owner.send(t, "HEAD", "/v4/user/me", ""))
	if calls := c.calls(t, nil); len(calls) != 4 || slices.ContainsFunc(calls, func(c control.CallSummary) bool { return len(c.Violations) > 0 }) {
		t.Errorf("the journal is %+v", calls)
	}
	want := []drift.Tally{{Operation: "createBooking", Calls: 2}, {Operation: "getCurrentAppointment", Calls: 1}, {Operation: "getCurrentUser", Calls: 1}}
	if diff := cmp.Diff(want, w.Proxy.Tallies()); diff != "" {
		t.Errorf("counted (-want +got):\n%s", diff)
	}
	if found := w.logs.lines("contract violation"); len(found) > 0 {
		t.Error(found)
	}
}

// Ensure that a wrong request is passed on all the same, and what is wrong
// with it is told.
func TestProxy_WrongRequest(t *testing.T) {
	t.Parallel()
	behind := newWorld(t, ownServer)
	w := newProxy(t, behind.url)
	c := w.tester("")
	for _, row := range []struct {
		method, path, body string
		by                 caller
		status             int
		operation          string
		want               []string
	}{
		{"POST", bookingPath, `{"meetingTypeId":"hush"}`, c.owner, 400, "createBooking", []string{"attendee is required", "meetingTypeId must be a UUID", "start is required"}},
		{"POST", bookingPath, `{`, w.caller(), 401, "createBooking", []string{"there is no credential", "The body is not valid JSON: it ends too early"}},
		{"GET", "/v5/hush?secret=hush", "", c.owner, 404, "", []string{"this method and path are not in the contract"}},
		{"PUT", bookingPath, `{}`, c.owner, 405, "", []string{"this method and path are not in the contract"}},
	} {
		a := wants(t, row.status)(row.by.send(t, row.method, row.path, row.body))
		call := c.latest(t)
		if diff := cmp.Diff(row.want, call.Violations); diff != "" || call.Operation != row.operation || call.Status != row.status || strings.Contains(call.Request.Query, "hush") {
			t.Errorf("the journal has %+v\n%s", call, diff)
		}
		if got := a.header.Get(drift.Header); got != fmt.Sprint(len(row.want)) {
			t.Errorf("%s %s: the header is %q", row.method, row.path, got)
		}
	}
	if logged := w.logs.lines("contract violation"); len(logged) != 7 || strings.Contains(strings.Join(logged, ""), "hush") {
		t.Errorf("logged was %q", logged)
	}
	if diff := cmp.Diff([]drift.Tally{{Operation: "createBooking", Calls: 2, Left: 2}, {Calls: 2, Left: 2}}, w.Proxy.Tallies()); diff != "" {
		t.Errorf("counted (-want +got):\n%s", diff)
	}
	text := string(wants(t, http.StatusOK)(c.owner.send(t, "GET", "/metrics", "")).body)
	for _, want := range []string{
		`meetwright_contract_violations_total{operation="createBooking",side="request"} 5`, `meetwright_contract_violations_total{operation="",side="request"} 2`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

// liar answers as a test has it, and keeps what it was asked.
type liar struct {
	host     string
	mu       sync.Mutex
	requests []*http.Request
	answer   http.HandlerFunc
}

func (l *liar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	l.requests = append(l.requests, r)
	answer := l.answer
	l.mu.Unlock()
	w.Header().Set("X-Request-Id", "its own")
	answer(w, r)
}

func (l *liar) answers(h http.HandlerFunc) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answer = h
}

func (l *liar) asked() []*http.Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.requests)
}

// says answers with JSON.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// lying makes a proxy before a liar.
func lying(t *testing.T) (*liar, *world) {
	l := &liar{}
	target := httptest.NewServer(l)
	t.Cleanup(target.Close)
	l.host = target.Listener.Addr().String()
	return l, newProxy(t, target.URL+"/base")
}

// Ensure that answers go out as they came, but for the count of what is
// wrong.
func TestProxy_WrongAnswer(t *testing.T) {
	t.Parallel()
	l, w := lying(t)
	c := w.tester("")
	compressed := func(rw http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Error("a compressed answer would not be read")
		}
		rw.Header().Set("Content-Encoding", "gzip")
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(http.StatusCreated)
		z := gzip.NewWriter(rw)
		_, _ = io.WriteString(z, `{"appointmentId":"a","secret":"hush","more":1}`)
		_ = z.Close()
	}
	huge := strings.Repeat(" ", 9<<20) + "{}"
	for _, row := range []struct {
		name   string
		answer http.HandlerFunc
		status int
		body   string
		want   []string
	}{
		{"a field is missing", says(201, `{"appointmentId":"hush"}`), 201, `{"appointmentId":"hush"}`, []string{"answer: /secret is required"}},
		{"several faults", says(201, `{"appointmentId":1,"secret":null}`), 201, `{"appointmentId":1,"secret":null}`,
			[]string{"answer: /appointmentId must be a string", "answer: /secret must not be null"}},
		{"another status", says(200, `{}`), 200, `{}`, []string{"answer: createBooking does not document status 200"}},
		{"no JSON", says(201, `hush`), 201, `hush`, []string{"answer: the body is not JSON"}},
		{"another shape of errors", says(400, `{"error":"hush"}`), 400, `{"error":"hush"}`, []string{"answer: /message is required", "answer: /statusCode is required"}},
		{"a list of what it finds wrong", says(400, `{"statusCode":400,"error":"Bad Request","message":["hush"]}`), 400, `{"statusCode":400,"error":"Bad Request","message":["hush"]}`, nil},
		{"a redirect", func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/hush", http.StatusFound) }, 302, "",
			[]string{"answer: createBooking does not document status 302"}},
		{"compressed", compressed, 201, `{"appointmentId":"a","secret":"hush","more":1}`, []string{"answer: /more is not known here"}},
		{"marked by itself", func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set(drift.Header, "7")
			says(201, `{"appointmentId":"a","secret":"s"}`)(rw, r)
		}, 201, `{"appointmentId":"a","secret":"s"}`, nil},
		{"too large to be checked", says(201, huge), 201, huge, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			l.answers(row.answer)
			a := wants(t, row.status)(c.owner.send(t, "POST", bookingPath, encoded(t, booking())))
			if string(a.body) != row.body || !slices.Equal(a.header["X-Request-Id"], []string{"its own"}) {
				t.Errorf("the answer is %v %.200q", a.header, a.body)
			}
			marked := ""
			if len(row.want) > 0 {
				marked = fmt.Sprint(len(row.want))
			}
			if got := a.header.Get(drift.Header); got != marked {
				t.Errorf("the header is %q, want %q", got, marked)
			}
			if diff := cmp.Diff(append([]string{}, row.want...), c.latest(t).Violations); diff != "" {
				t.Errorf("the journal (-want +got):\n%s", diff)
			}
		})
	}
	if logged := strings.Join(w.logs.lines("contract violation"), ""); strings.Contains(logged, "hush") || !strings.Contains(logged, "at=/secret reason=\"is required\"") {
		t.Errorf("logged was %s", logged)
	}
}

// Ensure that what concerns one connection stays there.
func TestProxy_Headers(t *testing.T) {
	t.Parallel()
	l, w := lying(t)
	l.answers(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Connection", "X-Hop")
		rw.Header().Set("X-Hop", "1")
		rw.Header().Set("X-End", "1")
		rw.WriteHeader(http.StatusNoContent)
	})
	a := wants(t, http.StatusNoContent)(w.owner.send(t, "DELETE", "/crm/"+string(olivia)+"?x=%2F", "", "Connection", "X-Hop", "X-Hop", "1", "X-End", "1",
		"Proxy-Authorization", "hush", "X-Forwarded-For", "10.0.0.1", "Host", "elsewhere", "Idempotency-Key", "k"))
	if a.header.Get("X-Hop") != "" || a.header.Get("X-End") != "1" {
		t.Errorf("the answer has %v", a.header)
	}
	r := l.asked()[0]
	for name, want := range map[string]string{
		"X-Hop": "", "X-End": "1", "Proxy-Authorization": "", "X-Forwarded-For": "", "Idempotency-Key": "k", "Authorization": "Bearer " + w.demo.PersonalKey(),
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if r.RequestURI != "/base/crm/"+string(olivia)+"?x=%2F" || r.Host != l.host {
		t.Errorf("it was asked %s of %s", r.RequestURI, r.Host)
	}
}

// Ensure that a call whose connection breaks is not made twice.
func TestProxy_Once(t *testing.T) {
	t.Parallel()
	l, w := lying(t)
	l.answers(says(200, `{}`))
	wants(t, http.StatusOK)(w.owner.send(t, "GET", "/v4/user/me", "")) // a connection to be used again
	l.answers(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	refuses(t, http.StatusBadGateway, "The proxy could not reach "+l.host)(
		w.owner.send(t, "POST", "/v4/provisional-booking/"+string(olivia)+"/confirm", "", "Idempotency-Key", "k"))
	if len(l.asked()) != 2 {
		t.Errorf("it was asked %d times", len(l.asked()))
	}
}

func TestProxy_NoAnswer(t *testing.T) {
	t.Parallel()
	l, w := lying(t)
	c := w.tester("")
	gone := newProxy(t, "http://127.0.0.1:1")
	refuses(t, http.StatusBadGateway, "The proxy could not reach 127.0.0.1:1")(gone.owner.send(t, "POST", bookingPath, `{}`))
	if lost := gone.Proxy.Tallies(); len(lost) != 1 || lost[0] != (drift.Tally{Operation: "createBooking", Calls: 1, Left: 1, Lost: 1}) {
		t.Errorf("counted was %+v", lost)
	}

	l.answers(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(rw, "{")
	})
	f := got[failure](t, http.StatusBadGateway)(c.owner.send(t, "GET", "/v4/user/me", ""))
	if !strings.HasPrefix(f.sentence(), "The proxy could not read the answer of 127.0.0.1:") {
		t.Errorf("it was answered %s", f.Message)
	}

	hanging := make(chan struct{})
	l.answers(func(http.ResponseWriter, *http.Request) { <-hanging })
	defer close(hanging)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, "GET", "/v4/user/me", nil)
	rw := httptest.NewRecorder()
	w.ServeHTTP(rw, r)
	if sentence := decode[failure](t, rw.Body.Bytes()).sentence(); rw.Code != http.StatusGatewayTimeout || !strings.HasSuffix(sentence, " did not answer the proxy within 30 seconds") {
		t.Errorf("it was answered %d %s", rw.Code, rw.Body)
	}
}

// Ensure that a proxy has the journal and faults of a stub, and says of the
// rest that it is not there.
func TestProxy_Plane(t *testing.T) {
	t.Parallel()
	l, w := lying(t)
	c := w.tester("")
	info := got[control.Info](t, http.StatusOK)(c.GetInfo(t.Context(), nil))
	if info.Mode != "proxy" || slices.Contains(info.Features, "clock") || !slices.Contains(info.Features, "requests") {
		t.Errorf("it says %+v", info)
	}
	const sentence = "A proxy keeps calls (/_/requests) and faults (/_/faults) only; ask the server behind it for the rest"
	for _, path := range []string{"/_/clock", "/_/inbox/messages", "/_/inbox"} {
		refuses(t, http.StatusNotFound, sentence)(c.owner.send(t, "GET", path, ""))
	}
	refuses(t, http.StatusNotFound, sentence)(c.owner.send(t, "POST", "/_/reset", ""))
	wants(t, http.StatusOK)(c.owner.send(t, "GET", "/_/", "", "Accept", "text/html"))

	c.fails(t, control.NewFault{Operation: new("getCurrentUser"), Code: new(503)})
	a := wants(t, http.StatusServiceUnavailable)(c.owner.send(t, "GET", "/v4/user/me", ""))
	wants(t, http.StatusTooManyRequests)(c.owner.send(t, "GET", "/v4/user/me", "", "Prefer", "code=429"))
	if len(l.asked()) != 0 || a.header.Get(drift.Header) != "" || len(w.Proxy.Tallies()) != 0 {
		t.Errorf("it was asked %d times; %v", len(l.asked()), a.header)
	}
	l.answers(says(200, `{}`))
	wants(t, http.StatusOK)(c.owner.send(t, "GET", "/v4/user/me", "", "Prefer", "delay=1"))
	wants(t, http.StatusOK)(c.owner.send(t, "GET", "/v4/user/me", "", "Prefer", "return=minimal"))
	if first, second := l.asked()[0].Header.Get("Prefer"), l.asked()[1].Header.Get("Prefer"); first != "" || second != "return=minimal" {
		t.Errorf("preferences passed on were %q and %q", first, second)
	}
	if calls := c.calls(t, nil); len(calls) != 4 || calls[0].Operation != "getCurrentUser" || len(calls[0].Violations) == 0 {
		t.Errorf("the journal is %+v", calls)
	}
	f := got[failure](t, http.StatusRequestEntityTooLarge)(c.owner.send(t, "POST", bookingPath, strings.Repeat(" ", 1<<20+1)))
	if f.sentence() == "" || len(l.asked()) != 2 {
		t.Errorf("a large body was answered %s", f.Message)
	}
	if ready := wants(t, http.StatusOK)(c.owner.send(t, "GET", "/ready", "")); len(ready.body) == 0 {
		t.Error("it is not ready")
	}
}
