package availability_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
)

func TestSlots_Reference(t *testing.T) { rapid.Check(t, agreesWithReference) }

func FuzzSlots(f *testing.F) { f.Fuzz(rapid.MakeFuzz(agreesWithReference)) }

// agreesWithReference ensures the slots are those that a minute-by-minute
// reading of the rules finds, in order, each once.
func agreesWithReference(t *rapid.T) {
	s := drawScenario(t)
	got := make(map[time.Time][]meet.UserID)
	var last time.Time
	for _, slot := range s.slots() {
		if !last.Before(slot.Start) {
			t.Fatalf("%v comes after %v", slot.Start, last)
		}
		last = slot.Start
		got[slot.Start] = slot.Hosts
		_ = append(slot.Hosts, "somebody") // does not reach into the next slot
	}
	if diff := cmp.Diff(referenceSlots(s), got); diff != "" {
		t.Fatalf("slots (-reference +got):\n%s", diff)
	}
}

// Ensure that booking, which asks about one start, hears what listing shows.
func TestAt_AgreesWithSlots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		s.query.Troubleshoot = rapid.Bool().Draw(t, "troubleshoot")
		listed := make(map[time.Time]availability.Slot)
		for _, slot := range s.slots() {
			if len(slot.Hosts) > 0 {
				listed[slot.Start] = slot
			}
		}
		for at := s.query.Range.Start; at.Before(s.query.Range.End); at = at.Add(5 * time.Minute) {
			want, ok := listed[at]
			got, gotOK := availability.At(s.query, s.rules, s.hosts, at)
			if diff := cmp.Diff(want, got); diff != "" || ok != gotOK {
				t.Fatalf("At(%v) = %v; slot (-listed +got):\n%s", at, gotOK, diff)
			}
			if _, ok := availability.At(s.query, s.rules, s.hosts, at.Add(-time.Nanosecond)); ok {
				t.Fatalf("a nanosecond before %v is a slot", at)
			}
		}
	})
}

// Ensure that it does not matter how a range is cut: parts listed one by one
// are the whole.
func TestSlots_IndependentOfRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		s.query.Troubleshoot = rapid.Bool().Draw(t, "troubleshoot")
		whole := s.slots()
		var parts []availability.Slot
		for end := s.query.Range.End; s.query.Range.Start.Before(end); s.query.Range.Start = s.query.Range.End {
			length := time.Duration(rapid.IntRange(1, int(24*time.Hour/time.Second)).Draw(t, "part")) * time.Second
			s.query.Range.End = s.query.Range.Start.Add(length)
			if s.query.Range.End.After(end) {
				s.query.Range.End = end
			}
			parts = append(parts, s.slots()...)
		}
		if diff := cmp.Diff(whole, parts); diff != "" {
			t.Fatalf("slots (-whole +parts):\n%s", diff)
		}
	})
}

// Ensure that no meeting, with its buffers, lies over time that is taken, but
// for the group booking that it joins.
func TestSlots_NeverOverBusy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		for _, slot := range s.slots() {
			meeting := meet.Range{Start: slot.Start, End: slot.Start.Add(s.rules.Duration)}
			occupied := meet.Range{Start: meeting.Start.Add(-s.rules.Before), End: meeting.End.Add(s.rules.After)}
			for _, h := range s.hosts {
				for _, b := range h.Busy {
					switch {
					case !slices.Contains(slot.Hosts, h.ID), b.Occupied.Empty(), !b.Occupied.Overlaps(occupied),
						b.Booking == s.query.Exclude,
						b.Kind == availability.Hold && !b.ExpiresAt.After(s.query.Now):
					case s.rules.Capacity == 1, b.Meeting != meeting, !b.SameType, b.SeatsTaken >= s.rules.Capacity:
						t.Fatalf("slot %v of %s overlaps %+v", slot.Start, h.ID, b)
					case slot.Booking == "":
						t.Fatalf("slot %v does not name the booking it joins", slot.Start)
					}
				}
			}
		}
	})
}

// Ensure that troubleshooting lists the same slots and gives a reason for
// everything else, and only for that.
func TestSlots_Troubleshoot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		want := s.slots()
		s.query.Troubleshoot = true
		var got []availability.Slot
		for _, slot := range s.slots() {
			blocked := make(map[meet.UserID]bool)
			for _, b := range slot.Blocks {
				blocked[b.Host] = true
				if s.query.Everyone && b.Reason == availability.OffGrid {
					t.Fatalf("%v: the grid of %s matters", slot.Start, b.Host)
				}
			}
			for _, h := range s.hosts {
				if slices.Contains(slot.Hosts, h.ID) == blocked[h.ID] && (!s.query.Everyone || blocked[h.ID]) {
					t.Fatalf("%v: %s is in both or none of %v and %v", slot.Start, h.ID, slot.Hosts, slot.Blocks)
				}
			}
			if len(slot.Hosts) == 0 && len(slot.Blocks) == 0 {
				t.Fatalf("%v cannot be booked for no reason", slot.Start)
			}
			if slot.Blocks = nil; len(slot.Hosts) > 0 {
				got = append(got, slot)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("bookable (-want +got):\n%s", diff)
		}
	})
}

// Ensure the free stretches are those of a minute-by-minute reading, joined.
func TestFree_Reference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		s.query.Now = s.query.Now.Round(time.Minute)
		var hosts []referenceHost
		for _, h := range s.hosts {
			hosts = append(hosts, newReferenceHost(s, h))
		}
		var want []meet.Range
		for at := s.query.Range.Start; at.Before(s.query.Range.End); at = at.Add(time.Minute) {
			free := 0
			for _, h := range hosts {
				if h.isFree(s, at) {
					free++
				}
			}
			if free == 0 || s.query.Everyone && free < len(hosts) {
				continue
			}
			if last := len(want) - 1; last >= 0 && want[last].End.Equal(at) {
				want[last].End = at.Add(time.Minute)
			} else {
				want = append(want, meet.Range{Start: at, End: at.Add(time.Minute)})
			}
		}
		if diff := cmp.Diff(want, availability.Free(s.query, s.rules, s.hosts)); diff != "" {
			t.Fatalf("free (-reference +got):\n%s", diff)
		}
	})
}

func (s scenario) slots() []availability.Slot {
	return availability.Slots(s.query, s.rules, s.hosts)
}
