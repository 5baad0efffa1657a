package impl_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client"
)

// deliveries is a page of the deliveries of a webhook.
func (c caller) deliveries(t testing.TB, hook client.WebhookCreated, change ...func(*client.ListWebhookDeliveriesParams)) client.WebhookDeliveryPage {
	t.Helper()
	var params client.ListWebhookDeliveriesParams
	for _, f := range change {
		f(&params)
	}
	return got[client.WebhookDeliveryPage](t, http.StatusOK)(c.ListWebhookDeliveries(t.Context(), client.WebhookIDText(hook.ID), &params))
}

func inState(s client.WebhookDeliveryStatus) func(*client.ListWebhookDeliveriesParams) {
	return func(p *client.ListWebhookDeliveriesParams) { p.Status = &s }
}

func (c caller) redelivers(t testing.TB, hook client.WebhookCreated, id string) client.WebhookDelivery {
	t.Helper()
	return got[client.WebhookDelivery](t, http.StatusAccepted)(c.RedeliverWebhookDelivery(t.Context(), client.WebhookIDText(hook.ID), uid(id), nil))
}

// Ensure the log of a delivery tells where it stands, from the first
// attempt to its end, and that it can be made again.
func TestWebhookDelivery_Life(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReceiver(t)
	hook := w.owner.subscribes(t, r, "booking_created")
	r.answers(http.StatusBadGateway)
	b := w.owner.book(t)
	w.delivers(t)
	d := one(t, w.owner.deliveries(t, hook, inState("pending")).Deliveries)
	if a := one(t, d.Attempts); a.Status == nil || *a.Status != 502 || a.Error != nil || !a.At.Equal(morning) || !d.NextAttemptAt.After(morning) ||
		d.EventType != "booking_created" || text(d.AppointmentID) != b.AppointmentID {
		t.Errorf("refused, it is %+v", d)
	}
	r.answers(0)
	if d := w.owner.redelivers(t, hook, d.ID); !d.NextAttemptAt.Equal(morning) || d.Status != "pending" || len(d.Attempts) != 1 {
		t.Errorf("hurried, it is %+v", d)
	}
	w.delivers(t)
	d = one(t, w.owner.deliveries(t, hook, inState("delivered")).Deliveries)
	if len(d.Attempts) != 2 || *d.Attempts[1].Status != 204 || d.NextAttemptAt != nil {
		t.Errorf("delivered, it is %+v", d)
	}
	w.owner.redelivers(t, hook, d.ID)
	w.delivers(t)
	all := r.took()
	if len(all) != 3 || all[2].id != d.ID || all[2].body != all[0].body || all[0].id != d.ID {
		t.Errorf("received %+v", all)
	}
	if page := w.owner.deliveries(t, hook, inState("pending")); page.Total != 0 || len(page.Deliveries) != 0 {
		t.Errorf("waiting are %+v", page)
	}
}

// Ensure an endpoint that stays away makes a delivery dead after ten
// attempts, and that it can be revived.
func TestWebhookDelivery_Dead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReceiver(t)
	r.Close()
	hook := w.owner.subscribes(t, r, "booking_created")
	w.owner.book(t)
	for range 9 {
		w.delivers(t)
		next := one(t, w.owner.deliveries(t, hook).Deliveries).NextAttemptAt
		w.setClock(t, next.Add(time.Second).Format(time.RFC3339))
	}
	w.delivers(t)
	d := one(t, w.owner.deliveries(t, hook, inState("dead")).Deliveries)
	if len(d.Attempts) != 10 || d.NextAttemptAt != nil {
		t.Fatalf("it is %+v", d)
	}
	if a := d.Attempts[9]; a.Status != nil || text(a.Error) != "the endpoint refused the connection" {
		t.Errorf("the last attempt is %+v", a)
	}
	w.owner.redelivers(t, hook, d.ID)
	w.delivers(t)
	if d := one(t, w.owner.deliveries(t, hook).Deliveries); d.Status != "dead" || len(d.Attempts) != 11 {
		t.Errorf("tried once more, it is %+v", d)
	}
}

// Ensure the owner is told once, by mail, that a webhook was disabled: when
// its endpoint asks for it, and when it had only failures for five days.
func TestWebhookDelivery_Disabled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReceiver(t)
	hook := w.owner.subscribes(t, r, "booking_created")
	id := client.WebhookIDText(hook.ID)
	test := func() {
		wants(t, http.StatusAccepted)(w.owner.TestWebhook(t.Context(), id, nil))
		w.delivers(t)
	}
	mails := func() int { return len(w.inbox(t, "olivia@demo.example", "Webhook disabled: 127.0.0.1")) }
	r.answers(http.StatusGone)
	test()
	if h := one(t, w.owner.hooks(t)); h.Enabled || mails() != 1 {
		t.Fatalf("it is %+v, told by %d mails", h, mails())
	}
	w.owner.changesHook(t, id, `{"enabled":true}`)
	r.answers(http.StatusInternalServerError)
	test()
	w.setClock(t, "2024-01-16T08:00:00Z") // its next attempt is due by far
	w.delivers(t)
	if h := one(t, w.owner.hooks(t)); h.Enabled || mails() != 2 {
		t.Errorf("it is %+v, told by %d mails", h, mails())
	}
	w.owner.changesHook(t, id, `{"enabled":false}`)
	w.setClock(t, "2024-01-17T08:00:00Z")
	if page := w.owner.deliveries(t, hook, inState("pending")); page.Total != 0 || mails() != 2 {
		t.Errorf("left are %+v, told by %d mails", page, mails())
	}
}

func TestWebhookDelivery_Pages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hook := w.owner.subscribes(t, newReceiver(t), "booking_created")
	id := client.WebhookIDText(hook.ID)
	var tests []string
	for range 23 {
		tests = append(tests, got[client.WebhookDelivery](t, http.StatusAccepted)(w.owner.TestWebhook(t.Context(), id, nil)).ID)
	}
	if page := w.owner.deliveries(t, hook); page.Total != 23 || len(page.Deliveries) != 20 || page.Deliveries[0].ID != tests[22] {
		t.Errorf("the first page has %d of %d", len(page.Deliveries), page.Total)
	}
	last := w.owner.deliveries(t, hook, func(p *client.ListWebhookDeliveriesParams) { p.Page, p.PageSize = new(2), new(10) })
	if last.Total != 23 || len(last.Deliveries) != 3 || last.Deliveries[2].ID != tests[0] {
		t.Errorf("the last page is %+v", last)
	}
	if beyond := w.owner.deliveries(t, hook, func(p *client.ListWebhookDeliveriesParams) { p.Page = new(1_000_000) }); beyond.Total != 23 || len(beyond.Deliveries) != 0 {
		t.Errorf("beyond is %+v", beyond)
	}
	lists(t, "pageSize must be at most 100", "status must be one of pending, delivered, dead")(w.owner.send(t, "GET", "/webhooks/"+id+"/deliveries?pageSize=101&status=done", ""))
}

// Ensure a test event arrives whatever the webhook subscribed to, and that
// nobody takes it for a booking.
func TestTestWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, other := newReceiver(t), newReceiver(t)
	hook := w.owner.subscribes(t, r, "new_employee")
	w.owner.subscribes(t, other, "booking_created")
	id := client.WebhookIDText(hook.ID)
	d := got[client.WebhookDelivery](t, http.StatusAccepted)(w.owner.TestWebhook(t.Context(), id, nil))
	const nothing = "00000000-0000-0000-0000-000000000000"
	if d.Status != "pending" || d.EventType != "booking_created" || text(d.AppointmentID) != nothing || len(d.Attempts) != 0 || !d.NextAttemptAt.Equal(morning) {
		t.Errorf("answered %+v", d)
	}
	w.delivers(t)
	e := one(t, r.took())
	if e.id != d.ID || e.ID != nothing || *e.MeetingTypeID != nothing || e.HostIDs[0] != string(olivia) || text(e.Attendees[0].Email) != "test@example.com" ||
		e.Start.Format(time.RFC3339) != "2024-01-11T09:00:00+01:00" || e.MeetingType.MeetingInfo.Name != "Test event" {
		t.Errorf("received %s", e.body)
	}
	if page := w.owner.deliveries(t, hook); page.Total != 1 || page.Deliveries[0].Status != "delivered" {
		t.Errorf("its deliveries are %+v", page)
	}
	if len(other.took()) != 0 {
		t.Error("another webhook heard of it")
	}
	wants(t, http.StatusNotFound)(w.owner.GetAppointment(t.Context(), uid(nothing), nil))

	w.owner.changesHook(t, id, `{"enabled":false}`)
	refuses(t, http.StatusConflict, "This webhook is disabled; enable it first")(w.owner.TestWebhook(t.Context(), id, nil))
	refuses(t, http.StatusConflict, "This webhook is disabled; enable it first")(w.owner.RedeliverWebhookDelivery(t.Context(), id, uid(d.ID), nil))
}
