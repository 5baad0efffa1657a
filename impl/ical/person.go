package ical

import "strings"

// Person is somebody who invites or is invited.
type Person struct {
	// Name may be empty. The characters that a parameter cannot carry are
	// replaced: a double quote by a single one, a backslash by a slash; a
	// caret is dropped.
	Name string
	// Email identifies the person. Without a plain address
	// (local@domain; no display name, no quotes) the person is left out.
	Email string
	// Accepted says that the person takes part already, such as a host.
	// Others are asked for an answer.
	Accepted bool
}

// participation returns the parameters of an attendee: ROLE, PARTSTAT and,
// where an answer makes sense, RSVP (RFC 5545 §3.2.16, §3.2.12, §3.2.17).
func (p Person) participation(m Method) string {
	switch {
	case p.Accepted:
		return ";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED"
	case m == Request:
		return ";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
	default:
		return ";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION"
	}
}

// inParameter replaces what a quoted parameter cannot carry to every reader.
// RFC 5545 §3.2 has no way to write a double quote. Its backslash is a plain
// character, but some readers take it for an escape, even of the closing
// quote. A caret is an escape to those who read RFC 6868 §3.2.
var inParameter = strings.NewReplacer(`"`, `'`, `\`, `/`, `^`, ``)

// commonName returns the CN parameter (RFC 5545 §3.2.2), or "". It is quoted
// when it holds a character that would end it (RFC 5545 §3.2).
func (p Person) commonName() string {
	name := oneLine(inParameter.Replace(p.Name))
	switch {
	case name == "":
		return ""
	case strings.ContainsAny(name, `:;,`):
		return `;CN="` + name + `"`
	default:
		return ";CN=" + name
	}
}
