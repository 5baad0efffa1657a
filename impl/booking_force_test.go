package impl_test

import (
	"net/http"
	"testing"

	"github.com/meetwright/meetwright/client"
)

const onlyHosts = "ignoreAvailability is for a host of the booking or an admin of the company"

// Ensure a forced booking lies where no other can, but not another over it.
func TestCreateBooking_Forced(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]string{
		"over another booking": "2024-01-15T09:00:00+01:00",
		"partly over another":  "2024-01-15T09:10:00+01:00",
		"off the grid":         "2024-01-15T11:07:03.5+01:00",
		"at night":             "2024-01-15T03:00:00+01:00",
		"on Sunday":            "2024-01-14T09:00:00+01:00",
		"in the past":          "2024-01-09T09:00:00+01:00",
		"long ago":             "1970-01-01T00:00:00Z",
		"far away":             "2200-12-31T22:59:59.999999999+01:00",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			first := w.owner.book(t)
			b := w.owner.book(t, starting(start), forced)
			a := w.owner.appointment(t, b.AppointmentID)
			if diff := a.Start.Sub(at(start)).Abs(); diff > 1e6 { // answers have milliseconds
				t.Errorf("it starts %v, want %v", a.Start, start)
			}
			w.owner.isTaken(t, starting(start))
			w.owner.isTaken(t)
			wants(t, http.StatusOK)(w.owner.CancelAppointment(t.Context(), uid(first.AppointmentID), nil, client.CancelRequest{}))
			if name == "over another booking" || name == "partly over another" {
				w.owner.isTaken(t) // the forced one is still there
			} else {
				w.owner.isFree(t)
			}
		})
	}
}

// Ensure only hosts and admins force.
func TestCreateBooking_ForcedBy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adaID, ada := w.ada(t)
	panel := w.typeID(t, "co-host")
	ben := w.userID(t, "ben@demo.example")
	night := starting("2024-01-15T03:00:00+01:00")
	t.Run("a member for a colleague", func(t *testing.T) {
		refuses(t, http.StatusForbidden, onlyHosts)(ada.tryBook(t, night, forced))
		refuses(t, http.StatusForbidden, onlyHosts)(w.as(adaID).tryBook(t, night, forced))
		refuses(t, http.StatusForbidden, onlyHosts)(ada.tryBook(t, night, forced, ofType(panel), hostedBy(ben)))
		refuses(t, http.StatusForbidden, onlyHosts)(ada.tryBook(t, forced)) // even when it is free
	})
	t.Run("a member who hosts", func(t *testing.T) {
		ada.book(t, night, forced, ofType(panel), hostedBy(adaID))
		ada.book(t, night, forced, ofType(panel), hostedBy(ben, adaID))
	})
	t.Run("an admin", func(t *testing.T) { w.owner.book(t, night, forced, ofType(panel), hostedBy(ben)) })
	t.Run("the key of the company", func(t *testing.T) { w.platform.book(t, night, forced, ofType(panel), hostedBy(ben)) })
	t.Run("other rules hold", func(t *testing.T) {
		for _, r := range rules[:len(rules)-1] {
			request := sample(w.strict(t).ID)
			request["ignoreAvailability"] = true
			r.breaks(request)
			r.check(t, w.owner, request)
		}
	})
	t.Run("false is as if left out", func(t *testing.T) {
		ada.isTaken(t, starting("2024-01-15T04:00:00+01:00"), func(r *client.BookingRequest) { r.IgnoreAvailability = new(false) })
	})
}

// Ensure limits, notice and horizon do not bind a forced booking, which
// counts all the same.
func TestCreateBooking_ForcedOverLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	limited := ofType(w.addType(t, func(c *client.MeetingTypeCreate) {
		c.BookingMinimum, c.MeetingOptions = new(7*24*60), &client.MeetingOptions{MaxPerDay: new(1)}
		c.DaysIntoFuture = &client.DaysIntoFuture{Mode: client.HorizonModeLimit, BookingLimit: new(10 * 24 * 60)}
	}).ID)
	w.owner.isTaken(t, limited) // too soon
	w.owner.book(t, limited, forced)
	w.owner.book(t, limited, forced, starting("2024-03-15T09:00:00+01:00")) // too far
	w.owner.isFree(t, limited, starting("2024-01-18T09:00:00+01:00"))
	w.owner.book(t, limited, forced, starting("2024-01-18T20:00:00+01:00"))
	w.owner.isTaken(t, limited, starting("2024-01-18T09:00:00+01:00")) // the day is full
}
