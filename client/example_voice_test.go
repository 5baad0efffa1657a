package client_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
)

// callBack books the first free call back for somebody who has a phone number and no email address. It gives what the agent says.
func callBack(ctx context.Context, api *client.API, meetingType uuid.UUID, name, phone string) (string, error) {
	free, err := api.GetBookingAvailability(ctx, client.GetBookingAvailabilityParams{
		MeetingTypeID: meetingType, HostIDs: []uuid.UUID{olivia}, Start: "2024-01-11", End: "2024-01-12", Timezone: new("Europe/Berlin"),
	})
	if err != nil {
		return "", err
	}
	if len(free.Dates) == 0 {
		return "I am sorry, nobody is free tomorrow.", nil
	}
	start := free.Dates[0].Spots[0].StartTime
	_, err = api.CreateBooking(ctx, client.BookingRequest{
		MeetingTypeID: meetingType, HostIDs: []uuid.UUID{olivia}, Start: start, PhoneOnlyBooking: new(true),
		Attendee: client.AttendeeInput{Fullname: &name, Phone: &phone},
	})
	if refused, ok := errors.AsType[*client.APIError](err); ok && strings.Contains(refused.Message, "phone") {
		return "Could you tell me the number again, with the country?", nil
	}
	if err != nil {
		return "", err
	}
	return "We will call you tomorrow at " + start.Format("15:04") + ".", nil
}

// A voice agent books by phone number alone, and asks again when it misheard.
func Example_voiceAgent() {
	api, stop := demo()
	defer stop()
	meetingType := uuid.MustParse(demoType(api, "phone-only").ID)
	for _, heard := range []string{"five five five", "+1-555-123-4567"} {
		say, err := callBack(context.Background(), api, meetingType, "Jane Smith", heard)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(say)
	}
	// Output:
	// Could you tell me the number again, with the country?
	// We will call you tomorrow at 08:00.
}
