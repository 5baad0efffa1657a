package booking

import (
	"fmt"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Cancellation asks to call off a booking, or one seat of a group.
type Cancellation struct {
	Reason   string
	Attendee meet.AttendeeID // "" is the whole booking
	All      bool            // says so expressly, as groups require
}

// Cancel calls a booking off and frees the time of its hosts, or one seat of
// a group. Doing it again changes nothing and is no error.
//
// Refusals: [meet.ErrAppointmentNotFound]; [meet.CodeInvalid] for a group
// when neither an attendee nor all are named; to attendees also
// [meet.CodePolicy], and [meet.CodeForbidden] for more than their own seat.
func Cancel(tx *store.Tx, p meet.Principal, id meet.BookingID, c Cancellation) (meet.Booking, error) {
	if err := tx.LockTypeOf(id); err != nil {
		return meet.Booking{}, err
	}
	b, err := visible(tx, p, id)
	if err != nil {
		return b, err
	}
	t, err := typeOf(tx, b)
	if err != nil {
		return b, err
	}
	group := IsGroup(t, b)
	if p.IsAttendee() {
		if c.Attendee != "" && c.Attendee != p.Attendee || group && c.All {
			return b, meet.Refuse(meet.CodeForbidden, "An attendee can cancel their own seat only")
		}
		if group {
			c.Attendee = p.Attendee
		}
	}
	if b.IsCancelled() {
		return b, nil
	}
	if c.Attendee != "" && b.Attendee(c.Attendee) == nil {
		left, err := hasLeft(tx, b, c.Attendee)
		if err == nil && !left {
			err = meet.Refuse(meet.CodeNotFound, "Attendee not found")
		}
		return b, err
	}
	if p.IsAttendee() {
		if err := checkPolicy(tx, t.Cancellation, b, "cancelled"); err != nil {
			return b, err
		}
	}
	switch {
	case group && c.Attendee == "" && !c.All:
		return b, meet.Refuse(meet.CodeInvalid, "A group appointment needs attendeeId or cancelAll")
	case group && c.Attendee != "" && len(b.Attendees) > 1:
		return leave(tx, p, b, c)
	}
	source, by := actor(p)
	b.Cancellation = meet.Cancellation{At: tx.Now(), Source: source, By: by, Reason: meet.CleanText(c.Reason)}
	b.Sequence++
	b.UpdatedAt = tx.Now()
	if err := tx.Release(b.ID); err != nil {
		return b, err
	}
	if err := tx.ReturnTurn(string(b.ID)); err != nil {
		return b, err
	}
	if err := tx.DropReminders(b.ID); err != nil {
		return b, err
	}
	if err := tx.UpdateBooking(b); err != nil {
		return b, err
	}
	if err := emit(tx, b.Company, meet.BookingCancelled, string(b.ID), meet.Happening{Booking: &b}); err != nil {
		return b, err
	}
	if group && c.Attendee != "" {
		return b, outlive(tx, b)
	}
	return b, endSeats(tx, b, c.Reason)
}

// leave frees one seat of a group; the others stay and hear nothing of it.
func leave(tx *store.Tx, p meet.Principal, b meet.Booking, c Cancellation) (meet.Booking, error) {
	if err := tx.RemoveAttendee(c.Attendee); err != nil {
		return b, err
	}
	b.Sequence++ // the calendars of the one who left and of the hosts learn of it
	b.UpdatedAt = tx.Now()
	if err := tx.UpdateBooking(b); err != nil {
		return b, err
	}
	gone, rest := b, b
	gone.Attendees, rest.Attendees = nil, nil
	for _, a := range b.Attendees {
		if a.ID == c.Attendee {
			gone.Attendees = append(gone.Attendees, a)
		} else {
			rest.Attendees = append(rest.Attendees, a)
		}
	}
	source, by := actor(p)
	gone.Cancellation = meet.Cancellation{At: tx.Now(), Source: source, By: by, Reason: meet.CleanText(c.Reason)}
	return rest, emit(tx, b.Company, meet.BookingCancelled, string(b.ID), meet.Happening{Booking: &gone, Left: true})
}

// policySentence tells an attendee why it is too late.
func policySentence(p meet.Policy, verb string) string {
	switch p.Mode {
	case meet.PolicyHours:
		return fmt.Sprintf("This appointment can be %s up to %d hours before it starts", verb, p.Value)
	case meet.PolicyDays:
		return fmt.Sprintf("This appointment can be %s up to %d days before it starts", verb, p.Value)
	case meet.PolicyDisabled:
		return fmt.Sprintf("This appointment cannot be %s by its attendee", verb)
	}
	return fmt.Sprintf("This appointment has begun and can no longer be %s", verb)
}
