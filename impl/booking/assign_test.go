package booking_test

import (
	"testing"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
)

// Ensure a newcomer never starts below the member of the smallest share, and
// not a whole booking above.
func TestLevel(t *testing.T) {
	members := []meet.QueueMember{{User: "a", Capacity: 2, Count: 3}, {User: "b", Capacity: 1, Count: 1, Calibration: 1}}
	for capacity, want := range map[int]int{0: 2, 1: 2, 2: 3, 3: 5, 4: 6} {
		if got := booking.Level(members, capacity); got != want {
			t.Errorf("at capacity %d it is %d, want %d", capacity, got, want)
		}
	}
	if got := booking.Level(nil, 3); got != 0 {
		t.Errorf("alone it is %d", got)
	}
}
