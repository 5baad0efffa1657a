// Package mail writes and sends the mails that jobs ask for: one letter to
// one recipient, in their language and time zone, with the calendar message
// that belongs to it.
//
// # What a letter tells
//
// A letter is written from what an event kept, not from how things stand
// when it is sent: a late letter tells what happened then. Reminders are the
// exception; they look again, and stay silent when there is nothing left to
// be reminded of.
//
// A letter shows nobody the address of an attendee who is not their own
// company. The link by which an attendee manages a booking is in letters to
// that attendee alone.
//
// # Texts of strangers
//
// Names, titles and notes come from whoever books. Before a template sees
// them they lose control characters and marks that reorder text, and are cut
// to a length; headers are encoded, HTML is escaped. No address and no name
// becomes part of an error: errors are kept with jobs.
//
// # Templates
//
// A mail has two templates, <language>/<name>.txt and .html, with the names
// of [meet.Template]. A text begins with a line "Subject: …" and a blank one.
// The HTML is the content of layout.html. What several share is defined in
// parts.txt and parts.html of the language. All of them are executed with
// [Data]. [Config].Templates replaces any of these files.
package mail
