package impl_test

import (
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/client/control"
)

func TestJournal_Call(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	c := w.tester("")
	endpoint := newReceiver(t)
	c.owner.subscribes(t, endpoint, client.WebhookEventTypeBookingCreated, client.WebhookEventTypeBookingCancelled)
	a := wants(t, http.StatusCreated)(c.owner.send(t, "POST", bookingPath+"?a=1&token=hidden", encoded(t, booking()), "X-Request-Id", "mine"))
	booked := decode[client.Booked](t, a.body)
	w.delivers(t)

	call := c.latest(t)
	if call.Operation != "createBooking" || call.Method != http.MethodPost || call.Path != bookingPath || call.Status != 201 || !call.At.Equal(morning) ||
		call.RequestID != "mine" || call.DurationMs <= 0 || len(call.Violations) != 0 || call.Dropped != nil {
		t.Errorf("the call is %+v", call)
	}
	if call.Request.Query != "a=1&token=***" || call.Request.Body != encoded(t, booking()) || call.Request.Bytes != int64(len(call.Request.Body)) ||
		!slices.Equal(call.Request.Headers["Authorization"], []string{"***"}) || !slices.Equal(call.Request.Headers["Content-Type"], []string{"application/json"}) {
		t.Errorf("the request is %+v", call.Request)
	}
	if masked := strings.Replace(string(a.body), booked.Secret, "***", 1); call.Answer.Body != masked || call.Answer.Bytes != int64(len(a.body)) ||
		!slices.Equal(call.Answer.Headers["X-Request-Id"], []string{"mine"}) {
		t.Errorf("the answer is %+v, want %s", call.Answer, masked)
	}
	caused := call.Caused
	if len(caused.Events) != 1 || caused.Events[0].Kind != "booking_created" || caused.Events[0].Subject != booked.AppointmentID ||
		len(caused.Deliveries) != 1 || caused.Deliveries[0].State != control.WorkStateDone || caused.Deliveries[0].Event != caused.Events[0].ID {
		t.Errorf("it caused %+v", caused)
	}
	inbox := []string{}
	for _, m := range c.mails(t, nil) {
		inbox = append(inbox, m.ID)
	}
	mails := []string{}
	for _, m := range caused.Mails {
		mails = append(mails, m.ID)
	}
	slices.Sort(inbox)
	slices.Sort(mails)
	if diff := cmp.Diff(inbox, mails); diff != "" || len(mails) == 0 {
		t.Errorf("mails in the inbox and of the call (-inbox +call):\n%s", diff)
	}

	// The clock stands still; what follows is told apart all the same.
	c.owner.cancels(t, booked.AppointmentID, client.CancelRequest{CancelAll: new(true)})
	if caused := c.latest(t).Caused; len(caused.Events) != 1 || caused.Events[0].Kind != "booking_cancelled" || len(caused.Deliveries) != 1 {
		t.Errorf("the cancellation caused %+v", caused)
	}
	c.owner.appointment(t, booked.AppointmentID)
	if caused := c.latest(t).Caused; len(caused.Events)+len(caused.Mails)+len(caused.Deliveries) != 0 {
		t.Errorf("reading caused %+v", caused)
	}
}

func TestJournal_Violations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.tester("")
	lists(t, "attendee is required", "meetingTypeId must be a UUID", "start is required")(c.owner.send(t, "POST", bookingPath, `{"meetingTypeId":"x"}`))
	want := []string{"attendee is required", "meetingTypeId must be a UUID", "start is required"}
	if call := c.latest(t); call.Status != 400 || !slices.Equal(call.Violations, want) {
		t.Errorf("the call is %+v", call)
	}
	refuses(t, http.StatusUnauthorized, noCredential)(w.caller().send(t, "POST", bookingPath, encoded(t, booking())))
	if call := c.latest(t); call.Status != 401 || len(call.Violations) != 0 || call.Request.Bytes != 0 {
		t.Errorf("the call is %+v", call)
	}
}

func TestJournal_Find(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.tester("")
	c.owner.book(t)
	c.owner.isTaken(t)
	wants(t, http.StatusOK)(c.owner.me(t))
	refuses(t, http.StatusNotFound, noAppointment)(c.owner.GetAppointment(t.Context(), uid(nobody), nil))
	wants(t, http.StatusNotFound)(c.owner.send(t, "GET", "/v4/nothing", "")) // is no operation
	for _, test := range []struct {
		params control.ListRequestsParams
		want   []string
	}{
		{control.ListRequestsParams{}, []string{"getAppointment 404", "getCurrentUser 200", "createBooking 400", "createBooking 201"}},
		{control.ListRequestsParams{Status: new("4xx")}, []string{"getAppointment 404", "createBooking 400"}},
		{control.ListRequestsParams{Status: new("404")}, []string{"getAppointment 404"}},
		{control.ListRequestsParams{Status: new("5xx")}, []string{}},
		{control.ListRequestsParams{Operation: new("createBooking")}, []string{"createBooking 400", "createBooking 201"}},
		{control.ListRequestsParams{Operation: new("createBooking"), Status: new("2xx"), Wait: new("10s")}, []string{"createBooking 201"}},
		{control.ListRequestsParams{Operation: new("deleteUser"), Wait: new("1ms")}, []string{}},
	} {
		names := []string{}
		for _, call := range c.calls(t, &test.params) {
			names = append(names, fmt.Sprint(call.Operation, " ", call.Status))
		}
		if diff := cmp.Diff(test.want, names); diff != "" {
			t.Errorf("%s:\n%s", encoded(t, test.params), diff)
		}
	}
	for _, bad := range []string{"?status=6xx", "?status=40", "?status=4XX", "?wait=never", "?format=wget"} {
		wants(t, http.StatusBadRequest)(c.owner.send(t, "GET", "/_/requests"+bad, ""))
	}

	waited := make(chan string, 1)
	go func() {
		a, _ := readAll(c.ListRequests(t.Context(), &control.ListRequestsParams{Operation: new("listMeetingTypes"), Wait: new("30s")}))
		waited <- string(a.body)
	}()
	time.Sleep(10 * time.Millisecond) // so that it waits, as it does most of the time anyway
	wants(t, http.StatusOK)(c.owner.ListMeetingTypes(t.Context(), nil))
	if list := <-waited; !strings.Contains(list, `"listMeetingTypes"`) {
		t.Errorf("waited for %s", list)
	}

	kept := c.nth(t, 1)
	wants(t, http.StatusNoContent)(c.DeleteRequests(t.Context(), nil))
	if left := c.calls(t, nil); len(left) != 0 {
		t.Errorf("left are %+v", left)
	}
	for _, id := range []string{kept, "0", "x"} {
		refuses(t, http.StatusNotFound, "Request not found; only the latest ones are kept")(c.GetRequest(t.Context(), id, nil))
	}
}

func TestJournal_Curl(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.tester("")
	body := encoded(t, booking(named("Jane O'Hara", "jane@example.com")))
	wants(t, http.StatusCreated)(c.owner.send(t, "POST", bookingPath+"?x='1'", body, "User-Agent", "test"))
	call := c.latest(t)
	line := wants(t, http.StatusOK)(c.GetRequest(t.Context(), call.ID, &control.GetRequestParams{Format: new(control.GetRequestParamsFormatCurl)}))
	const want = `curl -X POST 'https://book.example/v4/booking?x='\''1'\''' \
  -H "Authorization: Bearer $MEETERGO_API_KEY" \
  -H 'Content-Type: application/json' \
  --data-raw '`
	if have := string(line.body); !strings.HasPrefix(have, want) || !strings.Contains(have, `Jane O'\''Hara`) ||
		strings.Contains(have, w.demo.PersonalKey()) || !strings.HasPrefix(line.header.Get("Content-Type"), "text/plain") {
		t.Errorf("the command line is\n%s", have)
	}
	all := wants(t, http.StatusOK)(c.ListRequests(t.Context(), &control.ListRequestsParams{Format: new(control.ListRequestsParamsFormatCurl)}))
	if string(all.body) != string(line.body) {
		t.Errorf("the command lines are\n%s", all.body)
	}

	t.Run("pasted", func(t *testing.T) {
		if _, err := exec.LookPath("curl"); err != nil {
			t.Skip("there is no curl here; install it to run this")
		}
		wants(t, http.StatusNoContent)(c.Reset(t.Context(), nil))
		script := strings.ReplaceAll(string(line.body), "https://book.example", w.url)
		shell := exec.CommandContext(t.Context(), "sh", "-c", "exec "+strings.Replace(script, "curl ", "curl -sS ", 1))
		shell.Env = append(shell.Environ(), "MEETERGO_API_KEY="+w.demo.PersonalKey())
		out, err := shell.CombinedOutput()
		if err != nil || decode[client.Booked](t, out).AppointmentID == "" {
			t.Errorf("%v: %s", err, out)
		}
	})
}
