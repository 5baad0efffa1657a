package ical

// Method says what a calendar is to do with an event (RFC 5545 §3.7.2).
type Method string

// The methods that an organizer sends (RFC 5546 §3.2).
const (
	// Publish shows an event to whoever reads it. Nobody answers, and no
	// attendee is named (RFC 5546 §3.2.1).
	Publish Method = "PUBLISH"
	// Request invites, and with a higher Sequence updates (RFC 5546 §3.2.2).
	Request Method = "REQUEST"
	// Cancel takes an event out of the recipients' calendars
	// (RFC 5546 §3.2.5).
	Cancel Method = "CANCEL"
)

// ContentType is the media type of a text with the method. A calendar takes
// a mail for an invitation only if the parameter is there and equals the
// METHOD within (RFC 5545 §8.1, RFC 6047 §2.4).
func (m Method) ContentType() string {
	return "text/calendar; charset=utf-8; method=" + string(m)
}
