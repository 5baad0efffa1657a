// Package meet is the vocabulary of meeting bookings: its types, their
// states and invariants, and the errors that a person may see.
//
// It imports the standard library only and does no I/O. Instants are
// time.Time in UTC; a calendar date, a time of day and a zone's rules are
// types of their own, because a date is not 24 hours.
package meet
