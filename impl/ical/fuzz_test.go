package ical_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/ical"
)

// FuzzEvent_Text ensures that any texts make valid lines, that both readers
// find the texts again with every visible character and no property beside
// them, and that what was read writes the same text once more.
func FuzzEvent_Text(f *testing.F) {
	e := event()
	f.Add(e.UID, e.Summary, e.Description, e.Location, e.MeetingLink, "Ada", "ada@guest.example")
	f.Add("u\r\nX:1", "\\n\\N\\;,:\"", "a\r\rb\n\n\u2028\x00", "\ufeff\u202e", "https://a/?\"ü", "\"^n\\;:,", "a%b=ü@c")
	f.Add("", "\xff\xc2", strings.Repeat("🚀", 40), "\r", "http://[::1]/", "\\", "@")
	f.Add("\t", "END:VEVENT", " \r\n BEGIN:VALARM", ";", "https://a\r\n", "\x7f\u0085", "a@b\r\n")

	f.Fuzz(func(t *testing.T, uid, summary, description, location, meetingLink, name, email string) {
		e := event(func(e *ical.Event) {
			e.UID, e.Summary, e.Description, e.Location = uid, summary, description, location
			e.MeetingLink = meetingLink
			e.Attendees = []ical.Person{{Name: name, Email: email}, {Name: name, Email: "a@b"}}
		})
		text := e.Text()
		wantLines(t, text)
		o := read(t, text)

		for property, given := range map[string]string{
			"UID": uid, "SUMMARY": summary, "DESCRIPTION": description, "LOCATION": location,
		} {
			if diff := cmp.Diff(visible(given), visible(o.text(property))); diff != "" {
				t.Errorf("%s (-given +read):\n%s", property, diff)
			}
		}
		for property, list := range o.Event {
			if len(list) > 1 && property != "ATTENDEE" || len(list) > 2 {
				t.Errorf("%d times %s", len(list), property)
			}
			if !strings.Contains(properties, " "+property+" ") {
				t.Errorf("unexpected property %s", property)
			}
		}
		guest := o.Event["ATTENDEE"][len(o.Event["ATTENDEE"])-1]
		if guest.Value != "mailto:a@b" || guest.Params["ROLE"][0] != "REQ-PARTICIPANT" {
			t.Errorf("guest = %v", guest)
		}
		cn := strings.Join(guest.Params["CN"], "")
		if diff := cmp.Diff(visible(inParameter.Replace(name)), visible(cn)); diff != "" {
			t.Errorf("CN (-given +read):\n%s", diff)
		}

		e.UID, e.Summary, e.Description = o.text("UID"), o.text("SUMMARY"), o.text("DESCRIPTION")
		e.Location, e.MeetingLink = o.text("LOCATION"), o.text("URL")
		for i := range e.Attendees {
			e.Attendees[i].Name = cn
		}
		if diff := cmp.Diff(text, e.Text()); diff != "" {
			t.Errorf("written again (-first +again):\n%s", diff)
		}
	})
}

// properties are all that an event may have.
const properties = " UID SEQUENCE STATUS DTSTAMP CREATED LAST-MODIFIED DTSTART DTEND TRANSP" +
	" SUMMARY DESCRIPTION LOCATION URL CONFERENCE ORGANIZER ATTENDEE "

// inParameter is what Person.Name promises.
var inParameter = strings.NewReplacer(`"`, `'`, `\`, `/`, `^`, ``)

// visible leaves the characters of s that take ink. Invalid ones are U+FFFD.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) && !unicode.IsSpace(r) {
			return r
		}
		return -1
	}, s)
}
