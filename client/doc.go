// Package client calls the meeting booking API: it finds free slots, books, moves and cancels appointments, and manages users, meeting types, schedules,
// queues, calendars, webhooks and contacts. API has one method for each operation.
//
// # Quick start
//
// This books the first free slot of a meeting type. Its API key is in MEETERGO_API_KEY; with MEETERGO_BASE_URL=http://127.0.0.1:8080 and the key that a server in stub
// mode prints when it starts, it books there:
//
//	package main
//
//	import (
//		"context"
//		"errors"
//		"fmt"
//		"log"
//		"time"
//
//		"github.com/google/uuid"
//
//		"github.com/meetwright/meetwright/client"
//	)
//
//	func main() {
//		ctx := context.Background()
//		api, err := client.New(client.Config{})
//		if err != nil {
//			log.Fatal(err)
//		}
//		// ListMeetingTypes tells the ids, also of the user who hosts.
//		meetingType := uuid.MustParse("770e8400-e29b-41d4-a716-446655440002")
//		host := uuid.MustParse("550e8400-e29b-41d4-a716-446655440000")
//
//		now := time.Now()
//		slots, err := api.GetBookingAvailability(ctx, client.GetBookingAvailabilityParams{
//			MeetingTypeID: meetingType,
//			HostIDs:       []uuid.UUID{host},
//			Start:         now.Format(time.RFC3339),
//			End:           now.AddDate(0, 0, 7).Format(time.RFC3339),
//			Timezone:      new("Europe/Berlin"),
//		})
//		if err != nil {
//			log.Fatal(err)
//		}
//		if len(slots.Dates) == 0 {
//			log.Fatal("nothing is free within a week")
//		}
//
//		outcome, err := api.CreateBooking(ctx, client.BookingRequest{
//			MeetingTypeID: meetingType,
//			HostIDs:       []uuid.UUID{host},
//			Start:         slots.Dates[0].Spots[0].StartTime,
//			Attendee: client.AttendeeInput{
//				Email:            new("client@example.com"),
//				Fullname:         new("Jane Smith"),
//				ReceiveReminders: true,
//			},
//		})
//		if errors.Is(err, client.ErrSlotUnavailable) {
//			log.Fatal("somebody was faster, ask for the slots again")
//		}
//		if err != nil {
//			log.Fatal(err)
//		}
//		if booked, provisional := outcome.Value(); booked != nil {
//			fmt.Println("booked", booked.AppointmentID)
//		} else {
//			fmt.Println("waiting for confirmation", provisional.ID)
//		}
//	}
//
// # Configuration
//
// The zero Config takes the API key from MEETERGO_API_KEY or MEETERGO_TOKEN, and the address from MEETERGO_BASE_URL; each field of Config overrides its
// variable. Neither Config nor API prints the key. Config.Logger shows what is sent, without what is secret or personal.
//
// # Options
//
// Every method takes options that concern this one call: WithActingUser, WithIdempotencyKey, WithAppointmentSecret, WithConfirmationToken and WithHeader. An
// attendee needs no API key; the secret that the booking returned is enough:
//
//	appointment, err := api.CancelAppointment(ctx, booked.AppointmentID, client.CancelRequest{}, client.WithAppointmentSecret(booked.Secret))
//
// # Errors
//
// A refusal is an *APIError, with the status, the server's stable code and words, and the id under which the server logged the request. The frequent kinds are
// recognised with errors.Is: ErrSlotUnavailable, ErrNotFound, ErrUnauthorized and ErrRateLimited.
//
//	var refused *client.APIError
//	if errors.As(err, &refused) && refused.StatusCode == http.StatusBadRequest {
//		for _, violation := range refused.Messages {
//			fmt.Println(violation) // such as: attendee.receiveReminders is required
//		}
//	}
//
// An answer of the documented status that is empty, is no JSON or has another shape is an *APIError as well: a method that returns no error returns a value.
//
// # Sending again
//
// What changes nothing is sent again when the connection breaks or the server is busy, up to Config.MaxTries times. A change is sent again only when the first try surely did
// nothing. When that is not known, the error is ErrOutcomeUnknown, which says how to find out; after every other error the change was not made:
//
//	switch _, err := api.CreateBooking(ctx, request); {
//	case err == nil:
//	case errors.Is(err, client.ErrOutcomeUnknown): // look with ListAppointments whether it is there
//	case errors.Is(err, client.ErrNotSent): // the server cannot be reached
//	default: // the server refused, see *client.APIError
//	}
//
// With Config.IdempotentServer, for a server that honours Idempotency-Key as this repository's does, each POST has a key and is sent again as safely as a GET.
//
// # Lists
//
// AllAppointments, AllProvisionalBookings, AllUsers and AllContacts ask for one page after the other:
//
//	for appointment, err := range api.AllAppointments(ctx, client.ListAppointmentsParams{Status: new(client.AppointmentStatusUpcoming)}) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(appointment.Start)
//	}
//
// # Webhooks
//
// WebhookHandler is an endpoint that believes only what is signed with the secret that CreateWebhook answered, and gives events types. WebhookReceiver takes several
// secrets, and VerifyWebhook and ParseWebhook work on a request that was read elsewhere.
//
// # Tests
//
// Package clienttest, in a folder below, gives each test a real server of its own, in memory, with a clock to move, an inbox to read and calls that fail when told to.
//
// # Values
//
// The structs of requests and answers are generated from the OpenAPI document. Optional fields are pointers, which new("text") and new(30) make; fields of type
// Nullable tell null from left out. WebhookIDText and SplitNextHost read the two unions among the answers whose kinds look alike.
package client
