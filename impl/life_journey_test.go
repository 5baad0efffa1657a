package impl_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
)

// invite is what matters of a calendar message.
type invite struct{ Method, Sequence, UID, Status, Start string }

func inviteOf(t testing.TB, m postcard) invite {
	t.Helper()
	e := unfolded(m.ICS)
	raw := strings.ToLower(strings.Join(m.Headers["Content-Type"], ""))
	if m.ICS == "" || raw == "" {
		t.Fatalf("%q has no invite", m.Subject)
	}
	return invite{e["METHOD"], e["SEQUENCE"], e["UID"], e["STATUS"], e["DTSTART"]}
}

// Ensure a booking lives its whole life, through the client, with somebody
// who listens and somebody who reads.
func TestLife_Journey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	api, err := client.New(client.Config{BaseURL: w.url, APIKey: w.demo.PersonalKey()})
	if err != nil {
		t.Fatal(err)
	}
	r := newReceiver(t)
	w.owner.subscribes(t, r, "booking_created", "booking_rescheduled", "booking_cancelled")
	const jane, guest = "client@example.com", "friend@example.com"

	// She asks, and nothing is booked.
	outcome, err := api.CreateBooking(ctx, booking(ofType(w.typeID(t, "double-opt-in")), func(b *client.BookingRequest) {
		b.Attendee.BringalongEmails = []string{guest}
		b.Attendee.Timezone = new("America/New_York")
	}))
	if err != nil {
		t.Fatal(err)
	}
	_, held := outcome.Value()
	if held == nil || held.Type != client.ProvisionalBookingTypeDoubleOptIn {
		t.Fatalf("became %+v", outcome)
	}
	asked := one(t, w.inbox(t, "", ""))
	if asked.To != jane || asked.ICS != "" || !strings.Contains(asked.Text, "3:00") { // nine in Berlin
		t.Errorf("mailed %q to %s: %s", asked.Subject, asked.To, asked.Text)
	}
	if events := r.took(); len(events) > 0 {
		t.Errorf("webhooks heard of %v", events)
	}

	// She confirms with what the mail says, once.
	token := asked.param(t, "/confirm/"+held.ID, "token")
	var apiErr *client.APIError
	if _, err := api.ConfirmProvisionalBooking(ctx, held.ID); !errors.As(err, &apiErr) || apiErr.StatusCode != http.StatusForbidden {
		t.Errorf("the host confirmed: %v", err)
	}
	booked, err := api.ConfirmProvisionalBooking(ctx, held.ID, client.WithConfirmationToken(token))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.ConfirmProvisionalBooking(ctx, held.ID, client.WithConfirmationToken(token)); !errors.As(err, &apiErr) || apiErr.StatusCode != http.StatusBadRequest {
		t.Errorf("confirmed twice: %v", err)
	}
	bySecret := client.WithAppointmentSecret(booked.Secret)
	a, err := api.GetAppointment(ctx, booked.AppointmentID, bySecret)
	if err != nil || a.IsCancelled {
		t.Fatalf("%+v, %v", a, err)
	}
	created := w.inbox(t, jane, "Booked")
	if secret := one(t, created).param(t, "/m/"+booked.AppointmentID, "secret"); secret != booked.Secret {
		t.Errorf("the mail has another secret")
	}
	for _, m := range append(w.inbox(t, "olivia@demo.example", ""), w.inbox(t, guest, "")...) {
		if strings.Contains(m.Text+m.HTML+m.ICS, booked.Secret) {
			t.Errorf("%q tells %s the secret", m.Subject, m.To)
		}
	}

	// She is reminded, a day before and not yet an hour before.
	w.advance(t, "P4DT12H")
	reminder := one(t, w.inbox(t, jane, "Reminder"))
	if !reminder.At.Equal(at("2024-01-14T08:00:00Z")) || reminder.ICS != "" || reminder.param(t, "/m/"+booked.AppointmentID, "secret") != booked.Secret {
		t.Errorf("reminded at %v of %v", reminder.At, reminder.Links)
	}

	// She moves it, twice, and calls it off.
	for _, start := range []string{"2024-01-16T10:00:00+01:00", "2024-01-17T11:00:00+01:00"} {
		if _, err := api.RescheduleAppointment(ctx, booked.AppointmentID, client.RescheduleRequest{Start: at(start)}, bySecret); err != nil {
			t.Fatal(err)
		}
	}
	w.advance(t, "P1D")
	gone, err := api.CancelAppointment(ctx, booked.AppointmentID, client.CancelRequest{Reason: new("ill")}, bySecret)
	if err != nil || !gone.IsCancelled || text(gone.Cancel.ActionSource) != "attendee" {
		t.Fatalf("%+v, %v", gone, err)
	}
	w.advance(t, "P5D")
	one(t, w.inbox(t, jane, "Reminder"))

	// The webhooks heard it all, in order and each once.
	var heard []string
	for _, e := range r.took() {
		heard = append(heard, string(e.WebhookType)+" "+e.Start.Format("02T15:04Z07:00"))
		if e.ID != booked.AppointmentID || *e.Attendees[0].Email != jane || strings.Contains(e.body, booked.Secret) {
			t.Errorf("received %s", e.body)
		}
	}
	if diff := cmp.Diff([]string{
		"booking_created 15T09:00+01:00", "booking_rescheduled 16T10:00+01:00", "booking_rescheduled 17T11:00+01:00", "booking_cancelled 17T11:00+01:00",
	}, heard); diff != "" {
		t.Errorf("webhooks (-want +got):\n%s", diff)
	}

	// And so did the calendars, each of the same event.
	uid := unfolded(*a.ICS)["UID"]
	want := []invite{
		{"REQUEST", "0", uid, "CONFIRMED", "20240115T080000Z"},
		{"REQUEST", "1", uid, "CONFIRMED", "20240116T090000Z"},
		{"REQUEST", "2", uid, "CONFIRMED", "20240117T100000Z"},
		{"CANCEL", "3", uid, "CANCELLED", "20240117T100000Z"},
	}
	for _, to := range []string{jane, guest, "olivia@demo.example"} {
		var got []invite
		for _, m := range w.inbox(t, to, "") {
			if m.ICS == "" {
				continue
			}
			got = append(got, inviteOf(t, m))
			raw := string(read(t)(w.owner.send(t, "GET", "/_/inbox/messages/"+m.ID+"/raw", "")).body)
			if !strings.Contains(strings.ToLower(strings.ReplaceAll(raw, `"`, "")), "method="+strings.ToLower(got[len(got)-1].Method)) {
				t.Errorf("the MIME method of %q is another", m.Subject)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("invites to %s (-want +got):\n%s", to, diff)
		}
	}
	w.checkApart(t)
	if _, err := api.RescheduleAppointment(context.Background(), booked.AppointmentID, client.RescheduleRequest{Start: at("2024-02-05T10:00:00+01:00")}); !errors.As(err, &apiErr) {
		t.Errorf("a cancelled one was moved: %v", err)
	}
}
