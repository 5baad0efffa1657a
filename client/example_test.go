package client_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
)

// book books a meeting of one host at a start that GetBookingAvailability listed.
func book(ctx context.Context, api *client.API, meetingType, host uuid.UUID, start time.Time) error {
	outcome, err := api.CreateBooking(ctx, client.BookingRequest{
		MeetingTypeID: meetingType,
		HostIDs:       []uuid.UUID{host},
		Start:         start,
		Attendee: client.AttendeeInput{
			Email:            new("client@example.com"),
			Fullname:         new("Jane Smith"),
			ReceiveReminders: true,
		},
	})
	switch {
	case errors.Is(err, client.ErrSlotUnavailable):
		return errors.New("somebody was faster, ask for the slots again")
	case errors.Is(err, client.ErrOutcomeUnknown):
		return fmt.Errorf("look whether it was booked before booking again: %w", err)
	case err != nil:
		return err // surely not booked
	}
	if booked, provisional := outcome.Value(); booked != nil {
		fmt.Println("booked", start.Format("15:04"))
		// Keep booked.AppointmentID to change it, and booked.Secret for the attendee.
	} else {
		fmt.Println("waiting for confirmation", provisional.ID)
	}
	return nil
}

func Example() {
	api, stop := demo() // elsewhere: client.New(client.Config{}), with MEETERGO_API_KEY and MEETERGO_BASE_URL
	defer stop()
	start := time.Date(2024, 1, 15, 9, 0, 0, 0, time.UTC)
	for range 2 {
		if err := book(context.Background(), api, introType, olivia, start); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// booked 09:00
	// somebody was faster, ask for the slots again
}
