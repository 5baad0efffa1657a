package impl_test

import (
	"net/http"
	"testing"

	"github.com/meetwright/meetwright/client"
)

// Ensure an attendee changes nothing of a meeting that has begun, whatever
// the way, and a host still does.
func TestAppointment_Begun(t *testing.T) {
	t.Parallel()
	const start = "2024-01-15T09:00:00+01:00"
	cancelled, moved := "This appointment has begun and can no longer be cancelled", "This appointment has begun and can no longer be rescheduled"
	for name, now := range map[string]string{"as it begins": start, "as it ends": "2024-01-15T09:30:00+01:00", "long after": "2024-01-20T09:00:00+01:00"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := w.owner.book(t, starting(start))
			group := ofType(w.typeID(t, "group"))
			seat := w.owner.book(t, group, starting("2024-01-15T08:00:00+01:00"))
			w.owner.book(t, group, starting("2024-01-15T08:00:00+01:00"), named("Second", "second@example.com"))
			w.setClock(t, now)
			jane := w.attendee(b.Secret)
			later := client.RescheduleRequest{Start: at("2024-01-22T09:00:00+01:00")}
			f := refuses(t, http.StatusBadRequest, cancelled)(jane.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{}))
			if f.ErrorCode != "policy" {
				t.Errorf("the code is %q", f.ErrorCode)
			}
			refuses(t, http.StatusBadRequest, cancelled)(jane.DeleteAppointment(t.Context(), uid(b.AppointmentID), nil))
			refuses(t, http.StatusBadRequest, cancelled)(w.attendee(seat.Secret).CancelAppointment(t.Context(), uid(seat.AppointmentID), nil, client.CancelRequest{}))
			refuses(t, http.StatusBadRequest, moved)(jane.RescheduleAppointment(t.Context(), uid(b.AppointmentID), nil, later))
			refuses(t, http.StatusBadRequest, moved)(w.owner.tryBook(t, starting("2024-01-22T09:00:00+01:00"), moving(b.AppointmentID)))
			wants(t, http.StatusOK)(w.owner.RescheduleAppointment(t.Context(), uid(b.AppointmentID), nil, later))
			w.owner.cancels(t, seat.AppointmentID, client.CancelRequest{CancelAll: new(true)})
		})
	}
}
