package client_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
)

// chatbot books the intro meeting in a conversation.
type chatbot struct {
	api *client.API
	say func(string)
	// ask gives the number of the option that the visitor picks.
	ask func(question string, options []string) int
}

// meet offers slots until one is booked.
func (c *chatbot) meet(ctx context.Context, name, email string) error {
	for {
		starts, err := c.starts(ctx, 3)
		if err != nil {
			return err
		}
		if len(starts) == 0 {
			c.say("Nothing is free in the next two weeks.")
			return nil
		}
		options := make([]string, len(starts))
		for i, start := range starts {
			options[i] = start.Format("Mon 2 Jan, 15:04")
		}
		start := starts[c.ask("When does it suit you?", options)]
		switch err := c.book(ctx, start, name, email); {
		case errors.Is(err, client.ErrSlotUnavailable):
			c.say("Somebody just took that. Let us look again.")
		case err != nil:
			c.say("Something went wrong; we will be in touch.")
			return err
		default:
			c.say("See you on " + start.Format("Monday at 15:04") + "!")
			return nil
		}
	}
}

// starts are the next few slots.
func (c *chatbot) starts(ctx context.Context, n int) ([]time.Time, error) {
	free, err := c.api.GetBookingAvailability(ctx, client.GetBookingAvailabilityParams{
		MeetingTypeID: introType, HostIDs: []uuid.UUID{olivia}, Start: "2024-01-11", End: "2024-01-25", Timezone: new("Europe/Berlin"),
	})
	if err != nil {
		return nil, err
	}
	var starts []time.Time
	for _, date := range free.Dates {
		for _, spot := range date.Spots {
			if len(starts) < n {
				starts = append(starts, spot.StartTime)
			}
		}
	}
	return starts, nil
}

// book books, and looks for the booking when its answer was lost.
func (c *chatbot) book(ctx context.Context, start time.Time, name, email string) error {
	_, err := c.api.CreateBooking(ctx, client.BookingRequest{
		MeetingTypeID: introType, HostIDs: []uuid.UUID{olivia}, Start: start,
		Attendee: client.AttendeeInput{Fullname: &name, Email: &email, ReceiveReminders: true},
	})
	if !errors.Is(err, client.ErrOutcomeUnknown) {
		return err
	}
	page, lookErr := c.api.ListAppointments(ctx, client.ListAppointmentsParams{
		PageSize: 1, Start: &start, End: new(start.Add(time.Minute)), Search: &email,
	})
	if lookErr != nil || page.Total == 0 {
		return errors.Join(err, lookErr)
	}
	return nil
}

// A chatbot offers free slots, books the one that is picked, and offers others when somebody was faster.
func Example_chatbot() {
	api, stop := demo()
	defer stop()
	ctx := context.Background()
	bot := &chatbot{api: api, say: func(text string) { fmt.Println("Bot:", text) }}
	bot.ask = func(question string, options []string) int {
		fmt.Println("Bot:", question, options)
		if options[0] == "Thu 11 Jan, 08:00" { // while the visitor thinks
			if err := bot.book(ctx, time.Date(2024, 1, 11, 7, 0, 0, 0, time.UTC), "Somebody Faster", "faster@example.com"); err != nil {
				fmt.Println(err)
			}
		}
		return 0
	}
	if err := bot.meet(ctx, "Jane Smith", "client@example.com"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Bot: When does it suit you? [Thu 11 Jan, 08:00 Thu 11 Jan, 08:30 Thu 11 Jan, 09:00]
	// Bot: Somebody just took that. Let us look again.
	// Bot: When does it suit you? [Thu 11 Jan, 08:30 Thu 11 Jan, 09:00 Thu 11 Jan, 09:30]
	// Bot: See you on Thursday at 08:30!
}
