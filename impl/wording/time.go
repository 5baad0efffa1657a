package wording

import (
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// Zone returns the first zone that exists, else UTC.
func Zone(names ...string) *time.Location {
	for _, name := range names {
		if zone, err := meet.LoadZone(name); err == nil {
			return zone
		}
	}
	return time.UTC
}

// Instant writes an instant on the clocks of a zone, and which zone that is.
func (l Language) Instant(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	place := zone.String()
	if comesTwice(t) {
		place += ", " + offset(t)
	}
	return l.Date(t) + " (" + place + ")"
}

// Clock writes the time of day that t shows, and which of the two when
// clocks show it twice.
func Clock(t time.Time) string {
	text := t.Format("15:04")
	if comesTwice(t) {
		text += " (" + offset(t) + ")"
	}
	return text
}

func offset(t time.Time) string { return "UTC" + strings.TrimSuffix(t.Format("-07:00"), ":00") }

// comesTwice reports whether clocks show the time of t at another instant as
// well, because they are set back that night.
func comesTwice(t time.Time) bool {
	const shown = "2006-01-02 15:04"
	for _, d := range []time.Duration{-time.Hour, -30 * time.Minute, 30 * time.Minute, time.Hour} {
		if t.Add(d).Format(shown) == t.Format(shown) {
			return true
		}
	}
	return false
}
