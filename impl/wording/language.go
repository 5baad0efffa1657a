package wording

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// Language is how people of a language write what is not a sentence.
type Language struct {
	Tag     string // such as "de"
	Meeting string // a meeting without a name
	And     string
	Yes, No string
	// Places name the channels.
	Places map[meet.Channel]string
	// Date writes the date and time of day that t shows, Day its date.
	Date, Day func(t time.Time) string
	// Minutes, Hours and Days write a length.
	Minutes, Hours, Days func(n int) string
}

// Languages are those that anything is written in, by their tags.
var Languages = map[string]Language{English.Tag: English, German.Tag: German}

// Of returns the language of a tag such as de-AT, and English for one that
// nothing is written in.
func Of(tag string) Language {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-"), "-")
	if l, ok := Languages[base]; ok {
		return l
	}
	return English
}

// English is written where no other language is known.
var English = Language{
	Tag: "en", Meeting: "Meeting", And: "and", Yes: "Yes", No: "No",
	Places:  places("By phone", "In person", "At your place", "Online meeting"),
	Date:    func(t time.Time) string { return t.Format("Monday, 2 January 2006, 15:04") },
	Day:     func(t time.Time) string { return t.Format("Monday, 2 January 2006") },
	Minutes: count("minute", "minutes"), Hours: count("hour", "hours"), Days: count("day", "days"),
}

// German addresses people formally.
var German = Language{
	Tag: "de", Meeting: "Termin", And: "und", Yes: "Ja", No: "Nein",
	Places: places("Telefonisch", "Persönlich", "Bei Ihnen", "Online-Besprechung"),
	Date: func(t time.Time) string {
		return fmt.Sprintf("%s, %d. %s %d, %s Uhr", germanDays[t.Weekday()], t.Day(), germanMonths[t.Month()-1], t.Year(), t.Format("15:04"))
	},
	Day: func(t time.Time) string {
		return fmt.Sprintf("%s, %d. %s %d", germanDays[t.Weekday()], t.Day(), germanMonths[t.Month()-1], t.Year())
	},
	Minutes: count("Minute", "Minuten"), Hours: count("Stunde", "Stunden"), Days: count("Tag", "Tage"),
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

// count writes a number of things.
func count(one, many string) func(int) string {
	return func(n int) string {
		if n == 1 {
			return "1 " + one
		}
		return strconv.Itoa(n) + " " + many
	}
}

// List joins names as a sentence does.
func (l Language) List(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + l.And + " " + names[last]
}

// Place is where a meeting takes place: its address, else the name of its
// channel with the number that is called, "" for a reader who must not learn
// it.
func (l Language) Place(b meet.Booking, phone string) string {
	if place := Line(b.Location, MaxLine); place != "" {
		return place
	}
	place := l.Places[b.Channel]
	if phone = Line(phone, MaxName); b.Channel == meet.Phone && phone != "" {
		place += " (" + phone + ")"
	}
	return place
}
