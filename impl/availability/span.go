package availability

import (
	"cmp"
	"slices"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// span is a half-open stretch of time in microseconds since 1970, the
// precision in which instants are stored.
type span struct{ start, end int64 }

// spanOf returns the instants, in whole microseconds, that lie in r.
func spanOf(r meet.Range) span { return span{ceil(r.Start), ceil(r.End)} }

func (s span) empty() bool { return s.start >= s.end }

func (s span) contains(at int64) bool { return s.start <= at && at < s.end }

func (s span) times() meet.Range {
	return meet.Range{Start: instant(s.start), End: instant(s.end)}
}

func instant(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// ceil returns the first whole microsecond that is not before t.
func ceil(t time.Time) int64 {
	micros := t.UnixMicro()
	if t.Nanosecond()%1000 != 0 {
		micros++
	}
	return micros
}

// set is a set of instants: spans in ascending order, none empty, no two
// overlapping or touching.
type set []span

// union returns the instants that lie in any of the spans, whose order and
// storage it takes over.
func union(spans []span) set {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	out := spans[:0]
	for _, s := range spans {
		switch last := len(out) - 1; {
		case s.empty():
		case last >= 0 && s.start <= out[last].end:
			out[last].end = max(out[last].end, s.end)
		default:
			out = append(out, s)
		}
	}
	return out
}

// and returns the instants that lie in both sets.
func (a set) and(b set) set {
	var out set
	for len(a) > 0 && len(b) > 0 {
		both := span{max(a[0].start, b[0].start), min(a[0].end, b[0].end)}
		if !both.empty() {
			out = append(out, both)
		}
		if a[0].end < b[0].end {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return out
}

// minus returns the instants of a that do not lie in b.
func (a set) minus(b set) set {
	out := make(set, 0, len(a))
	for _, s := range a {
		for len(b) > 0 && b[0].end <= s.start {
			b = b[1:]
		}
		for _, taken := range b {
			if taken.start >= s.end {
				break
			}
			if s.start < taken.start {
				out = append(out, span{s.start, taken.start})
			}
			s.start = taken.end
		}
		if !s.empty() {
			out = append(out, s)
		}
	}
	return out
}

// covers reports whether all of s lies in the set.
func (a set) covers(s span) bool {
	i := a.after(s.start)
	return i < len(a) && a[i].start <= s.start && s.end <= a[i].end
}

// after returns the index of the first span that ends after at.
func (a set) after(at int64) int {
	i, _ := slices.BinarySearchFunc(a, at, func(s span, at int64) int {
		if s.end <= at {
			return -1
		}
		return 1
	})
	return i
}
