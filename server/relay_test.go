package server

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// Whatever comes is passed on as it came, with how it leaves the contract.
func TestRelay(t *testing.T) {
	type passed struct {
		call              Relayed
		method, uri, body string
		around            string
	}
	var got *passed
	var around string
	h, err := NewRelay(func(w http.ResponseWriter, r *http.Request, c Relayed) {
		body, err := io.ReadAll(r.Body)
		if err != nil || int64(len(body)) != r.ContentLength {
			t.Errorf("%d of %d bytes: %v", len(body), r.ContentLength, err)
		}
		got = &passed{c, r.Method, r.URL.String(), string(body), around}
		w.WriteHeader(http.StatusTeapot)
	}, func(context.Context) error { return errors.New("draining") }, Options{
		Logger: slog.New(slog.DiscardHandler), MaxBody: 1000, Mount: map[string]http.Handler{"/_/": http.NotFoundHandler()},
		Around: func(operation string, w http.ResponseWriter, r *http.Request, next http.Handler) {
			around = operation
			next.ServeHTTP(w, r)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	anonymous := http.Header{"Authorization": nil}
	unknown := []string{"this method and path are not in the contract"}
	for _, row := range []struct {
		name      string
		call      call
		operation string
		found     []string
	}{
		{"as the contract has it", call{method: "POST", path: "/v4/booking", body: booking}, "createBooking", nil},
		{"with a slash", call{method: "POST", path: "/v4/booking/?x=%2F;y", body: booking}, "createBooking", nil},
		{"of a chunked body", call{method: "POST", path: "/v4/booking", reader: struct{ io.Reader }{strings.NewReader(booking)}}, "createBooking", nil},
		{"several faults", call{method: "POST", path: "/v4/booking", body: edited(t, "start", `"soon"`), header: http.Header{"Idempotency-Key": {""}}}, "createBooking",
			[]string{"Idempotency-Key must be 1 to 255 visible ASCII characters", "start must be a date-time with a UTC offset"}},
		{"no JSON", call{method: "POST", path: "/v4/booking", body: `{`}, "createBooking", []string{"The body is not valid JSON: it ends too early"}},
		{"another content type", call{method: "POST", path: "/v4/booking", body: `{}`, header: http.Header{"Content-Type": {"text/plain"}}}, "createBooking",
			[]string{"Content-Type must be application/json"}},
		{"no credential", call{path: "/v4/user/me", header: anonymous}, "getCurrentUser", []string{"there is no credential"}},
		{"an attendee's", call{path: "/v4/appointment/" + anID, header: http.Header{"Authorization": nil, "X-Appointment-Secret": {"s"}}}, "getAppointment", nil},
		{"a wrong id", call{path: "/v4/appointment/a%2Fb"}, "getAppointment", []string{"id must be a UUID"}},
		{"a wrong query", call{path: "/v4/appointment/paginated?page=x"}, "listAppointments", []string{"page must be a whole number", "pageSize is required"}},
		{"HEAD", call{method: "HEAD", path: "/v4/user/me"}, "getCurrentUser", nil},
		{"OPTIONS", call{method: "OPTIONS", path: "/v4/booking"}, "", nil},
		{"unknown path", call{method: "POST", path: "/v5/booking?a=b", body: `{}`, header: anonymous}, "", unknown},
		{"path that is longer", call{path: "/v4/appointment/1/2/3"}, "", unknown},
		{"empty part of a path", call{path: "/v4//booking"}, "", unknown},
		{"unknown method", call{method: "PUT", path: "/v4/booking", body: `{}`}, "", unknown},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, around = nil, "not called"
			if w := row.call.do(h); w.Code != http.StatusTeapot || got == nil {
				t.Fatalf("it was answered %d %s", w.Code, w.Body)
			}
			var found []string
			for _, v := range got.call.Violations {
				found = append(found, v.String())
			}
			if got.call.Operation != row.operation || got.around != row.operation || !slices.Equal(found, row.found) {
				t.Errorf("it is %+v", got)
			}
			body := row.call.body
			if row.call.reader != nil {
				body = booking
			}
			if got.uri != row.call.path || got.body != body {
				t.Errorf("passed on was %s %s %q", got.method, got.uri, got.body)
			}
		})
	}
	for path, want := range map[string]int{"/health": 200, "/ready": 503, "/metrics": 200, "/openapi.json": 200, "/docs": 200, "/llms.txt": 200, "/_/x": 404} {
		got = nil
		if w := (call{path: path}).do(h); w.Code != want || got != nil {
			t.Errorf("%s is answered %d", path, w.Code)
		}
	}
	got = nil
	if f := errorOf(t, call{method: "POST", path: "/v4/booking", body: strings.Repeat(" ", 1001)}.do(h)); f.status != http.StatusRequestEntityTooLarge || got != nil {
		t.Errorf("got %+v", f)
	}
}
