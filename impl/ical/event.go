package ical

import (
	"strconv"
	"time"
)

// productID names the program that made the text (RFC 5545 §3.7.3).
const productID = "-//Meetwright//Meetwright//EN"

// Event is a meeting in the words of one message to a calendar.
//
// Method, UID, Stamp, Start, End and an Organizer with an address are
// required, and End is after Start. Texts may hold anything: control
// characters and marks that nobody sees are dropped, outer blanks are cut
// off, and invalid UTF-8 becomes U+FFFD. Line breaks stay in Description,
// and become blanks elsewhere. Empty texts are left out, but for Summary.
type Event struct {
	Method Method
	// UID is the identity of the meeting: the same in every message about
	// it (RFC 5545 §3.8.4.7).
	UID string
	// Sequence is the revision: 0 in the invitation, higher in each later
	// message (RFC 5545 §3.8.7.4, RFC 5546 §2.1.4).
	Sequence int
	// Cancelled is for publishing a meeting that was called off. The method
	// Cancel implies it.
	Cancelled bool

	// Instants are written in UTC, whole seconds; the zone they come in
	// does not matter.
	Stamp        time.Time // when the message is made (RFC 5545 §3.8.7.2)
	Created      time.Time // zero: left out
	LastModified time.Time // zero: left out
	Start, End   time.Time

	Summary     string
	Description string
	Location    string
	// MeetingLink is where the meeting takes place online. Anything but an
	// http or https URL is left out.
	MeetingLink string

	Organizer Person
	// Attendees are all who are invited: the one who booked, guests, and
	// hosts other than the organizer.
	Attendees []Person
}

// Text returns the event as an iCalendar stream: lines of at most 75 octets
// that end in CRLF. Equal events have equal texts.
func (e Event) Text() string {
	var l lines
	l.add("BEGIN", "VCALENDAR")
	l.add("VERSION", "2.0")
	l.add("PRODID", productID)
	l.add("CALSCALE", "GREGORIAN")
	l.text("METHOD", string(e.Method))
	l.add("BEGIN", "VEVENT")
	e.identity(&l)
	l.instant("DTSTART", e.Start)
	l.instant("DTEND", e.End)
	l.add("TRANSP", "OPAQUE") // blocks time (RFC 5545 §3.8.2.7)
	e.texts(&l)
	e.people(&l)
	l.add("END", "VEVENT")
	l.add("END", "VCALENDAR")
	return l.String()
}

// identity writes which event this is, and which revision of it.
func (e Event) identity(l *lines) {
	l.text("UID", oneLine(e.UID))
	l.add("SEQUENCE", strconv.Itoa(e.Sequence))
	l.add("STATUS", e.status())
	l.instant("DTSTAMP", e.Stamp)
	if !e.Created.IsZero() {
		l.instant("CREATED", e.Created)
	}
	if !e.LastModified.IsZero() {
		l.instant("LAST-MODIFIED", e.LastModified)
	}
}

// status returns the STATUS (RFC 5545 §3.8.1.11). A cancellation always says
// CANCELLED. RFC 5546 §3.2.5 wants no STATUS where one of several attendees
// is uninvited, but here nobody is told of the others: for the recipient the
// whole meeting is called off.
func (e Event) status() string {
	if e.Cancelled || e.Method == Cancel {
		return "CANCELLED"
	}
	return "CONFIRMED"
}

// texts writes what the meeting is about, and where it takes place. The link
// goes into URL, which every calendar shows, and into CONFERENCE, which says
// what it is for (RFC 7986 §5.11).
func (e Event) texts(l *lines) {
	l.add("SUMMARY", escape.Replace(oneLine(e.Summary))) // required, may be empty (RFC 5546 §3.2)
	l.text("DESCRIPTION", multiLine(e.Description))
	l.text("LOCATION", oneLine(e.Location))
	if uri := link(e.MeetingLink); uri != "" {
		l.add("URL", uri)
		l.add("CONFERENCE;VALUE=URI", uri)
	}
}

// people writes who invites, and who is invited: not in what is published,
// where RFC 5546 §3.2.1 forbids attendees.
func (e Event) people(l *lines) {
	l.person("ORGANIZER", e.Organizer, "")
	if e.Method == Publish {
		return
	}
	for _, p := range e.Attendees {
		l.person("ATTENDEE", p, p.participation(e.Method))
	}
}
