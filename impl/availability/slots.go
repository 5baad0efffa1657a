package availability

import (
	"slices"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// Slots returns the starts in q.Range that can be booked, each once, in
// ascending order. Whether a start is among them does not depend on the
// range. The Hosts of the slots share storage.
func Slots(q Query, r Rules, hosts []Host) []Slot {
	s := newSearch(q, r)
	if s.idle() || len(hosts) == 0 {
		return nil
	}
	diaries := s.diaries(hosts)
	var slots []Slot
	if q.Everyone {
		slots = slotsOfAll(diaries)
	} else {
		slots = slotsOfAny(diaries)
	}
	if r.Capacity > 1 {
		joinRunning(slots, diaries)
	}
	if q.Troubleshoot {
		slots = explain(slots, diaries)
	}
	return slots
}

// At returns the slot that starts at start, and whether there is one: it is
// what Slots lists for a range of this one start, whatever q.Range says.
func At(q Query, r Rules, hosts []Host, start time.Time) (Slot, bool) {
	q.Range = meet.Range{Start: start, End: start.Add(time.Microsecond)}
	for _, slot := range Slots(q, r, hosts) {
		if len(slot.Hosts) > 0 && slot.Start.Equal(start) {
			return slot, true
		}
	}
	return Slot{}, false
}

// slotsOfAny returns the starts of each host's own grid that this host can
// take.
func slotsOfAny(diaries []diary) []Slot {
	grids := make([][]int64, len(diaries))
	total := 0
	for i := range diaries {
		grids[i] = diaries[i].grid(diaries[i].bookable())
		total += len(grids[i])
	}
	var slots []Slot
	takers := make([]meet.UserID, 0, total)
	for at, on := range merge(grids) {
		first := len(takers)
		for _, i := range on {
			takers = append(takers, diaries[i].host.ID)
		}
		slots = append(slots, Slot{Start: instant(at), Hosts: takers[first:len(takers):len(takers)]})
	}
	return slots
}

// slotsOfAll returns the starts of any host's grid that every host can take.
func slotsOfAll(diaries []diary) []Slot {
	common := set{diaries[0].asked}
	all := make([]meet.UserID, len(diaries))
	for i := range diaries {
		common = common.and(diaries[i].bookable())
		all[i] = diaries[i].host.ID
	}
	grids := make([][]int64, len(diaries))
	for i := range diaries {
		grids[i] = diaries[i].grid(common)
	}
	var slots []Slot
	for at := range merge(grids) {
		slots = append(slots, Slot{Start: instant(at), Hosts: all})
	}
	return slots
}

// joinRunning names in each slot the group of the first of its hosts who has
// one there.
func joinRunning(slots []Slot, diaries []diary) {
	for i := range diaries {
		running := diaries[i].running()
		for j := range slots {
			slot := &slots[j]
			b := running[slot.Start.UnixMicro()]
			if b != nil && slot.Booking == "" && slot.has(diaries[i].host.ID) {
				slot.Booking, slot.SeatsTaken, slot.Held = b.Booking, b.SeatsTaken, b.Kind == Hold
			}
		}
	}
}

// has reports whether the host can take the meeting.
func (s *Slot) has(host meet.UserID) bool { return slices.Contains(s.Hosts, host) }
