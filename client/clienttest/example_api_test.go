package clienttest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/client/clienttest"
)

// Code that books has to know what to do when it does not learn whether it has booked.
func ExampleServer_FailNext() {
	t := &fakeT{} // in a test, its *testing.T
	defer t.end()
	srv := clienttest.New(t)
	srv.FailNext("createBooking", clienttest.LoseAnswer())

	_, err := srv.Client.CreateBooking(context.Background(), client.BookingRequest{
		MeetingTypeID: clienttest.IntroCall,
		HostIDs:       []uuid.UUID{clienttest.Olivia},
		Start:         srv.Clock.Now().Add(time.Hour),
		Attendee:      client.AttendeeInput{Email: new("jane@example.com"), Fullname: new("Jane Smith")},
	})
	fmt.Println("unknown:", errors.Is(err, client.ErrOutcomeUnknown))
	fmt.Println(srv.Inbox.Wait(t, "jane@example.com").Subject)
	// Output:
	// unknown: true
	// Booked: Intro Call, Wednesday, 10 January 2024, 10:00 (Europe/Berlin)
}

// A CRM learns of bookings by webhook.
func ExampleWebhooks_Next() {
	t := &fakeT{} // in a test, its *testing.T
	defer t.end()
	srv := clienttest.New(t)
	srv.Webhooks.Listen(client.WebhookEventTypeBookingCreated)

	_, err := srv.Client.CreateBooking(context.Background(), client.BookingRequest{
		MeetingTypeID: clienttest.IntroCall,
		HostIDs:       []uuid.UUID{clienttest.Olivia},
		Start:         srv.Clock.Now().Add(time.Hour),
		Attendee:      client.AttendeeInput{Email: new("jane@example.com"), Fullname: new("Jane Smith")},
	})
	if err != nil {
		t.Fatal(err)
	}
	created := srv.Webhooks.Next(t).Data.(*client.BookingCreated)
	fmt.Println(*created.Attendees[0].Email, created.Start.Format("15:04"))
	// Output: jane@example.com 10:00
}
