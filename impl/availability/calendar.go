package availability

import (
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// calendar tells on which dates of a host a meeting may start.
type calendar struct {
	*search
	zone        *time.Location
	today       meet.Date
	first, last meet.Date // bounds of the dates asked for
	// booked counts the host's bookings of the meeting type by date, in
	// whole weeks from monday on. It is there when they are limited.
	monday meet.Date
	booked []int
}

func (s *search) calendar(h *Host) calendar {
	c := calendar{search: s, zone: h.Zone}
	if s.datesMatter() {
		c.today = meet.DateOf(s.Now.In(h.Zone))
		c.first, c.last = datesShown(h.Zone, s.asked)
	}
	if s.MaxPerDay > 0 || s.MaxPerWeek > 0 {
		c.count(h.Busy)
	}
	return c
}

// count counts the bookings of the weeks asked for.
func (c *calendar) count(busy []Busy) {
	c.monday = c.first.Monday()
	c.booked = make([]int, c.last.Monday()+7-c.monday)
	// To tell a date takes time. Nothing so far away is of these weeks.
	margin := (10 * 24 * time.Hour).Microseconds()
	near := span{c.asked.start - margin, c.asked.end + margin}
	for i := range busy {
		b := &busy[i]
		if at := ceil(b.Meeting.Start); c.counts(b) && near.contains(at) {
			if day := int(dateOf(c.zone, at) - c.monday); 0 <= day && day < len(c.booked) {
				c.booked[day]++
			}
		}
	}
}

// datesMatter reports whether there are dates on which no meeting may start.
func (s *search) datesMatter() bool {
	return s.MaxAdvanceDays >= 0 || s.From != nil || s.Until != nil || s.MaxPerDay > 0 || s.MaxPerWeek > 0
}

// refuses returns why no meeting may start on d, one of the dates asked for,
// and "" when one may.
func (c *calendar) refuses(d meet.Date) Reason {
	switch {
	case c.MaxAdvanceDays >= 0 && int(d-c.today) > c.MaxAdvanceDays,
		c.From != nil && d < *c.From,
		c.Until != nil && d > *c.Until:
		return TooFar
	case c.MaxPerDay > 0 && c.booked[d-c.monday] >= c.MaxPerDay:
		return DayFull
	case c.MaxPerWeek > 0 && c.inWeek(d) >= c.MaxPerWeek:
		return WeekFull
	}
	return ""
}

// inWeek returns the number of bookings in d's week.
func (c *calendar) inWeek(d meet.Date) int {
	n := 0
	first := d.Monday() - c.monday
	for _, booked := range c.booked[first : first+7] {
		n += booked
	}
	return n
}

// startable returns when a meeting may start: within the range asked for, not
// before the notice, on a date that is not refused.
func (c *calendar) startable() set {
	asked := span{max(c.asked.start, c.earliest), c.asked.end}
	switch {
	case asked.empty():
		return nil
	case !c.datesMatter():
		return set{asked}
	}
	var days []span
	var parts []meet.Range
	for d := c.first; d <= c.last; d++ {
		if c.refuses(d) == "" {
			parts = meet.AppendRanges(parts[:0], c.zone, meet.LocalSpan{Start: d.At(0), End: d.At(meet.EndOfDay)})
			for _, part := range parts {
				days = append(days, spanOf(part))
			}
		}
	}
	return union(days).and(set{asked})
}
