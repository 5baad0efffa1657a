package clienttest_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/client/clienttest"
)

// Ensure that whoever reads the log of a test that failed learns why.
func TestFailures(t *testing.T) {
	t.Parallel()
	const jane = "jane@example.com"
	for _, test := range []struct {
		name string
		do   func(t testing.TB, srv *clienttest.Server)
		want string
	}{
		{"no mail, because the booking was refused", func(t testing.TB, srv *clienttest.Server) {
			_, _ = bookTomorrow(srv, "nobody")
			srv.Inbox.Wait(t, jane, "booked")
		}, `no mail about "booked" to jane@example.com came within 50ms
the inbox is empty
the latest call that failed:
  createBooking: POST /v4/booking was answered 400 Bad Request
    attendee.email must be an email address
`},
		{"no mail to this one", func(t testing.TB, srv *clienttest.Server) {
			_, _ = bookTomorrow(srv, jane)
			srv.Clock.Advance(time.Second)
			srv.Inbox.Wait(t, "joe@example.com")
		}, `no mail to joe@example.com came within 50ms
the inbox has:
  jane@example.com: Booked: Intro Call, Thursday, 11 January 2024, 10:00 (Europe/Berlin) (2024-01-10T08:00:00Z)
  olivia@demo.example: New booking: Intro Call with Jane Smith, Thursday, 11 January 2024, 10:00 (Europe/Berlin) (2024-01-10T08:00:00Z)
no call failed; the latest:
  createBooking: POST /v4/booking was answered 201 Created
`},
		{"no event, because the slot was taken", func(t testing.TB, srv *clienttest.Server) {
			_, _ = bookTomorrow(srv, jane)
			srv.Webhooks.Listen(client.WebhookEventTypeBookingCreated)
			_, _ = bookTomorrow(srv, "joe@example.com")
			_, _ = srv.Client.GetCurrentUser(background)
			srv.Webhooks.Next(t, client.WebhookEventTypeBookingCreated)
		}, `no event of [booking_created] came within 50ms
no other is waiting
the latest call that failed:
  createBooking: POST /v4/booking was answered 400 Bad Request
    The selected time slot is no longer available
`},
		{"no call", func(t testing.TB, srv *clienttest.Server) { srv.Request(t, "createBooking") }, `no call of createBooking came within 50ms
the server was not called
`},
		{"the test's own words", func(t testing.TB, srv *clienttest.Server) {
			srv.FailNext("createBooking", clienttest.LoseAnswer())
			_, err := bookTomorrow(srv, jane)
			t.Error("not booked:", err)
		}, `not booked: createBooking: it is not known whether the change was made, read back before sending it again: EOF
clienttest: the latest call that failed:
  createBooking: POST /v4/booking was answered 201 Created, by a fault that closed the connection (after-write)
`},
		{"nobody listens", func(t testing.TB, srv *clienttest.Server) { srv.Webhooks.Next(t) }, `call Webhooks.Listen before the calls that cause events
clienttest: the server was not called
`},
		{"no such operation", func(t testing.TB, srv *clienttest.Server) { srv.FailNext("book", clienttest.Status(503)) },
			`clienttest: the server answered 400: "There is no operation \"book\"; operation is an operationId, such as createBooking for POST /v4/booking"
clienttest: the server was not called
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			log, failed := run(func(t testing.TB) { test.do(t, clienttest.New(t, clienttest.WithTimeout(50*time.Millisecond))) })
			if !failed || log != test.want {
				t.Errorf("failed: %v\n%s\nwant:\n%s", failed, log, test.want)
			}
		})
	}
}

// Ensure that a seed that cannot be used says where it is wrong.
func TestWithSeed_Wrong(t *testing.T) {
	t.Parallel()
	for yaml, want := range map[string]string{
		"company: {slug: a, name: A}\nuser: []": `(?s)^clienttest: seed:.*2:1.*user`,
		"":                                      `seed:1:1: the file is empty`,
		acme[:len(acme)-len(acmeKeys)]:          `^clienttest: the seed has no keys; give it one`,
	} {
		log, failed := run(func(t testing.TB) { clienttest.New(t, clienttest.WithSeed(yaml)) })
		if !failed || !regexp.MustCompile(want).MatchString(log) {
			t.Errorf("%s\nfailed: %v\n%s", yaml, failed, log)
		}
	}
}
