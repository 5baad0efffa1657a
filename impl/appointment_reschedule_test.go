package impl_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
)

// moves reschedules an appointment.
func (c caller) moves(t testing.TB, id, start string) client.RescheduleResult {
	t.Helper()
	return got[client.RescheduleResult](t, http.StatusOK)(c.tryMove(t, id, start))
}

func (c caller) tryMove(t testing.TB, id, start string) (*http.Response, error) {
	return c.RescheduleAppointment(t.Context(), uid(id), nil, client.RescheduleRequest{Start: at(start)})
}

func TestRescheduleAppointment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, ada := w.ada(t)
	multi := ofType(w.typeID(t, "multi-duration"))
	const nine, half, ten = "2024-01-15T09:00:00+01:00", "2024-01-15T09:30:00+01:00", "2024-01-15T10:00:00+01:00"
	b := w.owner.book(t, multi, starting(nine), func(r *client.BookingRequest) { r.Duration = new(60) })
	before := w.owner.appointment(t, b.AppointmentID)

	t.Run("keeps everything but the time", func(t *testing.T) {
		w.setClock(t, "2024-01-11T08:00:00Z")
		moved := w.owner.moves(t, b.AppointmentID, half) // over itself
		a := moved.Appointment
		if a.ID != b.AppointmentID || !a.Start.Equal(at(half)) || !a.End.Equal(at("2024-01-15T10:30:00+01:00")) || !moved.PreviousStart.Equal(at(nine)) {
			t.Errorf("moved from %v to %v until %v", moved.PreviousStart, a.Start, a.End)
		}
		if a.RescheduleCount != 1 || !a.RescheduledAt.Equal(at("2024-01-11T08:00:00Z")) || !a.CreatedAt.Equal(morning) || a.AttendeeIDs[0] != before.AttendeeIDs[0] {
			t.Errorf("it is %+v", a)
		}
		was, is := unfolded(*before.ICS), unfolded(*a.ICS)
		if was["UID"] != is["UID"] || was["SEQUENCE"] != "0" || is["SEQUENCE"] != "1" || is["DTSTART"] != "20240115T083000Z" || is["DTSTAMP"] != "20240111T080000Z" {
			t.Errorf("the invite was %v and is %v", was, is)
		}
		w.attendee(b.Secret).appointment(t, b.AppointmentID)
		w.owner.isFree(t, multi, starting(nine))
		w.owner.isTaken(t, multi, starting(ten))
	})
	t.Run("to where it is", func(t *testing.T) {
		refuses(t, http.StatusBadRequest, sameStart)(w.owner.tryMove(t, b.AppointmentID, half))
	})
	for name, start := range map[string]string{
		"off the grid": "2024-01-15T09:31:00+01:00", "over a moment": "2024-01-15T09:30:00.000001+01:00", "in the past": "2024-01-09T09:00:00+01:00",
		"too late to end in time": "2024-01-15T16:30:00+01:00", "where another is": "2024-01-15T12:15:00+01:00", "on Sunday": "2024-01-14T09:00:00+01:00",
	} {
		t.Run(name, func(t *testing.T) {
			if name == "where another is" {
				w.owner.book(t, starting("2024-01-15T13:00:00+01:00"))
			}
			f := refuses(t, http.StatusBadRequest, occupied)(w.owner.tryMove(t, b.AppointmentID, start))
			if a := w.owner.appointment(t, b.AppointmentID); f.ErrorCode != "slot-occupied" || !a.Start.Equal(at(half)) || a.RescheduleCount != 1 {
				t.Errorf("answered %+v, it is %+v", f, a)
			}
			w.owner.isTaken(t, multi, starting(half))
		})
	}
	t.Run("by force and back", func(t *testing.T) {
		night := client.RescheduleRequest{Start: at("2024-01-15T13:10:00+01:00"), IgnoreAvailability: new(true)}
		wants(t, http.StatusOK)(w.owner.RescheduleAppointment(t.Context(), uid(b.AppointmentID), nil, night))
		w.owner.isTaken(t, starting("2024-01-15T13:30:00+01:00"))
		w.owner.moves(t, b.AppointmentID, ten)
		w.owner.isFree(t, starting("2024-01-15T13:30:00+01:00"))
		w.owner.isTaken(t, starting(ten))
	})
	t.Run("what one may not see", func(t *testing.T) {
		for _, c := range []caller{ada, w.rival(t).owner} {
			refuses(t, http.StatusNotFound, noAppointment)(c.tryMove(t, b.AppointmentID, nine))
		}
		refuses(t, http.StatusNotFound, noAppointment)(w.owner.tryMove(t, nobody, nine))
	})
	t.Run("cancelled", func(t *testing.T) {
		w.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
		for _, c := range []caller{w.owner, w.attendee(b.Secret)} {
			refuses(t, http.StatusBadRequest, "A cancelled appointment cannot be rescheduled")(c.tryMove(t, b.AppointmentID, nine))
		}
	})
	t.Run("shape", func(t *testing.T) {
		lists(t, "start is required")(w.owner.send(t, "POST", "/v4/appointment/"+b.AppointmentID+"/reschedule", "{}"))
		lists(t, "id must be a UUID", "start must be a date-time with a UTC offset")(
			w.owner.send(t, "POST", "/v4/appointment/1/reschedule", `{"start":"2024-01-15 09:00"}`))
	})
}

// Ensure an appointment can be moved to what is listed for it, when the type
// has other buffers now than when it was booked.
func TestRescheduleAppointment_OtherBuffers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	typ := w.addType(t, func(c *client.MeetingTypeCreate) { c.MeetingInfo.BufferAfter = new(60) }).ID
	b := w.owner.book(t, ofType(typ))
	w.owner.changes(t, typ, `{"meetingInfo":{"bufferAfter":0,"bufferBefore":30}}`)
	w.owner.book(t, starting("2024-01-15T12:00:00+01:00"))
	except := func(q *client.GetBookingAvailabilityParams) { q.ExistingAppointmentID = new(uid(b.AppointmentID)) }
	starts := startsOf(t, w.owner.slots(t, slotsOf(typ, olivia), except))
	if !slices.Contains(starts, "2024-01-15 11:30") || slices.Contains(starts, "2024-01-15 12:30") {
		t.Fatalf("slots are %v", starts)
	}
	moved := w.owner.moves(t, b.AppointmentID, "2024-01-15T11:30:00+01:00").Appointment
	if moved.MeetingInfo.BufferBefore != 30 || moved.MeetingInfo.BufferAfter != 0 {
		t.Errorf("buffers are %d and %d", moved.MeetingInfo.BufferBefore, moved.MeetingInfo.BufferAfter)
	}
	if diff := cmp.Diff(moved, w.owner.appointment(t, b.AppointmentID)); diff != "" {
		t.Errorf("(-answered +read):\n%s", diff)
	}
	w.owner.isTaken(t, starting("2024-01-15T11:00:00+01:00"))
	w.checkApart(t)
}

// Ensure a group moves whole, for its host, and not into another.
func TestRescheduleAppointment_Group(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := ofType(w.typeID(t, "group"))
	b := w.owner.book(t, group)
	w.owner.book(t, group, named("Second", "second@example.com"))
	other := w.owner.book(t, group, starting("2024-01-15T11:00:00+01:00"))
	refuses(t, http.StatusBadRequest, occupied)(w.owner.tryMove(t, b.AppointmentID, "2024-01-15T11:00:00+01:00"))
	refuses(t, http.StatusForbidden, "One attendee cannot move a group appointment; cancel your seat and book another")(
		w.attendee(other.Secret).tryMove(t, other.AppointmentID, "2024-01-15T13:00:00+01:00"))
	if moved := w.owner.moves(t, b.AppointmentID, "2024-01-15T10:00:00+01:00"); len(moved.Appointment.Attendees) != 2 {
		t.Errorf("moved %+v", moved)
	}
}

// Ensure what an attendee may do depends on the policies of the type, and
// what a host may do does not.
func TestPolicies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	policy := func(mode client.ChangePolicyMode, value int) *client.ChangePolicy {
		return &client.ChangePolicy{Mode: mode, Value: &value}
	}
	// The day before the start has 25 hours in Berlin.
	const start = "2024-10-28T09:00:00+01:00"
	for name, test := range map[string]struct {
		policy            *client.ChangePolicy
		last, late, until string
	}{
		"allowed until it begins": {policy("allowed", 0), "2024-10-28T07:59:59.999Z", "2024-10-28T08:00:00Z", "begun"},
		"hours":                   {policy("hours", 24), "2024-10-27T08:00:00Z", "2024-10-27T08:00:00.001Z", "up to 24 hours before it starts"},
		"days of the calendar":    {policy("days", 1), "2024-10-27T08:00:00Z", "2024-10-27T08:00:00.001Z", "up to 1 days before it starts"},
		"days over the change":    {policy("days", 2), "2024-10-26T07:00:00Z", "2024-10-26T07:00:00.001Z", "up to 2 days before it starts"},
		"never":                   {policy("disabled", 0), "", "2024-01-10T08:00:00Z", ""},
	} {
		t.Run(name, func(t *testing.T) {
			typ := w.addType(t, func(c *client.MeetingTypeCreate) {
				c.MeetingOptions = &client.MeetingOptions{CancellationPolicy: test.policy, ReschedulingPolicy: test.policy}
			}).ID
			w.setClock(t, "2024-01-10T08:00:00Z")
			b := w.owner.book(t, ofType(typ), starting(start))
			id, jane := uid(b.AppointmentID), w.attendee(b.Secret)
			request := client.RescheduleRequest{Start: at(start).Add(30 * time.Minute)}
			if test.late != "" {
				w.setClock(t, test.late)
				sentence := func(verb string) string {
					if test.until == "begun" {
						return "This appointment has begun and can no longer be " + verb
					}
					if test.until == "" {
						return "This appointment cannot be " + verb + " by its attendee"
					}
					return "This appointment can be " + verb + " " + test.until
				}
				f := refuses(t, http.StatusBadRequest, sentence("cancelled"))(jane.CancelAppointment(t.Context(), id, nil, client.CancelRequest{}))
				if f.ErrorCode != "policy" {
					t.Errorf("the code is %q", f.ErrorCode)
				}
				refuses(t, http.StatusBadRequest, sentence("cancelled"))(jane.DeleteAppointment(t.Context(), id, nil))
				refuses(t, http.StatusBadRequest, sentence("rescheduled"))(jane.RescheduleAppointment(t.Context(), id, nil, request))
				jane.appointment(t, b.AppointmentID)
				wants(t, http.StatusOK)(w.owner.RescheduleAppointment(t.Context(), id, nil, request))
				w.owner.moves(t, b.AppointmentID, start)
			}
			if test.last != "" {
				w.setClock(t, test.last)
				jane.cancels(t, b.AppointmentID, client.CancelRequest{})
				return
			}
			w.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
		})
	}
	t.Run("force is not for attendees", func(t *testing.T) {
		b := w.owner.book(t, starting("2024-11-04T09:00:00+01:00"))
		refuses(t, http.StatusForbidden, "ignoreAvailability is for hosts and admins")(w.attendee(b.Secret).RescheduleAppointment(t.Context(),
			uid(b.AppointmentID), nil, client.RescheduleRequest{Start: at("2024-11-04T09:00:00+01:00"), IgnoreAvailability: new(true)}))
	})
	t.Run("one seat only", func(t *testing.T) {
		group := ofType(w.typeID(t, "group"))
		b := w.owner.book(t, group, starting("2024-11-05T09:00:00+01:00"))
		c := w.owner.book(t, group, starting("2024-11-05T09:00:00+01:00"), named("Second", "second@example.com"))
		ids := w.owner.appointment(t, b.AppointmentID).AttendeeIDs
		jane := w.attendee(b.Secret)
		const ownSeat = "An attendee can cancel their own seat only"
		refuses(t, http.StatusForbidden, ownSeat)(jane.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{CancelAll: new(true)}))
		refuses(t, http.StatusForbidden, ownSeat)(jane.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{AttendeeID: new(uid(ids[1]))}))
		refuses(t, http.StatusForbidden, ownSeat)(jane.DeleteAppointment(t.Context(), uid(b.AppointmentID), &client.DeleteAppointmentParams{CancelAll: new(true)}))
		seen := jane.appointment(t, b.AppointmentID)
		if len(seen.Attendees) != 1 || len(seen.AttendeeIDs) != 1 || seen.AttendeeIDs[0] != ids[0] {
			t.Errorf("the attendee sees %v", seen.Attendees)
		}
		left := jane.cancels(t, b.AppointmentID, client.CancelRequest{})
		if left.IsCancelled || len(left.Attendees) != 0 {
			t.Errorf("after leaving one sees %+v", left)
		}
		refuses(t, http.StatusNotFound, noAppointment)(jane.GetAppointment(t.Context(), uid(b.AppointmentID), nil))
		jane.cancels(t, b.AppointmentID, client.CancelRequest{}) // again, which changes nothing
		if a := w.attendee(c.Secret).appointment(t, c.AppointmentID); a.IsCancelled || a.Attendees[0].Fullname != "Second" {
			t.Errorf("the other one sees %+v", a)
		}
	})
}
