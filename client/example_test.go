package client_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
)

func Example() {
	server := httptest.NewServer(http.HandlerFunc(oneSlot))
	defer server.Close()

	ctx := context.Background()
	api, err := client.New(client.Config{BaseURL: server.URL, APIKey: "rgo-0123456789abcdefghijklmnopqrstuv"})
	if err != nil {
		fmt.Println(err)
		return
	}
	meetingType := uuid.MustParse("770e8400-e29b-41d4-a716-446655440002")
	host := uuid.MustParse("550e8400-e29b-41d4-a716-446655440000")

	slots, err := api.GetBookingAvailability(ctx, client.GetBookingAvailabilityParams{
		MeetingTypeID: meetingType,
		HostIDs:       []uuid.UUID{host},
		Start:         "2026-10-20",
		End:           "2026-10-27",
		Timezone:      new("Europe/Berlin"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	start := slots.Dates[0].Spots[0].StartTime

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
	if err != nil {
		fmt.Println(err)
		return
	}
	if booked, provisional := outcome.Value(); booked != nil {
		fmt.Println("booked", booked.AppointmentID, "at", start.Format("15:04"))
	} else {
		fmt.Println("waiting for confirmation", provisional.ID)
	}
	// Output: booked 2f1d6c9e-52a8-4a37-9d0c-4e6c1b1f7a20 at 11:30
}

// oneSlot plays a server with one free slot.
func oneSlot(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/v4/booking-availability":
		_, _ = fmt.Fprint(w, `{"timezone":"Europe/Berlin","timeframes":[],"earliestAvailableDate":null,"earliestMonthAvailability":null,"dates":[
			{"date":"2026-10-20","spots":[{"startTime":"2026-10-20T11:30:00.000+02:00","unavailabilityEvents":[]}]}]}`)
	case "/v4/booking":
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprint(w, `{"appointmentId":"2f1d6c9e-52a8-4a37-9d0c-4e6c1b1f7a20","secret":"secret-token-789"}`)
	default:
		http.NotFound(w, r)
	}
}
