package availability

import "github.com/meetwright/meetwright/impl/meet"

// Free returns the stretches within q.Range that the hosts have free, of any
// host or, when everyone takes part, of all at once, joined and in ascending
// order: their hours without the time that is taken, from now plus the
// notice on, and on dates on which a meeting may start. Neither the length of
// the meeting nor its buffers matter, so a stretch may be too short for it;
// a group booking takes its time even while it has seats left.
func Free(q Query, r Rules, hosts []Host) []meet.Range {
	s := newSearch(q, r)
	if s.idle() || len(hosts) == 0 {
		return nil
	}
	var free set
	for i, d := range s.diaries(hosts) {
		if q.Everyone && i > 0 {
			free = free.and(d.free())
		} else {
			free = append(free, d.free()...)
		}
	}
	var ranges []meet.Range
	for _, stretch := range union(free) {
		ranges = append(ranges, stretch.times())
	}
	return ranges
}

// free returns the host's hours, where meetings may start, less what is
// taken.
func (d *diary) free() set {
	taken := make([]span, len(d.host.Busy))
	for i := range d.host.Busy {
		taken[i] = d.takes(&d.host.Busy[i])
	}
	return d.open.and(d.calendar.startable()).minus(union(taken))
}
