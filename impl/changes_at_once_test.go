package impl_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/meetwright/meetwright/client"
)

// Ensure an appointment is cancelled once, however many ask for it.
func TestCancelAppointment_AtOnce(t *testing.T) {
	t.Parallel()
	w := newDiskWorld(t)
	b := w.owner.book(t)
	jane := w.attendee(b.Secret)
	all := atOnce(t, 20, func(i int) (*http.Response, error) {
		c := w.owner
		if i%2 == 1 {
			c = jane
		}
		return c.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{Reason: new(fmt.Sprint(i))})
	})
	first := decode[client.Appointment](t, all[0].body)
	for _, a := range all {
		if again := decode[client.Appointment](t, a.body); a.status != http.StatusOK || *again.Cancel.Reason != *first.Cancel.Reason || unfolded(*again.ICS)["SEQUENCE"] != "1" {
			t.Errorf("answered %d %s", a.status, a.body)
		}
	}
	w.checkApart(t)
}

// Ensure everybody who leaves a group at the same time leaves, and the last
// one ends it.
func TestCancelAppointment_LeavingAtOnce(t *testing.T) {
	t.Parallel()
	w := newDiskWorld(t)
	group := ofType(w.typeID(t, "group"))
	var seats []client.Booked
	for i := range 5 {
		seats = append(seats, w.owner.book(t, group, named(fmt.Sprint("Guest ", i), "guest@example.com")))
	}
	count := statuses(atOnce(t, len(seats), func(i int) (*http.Response, error) {
		return w.attendee(seats[i].Secret).CancelAppointment(t.Context(), uid(seats[i].AppointmentID), nil, client.CancelRequest{})
	}))
	if count[200] != 5 {
		t.Errorf("answers were %v", count)
	}
	if a := w.owner.appointment(t, seats[0].AppointmentID); !a.IsCancelled || len(a.Attendees) != 1 {
		t.Errorf("it is %+v", a)
	}
	w.owner.isFree(t)
}

// Ensure limits hold against requests at the same time.
func TestUpdateAppointmentGuest_AtOnce(t *testing.T) {
	t.Parallel()
	w := newDiskWorld(t)
	b := w.owner.book(t)
	guest := uid(w.owner.appointment(t, b.AppointmentID).AttendeeIDs[0])
	count := statuses(atOnce(t, 12, func(i int) (*http.Response, error) {
		return w.owner.UpdateAppointmentGuest(t.Context(), uid(b.AppointmentID), nil, client.GuestInput{AttendeeID: guest, Email: fmt.Sprintf("%d@e.co", i)})
	}))
	if count[200] != 5 || count[400] != 7 {
		t.Errorf("answers were %v", count)
	}
	if a := w.owner.appointment(t, b.AppointmentID); len(a.Attendees[0].BringalongEmails) != 5 {
		t.Errorf("guests are %v", a.Attendees[0].BringalongEmails)
	}
}

// Ensure addresses and slugs stay unique.
func TestCreateUser_AtOnce(t *testing.T) {
	t.Parallel()
	w := newDiskWorld(t)
	same := statuses(atOnce(t, 12, func(int) (*http.Response, error) { return w.platform.CreateUser(t.Context(), nil, grace()) }))
	if same[201] != 1 || same[409] != 11 {
		t.Errorf("answers were %v", same)
	}
	urls := map[string]bool{}
	for _, a := range atOnce(t, 12, func(i int) (*http.Response, error) {
		return w.platform.CreateUser(t.Context(), nil, grace(func(u *client.UserCreate) { u.Email = fmt.Sprintf("grace%d@demo.example", i) }))
	}) {
		if a.status != http.StatusCreated {
			t.Errorf("answered %d %s", a.status, a.body)
			continue
		}
		urls[decode[client.UserCreated](t, a.body).BookingURL] = true
	}
	if len(urls) != 12 {
		t.Errorf("addresses are %v", urls)
	}
}
