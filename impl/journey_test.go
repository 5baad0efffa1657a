package impl_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/meetwright/meetwright/client"
)

// Ensure the way of most programs works with the generated types alone: look
// for a slot, book it, lose the race for it, move, cancel.
func TestJourney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api, err := client.NewClientWithResponses(w.url, client.WithHTTPClient(w.http), client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+w.demo.PlatformKey())
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()

	slots, err := api.GetBookingAvailabilityWithResponse(ctx, asking())
	if err != nil || slots.JSON200 == nil {
		t.Fatalf("%v, %+v", err, slots)
	}
	start := slots.JSON200.Dates[0].Spots[2].StartTime
	request := booking(startingAt(start))
	created, err := api.CreateBookingWithResponse(ctx, nil, request)
	if err != nil || created.JSON201 == nil {
		t.Fatalf("%v, %+v", err, created)
	}
	b, err := created.JSON201.AsBooked()
	if err != nil || b.AppointmentID == "" || b.Secret == "" {
		t.Fatalf("%v, %+v", err, b)
	}

	refused, err := api.CreateBookingWithResponse(ctx, nil, request)
	if err != nil || refused.JSON400 == nil || *refused.JSON400.ErrorCode != "slot-occupied" {
		t.Fatalf("%v, %+v", err, refused)
	}
	if sentence, err := refused.JSON400.Message.AsErrorSentence(); err != nil || sentence != occupied {
		t.Errorf("%v, %q", err, sentence)
	}
	request.Attendee.Email = new("nobody")
	wrong, err := api.CreateBookingWithResponse(ctx, nil, request)
	if err != nil || wrong.JSON400 == nil {
		t.Fatalf("%v, %+v", err, wrong)
	}
	if all, err := wrong.JSON400.Message.AsErrorViolations(); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", err, all)
	}

	host := new(string(olivia))
	read, err := api.GetAppointmentWithResponse(ctx, uid(b.AppointmentID), &client.GetAppointmentParams{ActingUser: host})
	if err != nil || read.JSON200 == nil || !read.JSON200.Start.Equal(start) {
		t.Fatalf("%v, %+v", err, read)
	}
	moved, err := api.RescheduleAppointmentWithResponse(ctx, uid(b.AppointmentID), &client.RescheduleAppointmentParams{ActingUser: host},
		client.RescheduleRequest{Start: slots.JSON200.Dates[0].Spots[4].StartTime})
	if err != nil || moved.JSON200 == nil || !moved.JSON200.PreviousStart.Equal(start) {
		t.Fatalf("%v, %+v", err, moved)
	}
	gone, err := api.CancelAppointmentWithResponse(ctx, uid(b.AppointmentID), &client.CancelAppointmentParams{ActingUser: host}, client.CancelRequest{})
	if err != nil || gone.JSON200 == nil || !gone.JSON200.IsCancelled {
		t.Fatalf("%v, %+v", err, gone)
	}
	missing, err := api.GetCurrentAppointmentWithResponse(ctx, &client.GetCurrentAppointmentParams{ActingUser: host})
	if err != nil || missing.StatusCode() != http.StatusNoContent || missing.JSON200 != nil {
		t.Fatalf("%v, %+v", err, missing)
	}
}
