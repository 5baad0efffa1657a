// Package ical writes meetings as iCalendar text (RFC 5545), in the form in
// which invitations, updates and cancellations travel by mail (RFC 5546). It
// computes from its arguments alone and does no I/O.
//
// # Hostile texts
//
// Names, titles, notes and places come from strangers, and end up in the
// calendars of other people. So whatever an Event holds, its text is well-formed:
// no value can end its line, add a property or a parameter, or break a
// character. What cannot be written is cleaned or left out; nothing fails.
//
// # Why the encoder is our own
//
// Text of strangers needs all of folding, escaping and quoting, and neither
// iCalendar library for Go does all of them. emersion/go-ical never folds
// lines, and writes a line break in a parameter as it is, so that a name can
// add a property. arran4/golang-ical does so too, ends lines with LF by
// default, and escapes parameters with backslashes, which RFC 5545 §3.2 does
// not know. What it takes is small: line.go, and the quoting of names in
// person.go. The tests read every text back with both libraries.
package ical
