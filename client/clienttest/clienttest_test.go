package clienttest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/client/clienttest"
)

var background = context.Background()

// bookTomorrow books the intro call in 25 hours.
func bookTomorrow(srv *clienttest.Server, email string) (*client.BookingOutcome, error) {
	return srv.Client.CreateBooking(background, client.BookingRequest{
		MeetingTypeID: clienttest.IntroCall, HostIDs: []uuid.UUID{clienttest.Olivia}, Start: srv.Clock.Now().Add(25 * time.Hour),
		Attendee: client.AttendeeInput{Email: &email, Fullname: new("Jane Smith"), ReceiveReminders: true},
	})
}

func mustBook(t testing.TB, srv *clienttest.Server, email string) {
	t.Helper()
	if _, err := bookTomorrow(srv, email); err != nil {
		t.Fatal(err)
	}
}

// Ensure that each of many that are there at once has the whole world to itself.
func TestNew_Apart(t *testing.T) {
	t.Parallel()
	const n = 200
	var all, made sync.WaitGroup
	made.Add(n)
	for i := range n {
		all.Go(func() {
			isMade := sync.OnceFunc(made.Done)
			defer isMade()
			log, failed := run(func(t testing.TB) {
				now := clienttest.Start.Add(time.Duration(i) * time.Minute)
				srv := clienttest.New(t, clienttest.WithClock(now), clienttest.WithTimeout(time.Minute))
				isMade()
				made.Wait()
				isApart(t, srv, i, now)
			})
			if failed {
				t.Errorf("%d: %s", i, log)
			}
		})
	}
	all.Wait()
}

// isApart takes the same slot in each world; the calls of the odd ones alone fail.
func isApart(t testing.TB, srv *clienttest.Server, i int, now time.Time) {
	if got := srv.Clock.Now(); !got.Equal(now) {
		t.Error("the clock shows", got)
	}
	if i%2 == 1 {
		srv.FailNext("getCurrentUser", clienttest.Status(http.StatusTeapot))
	}
	_, err := srv.Client.GetCurrentUser(background)
	if refused, ok := errors.AsType[*client.APIError](err); ok != (i%2 == 1) || ok && refused.StatusCode != http.StatusTeapot {
		t.Error(err)
	}
	email := fmt.Sprintf("jane-%d@example.com", i)
	request := client.BookingRequest{
		MeetingTypeID: clienttest.IntroCall, HostIDs: []uuid.UUID{clienttest.Olivia}, Start: clienttest.Start.Add(24 * time.Hour),
		Attendee: client.AttendeeInput{Email: &email, Fullname: new("Jane Smith")},
	}
	if _, err := srv.Client.CreateBooking(background, request); err != nil {
		t.Error(err)
	}
	srv.Inbox.Wait(t, email)
	for _, m := range srv.Inbox.List() {
		if m.To != email && m.To != "olivia@demo.example" {
			t.Error("there is a mail to", m.To)
		}
	}
	if calls := srv.Requests(); len(calls) != 2 {
		t.Error("the calls are", calls)
	}
}

func TestServer_Requests(t *testing.T) {
	t.Parallel()
	srv := clienttest.New(t)
	srv.Webhooks.Listen()
	mustBook(t, srv, "jane@example.com")
	if _, err := srv.Client.ListMeetingTypes(t.Context()); err != nil {
		t.Fatal(err)
	}
	var operations []string
	for _, c := range srv.Requests() {
		operations = append(operations, c.Operation)
	}
	if want := []string{"createBooking", "listMeetingTypes"}; !slices.Equal(operations, want) {
		t.Errorf("the calls are %v, want %v", operations, want)
	}
	if c := srv.Requests("createBooking"); len(c) != 1 || !strings.Contains(c[0].Request.Body, "jane@example.com") || len(c[0].Caused.Events) != 1 {
		t.Errorf("the calls are %+v", c)
	}
	go func() {
		time.Sleep(5 * time.Millisecond)
		_, _ = srv.Client.ListWebhooks(background)
	}()
	if c := srv.Request(t, "listWebhooks"); c.Status != http.StatusOK {
		t.Errorf("the call is %+v", c)
	}
}

func TestServer_FailNext(t *testing.T) {
	t.Parallel()
	srv := clienttest.New(t)
	status := func(want int) {
		t.Helper()
		_, err := srv.Client.GetCurrentUser(t.Context())
		if refused, ok := errors.AsType[*client.APIError](err); want == 200 && err != nil || want != 200 && (!ok || refused.StatusCode != want) {
			t.Errorf("%v, want %d", err, want)
		}
	}
	srv.FailNext("getCurrentUser", clienttest.Status(503), clienttest.Times(2))
	srv.FailNext("", clienttest.Status(429), clienttest.RetryAfter(7*time.Second), clienttest.Body(map[string]any{"message": "slowly"}))
	for _, want := range []int{503, 503} {
		status(want)
	}
	_, err := srv.Client.ListUsers(t.Context(), client.ListUsersParams{})
	if refused, ok := errors.AsType[*client.APIError](err); !ok || refused.RetryAfter != 7*time.Second || refused.Message != "slowly" {
		t.Errorf("%v", err)
	}
	status(200)

	srv.FailNext("createBooking", clienttest.LoseRequest())
	srv.FailNext("createBooking", clienttest.LoseAnswer())
	for i, booked := range []int{0, 1} {
		if _, err := bookTomorrow(srv, "jane@example.com"); !errors.Is(err, client.ErrOutcomeUnknown) {
			t.Errorf("%d: %v", i, err)
		}
		page, err := srv.Client.ListAppointments(t.Context(), client.ListAppointmentsParams{PageSize: 10})
		if err != nil || len(page.Appointments) != booked {
			t.Errorf("%d: %v, %+v", i, err, page)
		}
	}

	// net/http does not hide it.
	srv.FailNext("getCurrentUser", clienttest.LoseRequest())
	if _, err := srv.Client.GetCurrentUser(t.Context()); err == nil {
		t.Error("the call was answered")
	}

	// A call is given up while it waits.
	srv.FailNext("getCurrentUser", clienttest.Delay(time.Minute))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := srv.Client.GetCurrentUser(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// Ensure that a client that tries again gets over a fault.
func TestServer_Config(t *testing.T) {
	t.Parallel()
	srv := clienttest.New(t)
	config := srv.Config()
	config.MaxTries, config.IdempotentServer = 0, true
	api, err := client.New(config)
	if err != nil {
		t.Fatal(err)
	}
	srv.FailNext("listMeetingTypes", clienttest.Status(503), clienttest.RetryAfter(0))
	if _, err := api.ListMeetingTypes(t.Context()); err != nil {
		t.Error(err)
	}
	if calls := srv.Requests("listMeetingTypes"); len(calls) != 2 {
		t.Errorf("the calls are %+v", calls)
	}
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	srv := clienttest.New(t)
	srv.Webhooks.Listen()
	mustBook(t, srv, "jane@example.com")
	event := srv.Webhooks.Next(t)
	created, ok := event.Data.(*client.BookingCreated)
	if !ok || *created.Attendees[0].Email != "jane@example.com" {
		t.Fatalf("the event is %+v", event)
	}
	if _, err := srv.Client.CancelAppointment(t.Context(), created.AppointmentID, client.CancelRequest{}); err != nil {
		t.Fatal(err)
	}
	mustBook(t, srv, "joe@example.com")
	srv.Webhooks.Next(t, client.WebhookEventTypeBookingCreated)
	if e := srv.Webhooks.Next(t); e.Type != client.WebhookEventTypeBookingCancelled {
		t.Errorf("the event is %+v", e)
	}
}

func TestServer_Reset(t *testing.T) {
	t.Parallel()
	now := clienttest.Start.Add(time.Hour)
	srv := clienttest.New(t, clienttest.WithClock(now))
	for range 2 {
		srv.Webhooks.Listen()
		mustBook(t, srv, "jane@example.com")
		srv.Webhooks.Next(t)
		srv.Inbox.Wait(t, "jane@example.com", "BOOKED", "intro call")
		srv.Clock.Advance(time.Hour)
		srv.FailNext("", clienttest.Status(503))
		srv.Reset()
		if shown, mails, calls := srv.Clock.Now(), srv.Inbox.List(), srv.Requests(); !shown.Equal(now) || len(mails)+len(calls) > 0 {
			t.Errorf("it has %v, %v, %v", shown, mails, calls)
		}
	}
}

// Ensure that other programs reach the world of the test, and that its links lead there.
func TestServer_URL(t *testing.T) {
	t.Parallel()
	srv := clienttest.New(t)
	other, err := client.New(client.Config{BaseURL: srv.URL(), APIKey: srv.Config().APIKey})
	if err != nil {
		t.Fatal(err)
	}
	mustBook(t, srv, "jane@example.com")
	if page, err := other.ListAppointments(t.Context(), client.ListAppointmentsParams{PageSize: 10}); err != nil || len(page.Appointments) != 1 {
		t.Errorf("%v, %+v", err, page)
	}
	link := srv.Inbox.Wait(t, "jane@example.com").Links[0]
	resp, err := http.Get(link)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v, %+v", link, err, resp)
	}
	resp.Body.Close()
}

const (
	acmeKeys = "keys: [{user: ann, key: rgo-acmeAcmeAcmeAcmeAcmeAcmeAcmeAcme}]\n"
	acme     = `
company: {slug: acme, name: Acme}
users: [{slug: ann, email: ann@acme.example, givenName: Ann, familyName: Acme, timezone: Europe/Paris, role: owner}]
meetingTypes: [{slug: demo, name: Demo, user: ann, duration: 45, channel: phone}]
` + acmeKeys
)

func TestWithSeed(t *testing.T) {
	t.Parallel()
	for range 2 {
		srv := clienttest.New(t, clienttest.WithSeed(acme))
		me, err := srv.Client.GetCurrentUser(t.Context())
		if err != nil || me.Email != "ann@acme.example" {
			t.Errorf("%v, %+v", err, me)
		}
	}
}

func TestWithClock_Real(t *testing.T) {
	t.Parallel()
	before := time.Now().Add(-time.Second)
	srv := clienttest.New(t, clienttest.WithClock(time.Time{}))
	if now := srv.Clock.Now(); now.Before(before) || now.After(time.Now().Add(time.Second)) {
		t.Errorf("the clock shows %v", now)
	}
}

// Ensure that whoever imports the client alone gets nothing of the server.
func TestClientAlone(t *testing.T) {
	t.Parallel()
	list, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "../").Output()
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range strings.FieldsSeq(string(list)) {
		ours := strings.HasPrefix(pkg, "github.com/meetwright/meetwright/") && pkg != "github.com/meetwright/meetwright/client"
		if ours || strings.Contains(pkg, "sqlite") || strings.Contains(pkg, "echo") {
			t.Errorf("client depends on %s", pkg)
		}
	}
}

// Ensure a mail is found however its address is written, as any mail server would.
func TestInbox_Wait_AnyCase(t *testing.T) {
	t.Parallel()
	srv := clienttest.New(t)
	mustBook(t, srv, "Jane@Example.com")
	srv.Inbox.Wait(t, "jane@example.COM", "booked")
}
