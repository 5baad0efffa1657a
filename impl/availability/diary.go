package availability

import "slices"

// diary is what a search finds out about one host.
type diary struct {
	*search
	host     *Host
	calendar calendar
	windows  []window
	open     set // the hours: all windows joined
}

func (s *search) diaries(hosts []Host) []diary {
	diaries := make([]diary, len(hosts))
	for i := range hosts {
		h := &hosts[i]
		nearby := windows(h.Hours, h.Zone, span{s.asked.start, s.asked.end + s.length})
		diaries[i] = diary{search: s, host: h, calendar: s.calendar(h), windows: nearby, open: opening(nearby)}
	}
	return diaries
}

// bookable returns the starts at which the host can take the meeting,
// whichever grid they lie on.
func (d *diary) bookable() set {
	return d.fitting().and(d.calendar.startable()).minus(d.ruledOut())
}

// fitting returns the starts of meetings that lie within the hours.
func (d *diary) fitting() set {
	out := make(set, 0, len(d.open))
	for _, hours := range d.open {
		if starts := (span{hours.start, hours.end - d.length + 1}); !starts.empty() {
			out = append(out, starts)
		}
	}
	return out
}

// ruledOut returns the starts of meetings that overlap time taken.
func (d *diary) ruledOut() set {
	var out []span
	for i := range d.host.Busy {
		out = d.appendRuledOut(out, &d.host.Busy[i])
	}
	return union(out)
}

// grid returns the starts among the given ones that lie on the grids of the
// host's windows, in ascending order.
func (d *diary) grid(among set) []int64 {
	var out []int64
	for _, w := range d.windows {
		for _, s := range among[among.after(w.start):] {
			if s.start >= w.end {
				break
			}
			from, to := max(s.start, w.start), min(s.end, w.end)
			steps := (from - w.anchor + d.interval - 1) / d.interval
			for at := w.anchor + steps*d.interval; at < to; at += d.interval {
				out = append(out, at)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// running returns the group bookings that can be joined, by their start; of
// several with the same start, the first one listed.
func (d *diary) running() map[int64]*Busy {
	if d.Capacity <= 1 {
		return nil
	}
	running := make(map[int64]*Busy)
	for i := range d.host.Busy {
		b := &d.host.Busy[i]
		if at := ceil(b.Meeting.Start); d.joinable(b) && running[at] == nil {
			running[at] = b
		}
	}
	return running
}
