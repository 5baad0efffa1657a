package impl_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
)

// later are the operations that are not served yet.
var later = set(`
	approveProvisionalBooking confirmProvisionalBooking declineProvisionalBooking listProvisionalBookings
	createContact deleteContact getContactDetails importContacts listContacts updateContact
	createCalendarConnection deleteCalendarConnection listCalendarConnections syncCalendarConnection updateCalendarConnection
	createOneTimeLink sendQuickMail
	createQueueUserGroup getNextQueueHosts getQueue listWorkspaceQueues updateMeetingTypeQueue
	createWebhook deleteWebhook listWebhookDeliveries listWebhooks redeliverWebhookDelivery testWebhook updateWebhook`)

func set(names string) map[string]bool {
	all := map[string]bool{}
	for _, name := range strings.Fields(names) {
		all[name] = true
	}
	return all
}

// Ensure exactly these operations say that they are not served, and only
// once a request is one they would serve.
func TestNotYetServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ops := operations(t)
	for _, o := range ops {
		t.Run(o.ID, func(t *testing.T) {
			a := read(t)(w.owner.send(t, o.Method, o.path(nobody), o.body(t)))
			if (a.status == http.StatusNotImplemented) != later[o.ID] {
				t.Errorf("answered %d %s", a.status, a.body)
			}
			if !later[o.ID] {
				return
			}
			if f := decode[failure](t, a.body); f.sentence() != "This server does not offer this operation yet" || f.Error != "Not Implemented" {
				t.Errorf("answered %s", a.body)
			}
			wants(t, http.StatusUnauthorized)(w.caller().send(t, o.Method, o.path(nobody), o.body(t)))
			if strings.Contains(o.Path, "{") && !strings.HasPrefix(o.Path, "/webhooks") { // whose ids may be numbers
				wants(t, http.StatusBadRequest)(w.owner.send(t, o.Method, o.path("7"), o.body(t)))
			}
		})
	}
	for id := range later {
		if !strings.Contains(strings.Join(ids(ops), " "), id) {
			t.Errorf("there is no operation %s", id)
		}
	}
}

func ids(ops []operation) []string {
	var all []string
	for _, o := range ops {
		all = append(all, o.ID)
	}
	return all
}

// Ensure the kinds of booking that are not served yet say so, after all
// other rules, and change nothing.
func TestCreateBooking_NotYetServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adaID, _ := w.ada(t)
	asking := func(option client.MeetingOptions) func(*client.BookingRequest) {
		return ofType(w.addType(t, func(c *client.MeetingTypeCreate) { c.MeetingOptions = &option }).ID)
	}
	robin := w.addType(t).ID
	queue := w.addQueue(t, meet.MeetingTypeID(robin), false, adaID)
	enabled := client.CompanySetting("enabled")
	for name, change := range map[string][]func(*client.BookingRequest){
		"double opt-in":     {asking(client.MeetingOptions{DoubleOptIn: &enabled})},
		"host confirmation": {asking(client.MeetingOptions{RequireHostConfirmation: &enabled})},
		"a queue":           {ofType(robin), hostedBy(), inQueue(queue)},
		"a one-time link":   {func(r *client.BookingRequest) { r.OneTimeLinkID = new(uuid.MustParse(nobody)) }},
	} {
		t.Run(name, func(t *testing.T) {
			rec := httptest.NewRecorder()
			r := httptest.NewRequestWithContext(t.Context(), "POST", bookingPath, strings.NewReader(encoded(t, booking(change...))))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", w.owner.header.Get("Authorization"))
			w.ServeHTTP(rec, r)
			if rec.Code != http.StatusNotImplemented || !strings.Contains(rec.Body.String(), "This server does not offer this kind of booking yet") {
				t.Errorf("answered %d %s", rec.Code, rec.Body)
			}
			refuses(t, http.StatusBadRequest, wrongDuration)(w.owner.tryBook(t, append(change, func(r *client.BookingRequest) { r.Duration = new(45) })...))
		})
	}
	if live := w.live(t); len(live) != 0 {
		t.Errorf("bookings are %+v", live)
	}
}
