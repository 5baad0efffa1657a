package booking

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Booked is a booking that was made, and the attendee who made it.
type Booked struct {
	Booking  meet.Booking
	Attendee meet.Attendee
}

// Book makes a booking. The first rule that fails answers: hosts or queue,
// meeting type, attendee, duration, channel, form, password and guests,
// hosts, and at last whether the start is a slot. That one is asked of the
// same function that lists slots, and then of the store's guard.
//
// Refusals are *[meet.Error]; a start that is no slot, whatever the reason,
// is [meet.ErrSlotOccupied]. After a refusal the transaction must be rolled
// back.
func Book(tx *store.Tx, p meet.Principal, r Request) (Booked, error) {
	if err := r.checkHosting(); err != nil {
		return Booked{}, err
	}
	t, err := bookableType(tx, p.Company, r.Type)
	if err != nil {
		return Booked{}, err
	}
	if err := r.check(t); err != nil {
		return Booked{}, err
	}
	if r.Queue != "" || r.OneTimeLink != "" || t.DoubleOptIn == meet.Enabled || t.HostConfirmation == meet.Enabled {
		return Booked{}, errNotYet
	}
	team, err := tx.TypeHosts(t.ID)
	if err != nil {
		return Booked{}, err
	}
	hosts, err := pick(team, r.Hosts)
	if err != nil {
		return Booked{}, err
	}
	b := newBooking(tx, p, t, r, hosts)
	if r.Force && !p.IsAdmin() && !b.HasHost(p.User) {
		return Booked{}, errForce
	}
	if r.Moves != "" {
		return moveByBooking(tx, p, t, hosts, r)
	}
	slot := availability.Slot{}
	if !r.Force {
		if slot, err = slotAt(tx, t, hosts, b.Start, r.Duration, ""); err != nil {
			return Booked{}, err
		}
	}
	if slot.Booking != "" {
		return join(tx, p, slot.Booking, b.Attendees[0])
	}
	if err := tx.InsertBooking(b); err != nil {
		return Booked{}, err
	}
	if err := occupy(tx, b); err != nil {
		return Booked{}, err
	}
	return Booked{Booking: b, Attendee: b.Attendees[0]}, nil
}

func newBooking(tx *store.Tx, p meet.Principal, t meet.MeetingType, r Request, hosts []store.Host) meet.Booking {
	id := meet.BookingID(newID())
	a := r.Attendee
	a.ID, a.Booking = meet.AttendeeID(newID()), id
	if r.PolicyAccepted {
		a.PolicyAcceptedAt = tx.Now()
	}
	ids := make([]meet.UserID, len(hosts))
	for i, h := range hosts {
		ids[i] = h.ID
	}
	start := r.Start.UTC().Truncate(time.Microsecond)
	return meet.Booking{
		ID: id, Company: p.Company, Type: t.ID, Hosts: ids,
		Start: start, End: start.Add(r.Duration), Before: t.BufferBefore, After: t.BufferAfter, Forced: r.Force,
		Name: t.Name, Channel: r.Channel, Location: r.Location, MeetingLink: meetingLink(t, r),
		UID:      string(id) + "@meetwright",
		ICSTitle: meet.CleanLine(r.ICSTitle), ICSDescription: meet.CleanText(r.ICSDescription), SkipMail: r.SkipMail,
		Extra: r.Extra, CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
		Attendees: []meet.Attendee{a},
	}
}

// meetingLink is where the meeting is entered, as far as the meeting type
// knows it.
func meetingLink(t meet.MeetingType, r Request) string {
	if r.Channel == t.Channel {
		return t.CustomChannelLink
	}
	return ""
}

// newID is a random id that sorts by time, so that indexes grow at one end.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// slotAt returns the slot at a start that all the hosts can take, or
// [meet.ErrSlotOccupied].
func slotAt(tx *store.Tx, t meet.MeetingType, hosts []store.Host, start time.Time, duration time.Duration,
	exclude meet.BookingID,
) (availability.Slot, error) {
	rules := rulesOf(t, duration)
	diaries, err := calendars(tx, t, hosts, rules, meet.Range{Start: start, End: start.Add(duration)}, exclude)
	if err != nil {
		return availability.Slot{}, err
	}
	closeToOthers(diaries, rules)
	slot, found := availability.At(availability.Query{Now: tx.Now(), Everyone: true, Exclude: exclude}, rules, diaries, start)
	if !found {
		return availability.Slot{}, meet.ErrSlotOccupied
	}
	return slot, nil
}

// The years that the contract can tell. Only force reaches their ends.
var (
	firstStart = time.Unix(0, 0)
	lastEnd    = time.Date(2201, time.January, 1, 0, 0, 0, 0, time.UTC)

	errYears = meet.Refuse(meet.CodeInvalid, "The appointment must lie within the years 1970 to 2200")
)

// occupy claims the time of a booking; a claim that the database refuses is
// [meet.ErrSlotOccupied].
func occupy(tx *store.Tx, b meet.Booking) error {
	if b.Start.Before(firstStart) || !b.End.Before(lastEnd) {
		return errYears
	}
	claimed, err := tx.Occupy(b)
	if err == nil && !claimed {
		err = meet.ErrSlotOccupied
	}
	return err
}

// join adds an attendee to a running group booking.
func join(tx *store.Tx, p meet.Principal, id meet.BookingID, a meet.Attendee) (Booked, error) {
	b, err := tx.Booking(p.Company, id)
	if err != nil {
		return Booked{}, err
	}
	a.Booking = b.ID
	if err := tx.InsertAttendee(b, len(b.Attendees), a); err != nil {
		return Booked{}, err
	}
	b.Attendees = append(slices.Clip(b.Attendees), a)
	b.Sequence++
	b.UpdatedAt = tx.Now()
	return Booked{Booking: b, Attendee: a}, tx.UpdateBooking(b)
}
