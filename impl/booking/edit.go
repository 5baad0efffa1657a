package booking

import (
	"slices"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// AddGuest lets an attendee bring one more guest; one who is brought
// already changes nothing. Refusals: [meet.ErrAppointmentNotFound],
// [meet.CodeCancelled], and [meet.CodeInvalid] beyond [meet.MaxGuests] or
// when the type allows none.
func AddGuest(tx *store.Tx, p meet.Principal, id meet.BookingID, attendee meet.AttendeeID, email string) (meet.Booking, error) {
	b, err := visible(tx, p, id)
	if err != nil {
		return b, err
	}
	t, err := typeOf(tx, b)
	if err != nil {
		return b, err
	}
	a := b.Attendee(attendee)
	switch {
	case b.IsCancelled():
		return b, meet.Refuse(meet.CodeCancelled, "A cancelled appointment cannot be changed")
	case a == nil:
		return b, meet.Refuse(meet.CodeNotFound, "Attendee not found")
	case t.RefuseGuests:
		return b, errGuests
	case slices.ContainsFunc(a.Guests, func(g string) bool { return strings.EqualFold(g, email) }):
		return b, nil
	case len(a.Guests) >= meet.MaxGuests:
		return b, meet.Refuse(meet.CodeInvalid, "An attendee can bring at most 5 guests")
	}
	a.Guests = append(slices.Clip(a.Guests), email)
	if err := tx.SetGuests(a.ID, a.Guests); err != nil {
		return b, err
	}
	b.Sequence++
	b.UpdatedAt = tx.Now()
	if err := tx.UpdateBooking(b); err != nil {
		return b, err
	}
	return b, emit(tx, b.Company, meet.GuestAdded, string(b.ID), meet.Happening{Booking: &b, Guest: email})
}

// Edit changes the texts that a host keeps with a booking.
func Edit(tx *store.Tx, p meet.Principal, id meet.BookingID, change func(*meet.Booking)) (meet.Booking, error) {
	b, err := visible(tx, p, id)
	if err != nil {
		return b, err
	}
	change(&b)
	b.UpdatedAt = tx.Now()
	return b, tx.UpdateBooking(b)
}
