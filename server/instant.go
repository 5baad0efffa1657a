package server

import "time"

// instantLayout is RFC 3339 with exactly three digits of a second.
const instantLayout = "2006-01-02T15:04:05.000Z07:00"

// Instant is an instant of an answer. It is written with milliseconds and in its own time zone, so that the caller decides between UTC and an offset.
type Instant struct {
	time.Time
}

// MarshalJSON writes the instant as RFC 3339 with milliseconds.
func (i Instant) MarshalJSON() ([]byte, error) {
	return i.AppendFormat(make([]byte, 0, len(instantLayout)+2), `"`+instantLayout+`"`), nil
}

// String gives what MarshalJSON writes, without the quotes.
func (i Instant) String() string {
	return i.Format(instantLayout)
}
