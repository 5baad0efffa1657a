package availability

import (
	"cmp"
	"slices"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// window is an unbroken stretch of one window of the hours. The parts of a
// window that is broken by a change of clocks share the anchor.
type window struct {
	span
	anchor int64 // the window's first instant, where its grid begins
}

// windows returns the windows of h in which an instant of within may lie,
// and perhaps some around them.
func windows(h meet.Hours, zone *time.Location, within span) []window {
	first, last := datesShown(zone, within)
	local := layers(h, first-1, last) // first-1: its nights reach into first
	out := make([]window, 0, len(local))
	var parts []meet.Range
	for _, l := range local {
		parts = meet.AppendRanges(parts[:0], zone, l)
		for _, part := range parts {
			out = append(out, window{spanOf(part), ceil(parts[0].Start)})
		}
	}
	return out
}

// opening returns the instants that lie in any of the windows.
func opening(windows []window) set {
	spans := make([]span, len(windows))
	for i, w := range windows {
		spans[i] = w.span
	}
	return union(spans)
}

// datesShown returns bounds of the dates that a clock in zone shows during s.
// They allow for the clock being put back over midnight, by a day at most.
func datesShown(zone *time.Location, s span) (first, last meet.Date) {
	return dateOf(zone, s.start) - 1, dateOf(zone, s.end) + 1
}

func dateOf(zone *time.Location, at int64) meet.Date {
	return meet.DateOf(time.UnixMicro(at).In(zone))
}

// layers returns the windows that start on the dates first to last: the week
// less the blocks, and the available exceptions.
func layers(h meet.Hours, first, last meet.Date) []meet.LocalSpan {
	var (
		out     = make([]meet.LocalSpan, 0, 2*(last-first+1))
		dropped []meet.Date
		blocks  []meet.LocalSpan
	)
	for _, e := range h.Exceptions {
		for _, d := range e.Dates {
			switch {
			case d < first-1 || last+1 < d: // too far to reach a window
			case e.Kind == meet.Available:
				out = appendSpans(out, d, e.Windows)
			case len(e.Windows) == 0:
				dropped = append(dropped, d)
			default:
				blocks = appendSpans(blocks, d, e.Windows)
			}
		}
	}
	blocks = joined(blocks)
	for d := first; d <= last; d++ {
		if day := h.Week[d.Weekday()]; day.Enabled && !slices.Contains(dropped, d) {
			for _, w := range day.Windows {
				out = appendCut(out, w.On(d), blocks)
			}
		}
	}
	return out
}

func appendSpans(dst []meet.LocalSpan, d meet.Date, windows []meet.Window) []meet.LocalSpan {
	for _, w := range windows {
		dst = append(dst, w.On(d))
	}
	return dst
}

// joined returns the same local time in ascending order, no two spans of
// which overlap. It takes over the storage.
func joined(spans []meet.LocalSpan) []meet.LocalSpan {
	slices.SortFunc(spans, func(a, b meet.LocalSpan) int { return cmp.Compare(a.Start, b.Start) })
	out := spans[:0]
	for _, s := range spans {
		if last := len(out) - 1; last >= 0 && s.Start <= out[last].End {
			out[last].End = max(out[last].End, s.End)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// appendCut appends what joined blocks leave of w.
func appendCut(dst []meet.LocalSpan, w meet.LocalSpan, blocks []meet.LocalSpan) []meet.LocalSpan {
	first, _ := slices.BinarySearchFunc(blocks, w.Start, func(b meet.LocalSpan, at meet.LocalTime) int { return cmp.Compare(b.End, at+1) })
	for _, b := range blocks[first:] {
		if w.End <= b.Start {
			break
		}
		if w.Start < b.Start {
			dst = append(dst, meet.LocalSpan{Start: w.Start, End: b.Start})
		}
		w.Start = b.End
	}
	if w.Start < w.End {
		dst = append(dst, w)
	}
	return dst
}
