package availability

import "slices"

// explain adds to the slots the starts of the hosts' grids that cannot be
// booked, and to each start what keeps the other hosts from taking it.
func explain(slots []Slot, diaries []diary) []Slot {
	grids := make([][]int64, len(diaries))
	for i := range diaries {
		grids[i] = diaries[i].grid(set{diaries[i].asked})
	}
	var out []Slot
	for at, on := range merge(grids) {
		slot := Slot{Start: instant(at)}
		if len(slots) > 0 && slots[0].Start.Equal(slot.Start) {
			slot, slots = slots[0], slots[1:]
		}
		for i := range diaries {
			d := &diaries[i]
			if slot.has(d.host.ID) {
				continue
			}
			blocks := d.blocks(at)
			if len(blocks) == 0 && !d.Everyone && !slices.Contains(on, i) {
				blocks = d.block(nil, OffGrid, d.meeting(at))
			}
			slot.Blocks = append(slot.Blocks, blocks...)
		}
		out = append(out, slot)
	}
	return out
}

// blocks returns every rule that keeps the host from taking a meeting that
// starts at an instant, whichever grid it lies on.
func (d *diary) blocks(at int64) []Block {
	var out []Block
	meeting := d.meeting(at)
	if at < d.earliest {
		out = d.block(out, TooSoon, meeting)
	}
	if reason := d.calendar.refuses(dateOf(d.host.Zone, at)); reason != "" {
		out = d.block(out, reason, meeting)
	}
	if !d.open.covers(meeting) {
		out = d.block(out, OffHours, meeting)
	}
	var starts []span
	for i := range d.host.Busy {
		b := &d.host.Busy[i]
		starts = d.appendRuledOut(starts[:0], b)
		if slices.ContainsFunc(starts, func(s span) bool { return s.contains(at) }) {
			out = d.block(out, Reason(b.Kind), d.takes(b))
		}
	}
	return out
}

func (d *diary) block(dst []Block, reason Reason, when span) []Block {
	return append(dst, Block{Host: d.host.ID, Reason: reason, Range: when.times()})
}
