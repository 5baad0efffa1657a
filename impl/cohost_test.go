package impl_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
)

// chosenType is a meeting type of an hour that has the demo's team: those
// who are named host it.
func (w *world) chosenType(t testing.TB) meet.MeetingTypeID {
	t.Helper()
	adaID, _ := w.ada(t)
	id := meet.MeetingTypeID(w.addType(t, func(c *client.MeetingTypeCreate) {
		c.MeetingInfo.Duration, c.MeetingOptions = 60, &client.MeetingOptions{AllowHostSelection: new(true)}
	}).ID)
	w.addQueue(t, id, false, adaID, w.userID(t, "ben@demo.example"), w.userID(t, "cleo@demo.example"))
	return id
}

// Ensure a type whose members host together has all of them, however few a
// caller names, unless it is booked by force.
func TestCreateBooking_CoHosts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	panel := w.typeID(t, "co-host")
	adaID, _ := w.ada(t)
	ben, cleo := w.userID(t, "ben@demo.example"), w.userID(t, "cleo@demo.example")
	all := []string{string(adaID), string(ben), string(cleo)}
	for name, hosts := range map[string][]meet.UserID{
		"2024-01-15T09:00:00+01:00": {cleo}, "2024-01-15T10:00:00+01:00": {cleo, adaID}, "2024-01-15T11:00:00+01:00": {cleo, ben, adaID},
	} {
		b := w.owner.book(t, ofType(panel), hostedBy(hosts...), starting(name))
		if got := w.owner.appointment(t, b.AppointmentID).HostIDs; !slices.Equal(got, all) {
			t.Errorf("of %v it is hosted by %v", hosts, got)
		}
		w.owner.isTaken(t, ofType(panel), hostedBy(adaID), starting(name))
	}
	refuses(t, http.StatusBadRequest, "Host not found")(w.owner.tryBook(t, ofType(panel), hostedBy(adaID, olivia), starting("2024-01-15T13:00:00+01:00")))

	const busy = "2024-01-15T14:00:00+01:00"
	alone := w.owner.book(t, ofType(panel), hostedBy(ben), starting(busy), forced)
	if got := w.owner.appointment(t, alone.AppointmentID).HostIDs; !slices.Equal(got, all[1:2]) {
		t.Errorf("by force it is hosted by %v", got)
	}
	w.owner.isTaken(t, ofType(panel), hostedBy(adaID), starting(busy))
	if starts := startsOf(t, w.owner.slots(t, slotsOf(panel, adaID))); len(starts) != 5 || slices.Contains(starts, "2024-01-15 14:00") {
		t.Errorf("what is listed for one of them is %v", starts)
	}
	w.owner.book(t, ofType(panel), hostedBy(adaID), starting("2024-01-15T13:00:00+01:00"))
	t.Run("a move keeps those it has", func(t *testing.T) {
		w.owner.moves(t, alone.AppointmentID, "2024-01-15T15:00:00+01:00")
		if got := w.owner.appointment(t, alone.AppointmentID).HostIDs; !slices.Equal(got, all[1:2]) {
			t.Errorf("moved it is hosted by %v", got)
		}
		query := func(q *client.GetBookingAvailabilityParams) { q.ExistingAppointmentID = new(uid(alone.AppointmentID)) }
		w.owner.isFree(t, ofType(panel), hostedBy(adaID), starting("2024-01-15T14:00:00+01:00"))
		if starts := startsOf(t, w.owner.slots(t, slotsOf(panel, ben), query)); !slices.Contains(starts, "2024-01-15 15:00") {
			t.Errorf("what is listed for the move is %v", starts)
		}
	})
	w.checkApart(t)
}
