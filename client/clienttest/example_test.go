package clienttest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/client/clienttest"
)

// bookIn25Hours is the code under test.
func bookIn25Hours(ctx context.Context, api *client.API, now time.Time, email string) (*client.BookingOutcome, error) {
	return api.CreateBooking(ctx, client.BookingRequest{
		MeetingTypeID: clienttest.IntroCall,
		HostIDs:       []uuid.UUID{clienttest.Olivia},
		Start:         now.Add(25 * time.Hour),
		Attendee:      client.AttendeeInput{Email: &email, Fullname: new("Jane Smith"), ReceiveReminders: true},
	})
}

func TestReminder(t *testing.T) {
	t.Parallel()
	srv := clienttest.New(t)
	if _, err := bookIn25Hours(t.Context(), srv.Client, srv.Clock.Now(), "jane@example.com"); err != nil {
		t.Fatal(err)
	}
	if confirmation := srv.Inbox.Wait(t, "jane@example.com"); !strings.Contains(confirmation.ICS, "BEGIN:VEVENT") {
		t.Errorf("no invitation came with %q", confirmation.Subject)
	}

	srv.Clock.Advance(24 * time.Hour)

	reminder := srv.Inbox.Wait(t, "jane@example.com", "reminder")
	if !strings.Contains(reminder.Text, "Intro Call") {
		t.Errorf("it says:\n%s", reminder.Text)
	}
}
