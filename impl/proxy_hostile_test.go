package impl_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Ensure that hints which come before an answer do not take its place.
func TestProxy_Hints(t *testing.T) {
	t.Parallel()
	l, w := lying(t)
	l.answers(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Link", "</style.css>")
		rw.WriteHeader(http.StatusEarlyHints)
		says(http.StatusNotFound, `{"statusCode":404,"error":"Not Found","message":"gone"}`)(rw, r)
	})
	a := wants(t, http.StatusNotFound)(w.owner.send(t, "GET", "/v4/user/me", ""))
	if !strings.Contains(string(a.body), "gone") {
		t.Errorf("it was answered %s", a.body)
	}
	if call := w.tester("").latest(t); call.Status != http.StatusNotFound {
		t.Errorf("the journal has status %d", call.Status)
	}
}

// raw makes a proxy before a server that answers these bytes, and then hangs.
func raw(t *testing.T, bytes string) *world {
	t.Helper()
	over := make(chan struct{})
	target := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(rw).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, bytes)
		<-over
	}))
	t.Cleanup(target.Close)
	t.Cleanup(func() { close(over) })
	return newProxy(t, target.URL)
}

// Ensure that what is no answer to a call is not given as one.
func TestProxy_NoStatus(t *testing.T) {
	t.Parallel()
	const sentence = "answered the proxy with status %d, which is none for an answer"
	for _, row := range []struct {
		name, bytes string
		status      int
	}{
		{"too low", "HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n", 99},
		{"another protocol", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 101},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := raw(t, row.bytes)
			f := got[failure](t, http.StatusBadGateway)(w.owner.send(t, "GET", "/v4/user/me", "", "Connection", "Upgrade", "Upgrade", "websocket"))
			if !strings.HasSuffix(f.sentence(), fmt.Sprintf(sentence, row.status)) {
				t.Errorf("it was answered %s", f.Message)
			}
			if tallies := w.Proxy.Tallies(); len(tallies) != 1 || tallies[0].Lost != 1 {
				t.Errorf("counted was %+v", tallies)
			}
		})
	}
}

// Ensure that what a call says to the proxy itself goes no further.
func TestProxy_OwnHeaders(t *testing.T) {
	t.Parallel()
	l, w := lying(t)
	l.answers(says(http.StatusOK, `{}`))
	wants(t, http.StatusOK)(w.owner.send(t, "GET", "/m/x", "", "X-Stub-Tenant", "mine", "Cookie", "a=1; tenant=mine; b=\"2\"",
		"Connection", "Upgrade", "Upgrade", "websocket"))
	wants(t, http.StatusOK)(w.owner.send(t, "GET", "/v4/user/me", "", "Cookie", "tenant=mine"))
	wants(t, http.StatusOK)(w.owner.send(t, "GET", "/v4/user/me", "", "Prefer", "delay=1, return=minimal; x=1"))
	asked := l.asked()
	for i, want := range []http.Header{{"Cookie": {`a=1; b="2"`}}, {}, {"Prefer": {"return=minimal; x=1"}}} {
		for _, name := range []string{"X-Stub-Tenant", "Cookie", "Prefer", "Connection", "Upgrade"} {
			if got := asked[i].Header.Values(name); strings.Join(got, "|") != strings.Join(want[name], "|") {
				t.Errorf("call %d: %s is %q, want %q", i, name, got, want[name])
			}
		}
	}
}

// Ensure that the forms of pages do not act on what a proxy does not keep.
func TestProxy_Forms(t *testing.T) {
	t.Parallel()
	_, w := lying(t)
	for _, do := range []string{"hour", "day", "next", "release", "reset"} {
		a := wants(t, http.StatusNotFound)(w.owner.send(t, "POST", "/_/", "do="+do, "Content-Type", "application/x-www-form-urlencoded"))
		if !strings.Contains(string(a.body), "A proxy keeps calls (/_/requests) and faults (/_/faults) only") {
			t.Errorf("%s was answered %s", do, a.body)
		}
	}
	wants(t, http.StatusSeeOther)(w.owner.send(t, "POST", "/_/", "do=clear", "Content-Type", "application/x-www-form-urlencoded"))
}
