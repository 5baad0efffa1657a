package impl_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/meetwright/meetwright/client"
)

// Ensure hosts are told why a queue chose them, also when the booking moved or
// was cancelled, and attendees are not.
func TestQueue_Trace(t *testing.T) {
	t.Parallel()
	r := newRota(t, newWorld(t), 3)
	r.patch(t, r.shares("userPriorities", "priority", 0, 2, 1))
	r.patch(t, `{"type":"advancedRoundRobin"}`)
	traced := func(info *client.QueueBookingInfo, host int) {
		t.Helper()
		if info == nil || len(info.UserIDs) != 1 || info.UserIDs[0] != string(r.users[host]) || text(info.SelectionReason) == "" || len(info.Candidates) != 3 {
			t.Fatalf("it is told %+v", info)
		}
	}
	const noon = "2024-01-16T12:00:00Z"
	r.owner.book(t, r.request(0), starting(noon))
	b := r.owner.book(t, r.request(1))
	a := r.owner.appointment(t, b.AppointmentID)
	traced(a.QueueBookingInfo, 1)
	c := a.QueueBookingInfo.Candidates
	if first := c[0]; first.MemberID != string(r.users[1]) || !first.IsFree || first.Priority != 2 || first.AssignedCount != 1 || first.Position != 1 || first.LastAssignedAt == nil {
		t.Errorf("the first is %+v", first)
	}
	if last := c[2]; last.MemberID != string(r.users[0]) || last.AssignedCount != 0 || last.LastAssignedAt != nil {
		t.Errorf("the last is %+v", last)
	}
	r.owner.moves(t, b.AppointmentID, noon) // where that host is taken
	moved := r.owner.appointment(t, b.AppointmentID).QueueBookingInfo
	traced(moved, 2)
	if moved.Candidates[0].IsFree {
		t.Errorf("weighed were %+v", moved.Candidates)
	}
	r.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
	traced(r.owner.appointment(t, b.AppointmentID).QueueBookingInfo, 2)
	if counts := r.counts(t); !slices.Equal(counts, []int{0, 1, 0}) {
		t.Errorf("they have %v", counts)
	}
	if info := r.attendee(b.Secret).appointment(t, b.AppointmentID).QueueBookingInfo; info != nil {
		t.Errorf("an attendee is told %+v", info)
	}
	if info := r.owner.appointment(t, r.owner.book(t).AppointmentID).QueueBookingInfo; info != nil {
		t.Errorf("without a queue it is told %+v", info)
	}

	r.owner.changes(t, string(r.kind), `{"meetingOptions":{"requireHostConfirmation":"enabled"}}`)
	hold := r.owner.holds(t, r.request(2)).ProvisionalBookingID
	page := func() *client.QueueBookingInfo {
		t.Helper()
		all := got[client.ProvisionalBookingPage](t, http.StatusOK)(r.owner.ListProvisionalBookings(t.Context(), nil))
		return one(t, all.ProvisionalBookings).QueueBookingInfo
	}
	traced(page(), 1)
	booked := decode[client.Approved](t, r.owner.answers(t, hold, "approve").body)
	traced(r.owner.appointment(t, booked.AppointmentID).QueueBookingInfo, 1)
	if info := page(); info == nil || text(info.SelectionReason) == "" {
		t.Errorf("of the request it is told %+v", info)
	}
}
