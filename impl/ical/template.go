package ical

import "strings"

// DefaultSummary is the template for the title of meetings whose type has
// none of its own.
const DefaultSummary = "{!M.Meeting.Name}: {!M.Guest.Fullname} – {!M.Host.Fullname}"

// Values are what the placeholders of a template stand for.
type Values struct {
	MeetingName   string // {!M.Meeting.Name}
	MeetingVenue  string // {!M.Meeting.Venue}
	HostFullname  string // {!M.Host.Fullname}
	GuestFullname string // {!M.Guest.Fullname}
	GuestEmail    string // {!M.Guest.Email}
	GuestPhone    string // {!M.Guest.Phone}
}

// Expand returns the template with each placeholder replaced by its value.
// Placeholders are case-sensitive; unknown ones stay as they are, and so
// does one that a value brings along. The result is as clean as the values.
func Expand(template string, v Values) string {
	return strings.NewReplacer(
		"{!M.Meeting.Name}", v.MeetingName,
		"{!M.Meeting.Venue}", v.MeetingVenue,
		"{!M.Host.Fullname}", v.HostFullname,
		"{!M.Guest.Fullname}", v.GuestFullname,
		"{!M.Guest.Email}", v.GuestEmail,
		"{!M.Guest.Phone}", v.GuestPhone,
	).Replace(template)
}
