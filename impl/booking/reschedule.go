package booking

import (
	"errors"
	"time"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Moved is a booking that was moved, and where it was before.
type Moved struct {
	Booking       meet.Booking
	PreviousStart time.Time
}

// Reschedule moves a booking to another start. Its hosts, length, UID and
// secret stay. The start must be a slot, for which the booking itself is not
// in the way.
//
// Refusals: [meet.ErrAppointmentNotFound], [meet.CodeCancelled],
// [ErrSameStart], [meet.ErrSlotOccupied]; to attendees also [meet.CodePolicy], and
// [meet.CodeForbidden] for force or in a group.
func Reschedule(tx *store.Tx, p meet.Principal, id meet.BookingID, start time.Time, force bool) (Moved, error) {
	if err := takeTurns(tx, meet.MeetingType{}, id); err != nil {
		return Moved{}, err
	}
	b, err := visible(tx, p, id)
	if err != nil {
		return Moved{}, err
	}
	t, err := typeOf(tx, b)
	if err != nil {
		return Moved{}, err
	}
	if b.IsCancelled() {
		return Moved{}, meet.Refuse(meet.CodeCancelled, "A cancelled appointment cannot be rescheduled")
	}
	if p.IsAttendee() {
		if force {
			return Moved{}, meet.Refuse(meet.CodeForbidden, "ignoreAvailability is for hosts and admins")
		}
		if err := checkMovable(tx, t, b); err != nil {
			return Moved{}, err
		}
	}
	return move(tx, t, b, start, force)
}

// checkMovable refuses to move a booking for an attendee who may not: one of
// a group, or too late.
func checkMovable(tx *store.Tx, t meet.MeetingType, b meet.Booking) error {
	if IsGroup(t, b) {
		return meet.Refuse(meet.CodeForbidden, "One attendee cannot move a group appointment; cancel your seat and book another")
	}
	policy, err := MovePolicy(tx, t)
	if err != nil {
		return err
	}
	return checkPolicy(tx, policy, b, "rescheduled")
}

// MovePolicy says until when attendees may move bookings of a type: never,
// when it is disabled or deleted.
func MovePolicy(tx *store.Tx, t meet.MeetingType) (meet.Policy, error) {
	_, err := bookableType(tx, t.Company, t.ID)
	if errors.Is(err, meet.ErrMeetingTypeNotFound) {
		return meet.Policy{Mode: meet.PolicyDisabled}, nil
	}
	return t.Rescheduling, err
}

// ErrSameStart refuses to move a booking to where it is.
var ErrSameStart = meet.Refuse(meet.CodeInvalid, "The appointment already takes place at this time")

// move changes the start of a booking that may be moved. Its buffers become
// those of its type, by which the start was found free.
func move(tx *store.Tx, t meet.MeetingType, b meet.Booking, start time.Time, force bool) (Moved, error) {
	start = start.UTC().Truncate(time.Microsecond)
	before, duration := b, b.End.Sub(b.Start)
	if start.Equal(b.Start) {
		return Moved{}, ErrSameStart
	}
	if !force {
		if err := rehost(tx, t, &b, start, duration); err != nil {
			return Moved{}, err
		}
	}
	b.Start, b.End, b.Forced = start, start.Add(duration), force
	b.Before, b.After = t.BufferBefore, t.BufferAfter
	b.Sequence++
	b.RescheduledAt, b.UpdatedAt = tx.Now(), tx.Now()
	b.RescheduleCount++
	if err := tx.Release(b.ID); err != nil {
		return Moved{}, err
	}
	if err := occupy(tx, b); err != nil {
		return Moved{}, err
	}
	if err := tx.UpdateBooking(b); err != nil {
		return Moved{}, err
	}
	if err := tx.DropReminders(b.ID); err != nil {
		return Moved{}, err
	}
	for _, a := range b.Attendees {
		if err := remind(tx, t, b, a); err != nil {
			return Moved{}, err
		}
	}
	joined, err := release(tx, before, b)
	if err != nil {
		return Moved{}, err
	}
	if err := endSeats(tx, b, ""); err != nil {
		return Moved{}, err
	}
	return Moved{Booking: b, PreviousStart: before.Start},
		emit(tx, b.Company, meet.BookingRescheduled, string(b.ID), meet.Happening{Booking: &b, PreviousStart: before.Start, Joined: joined})
}

// rehost sees to it that a booking has hosts at another start: those it has,
// when they are free, and else, in a queue, whoever is next.
func rehost(tx *store.Tx, t meet.MeetingType, b *meet.Booking, start time.Time, duration time.Duration) error {
	hosts, err := tx.BookingHosts(b.ID)
	if err == nil && len(hosts) < len(b.Hosts) { // some have left the company
		err = meet.ErrHostNotFound
	}
	if err == nil {
		var slot availability.Slot
		if slot, err = slotAt(tx, t, hosts, start, duration, b.ID); err == nil {
			if slot.Booking != "" { // another group meeting is there
				return meet.ErrSlotOccupied
			}
			return nil
		}
	}
	code := meet.CodeOf(err)
	if t.Queue == "" || t.CoHosted || code != meet.CodeSlotOccupied && code != meet.CodeHostNotFound {
		return err
	}
	team, err := tx.TypeHosts(t.ID)
	if err != nil {
		return err
	}
	c, err := assign(tx, t, team, start, duration, b.ID)
	if err != nil {
		return err
	}
	if c.joins != "" { // another group meeting is there
		return meet.ErrSlotOccupied
	}
	b.Hosts = c.choice.Users
	if err := tx.SetHosts(b.ID, b.Hosts); err != nil {
		return err
	}
	return c.record(tx, t.Queue, string(b.ID))
}

// moveByBooking moves the appointment that a booking request names: the way
// of the booking page, on behalf of the attendee, whom the policy binds. As
// it tells the secret, whoever asks must be allowed to see the appointment.
func moveByBooking(tx *store.Tx, p meet.Principal, t meet.MeetingType, team []store.Host, r Request) (Booked, error) {
	b, err := visible(tx, p, r.Moves)
	if err != nil {
		return Booked{}, err
	}
	switch {
	case b.Type != t.ID:
		return Booked{}, meet.ErrAppointmentNotFound
	case b.IsCancelled():
		return Booked{}, meet.Refuse(meet.CodeCancelled, "A cancelled appointment cannot be rescheduled")
	case b.End.Sub(b.Start) != r.Duration:
		return Booked{}, meet.Refuse(meet.CodeDuration, "A rescheduled appointment keeps its duration")
	}
	if err := checkMovable(tx, t, b); err != nil {
		return Booked{}, err
	}
	hosts, err := pick(team, r.Hosts)
	if err != nil {
		return Booked{}, err
	}
	for _, h := range hosts {
		if !b.HasHost(h.ID) {
			return Booked{}, meet.ErrHostNotFound
		}
	}
	if r.Force && !p.IsAdmin() && !b.HasHost(p.User) {
		return Booked{}, errForce
	}
	// The answer tells a secret, and none is told twice.
	b.Attendees[0].Generation++
	if err := tx.RenewSecret(b.Attendees[0].ID); err != nil {
		return Booked{}, err
	}
	moved, err := move(tx, t, b, r.Start, r.Force)
	return Booked{Booking: moved.Booking, Attendee: b.Attendees[0]}, err
}
