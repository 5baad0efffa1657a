package impl_test

import (
	"net/http"
	"testing"

	"github.com/meetwright/meetwright/client"
)

// moving books in place of an appointment.
func moving(id string) func(*client.BookingRequest) {
	return func(r *client.BookingRequest) { r.AppointmentID = new(uid(id)) }
}

// Ensure a booking that names an appointment moves it.
func TestCreateBooking_Moving(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.owner.book(t)
	before := w.owner.appointment(t, b.AppointmentID)
	ten := starting("2024-01-15T10:00:00+01:00")

	t.Run("keeps the id, and tells a new secret that revokes the old", func(t *testing.T) {
		moved := w.owner.book(t, ten, moving(b.AppointmentID), named("Somebody Else", "else@example.com"))
		if moved.AppointmentID != b.AppointmentID || moved.Secret == b.Secret {
			t.Errorf("answered %+v, it was %+v", moved, b)
		}
		w.attendee(moved.Secret).appointment(t, b.AppointmentID)
		refuses(t, http.StatusUnauthorized, wrongSecret)(w.attendee(b.Secret).GetAppointment(t.Context(), uid(b.AppointmentID), nil))
		a := w.owner.appointment(t, b.AppointmentID)
		if !a.Start.Equal(at("2024-01-15T09:00:00Z")) || a.RescheduleCount != 1 || a.Attendees[0].Fullname != "Jane Smith" || !a.RescheduledAt.Equal(morning) {
			t.Errorf("it starts %v, moved %d times, for %s", a.Start, a.RescheduleCount, a.Attendees[0].Fullname)
		}
		if event := unfolded(*a.ICS); event["UID"] != unfolded(*before.ICS)["UID"] || event["SEQUENCE"] != "1" {
			t.Errorf("the invite is %v", event)
		}
		w.owner.isFree(t)
		w.owner.isTaken(t, ten)
	})
	t.Run("on itself", func(t *testing.T) {
		refuses(t, http.StatusBadRequest, sameStart)(w.owner.tryBook(t, ten, moving(b.AppointmentID)))
	})
	t.Run("to no slot", func(t *testing.T) { w.owner.isTaken(t, starting("2024-01-15T10:10:00+01:00"), moving(b.AppointmentID)) })
	t.Run("with another duration", func(t *testing.T) {
		multi := ofType(w.typeID(t, "multi-duration"))
		m := w.owner.book(t, multi, starting("2024-01-16T09:00:00+01:00"))
		refuses(t, http.StatusBadRequest, "A rescheduled appointment keeps its duration")(
			w.owner.tryBook(t, multi, starting("2024-01-16T10:00:00+01:00"), moving(m.AppointmentID), func(r *client.BookingRequest) { r.Duration = new(15) }))
	})
	t.Run("of another type", func(t *testing.T) {
		refuses(t, http.StatusNotFound, noAppointment)(w.owner.tryBook(t, ofType(w.addType(t).ID), moving(b.AppointmentID)))
	})
	t.Run("unknown", func(t *testing.T) {
		refuses(t, http.StatusNotFound, noAppointment)(w.owner.tryBook(t, moving(nobody)))
	})
	t.Run("of another company", func(t *testing.T) {
		r := w.rival(t)
		refuses(t, http.StatusNotFound, noAppointment)(
			r.owner.tryBook(t, ofType(r.Type.ID), hostedBy(r.User.ID), phoned("+4912345678"), moving(b.AppointmentID)))
	})
	t.Run("of a colleague", func(t *testing.T) {
		_, ada := w.ada(t) // who may not see it, and must not get its secret
		refuses(t, http.StatusNotFound, noAppointment)(ada.tryBook(t, moving(b.AppointmentID)))
	})
	t.Run("cancelled", func(t *testing.T) {
		wants(t, http.StatusOK)(w.owner.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{}))
		f := refuses(t, http.StatusBadRequest, "A cancelled appointment cannot be rescheduled")(w.owner.tryBook(t, moving(b.AppointmentID)))
		if f.ErrorCode != "already-cancelled" {
			t.Errorf("the code is %q", f.ErrorCode)
		}
	})
}

// Ensure the attendee's policy binds whoever moves in their name.
func TestCreateBooking_MovingTooLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	strict := ofType(w.addType(t, func(c *client.MeetingTypeCreate) {
		c.MeetingOptions = &client.MeetingOptions{ReschedulingPolicy: &client.ChangePolicy{Mode: client.ChangePolicyModeDays, Value: new(5)}}
	}).ID)
	b := w.owner.book(t, strict)
	w.owner.book(t, strict, starting("2024-01-15T10:00:00+01:00"), moving(b.AppointmentID))
	w.setClock(t, "2024-01-10T09:00:00.001Z")
	f := refuses(t, http.StatusBadRequest, "This appointment can be rescheduled up to 5 days before it starts")(w.owner.tryBook(t, strict, moving(b.AppointmentID)))
	if f.ErrorCode != "policy" {
		t.Errorf("the code is %q", f.ErrorCode)
	}
}

// Ensure a group does not move for one of its attendees.
func TestCreateBooking_MovingGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := ofType(w.typeID(t, "group"))
	b := w.owner.book(t, group)
	w.owner.book(t, group, named("Second", "second@example.com"))
	refuses(t, http.StatusForbidden, "One attendee cannot move a group appointment; cancel your seat and book another")(
		w.owner.tryBook(t, group, starting("2024-01-15T10:00:00+01:00"), moving(b.AppointmentID)))
}

// Ensure moving and forcing together move by force, for who may force.
func TestCreateBooking_MovingForced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.owner.book(t)
	night := starting("2024-01-15T03:00:00+01:00")
	if moved := w.owner.book(t, night, forced, moving(b.AppointmentID)); moved.AppointmentID != b.AppointmentID {
		t.Errorf("answered %+v, want %+v", moved, b)
	}
	w.owner.isFree(t)
}
