package booking

import (
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// visible returns a booking that the principal may see and change: an admin
// each of the company, a host their own, an attendee the one of their
// secret. Anything else is [meet.ErrAppointmentNotFound].
func visible(tx *store.Tx, p meet.Principal, id meet.BookingID) (meet.Booking, error) {
	b, err := tx.Booking(p.Company, id)
	if err != nil {
		return b, err
	}
	if p.IsAdmin() || b.HasHost(p.User) || p.IsAttendee() && p.Booking == b.ID {
		return b, nil
	}
	return b, meet.ErrAppointmentNotFound
}

// Get returns a booking that the principal may see; to an attendee it shows
// no other attendee, and to one who left nobody.
func Get(tx *store.Tx, p meet.Principal, id meet.BookingID) (meet.Booking, error) {
	b, err := visible(tx, p, id)
	if err != nil || !p.IsAttendee() {
		return b, err
	}
	own := b.Attendee(p.Attendee)
	if own == nil {
		return b, meet.ErrAppointmentNotFound
	}
	b.Attendees = []meet.Attendee{*own}
	return b, nil
}

// OfAttendee returns an attendee with the booking, which the principal must
// be allowed to see.
func OfAttendee(tx *store.Tx, p meet.Principal, id meet.AttendeeID) (meet.Booking, meet.Attendee, error) {
	unknown := meet.Refuse(meet.CodeNotFound, "Attendee not found")
	booking, found, err := tx.AttendeeBooking(p.Company, id)
	if err == nil && !found {
		err = unknown
	}
	if err != nil {
		return meet.Booking{}, meet.Attendee{}, err
	}
	b, err := visible(tx, p, booking)
	if meet.CodeOf(err) == meet.CodeNotFound {
		err = unknown
	}
	if err != nil {
		return b, meet.Attendee{}, err
	}
	return b, *b.Attendee(id), nil
}

// hasLeft reports whether an attendee gave up the seat in a booking.
func hasLeft(tx *store.Tx, b meet.Booking, id meet.AttendeeID) (bool, error) {
	seats, err := tx.Seats(b.ID)
	for _, seat := range seats {
		if seat.Attendee == id {
			return seat.Left, err
		}
	}
	return false, err
}

// typeOf returns the meeting type of a booking, also a deleted one.
func typeOf(tx *store.Tx, b meet.Booking) (meet.MeetingType, error) {
	types, err := tx.MeetingTypesByID(b.Company, []meet.MeetingTypeID{b.Type})
	if err != nil {
		return meet.MeetingType{}, err
	}
	if len(types) == 0 {
		return meet.MeetingType{}, meet.ErrMeetingTypeNotFound
	}
	return types[0], nil
}

// IsGroup reports whether a booking is of several people, or open to them.
// It remains one when its type no longer is for groups.
func IsGroup(t meet.MeetingType, b meet.Booking) bool { return t.Spots > 1 || len(b.Attendees) > 1 }

// actor says who acts on a booking.
func actor(p meet.Principal) (source meet.ActionSource, by string) {
	if p.IsAttendee() {
		return meet.ByAttendee, string(p.Attendee)
	}
	return meet.ByHost, string(p.User)
}

// Allows reports whether a policy lets the attendees of a booking act at an
// instant. Days are counted on the main host's calendar.
func Allows(policy meet.Policy, b meet.Booking, main meet.User, now time.Time) bool {
	zone, err := meet.LoadZone(main.Zone)
	if err != nil {
		zone = time.UTC
	}
	return policy.Allows(now, b.Start.In(zone))
}

// checkPolicy refuses an attendee's change that comes too late.
func checkPolicy(tx *store.Tx, policy meet.Policy, b meet.Booking, verb string) error {
	hosts, err := tx.UsersByID(b.Company, b.Hosts[:1])
	if err != nil {
		return err
	}
	if !Allows(policy, b, hosts[0], tx.Now()) {
		return meet.Refuse(meet.CodePolicy, policySentence(policy, verb))
	}
	return nil
}
