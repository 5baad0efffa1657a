// Package invite says what a calendar learns of a booking. Each reader gets
// an event of their own: nobody is shown the address of somebody they did
// not bring and who does not host them.
package invite

import (
	"fmt"
	"strings"

	"github.com/meetwright/meetwright/impl/ical"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/wording"
)

// Meeting is a booking with what its event is made of. Hosts are in the
// order of the booking, the main host first.
type Meeting struct {
	Booking meet.Booking
	Type    meet.MeetingType
	Hosts   []meet.User
}

// Published is the event as a file to read: it names the main host and asks
// nobody for an answer (RFC 5546 §3.2.1). Its texts are about the attendees
// that the booking shows, in the language of the first.
func (m Meeting) Published() ical.Event {
	all := m.Booking.Attendees
	return m.event(ical.Publish, all, first(all).Language, phone(all))
}

// ForAttendee is the event for one attendee, in their language. It names the
// hosts, the attendee and the guests they bring. An attendee that the booking
// does not have is nobody.
func (m Meeting) ForAttendee(method ical.Method, id meet.AttendeeID) ical.Event {
	a := m.attendee(id)
	e := m.event(method, []meet.Attendee{a}, a.Language, a.Phone)
	e.Attendees = append(m.coHosts(), people(a)...)
	return e
}

// ForGuest is the event for a guest, in the language of the attendee who
// brings them. It names the hosts, that attendee and this guest, and not the
// number at which the attendee is called.
func (m Meeting) ForGuest(method ical.Method, id meet.AttendeeID, address string) ical.Event {
	a := m.attendee(id)
	a.Guests = []string{address}
	e := m.event(method, []meet.Attendee{a}, a.Language, "")
	e.Attendees = append(m.coHosts(), people(a)...)
	return e
}

// ForHost is the event for the hosts, in a language of theirs. It names
// everybody.
func (m Meeting) ForHost(method ical.Method, language string) ical.Event {
	e := m.event(method, m.Booking.Attendees, language, phone(m.Booking.Attendees))
	e.Attendees = m.coHosts()
	for _, a := range m.Booking.Attendees {
		e.Attendees = append(e.Attendees, people(a)...)
	}
	return e
}

// event is what all readers learn, and the texts about some attendees. Texts
// come from the booking, else from the meeting type in the language. The
// number is the one that the reader may know to be called.
func (m Meeting) event(method ical.Method, about []meet.Attendee, language, number string) ical.Event {
	b, t := m.Booking, m.Type
	guest, venue := first(about), venue(b, language, number)
	values := ical.Values{
		MeetingName: b.Name, MeetingVenue: venue,
		GuestFullname: names(about), GuestEmail: guest.Email, GuestPhone: guest.Phone,
	}
	e := ical.Event{
		Method: method, UID: b.UID, Sequence: b.Sequence, Cancelled: b.IsCancelled(),
		Stamp: b.UpdatedAt, Created: b.CreatedAt, LastModified: b.UpdatedAt, Start: b.Start, End: b.End,
		MeetingLink: b.MeetingLink,
	}
	if len(m.Hosts) > 0 {
		e.Organizer = host(m.Hosts[0])
		values.HostFullname = e.Organizer.Name
	}
	text := func(own string, template meet.LocalizedText, fallback string) string {
		if own != "" {
			return own
		}
		if localized := template.In(language); localized != "" {
			fallback = localized
		}
		return ical.Expand(fallback, values)
	}
	e.Summary = text(b.ICSTitle, t.ICS.Title, ical.DefaultSummary)
	e.Description = text(b.ICSDescription, t.ICS.Description, t.Description)
	e.Location = text("", t.ICS.Location, venue)
	return e
}

func (m Meeting) attendee(id meet.AttendeeID) meet.Attendee {
	if a := m.Booking.Attendee(id); a != nil {
		return *a
	}
	return meet.Attendee{}
}

// coHosts are the hosts that do not organize.
func (m Meeting) coHosts() []ical.Person {
	var all []ical.Person
	for i, u := range m.Hosts {
		if i > 0 {
			all = append(all, host(u))
		}
	}
	return all
}

func host(u meet.User) ical.Person {
	return ical.Person{Name: clip(u.FullName()), Email: u.Email, Accepted: true}
}

// people are an attendee and their guests, as far as they have addresses.
func people(a meet.Attendee) []ical.Person {
	all := []ical.Person{{Name: clip(a.DisplayName()), Email: a.Email}}
	for _, address := range a.Guests {
		all = append(all, ical.Person{Email: address})
	}
	return all
}

// maxName is how many characters of a name a calendar is given: more than a
// name has, and little enough for readers that slow down on long parameters.
const maxName = 200

func clip(name string) string {
	if runes := []rune(name); len(runes) > maxName {
		return string(runes[:maxName])
	}
	return name
}

// names is the first attendee, and how many there are beside.
func names(attendees []meet.Attendee) string {
	name := clip(first(attendees).DisplayName())
	if more := len(attendees) - 1; more > 0 {
		name = strings.TrimSpace(fmt.Sprintf("%s +%d", name, more))
	}
	return name
}

func first(attendees []meet.Attendee) (a meet.Attendee) {
	if len(attendees) > 0 {
		a = attendees[0]
	}
	return a
}

// phone is the number of the only attendee: a group is not called.
func phone(attendees []meet.Attendee) string {
	if len(attendees) != 1 {
		return ""
	}
	return attendees[0].Phone
}

// venue is where a meeting takes place, in words of the language: its
// address, its link, or else the name of its channel.
func venue(b meet.Booking, language, number string) string {
	if b.Location == "" && b.MeetingLink != "" {
		return b.MeetingLink
	}
	return wording.Of(language).Place(b, number)
}
