package mail

import (
	"fmt"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// language is how people of a language write what templates cannot.
type language struct {
	tag     string
	meeting string // a meeting without a name
	and     string
	places  map[meet.Channel]string
	// date writes the date and time of day that t shows.
	date func(t time.Time) string
	// minutes writes a length.
	minutes func(n int) string
	yes, no string
}

// languages are those that there are templates for.
var languages = map[string]language{"en": english, "de": german}

var english = language{
	tag: "en", meeting: "Meeting", and: "and", yes: "Yes", no: "No",
	places: places("By phone", "In person", "At your place", "Online meeting"),
	date:   func(t time.Time) string { return t.Format("Monday, 2 January 2006, 15:04") },
	minutes: func(n int) string {
		if n == 1 {
			return "1 minute"
		}
		return fmt.Sprintf("%d minutes", n)
	},
}

var german = language{
	tag: "de", meeting: "Termin", and: "und", yes: "Ja", no: "Nein",
	places: places("Telefonisch", "Persönlich", "Bei Ihnen", "Online-Besprechung"),
	date: func(t time.Time) string {
		return fmt.Sprintf("%s, %d. %s %d, %s Uhr", germanDays[t.Weekday()], t.Day(), germanMonths[t.Month()-1], t.Year(), t.Format("15:04"))
	},
	minutes: func(n int) string {
		if n == 1 {
			return "1 Minute"
		}
		return fmt.Sprintf("%d Minuten", n)
	},
}

var (
	germanDays   = [...]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"}
	germanMonths = [...]string{
		"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
	}
)

// places names the channels; those that are products keep their names.
func places(phone, local, visit, online string) map[meet.Channel]string {
	return map[meet.Channel]string{
		meet.Phone: phone, meet.PhoneIncoming: phone, meet.Local: local, meet.LocalAttendee: visit, meet.Connect: online,
		meet.Google: "Google Meet", meet.Zoom: "Zoom", meet.Teams: "Microsoft Teams", meet.Webex: "Webex", meet.WhatsApp: "WhatsApp",
	}
}

// languageOf returns the language of a tag such as de-AT, and English for
// one that nobody wrote templates for.
func languageOf(tag string) language {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-"), "-")
	if l, ok := languages[base]; ok {
		return l
	}
	return english
}

// instant writes an instant on the clocks of a zone, and which zone that is.
func (l language) instant(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	place := zone.String()
	if comesTwice(t) {
		place += ", UTC" + strings.TrimSuffix(t.Format("-07:00"), ":00")
	}
	return fmt.Sprintf("%s (%s)", l.date(t), place)
}

// comesTwice reports whether clocks show the time of t at another instant as
// well, because they are set back that night.
func comesTwice(t time.Time) bool {
	const clock = "2006-01-02 15:04"
	for _, d := range []time.Duration{-time.Hour, -30 * time.Minute, 30 * time.Minute, time.Hour} {
		if t.Add(d).Format(clock) == t.Format(clock) {
			return true
		}
	}
	return false
}

// list joins names as a sentence does.
func (l language) list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + l.and + " " + names[last]
}

// zoneOf returns the first zone that exists, else UTC.
func zoneOf(names ...string) *time.Location {
	for _, name := range names {
		if zone, err := meet.LoadZone(name); err == nil {
			return zone
		}
	}
	return time.UTC
}
