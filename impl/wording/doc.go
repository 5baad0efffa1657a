// Package wording writes what mails, pages and calendars say alike, in the
// language of the reader: dates, lengths, lists of names, places, and the
// texts of strangers, made fit to be shown.
package wording
