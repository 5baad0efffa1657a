package server

import (
	"slices"
	"time"
)

// instantLayout is RFC 3339 with exactly three digits of a second.
const instantLayout = "2006-01-02T15:04:05.000Z07:00"

// Instant is an instant of an answer. It is written with milliseconds and in its own time zone, so that the caller decides between UTC and an offset.
type Instant struct {
	time.Time
}

// MarshalJSON writes the instant as RFC 3339 with milliseconds. A list of slots has a thousand of them, so they are put
// into what package time writes quickly.
func (i Instant) MarshalJSON() ([]byte, error) {
	const whole = len(`"2006-01-02T15:04:05`)
	text := append(make([]byte, 0, len(instantLayout)+2), '"')
	text = append(i.AppendFormat(text, time.RFC3339), '"')
	ms := i.Nanosecond() / int(time.Millisecond)
	return slices.Insert(text, whole, '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10)), nil
}

// String gives what MarshalJSON writes, without the quotes.
func (i Instant) String() string {
	return i.Format(instantLayout)
}
