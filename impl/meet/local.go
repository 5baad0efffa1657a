package meet

import (
	"math"
	"time"
)

// LocalTime is what a wall clock shows, date and time of day together, in
// minutes since 1970-01-01 00:00 on that clock. It is no instant: in a given
// zone it may come once, twice or never.
type LocalTime int64

// LocalSpan is a stretch of wall-clock time, half open.
type LocalSpan struct{ Start, End LocalTime }

// At returns the time t of the date; 24:00 is 00:00 of the next date.
func (d Date) At(t TimeOfDay) LocalTime { return LocalTime(d)*LocalTime(EndOfDay) + LocalTime(t) }

// On returns the stretch that w covers when it starts on d.
func (w Window) On(d Date) LocalSpan {
	end := d
	if w.End < w.Start {
		end++
	}
	return LocalSpan{Start: d.At(w.Start), End: end.At(w.End)}
}

// AppendRanges appends to dst the instants at which a clock in loc shows a
// time within s, as ranges in ascending order that do not touch.
//
// It is the one place where local hours become instants. Local time that
// does not exist yields nothing, local time that comes twice yields both, so
// there may be no range at all, or two of them with a break between.
func AppendRanges(dst []Range, loc *time.Location, s LocalSpan) []Range {
	start, end := s.Start.seconds(), s.End.seconds()
	known := len(dst)
	for at := start - maxOffset; at < end+maxOffset; {
		offset, until := offsetAt(loc, at)
		from, to := max(at, start-offset), min(until, end-offset)
		at = until
		if from >= to {
			continue
		}
		r := Range{Start: utc(from), End: utc(to)}
		if last := len(dst) - 1; last >= known && dst[last].End.Equal(r.Start) {
			dst[last].End = r.End
		} else {
			dst = append(dst, r)
		}
	}
	return dst
}

// DayBounds returns the time from the first instant of d to the first
// instant of the date after it, on a clock in loc. Days have 23, 24, 25 or
// other numbers of hours; a date that loc left out is empty.
func DayBounds(loc *time.Location, d Date) Range {
	return Range{Start: firstInstant(loc, d), End: firstInstant(loc, d+1)}
}

// firstInstant returns when a clock in loc first shows d or a later date.
func firstInstant(loc *time.Location, d Date) time.Time {
	midnight := d.At(0).seconds()
	for at := midnight - maxOffset; ; {
		offset, until := offsetAt(loc, at)
		if from := max(at, midnight-offset); from < until {
			return utc(from)
		}
		at = until
	}
}

const secondsPerDay = 24 * 60 * 60

// maxOffset is more than any clock has been ahead of UTC or behind it.
const maxOffset = secondsPerDay

// offsetAt returns how far a clock in loc is ahead of UTC at an instant, and
// a later instant until which that holds. All are in seconds.
func offsetAt(loc *time.Location, at int64) (offset, until int64) {
	t := time.Unix(at, 0).In(loc)
	_, seconds := t.Zone()
	_, bound := t.ZoneBounds()
	if bound.IsZero() {
		return int64(seconds), math.MaxInt64
	}
	until = bound.Unix()
	if until <= at {
		// Beyond a zone's table the time package goes year by year and
		// ends every year after 365 days, too early for the last day
		// of a leap year.
		until = (floorDiv(at, secondsPerDay) + 1) * secondsPerDay
	}
	return int64(seconds), until
}

func (t LocalTime) seconds() int64 { return int64(t) * 60 }

func utc(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }
