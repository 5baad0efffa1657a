package mail

import "github.com/meetwright/meetwright/impl/wording"

// Data is what a template writes about. All texts are clean, and written for
// the reader: dates in their language and zone. Any may be empty but Lang
// and Title, and When of a meeting.
type Data struct {
	Lang    string // of the templates, such as "de"
	Name    string // of the reader
	Company string

	Title  string // of the meeting
	When   string
	Before string // when it was to be, before it moved
	Length string
	Where  string
	Link   string // http or https
	Host   string // the names of the hosts
	Guest  string // the names of the attendees whom the letter is about
	// People are the attendees whom the letter is about, in letters to
	// hosts alone.
	People []Person

	// Of a cancellation, or a refusal.
	Reason string
	By     string // "attendee", "host", "system" or ""
	// Left says that one attendee left a group that still meets.
	Left bool
	// HandedOver says that others host it now, who are not told.
	HandedOver bool

	// Pages to go to, each only where the reader may.
	Manage  string // reschedule or cancel
	Confirm string // the attendee's consent
	Decide  string // the host's consent
	Expires string // when consent comes too late

	// Of a webhook that was disabled. Its Title is what it is called.
	Webhook string // its id
	Failing string // since when it failed, or "" when its endpoint wants no more

	// A host's own words.
	Subject string
	Body    string
}

// Person is an attendee in a letter to a host.
type Person struct {
	Name    string
	Email   string
	Phone   string
	Guests  []string // addresses
	Answers []wording.Answer
}
