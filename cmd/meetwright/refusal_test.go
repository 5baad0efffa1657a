package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/impl/fixture"
)

const anID = "550e8400-e29b-41d4-a716-446655440000"

// TestRefused tells a person what to do about servers that are no server of
// this API, and about answers that nobody expects.
func TestRefused(t *testing.T) {
	page := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(code)
			_, _ = io.WriteString(w, "<html>Welcome")
		}
	}
	says := func(code int, message string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(code)
			_ = json.NewEncoder(w).Encode(map[string]any{"statusCode": code, "message": message, "error": "x"})
		}
	}
	const elsewhere = "try:   check --url or MEETERGO_BASE_URL: what answers there is not this API\n"
	for _, test := range []struct {
		name    string
		handler http.HandlerFunc
		args    string
		code    int
		want    string
	}{
		{"a page", page(200), "meeting-types list", exitFailed, elsewhere},
		{"a page instead of a clock", page(200), "clock show", exitFailed, "error: the server answered 200 OK\nwhy:   the answer is not the documented JSON\n" + elsewhere},
		{"a redirect", page(302), "hosts me", exitFailed, elsewhere},
		{"a redirect of a clock", page(302), "clock show", exitFailed, "error: the server answered 302 Found\n"},
		{"a redirect of a change", page(307), "api POST /v4/booking -d {}", exitFailed, elsewhere},
		{"a method that is none", says(405, "This path does not take this method"), "api FOO /v4/booking", exitUsage, "try:   correct it and run the command again\n"},
		{"a seventh webhook", says(406, "There are six"), "webhooks create http://127.0.0.1:1/", exitConflict, "try:   delete one that is not needed; meetwright webhooks list shows them\n"},
		{"an id that is none", page(500), "webhooks delete x/y", exitUsage, "why:   the id of the webhook is neither a UUID nor a number\n"},
		{"an id that is none, of two", page(500), "webhooks redeliver x/y " + anID, exitUsage, "why:   the id of the webhook is neither a UUID nor a number\n"},
		{"an id that is none, to trigger", page(500), "webhooks trigger booking_created x/y", exitUsage, "why:   the id of the webhook is neither a UUID nor a number\n"},
		{"commands to the terminal", says(500, "\x1b[31m\u202eboo"), "cancel " + anID, exitUnknown, "why:   the server answered 500 Internal Server Error:  [31m boo\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			web := httptest.NewServer(test.handler)
			defer web.Close()
			_, words := command(t, test.code, append(strings.Fields(test.args), "--url", web.URL)...)
			if !strings.Contains(words, test.want) {
				t.Errorf("got %s\nwant %s", words, test.want)
			}
		})
	}
}

// TestRefused_NoHTTP is an address at which another kind of server listens.
func TestRefused_NoHTTP(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH\r\n")
			_ = conn.Close()
		}
	}()
	command(t, exitUnreachable, "hosts", "me", "--url", "http://"+listener.Addr().String())
}

// TestRefused_Interrupted stops a command that waits for an answer.
func TestRefused_Interrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	web := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		interrupt()
		<-r.Context().Done()
	}))
	defer web.Close()
	var stdout, stderr bytes.Buffer
	if code := run(ctx, []string{"hosts", "list", "--url", web.URL}, &stdout, &stderr); code != exitFailed || !strings.HasPrefix(stderr.String(), "error: it was interrupted\n") {
		t.Errorf("ended with %d: %s", code, &stderr)
	}
}

// TestConnect_Vendor tells that a key alone leads away from this machine.
func TestConnect_Vendor(t *testing.T) {
	serveDemo(t)
	t.Setenv("MEETERGO_TOKEN", "rgo-"+strings.Repeat("x", 32))
	var words bytes.Buffer
	cmd := slotsCommand()
	cmd.SetErr(&words)
	s, err := connect(cmd)
	if err != nil || s.url != vendorURL || words.String() != "Using https://api.meetergo.com: there is a key in the environment, and no address.\n" {
		t.Errorf("%v: %s", err, &words)
	}
}

// TestConnect_DemoKey keeps the keys that everybody knows on this machine.
func TestConnect_DemoKey(t *testing.T) {
	serveDemo(t)
	demo := fixture.Demo()
	for _, key := range []string{demo.PersonalKey(), demo.PlatformKey()} {
		t.Setenv("MEETERGO_API_KEY", key)
		for _, args := range []string{"hosts me", "hosts me --url " + vendorURL + "/"} {
			_, words := command(t, exitUsage, strings.Fields(args)...)
			if words != "error: the key is that of the demo\nwhy:   https://api.meetergo.com does not know it, and it is not sent there\ntry:   --url http://127.0.0.1:8080\n" {
				t.Errorf("%s: %s", args, words)
			}
		}
	}
}

// TestGroup_Unknown is a command that a group does not have.
func TestGroup_Unknown(t *testing.T) {
	for _, test := range []struct {
		args, want string
		code       int
	}{
		{"bookings lst", "why:   bookings has no command \"lst\"\ntry:   meetwright bookings list\n", exitUsage},
		{"clock nonsense", "try:   meetwright clock --help\n", exitUsage},
		{"config shwo", "try:   meetwright config show\n", exitUsage},
		{"bookings", "", exitDone},
		{"bookings --help", "", exitDone},
	} {
		out, words := command(t, test.code, strings.Fields(test.args)...)
		if !strings.Contains(words, test.want) || (test.code == exitDone) != strings.Contains(out, "Available Commands:") {
			t.Errorf("%s: %s%s", test.args, out, words)
		}
	}
}

// TestReschedule_OnlyStart moves a booking that has the only free start there
// is.
func TestReschedule_OnlyStart(t *testing.T) {
	serveDemo(t)
	t.Chdir(t.TempDir())
	var schedule, kind, booked struct{ ID, AppointmentID string }
	made := func(into any, args ...string) {
		t.Helper()
		out, _ := command(t, exitDone, append(args, "--json")...)
		unmarshal(t, out, into)
	}
	closed := `{"enabled":false,"hours":[]}`
	week := ""
	for _, day := range []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		week += fmt.Sprintf("%q:%s,", day, closed)
	}
	made(&schedule, "schedules", "create", "-d", `{"name":"Once","timezone":"Europe/Berlin","schedule":{`+strings.TrimSuffix(week, ",")+`},
		"exceptions":[{"dates":["2024-01-15"],"type":"available","hours":[{"start":"09:00","end":"09:30"}]}]}`)
	made(&kind, "meeting-types", "create", "-d", `{"slug":"once","availabilityId":"`+schedule.ID+`","meetingInfo":{"name":"Once","description":"","duration":30,"channel":"phone"}}`)
	made(&booked, "book", "once", "--at", "next", "--name", "Jane", "--email", "jane@example.com", "--phone", "+49301234567")
	_, words := command(t, exitConflict, "reschedule", booked.AppointmentID, "--at", "next")
	if !strings.Contains(words, "error: no slot is free\n") {
		t.Errorf("got %s", words)
	}
}

// TestBookings_FromDay takes days that begin when the clocks change, and one
// that a zone left out.
func TestBookings_FromDay(t *testing.T) {
	serveDemo(t)
	t.Chdir(t.TempDir())
	list := func(code int, day, zone string) string {
		_, words := command(t, code, "bookings", "list", "--from", day, "--timezone", zone)
		return words
	}
	for day, zone := range map[string]string{"2024-04-26": "Africa/Cairo", "2024-11-03": "America/Havana", "2024-03-31": "Europe/Berlin"} {
		list(exitDone, day, zone)
		out, _ := command(t, exitDone, "requests", "show", "--operation", "listAppointments", "--json")
		want := map[string]string{"2024-04-26": "2024-04-25T22:00:00Z", "2024-11-03": "2024-11-03T04:00:00Z", "2024-03-31": "2024-03-30T23:00:00Z"}[day]
		if !strings.Contains(out, url.QueryEscape(want)) && !strings.Contains(out, want) {
			t.Errorf("%s in %s: %s", day, zone, out)
		}
	}
	if words := list(exitUsage, "2011-12-30", "Pacific/Apia"); !strings.Contains(words, "why:   clocks in Pacific/Apia show") {
		t.Errorf("got %s", words)
	}
}

// TestBookings_ICS prints a calendar file as it came.
func TestBookings_ICS(t *testing.T) {
	serveDemo(t)
	t.Chdir(t.TempDir())
	var booked struct{ AppointmentID string }
	out, _ := command(t, exitDone, "book", "intro", "--at", "2024-01-15 9:00", "--name", "Jane", "--email", "jane@example.com", "--json")
	unmarshal(t, out, &booked)
	if out, _ := command(t, exitDone, "bookings", "ics", booked.AppointmentID); !strings.HasSuffix(out, "\r\nEND:VCALENDAR\r\n") {
		t.Errorf("got %q", out)
	}
}

// closedPipe is a pipe whose reader has gone.
type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// TestListen_ClosedPipe ends a listener whose output nobody reads, as head
// makes it, and leaves no webhook behind.
func TestListen_ClosedPipe(t *testing.T) {
	serveDemo(t)
	t.Chdir(t.TempDir())
	words, told := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(t.Context(), []string{"webhooks", "listen"}, closedPipe{}, told)
		_ = told.Close()
	}()
	buffer := make([]byte, 1000)
	for text := ""; !strings.Contains(text, "interrupt to end"); {
		n, err := words.Read(buffer)
		if err != nil {
			t.Fatal(text)
		}
		text += string(buffer[:n])
	}
	go func() { _, _ = io.Copy(io.Discard, words) }()
	command(t, exitDone, "webhooks", "trigger", "booking_created")
	if code := <-ended; code != exitDone {
		t.Errorf("ended with %d", code)
	}
	if out, _ := command(t, exitDone, "webhooks", "list"); out != "" {
		t.Errorf("left %s", out)
	}
}
