package client_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
)

// crm keeps up with the meetings of its contacts. A real one keeps this in its database.
type crm struct {
	mu    sync.Mutex
	done  map[string]bool // events, by id
	heard chan string
}

// receive handles an event. It is delivered at least once, so that one which was done already counts for nothing.
func (c *crm) receive(_ context.Context, event client.Event) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done[event.ID] {
		return nil
	}
	switch e := event.Data.(type) {
	case *client.BookingCreated:
		c.heard <- fmt.Sprintf("%s meets us on %s", *e.Attendees[0].Email, e.Start.Format("2 January at 15:04"))
	case *client.BookingRescheduled:
		c.heard <- fmt.Sprintf("%s meets us at %s instead of %s", *e.Attendees[0].Email, e.Start.Format("15:04"), e.PreviousStart.Format("15:04"))
	case *client.BookingCancelled:
		c.heard <- fmt.Sprintf("%s does not meet us", *e.Attendees[0].Email)
	}
	c.done[event.ID] = true
	return nil // with an error, the event would come again
}

// A CRM is told about bookings by a webhook.
func Example_crmReceiver() {
	api, stop := demo()
	defer stop()
	ctx := context.Background()
	contacts := &crm{done: map[string]bool{}, heard: make(chan string, 3)}

	// The secret is told when the webhook is created, which takes the address of the endpoint.
	endpoint := httptest.NewUnstartedServer(nil)
	webhook, err := api.CreateWebhook(ctx, client.WebhookCreate{
		Endpoint:   "http://" + endpoint.Listener.Addr().String(),
		EventTypes: []client.WebhookEventType{client.WebhookEventTypeBookingCreated, client.WebhookEventTypeBookingRescheduled, client.WebhookEventTypeBookingCancelled},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	endpoint.Config.Handler = client.WebhookHandler(webhook.Secret, contacts.receive)
	endpoint.Start()
	defer endpoint.Close()

	start := time.Date(2024, 1, 15, 8, 0, 0, 0, time.UTC)
	outcome, err := api.CreateBooking(ctx, client.BookingRequest{
		MeetingTypeID: introType, HostIDs: []uuid.UUID{olivia}, Start: start,
		Attendee: client.AttendeeInput{Fullname: new("Jane Smith"), Email: new("client@example.com")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	booked, _ := outcome.Value()
	if _, err := api.RescheduleAppointment(ctx, booked.AppointmentID, client.RescheduleRequest{Start: start.Add(time.Hour)}); err != nil {
		fmt.Println(err)
		return
	}
	if _, err := api.CancelAppointment(ctx, booked.AppointmentID, client.CancelRequest{}, client.WithAppointmentSecret(booked.Secret)); err != nil {
		fmt.Println(err)
		return
	}
	for range 3 {
		fmt.Println(<-contacts.heard)
	}
	// Output:
	// client@example.com meets us on 15 January at 09:00
	// client@example.com meets us at 10:00 instead of 09:00
	// client@example.com does not meet us
}
