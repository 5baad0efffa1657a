package booking

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// A group has one id from its first seat on, be it booked or held: that of
// its booking. While all its seats are held there is no booking yet, and the
// time is claimed under that id until the last of the holds expires.

// heldSeats are the holds that wait for a seat of a group.
func heldSeats(tx *store.Tx, company meet.CompanyID, group meet.BookingID) ([]meet.Hold, error) {
	holds, _, err := tx.Holds(company, store.HoldFilter{Joins: group, Status: meet.Pending, Limit: math.MaxInt32})
	return holds, err
}

// claimSeats claims the time of a group for as long as a seat of it is held,
// and gives it back, with the turn, when none is. The time of one that is
// booked is left alone.
func claimSeats(tx *store.Tx, company meet.CompanyID, group meet.BookingID) error {
	if err := tx.Lock("group " + string(group)); err != nil {
		return err
	}
	if _, err := tx.Booking(company, group); !errors.Is(err, meet.ErrAppointmentNotFound) {
		return err
	}
	holds, err := heldSeats(tx, company, group)
	if err != nil {
		return err
	}
	if err := tx.Release(group); err != nil {
		return err
	}
	if len(holds) == 0 {
		return tx.ReturnTurn(string(group))
	}
	last := slices.MaxFunc(holds, func(a, b meet.Hold) int { return cmp.Compare(a.ExpiresAt.UnixMicro(), b.ExpiresAt.UnixMicro()) })
	claimed, err := tx.OccupyHold(last)
	if err == nil && !claimed {
		err = meet.ErrSlotOccupied
	}
	return err
}

// hostsOfGroup are those who host a group that somebody joins.
func hostsOfGroup(tx *store.Tx, company meet.CompanyID, group meet.BookingID) ([]meet.UserID, error) {
	b, err := tx.Booking(company, group)
	if !errors.Is(err, meet.ErrAppointmentNotFound) {
		return b.Hosts, err
	}
	holds, err := heldSeats(tx, company, group)
	if err != nil || len(holds) == 0 {
		return nil, cmp.Or(err, error(meet.ErrSlotOccupied))
	}
	return holds[0].Hosts, nil
}

// join gives the attendee of a request a seat of a group: of the booking that
// there is, while one is left, or else of the one that it makes now. Only the
// one who joins and the hosts hear of it.
//
// A group that starts at another time by now is [meet.ErrSlotOccupied].
func join(tx *store.Tx, group meet.BookingID, request meet.Booking) (Booked, error) {
	t, err := typeOf(tx, request)
	if err != nil {
		return Booked{}, err
	}
	if err := tx.Lock("group " + string(group)); err != nil {
		return Booked{}, err
	}
	b, err := tx.Booking(request.Company, group)
	switch {
	case errors.Is(err, meet.ErrAppointmentNotFound):
		return found(tx, t, group, request)
	case err != nil:
		return Booked{}, err
	case b.IsCancelled() || !b.Start.Equal(request.Start) || len(b.Attendees) >= t.Spots:
		return Booked{}, meet.ErrSlotOccupied
	}
	a := request.Attendees[0]
	a.Booking = b.ID
	if err := tx.InsertAttendee(b, len(b.Attendees), a); err != nil {
		return Booked{}, err
	}
	b.Sequence++ // the hosts' calendars learn of who comes
	b.UpdatedAt = tx.Now()
	if err := tx.UpdateBooking(b); err != nil {
		return Booked{}, err
	}
	if err := tx.KeepContact(b.Company, a); err != nil {
		return Booked{}, err
	}
	if err := remind(tx, t, b, a); err != nil {
		return Booked{}, err
	}
	b.Attendees = []meet.Attendee{a}
	return Booked{Booking: b, Attendee: a}, emit(tx, b.Company, meet.BookingCreated, string(b.ID), meet.Happening{Booking: &b})
}

// found makes the booking of a group of which seats were only held.
func found(tx *store.Tx, t meet.MeetingType, group meet.BookingID, b meet.Booking) (Booked, error) {
	if err := tx.Release(group); err != nil {
		return Booked{}, err
	}
	b.ID, b.UID, b.Attendees[0].Booking = group, UIDOf(group), group
	return settle(tx, t, b)
}

// endSeats ends the holds of a group that no longer takes place at the time
// they are for. Those who wait are told.
func endSeats(tx *store.Tx, b meet.Booking, reason string) error {
	holds, err := heldSeats(tx, b.Company, b.ID)
	for i := 0; err == nil && i < len(holds); i++ {
		_, err = decline(tx, &holds[i], reason)
	}
	return err
}

// outlive lets the holds of a group go on when the last of its attendees has
// left and its booking is cancelled.
func outlive(tx *store.Tx, b meet.Booking) error {
	next := meet.BookingID(newID())
	if err := tx.MoveSeats(b.ID, next); err != nil {
		return err
	}
	return claimSeats(tx, b.Company, next)
}
