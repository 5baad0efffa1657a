package impl_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
)

// Ensure a meeting that is called off, or moved, while its host leaves the
// company is called off, or moved, and that the other host has the rest.
func TestReplicas_HostLeaves(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	adaID, _ := r.ada(t)
	for round := range 4 {
		n := r.hires(t, func(u *client.UserCreate) {
			u.Timezone, u.Email = "Europe/Berlin", fmt.Sprintf("grace%d@demo.example", round)
		})
		hers := func(change ...func(*client.BookingRequest)) []func(*client.BookingRequest) {
			return append([]func(*client.BookingRequest){ofType(n.MeetingTypeID), hostedBy(meet.UserID(n.UserID)), phoned("+15551234567")}, change...)
		}
		day := 15 + round
		var ids []string
		for hour := 9; hour < 15; hour++ {
			ids = append(ids, r.owner.book(t, hers(onDay(day, hour))...).AppointmentID)
		}
		answers := r.race(t, len(ids)+3, func(i int, w *world) (*http.Response, error) {
			switch {
			case i == len(ids):
				return w.owner.tryFire(t, n.UserID, string(adaID))
			case i == len(ids)+1:
				return w.owner.tryBook(t, hers(onDay(day, 16))...)
			case i == len(ids)+2:
				return w.owner.send(t, http.MethodPatch, "/v4/meeting-type/"+n.MeetingTypeID, `{"internalNotes":"x"}`)
			case i%3 == 0:
				return w.owner.tryMove(t, ids[i], fmt.Sprintf("2024-01-%dT%02d:30:00+01:00", day, 9+i))
			case i%3 == 1:
				return w.owner.CancelAppointment(t.Context(), uid(ids[i]), nil, client.CancelRequest{})
			}
			return w.owner.GetAppointment(t.Context(), uid(ids[i]), nil)
		})
		if a := answers[len(ids)]; a.status != http.StatusNoContent {
			t.Errorf("it was answered %d %s", a.status, a.body)
		}
		for i, id := range ids {
			a := r.owner.appointment(t, id)
			if a.IsCancelled != (i%3 == 1) || answers[i].status != http.StatusOK || !a.IsCancelled && a.HostIDs[0] != string(adaID) {
				t.Errorf("%d: answered %d %s; it is cancelled %v, of %v at %s", i, answers[i].status, answers[i].body, a.IsCancelled, a.HostIDs, a.Start)
			}
		}
		for _, b := range r.checkApart(t) {
			if b.HasHost(meet.UserID(n.UserID)) {
				t.Errorf("%s is hosted by nobody", b.ID)
			}
		}
		typ := got[client.MeetingType](t, http.StatusOK)(r.owner.GetMeetingType(t.Context(), uid(n.MeetingTypeID), nil))
		if text(typ.UserID) != string(adaID) {
			t.Errorf("the type is of %s", text(typ.UserID))
		}
	}
}

// Ensure a request that is answered while its host leaves the company stays
// answered.
func TestReplicas_HoldHandedOver(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	adaID, _ := r.ada(t)
	for round := range 4 {
		n := r.hires(t, func(u *client.UserCreate) {
			u.Timezone, u.Email = "Europe/Berlin", fmt.Sprintf("grace%d@demo.example", round)
		})
		r.owner.changes(t, n.MeetingTypeID, `{"meetingOptions":{"requireHostConfirmation":"enabled"}}`)
		day := 15 + round
		var ids []string
		for hour := 9; hour < 13; hour++ {
			ids = append(ids, r.owner.holds(t, ofType(n.MeetingTypeID), hostedBy(meet.UserID(n.UserID)), phoned("+15551234567"), onDay(day, hour)).ProvisionalBookingID)
		}
		answers := r.race(t, len(ids)+1, func(i int, w *world) (*http.Response, error) {
			switch {
			case i == len(ids):
				return w.owner.tryFire(t, n.UserID, string(adaID))
			case i%2 == 0:
				return w.owner.send(t, http.MethodPost, "/v4/provisional-booking/"+ids[i]+"/decline", "")
			}
			return w.owner.send(t, http.MethodPost, "/v4/provisional-booking/"+ids[i]+"/approve", "")
		})
		mustBe(t, answers, map[int]int{204: 1, 200: 2, 201: 2})
		for i, id := range ids {
			if h := r.hold(t, id); i%2 == 0 && h.Status != meet.Declined || i%2 == 1 && h.Status != meet.Confirmed {
				t.Errorf("%d is %s", i, h.Status)
			}
		}
		for _, b := range r.checkApart(t) {
			if b.HasHost(meet.UserID(n.UserID)) {
				t.Errorf("%s is hosted by nobody", b.ID)
			}
		}
	}
}

// Ensure nobody books a host who leaves.
func TestReplicas_HostGone(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	for round := range 5 {
		n := r.hires(t, func(u *client.UserCreate) {
			u.Timezone, u.Email = "Europe/Berlin", fmt.Sprintf("grace%d@demo.example", round)
		})
		r.race(t, 8, func(i int, w *world) (*http.Response, error) {
			if i == 4 {
				return w.owner.tryFire(t, n.UserID, "")
			}
			return w.owner.tryBook(t, ofType(n.MeetingTypeID), hostedBy(meet.UserID(n.UserID)), phoned("+15551234567"), onDay(15, 8+i))
		})
		gone := r.as(meet.UserID(n.UserID))
		fired := read(t)(gone.me(t)).status == http.StatusForbidden
		for _, b := range r.checkApart(t) {
			if fired && b.HasHost(meet.UserID(n.UserID)) {
				t.Errorf("%s is hosted by nobody", b.ID)
			}
		}
	}
}

// Ensure a hold is answered once.
func TestReplicas_HoldAnsweredOnce(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	for hour := 9; hour < 15; hour++ {
		id := r.owner.holds(t, ofType(r.typeID(t, "double-opt-in")), onDay(15, hour)).ProvisionalBookingID
		token := r.ring.Derive(secret.ConfirmationToken, id, 0)
		answers := r.race(t, 7, func(i int, w *world) (*http.Response, error) {
			if i == 3 {
				return w.owner.send(t, http.MethodPost, "/v4/provisional-booking/"+id+"/decline", "")
			}
			return w.confirmer(token).ConfirmProvisionalBooking(t.Context(), uid(id), nil)
		})
		count := statuses(answers)
		if count[200]+count[201] != 1 || count[400] != 6 {
			t.Errorf("answers were %v", count)
		}
		if booked := len(r.checkApart(t)); booked > hour-8 {
			t.Errorf("%d bookings of %d holds", booked, hour-8)
		}
	}
}

// Ensure a key that names one intent books once, whichever server it is sent
// to.
func TestReplicas_SameKey(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	for hour := 9; hour < 13; hour++ {
		params := &client.CreateBookingParams{IdempotencyKey: new(fmt.Sprint("twin", hour))}
		all := r.race(t, 8, func(_ int, w *world) (*http.Response, error) {
			return w.owner.CreateBooking(t.Context(), params, booking(onDay(15, hour)))
		})
		mustBe(t, all, map[int]int{201: 8})
		first := 0
		for _, a := range all {
			if string(a.body) != string(all[0].body) {
				t.Errorf("answers are %s and %s", a.body, all[0].body)
			}
			if a.header.Get("Idempotency-Replayed") == "" {
				first++
			}
		}
		if live := r.checkApart(t); len(live) != hour-8 || first != 1 {
			t.Errorf("%d bookings, %d answers that were no repetition", len(live), first)
		}
	}
}
