package mail_test

import (
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Ensure reminders stay silent when there is nothing to be reminded of.
func TestMailer_Reminder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en")
	start, early := w.booking.Start, w.now
	for name, c := range map[string]struct {
		change func(*meet.Booking)
		now    time.Time
		sent   bool
	}{
		"sent":      {func(*meet.Booking) {}, early, true},
		"just so":   {func(*meet.Booking) {}, start.Add(-time.Second), true},
		"too late":  {func(*meet.Booking) {}, start, false},
		"moved":     {func(b *meet.Booking) { b.Start = b.Start.Add(time.Minute) }, early, false},
		"left":      {func(b *meet.Booking) { b.Attendees[0].ID = "another" }, early, false},
		"no email":  {func(b *meet.Booking) { b.Attendees[0].Email = "" }, early, false},
		"unwanted":  {func(b *meet.Booking) { b.Attendees[0].ReceiveReminders = false }, early, false},
		"silenced":  {func(b *meet.Booking) { b.SkipMail = true }, early, false},
		"cancelled": {func(b *meet.Booking) { b.Cancellation = meet.Cancellation{At: early, Source: meet.ByHost, By: "u1"} }, early, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := *w.alone("a1")
			a := meet.AttendeeID(name)
			b.ID, b.Attendees[0].ID = meet.BookingID(name), a
			c.change(&b)
			w.now = early
			w.update(t, func(tx *store.Tx) error {
				if err := tx.InsertBooking(b); err != nil {
					return err
				}
				return tx.UpdateBooking(b)
			})
			w.now = c.now
			j := jobOf(t, meet.SendReminder, name, meet.Reminder{Booking: b.ID, Attendee: a, Start: start, Before: time.Hour})
			l := w.captured(t, w.mailer(t), j)
			if (l != nil) != c.sent || l != nil && (l.Recipient != "ada@guest.example" || l.calendar != "") {
				t.Errorf("%+v", l)
			}
		})
	}
}
