package availability_test

import (
	"slices"
	"time"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
)

// The reference finds slots the slow way, by looking at the host's clock
// every minute, and says each rule as the package comment words it. Its
// instants are minutes since 1970, which suffices for zones and rules of
// whole minutes.

// referenceSlots maps each bookable start to those who can take it.
func referenceSlots(s scenario) map[time.Time][]meet.UserID {
	hosts := make([]referenceHost, len(s.hosts))
	var grid []int64
	for i, h := range s.hosts {
		hosts[i] = newReferenceHost(s, h)
		grid = append(grid, hosts[i].grid...)
	}
	slots := make(map[time.Time][]meet.UserID)
	for _, at := range grid {
		start := time.Unix(at*60, 0).UTC()
		if !s.query.Range.Contains(start) {
			continue
		}
		var takers []meet.UserID
		for _, h := range hosts {
			if h.canTake(s, start) && (s.query.Everyone || slices.Contains(h.grid, at)) {
				takers = append(takers, h.ID)
			}
		}
		if len(takers) == len(hosts) || len(takers) > 0 && !s.query.Everyone {
			slots[start] = takers
		}
	}
	return slots
}

type referenceHost struct {
	availability.Host
	grid []int64
	open map[int64]bool
}

func newReferenceHost(s scenario, host availability.Host) referenceHost {
	h := referenceHost{Host: host, open: make(map[int64]bool)}
	const days = 3
	from := s.query.Range.Start.Add(-days*24*time.Hour).Unix() / 60
	to := s.query.Range.End.Add(s.rules.Duration+days*24*time.Hour).Unix() / 60

	shown := make(map[meet.LocalTime][]int64) // when the clock shows a time
	for at := from; at < to; at++ {
		t := time.Unix(at*60, 0).In(host.Zone)
		local := meet.DateOf(t).At(meet.TimeOfDay(t.Hour()*60 + t.Minute()))
		shown[local] = append(shown[local], at)
	}
	first := meet.DateOf(time.Unix(from*60, 0).In(host.Zone))
	last := meet.DateOf(time.Unix(to*60, 0).In(host.Zone))
	for _, window := range referenceWindows(host.Hours, first, last) {
		var instants []int64
		for _, local := range window {
			instants = append(instants, shown[local]...)
		}
		slices.Sort(instants)
		for _, at := range instants {
			h.open[at] = true
			if (at-instants[0])%int64(s.rules.Interval/time.Minute) == 0 {
				h.grid = append(h.grid, at)
			}
		}
	}
	return h
}

// referenceWindows returns the windows that start on the dates, each as the
// minutes that it covers.
func referenceWindows(h meet.Hours, first, last meet.Date) (out [][]meet.LocalTime) {
	dropped := make(map[meet.Date]bool)
	blocked := make(map[meet.LocalTime]bool)
	for _, e := range h.Exceptions {
		for _, d := range e.Dates {
			dropped[d] = dropped[d] || e.Kind == meet.Block && len(e.Windows) == 0
			for _, w := range e.Windows {
				if e.Kind == meet.Block {
					for _, local := range minutesOf(w, d) {
						blocked[local] = true
					}
				} else {
					out = append(out, minutesOf(w, d))
				}
			}
		}
	}
	for d := first; d <= last; d++ {
		if !h.Week[d.Weekday()].Enabled || dropped[d] {
			continue
		}
		for _, w := range h.Week[d.Weekday()].Windows {
			var piece []meet.LocalTime
			for _, local := range minutesOf(w, d) {
				if !blocked[local] {
					piece = append(piece, local)
				} else if piece != nil {
					out, piece = append(out, piece), nil
				}
			}
			out = append(out, piece)
		}
	}
	return out
}

func minutesOf(w meet.Window, d meet.Date) (minutes []meet.LocalTime) {
	end := d.At(w.End)
	if w.End < w.Start {
		end = (d + 1).At(w.End)
	}
	for local := d.At(w.Start); local < end; local++ {
		minutes = append(minutes, local)
	}
	return minutes
}

func (h *referenceHost) canTake(s scenario, start time.Time) bool {
	r := s.rules
	meeting := meet.Range{Start: start, End: start.Add(r.Duration)}
	for at := meeting.Start; at.Before(meeting.End); at = at.Add(time.Minute) {
		if !h.open[at.Unix()/60] {
			return false
		}
	}
	occupied := meet.Range{Start: start.Add(-r.Before), End: meeting.End.Add(r.After)}
	for _, b := range h.Busy {
		joins := r.Capacity > 1 && b.Kind != availability.External && b.SameType && b.SeatsTaken < r.Capacity && b.Meeting == meeting
		if taken(s, b) && !joins && b.Occupied.Overlaps(occupied) {
			return false
		}
	}
	return h.mayStart(s, start)
}

// taken reports whether b takes time.
func taken(s scenario, b availability.Busy) bool {
	void := b.Kind == availability.Hold && !b.ExpiresAt.After(s.query.Now)
	return !void && b.Booking != s.query.Exclude && !b.Occupied.Empty()
}

// mayStart reports whether notice, horizon and limits let a meeting start.
func (h *referenceHost) mayStart(s scenario, start time.Time) bool {
	r := s.rules
	if start.Before(s.query.Now.Add(r.Notice)) {
		return false
	}
	date := h.dateOf(start)
	if r.MaxAdvanceDays >= 0 && date > h.dateOf(s.query.Now)+meet.Date(r.MaxAdvanceDays) ||
		r.From != nil && date < *r.From || r.Until != nil && date > *r.Until {
		return false
	}
	sameDay, sameWeek := 0, 0
	for _, b := range h.Busy {
		if b.Kind != availability.Booking || !b.SameType || b.Booking == s.query.Exclude {
			continue
		}
		booked := h.dateOf(b.Meeting.Start)
		if booked == date {
			sameDay++
		}
		if booked.Monday() == date.Monday() {
			sameWeek++
		}
	}
	return (r.MaxPerDay == 0 || sameDay < r.MaxPerDay) && (r.MaxPerWeek == 0 || sameWeek < r.MaxPerWeek)
}

func (h *referenceHost) dateOf(t time.Time) meet.Date { return meet.DateOf(t.In(h.Zone)) }

// isFree reports whether the host has the minute that begins at an instant
// free.
func (h *referenceHost) isFree(s scenario, at time.Time) bool {
	for _, b := range h.Busy {
		if taken(s, b) && b.Occupied.Contains(at) {
			return false
		}
	}
	return h.open[at.Unix()/60] && h.mayStart(s, at)
}
