package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRequestID(t *testing.T) {
	h := (&stub{}).handler(t, Options{})
	id := func(given string) string {
		return call{path: "/health", header: http.Header{"X-Request-Id": {given}}}.do(h).Header().Get("X-Request-Id")
	}
	for _, given := range []string{"a", "A.b_c-9", strings.Repeat("x", 128)} {
		if got := id(given); got != given {
			t.Errorf("%q became %q", given, got)
		}
	}
	seen := map[string]bool{}
	for _, given := range []string{"", strings.Repeat("x", 129), "a b", "a/b", "ä", "\u0131", "a\x7f", `"a"`} {
		got := id(given)
		if got == given || got == "" || seen[got] || requestID(got) != got {
			t.Errorf("%q became %q", given, got)
		}
		seen[got] = true
	}
}

// One record for each request, in the contract's words; nothing in it that a person or a credential could be known by.
func TestLog(t *testing.T) {
	var log bytes.Buffer
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	h := (&stub{}).handler(t, Options{Logger: logTo(&log), Now: func() time.Time { at = at.Add(time.Millisecond); return at }})
	rows := []struct {
		call      call
		operation string
		status    int
	}{
		{call{method: "POST", path: "/v4/booking", body: booking}, "createBooking", 200},
		{call{method: "POST", path: "/v4/booking", body: edited(t, "start", `"hush"`)}, "createBooking", 400},
		{call{path: "/v4/appointment/paginated?page=0&pageSize=1&search=hush"}, "listAppointments", 200},
		{call{method: "HEAD", path: "/v4/user/me"}, "getCurrentUser", 200},
		{call{path: "/v4/appointment/hush", header: http.Header{"X-Appointment-Secret": {"hush"}}}, "getAppointment", 400},
		{call{path: "/hush"}, "", 404},
		{call{method: "HUSH", path: "/v4/user/" + anID}, "/v4/user/:id", 405},
		{call{path: "/health"}, "/health", 200},
		{call{path: "/docs/hush"}, "/docs/*", 404},
	}
	for _, row := range rows {
		log.Reset()
		w := row.call.do(h)
		var record struct {
			Msg, Operation, Method string
			RequestID              string `json:"request_id"`
			Status                 int
			Bytes                  int
			Duration               time.Duration
		}
		if err := json.Unmarshal(log.Bytes(), &record); err != nil {
			t.Fatalf("not one record: %s", log.String())
		}
		if record.Operation != row.operation || record.Status != row.status || record.Msg != "request" || record.Method == "" ||
			record.Bytes != w.Body.Len() || record.Duration != time.Millisecond || record.RequestID != w.Header().Get("X-Request-Id") {
			t.Errorf("%s: log is %s", row.call.path, log.String())
		}
		for _, secret := range []string{"hush", "HUSH", validToken, "example.com", "Jane", anID} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("%s: %q is in the log: %s", row.call.path, secret, log.String())
			}
		}
	}
}
