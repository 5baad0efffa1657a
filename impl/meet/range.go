package meet

import "time"

// Range is a stretch of time, half open: Start belongs to it, End does not.
// A range whose End is not after its Start is empty.
type Range struct{ Start, End time.Time }

// Empty reports whether no instant lies in r.
func (r Range) Empty() bool { return !r.Start.Before(r.End) }

// Overlaps reports whether some instant lies in both ranges; ranges that
// only touch do not overlap.
func (r Range) Overlaps(o Range) bool { return r.Start.Before(o.End) && o.Start.Before(r.End) }

// Contains reports whether t lies in r.
func (r Range) Contains(t time.Time) bool { return !t.Before(r.Start) && t.Before(r.End) }

// Duration returns the length of r.
func (r Range) Duration() time.Duration { return r.End.Sub(r.Start) }
