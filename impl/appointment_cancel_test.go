package impl_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
)

// cancels cancels an appointment.
func (c caller) cancels(t testing.TB, id string, request client.CancelRequest) client.Appointment {
	t.Helper()
	return got[client.Appointment](t, http.StatusOK)(c.CancelAppointment(t.Context(), uid(id), nil, request))
}

// cancelled is what a cancellation records.
func cancelled(source, by string, reason *string, when string) client.Cancellation {
	return client.Cancellation{ActionSource: &source, ActionBy: &by, ActionAt: new(at(when)), Reason: reason}
}

func TestCancelAppointment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adaID, ada := w.ada(t)
	panel := []func(*client.BookingRequest){ofType(w.typeID(t, "co-host")), hostedBy(adaID)}

	t.Run("frees the slot and records who", func(t *testing.T) {
		b := w.owner.book(t, panel...)
		if c := w.owner.appointment(t, b.AppointmentID).Cancel; c != (client.Cancellation{}) {
			t.Errorf("before it is %+v", c)
		}
		a := ada.cancels(t, b.AppointmentID, client.CancelRequest{Reason: new("  I am\r\nill \a")})
		if diff := cmp.Diff(cancelled("host", string(adaID), new("I am\nill"), "2024-01-10T08:00:00Z"), a.Cancel); diff != "" || !a.IsCancelled {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if event := unfolded(*a.ICS); event["STATUS"] != "CANCELLED" || event["SEQUENCE"] != "1" || event["UID"] != a.ID+"@meetwright" {
			t.Errorf("the invite is %v", event)
		}
		if diff := cmp.Diff(a, w.owner.appointment(t, a.ID)); diff != "" {
			t.Errorf("(-answered +read):\n%s", diff)
		}
		w.owner.isFree(t, panel...)
	})
	t.Run("again changes nothing", func(t *testing.T) {
		b := w.owner.book(t, panel...)
		first := w.owner.cancels(t, b.AppointmentID, client.CancelRequest{Reason: new("first")})
		w.setClock(t, "2024-01-11T08:00:00Z")
		again := ada.cancels(t, b.AppointmentID, client.CancelRequest{Reason: new("second")})
		by := w.attendee(b.Secret).cancels(t, b.AppointmentID, client.CancelRequest{})
		for _, a := range []client.Appointment{again, by} {
			if diff := cmp.Diff(first.Cancel, a.Cancel); diff != "" || !a.UpdatedAt.Equal(first.UpdatedAt) || *a.ICS != *first.ICS {
				t.Errorf("(-first +again):\n%s", diff)
			}
		}
	})
	t.Run("without a body, or by DELETE", func(t *testing.T) {
		for _, request := range [][3]string{{"POST", "/cancel", ""}, {"POST", "/cancel", "{}"}, {"POST", "/cancel/", `{"reason":null,"cancelAll":null}`}, {"DELETE", "", ""}, {"DELETE", "?reason=gone&attendeeId=", ""}} {
			b := w.owner.book(t)
			a := got[client.Appointment](t, http.StatusOK)(w.owner.send(t, request[0], "/v4/appointment/"+strings.ToUpper(b.AppointmentID)+request[1], request[2]))
			if !a.IsCancelled || text(a.Cancel.Reason) != "" && *a.Cancel.Reason != "gone" {
				t.Errorf("%v: %+v", request, a.Cancel)
			}
		}
	})
	t.Run("a reason of 501 characters", func(t *testing.T) {
		b := w.owner.book(t)
		long := strings.Repeat("ö", 500)
		lists(t, "reason must have at most 500 characters")(w.owner.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{Reason: new(long + "x")}))
		if a := w.owner.cancels(t, b.AppointmentID, client.CancelRequest{Reason: &long}); *a.Cancel.Reason != long {
			t.Error("the reason was cut")
		}
	})
	t.Run("its attendee by name", func(t *testing.T) {
		b := w.owner.book(t, starting("2024-01-15T11:00:00+01:00"))
		id := w.owner.appointment(t, b.AppointmentID).AttendeeIDs[0]
		refuses(t, http.StatusNotFound, "Attendee not found")(w.owner.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{AttendeeID: new(uid(nobody))}))
		if a := w.owner.cancels(t, b.AppointmentID, client.CancelRequest{AttendeeID: new(uid(id))}); !a.IsCancelled || len(a.Attendees) != 1 {
			t.Errorf("it is %+v", a)
		}
	})
	t.Run("what one may not see", func(t *testing.T) {
		b := w.owner.book(t, starting("2024-01-16T09:00:00+01:00"))
		for _, c := range []caller{ada, w.rival(t).owner} {
			refuses(t, http.StatusNotFound, noAppointment)(c.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{}))
		}
		refuses(t, http.StatusNotFound, noAppointment)(w.owner.CancelAppointment(t.Context(), uid(nobody), nil, client.CancelRequest{}))
	})
	t.Run("of a type that is gone, by a host who is gone", func(t *testing.T) {
		typ := w.addType(t).ID
		b := w.owner.book(t, ofType(typ), starting("2024-01-16T10:00:00+01:00"))
		wants(t, http.StatusNoContent)(w.owner.DeleteMeetingType(t.Context(), uid(typ), nil))
		if a := w.owner.cancels(t, b.AppointmentID, client.CancelRequest{}); !a.IsCancelled || a.MeetingType.ID != typ {
			t.Errorf("it is %+v", a)
		}
	})
}

// Ensure a group is cancelled for everybody only when that is said, and that
// one who leaves leaves the others alone.
func TestCancelAppointment_Group(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := ofType(w.typeID(t, "group"))
	var b client.Booked
	for _, name := range []string{"Anna", "Bob", "Cem"} {
		b = w.owner.book(t, group, named(name, name+"@example.com"))
	}
	before := w.owner.appointment(t, b.AppointmentID)
	if event := unfolded(*before.ICS); event["SEQUENCE"] != "2" { // calendars learn of who joins
		t.Errorf("the invite is %v", event)
	}
	id := uid(b.AppointmentID)
	refuses(t, http.StatusBadRequest, "A group appointment needs attendeeId or cancelAll")(w.owner.CancelAppointment(t.Context(), id, nil, client.CancelRequest{}))
	refuses(t, http.StatusBadRequest, "A group appointment needs attendeeId or cancelAll")(
		w.owner.CancelAppointment(t.Context(), id, nil, client.CancelRequest{CancelAll: new(false)}))

	w.setClock(t, "2024-01-10T09:00:00Z")
	a := w.owner.cancels(t, b.AppointmentID, client.CancelRequest{AttendeeID: new(uid(before.AttendeeIDs[1])), Reason: new("no seat")})
	if a.IsCancelled || a.Cancel != (client.Cancellation{}) || strings.Join(fullNamesOf(a), ",") != "Anna,Cem" || unfolded(*a.ICS)["SEQUENCE"] != "3" {
		t.Errorf("after one left it is %+v", a)
	}
	w.owner.cancels(t, b.AppointmentID, client.CancelRequest{AttendeeID: new(uid(before.AttendeeIDs[1]))}) // again, which changes nothing
	refuses(t, http.StatusNotFound, "Attendee not found")(
		w.owner.CancelAppointment(t.Context(), id, nil, client.CancelRequest{AttendeeID: new(uid(nobody))}))

	if next := w.owner.book(t, group, named("Dan", "dan@example.com")); next.AppointmentID != b.AppointmentID {
		t.Error("the free seat is in another appointment")
	}
	a = got[client.Appointment](t, http.StatusOK)(w.owner.DeleteAppointment(t.Context(), id, &client.DeleteAppointmentParams{CancelAll: new(true)}))
	if !a.IsCancelled || strings.Join(fullNamesOf(a), ",") != "Anna,Cem,Dan" {
		t.Errorf("cancelled it is %+v", a)
	}
	w.owner.isFree(t)
	if fresh := w.owner.book(t, group); fresh.AppointmentID == b.AppointmentID {
		t.Error("a cancelled group was joined")
	}
	t.Run("the last to leave closes the door", func(t *testing.T) {
		last := w.owner.book(t, group, starting("2024-01-16T09:00:00+01:00"))
		who := w.owner.appointment(t, last.AppointmentID).AttendeeIDs[0]
		if a := w.owner.cancels(t, last.AppointmentID, client.CancelRequest{AttendeeID: new(uid(who))}); !a.IsCancelled {
			t.Errorf("it is %+v", a)
		}
		w.owner.isFree(t, starting("2024-01-16T09:00:00+01:00"))
	})
	t.Run("a series does not name anybody", func(t *testing.T) {
		one := w.owner.book(t, group, starting("2024-01-17T09:00:00+01:00"))
		refuses(t, http.StatusBadRequest, "A group appointment needs attendeeId or cancelAll")(
			w.owner.CancelAppointment(t.Context(), uid(one.AppointmentID), nil, client.CancelRequest{CancelEntireSeries: new(true)}))
	})
}

func fullNamesOf(a client.Appointment) []string {
	var all []string
	for _, guest := range a.Attendees {
		all = append(all, guest.Fullname)
	}
	return all
}

// Ensure a group stays one for those who booked it, when the type no longer
// is for groups.
func TestCancelAppointment_FormerGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := w.typeID(t, "group")
	anna := w.owner.book(t, ofType(group), named("Anna", "anna@example.com"))
	w.owner.book(t, ofType(group), named("Bob", "bob@example.com"))
	wants(t, http.StatusOK)(w.owner.UpdateMeetingType(t.Context(), uid(group), nil, client.MeetingTypeUpdate{Spots: new(1)}))

	refuses(t, http.StatusForbidden, "One attendee cannot move a group appointment; cancel your seat and book another")(
		w.attendee(anna.Secret).RescheduleAppointment(t.Context(), uid(anna.AppointmentID), nil, client.RescheduleRequest{Start: at("2024-01-16T09:00:00+01:00")}))
	refuses(t, http.StatusBadRequest, "A group appointment needs attendeeId or cancelAll")(
		w.owner.CancelAppointment(t.Context(), uid(anna.AppointmentID), nil, client.CancelRequest{}))
	w.attendee(anna.Secret).cancels(t, anna.AppointmentID, client.CancelRequest{})
	if a := w.owner.appointment(t, anna.AppointmentID); a.IsCancelled || strings.Join(fullNamesOf(a), ",") != "Bob" {
		t.Errorf("after Anna left it is cancelled: %v, %v", a.IsCancelled, fullNamesOf(a))
	}
	w.owner.isTaken(t)
}
