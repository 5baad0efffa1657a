package impl_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/meetwright/meetwright/client"
)

// Ensure what is listed for an appointment about to be moved is of its own
// length, and where it can be moved to, also when its type no longer offers
// that length.
func TestGetBookingAvailability_OwnDuration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	typ := w.addType(t, func(c *client.MeetingTypeCreate) {
		c.TimeslotInterval, c.MeetingOptions = new(30), &client.MeetingOptions{AllowedDurations: []int{60}}
	}).ID
	b := w.owner.book(t, ofType(typ), starting("2024-01-15T10:00:00+01:00"), func(r *client.BookingRequest) { r.Duration = new(60) })
	w.owner.book(t, starting("2024-01-15T12:00:00+01:00"))
	existing := func(q *client.GetBookingAvailabilityParams) { q.ExistingAppointmentID = new(uid(b.AppointmentID)) }
	lasting := func(n int) slotQuery {
		return func(q *client.GetBookingAvailabilityParams) { q.MeetingDuration = new(n) }
	}
	check := func(t *testing.T) {
		t.Helper()
		starts := startsOf(t, w.owner.slots(t, slotsOf(typ, olivia), existing))
		for start, want := range map[string]bool{"09:30": true, "10:30": true, "11:00": true, "11:30": false, "12:00": false, "16:00": true, "16:30": false} {
			if slices.Contains(starts, "2024-01-15 "+start) != want {
				t.Errorf("%s is listed: %v", start, !want)
			}
		}
	}
	check(t)
	if starts := startsOf(t, w.owner.slots(t, slotsOf(typ, olivia), existing, lasting(30))); !slices.Contains(starts, "2024-01-15 11:30") {
		t.Errorf("half an hour fits at %v", starts)
	}
	w.owner.changes(t, typ, `{"meetingOptions":{"allowedDurations":[]}}`)
	check(t)
	refuses(t, http.StatusBadRequest, "Duration must match one of the allowed durations for this meeting type")(
		w.owner.GetBookingAvailability(t.Context(), asking(slotsOf(typ, olivia), lasting(60))))

	t.Run("and a move need not repeat it", func(t *testing.T) {
		w.owner.book(t, ofType(typ), starting("2024-01-15T11:00:00+01:00"), moving(b.AppointmentID))
		if a := w.owner.appointment(t, b.AppointmentID); !a.End.Equal(at("2024-01-15T12:00:00+01:00")) {
			t.Errorf("it ends at %v", a.End)
		}
	})
	t.Run("of another type it is not", func(t *testing.T) {
		if starts := startsOf(t, w.owner.slots(t, existing)); !slices.Contains(starts, "2024-01-15 16:30") {
			t.Errorf("listed %v", starts)
		}
	})
}
