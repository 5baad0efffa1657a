package booking

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Booked is what came of a request: a booking with the attendee who made it,
// or a hold that waits for somebody's consent.
type Booked struct {
	Booking  meet.Booking
	Attendee meet.Attendee
	Hold     *meet.Hold
}

// Book makes a booking, or a hold when the type asks for consent. The first
// rule that fails answers: hosts or queue, meeting type, attendee, duration,
// channel, form, password, link and guests, hosts, and at last whether the
// start is a slot. That one is asked of the same function that lists slots,
// and then of the store's guard.
//
// Refusals are *[meet.Error]; a start that is no slot, whatever the reason,
// is [meet.ErrSlotOccupied]. After a refusal the transaction must be rolled
// back.
func Book(tx *store.Tx, p meet.Principal, r Request) (Booked, error) {
	if err := r.CheckHosting(); err != nil {
		return Booked{}, err
	}
	t, err := bookableType(tx, p.Company, r.Type)
	if err != nil {
		return Booked{}, err
	}
	if err := takeTurns(tx, t, r.Moves); err != nil {
		return Booked{}, err
	}
	if err := keepDuration(tx, &t, r.Moves, &r.Duration); err != nil {
		return Booked{}, err
	}
	company, err := tx.Company(p.Company)
	if err != nil {
		return Booked{}, err
	}
	asks := consentFor(t, company.Settings)
	if r.Force {
		asks = consent{} // a host books, who need not be asked
	}
	if err := r.check(t, asks.first == meet.TheAttendee || asks.thenAttendee); err != nil {
		return Booked{}, err
	}
	if err := spendLink(tx, t, r); err != nil {
		return Booked{}, err
	}
	team, err := tx.TypeHosts(t.ID)
	if err != nil {
		return Booked{}, err
	}
	if r.Moves != "" {
		return moveByBooking(tx, p, t, team, r)
	}
	c, err := chooseHosts(tx, p, t, team, r)
	if err != nil {
		return Booked{}, err
	}
	b := newBooking(tx, p, t, r, c.hosts)
	if c.joins != "" {
		if b.Hosts, err = hostsOfGroup(tx, b.Company, c.joins); err != nil {
			return Booked{}, err
		}
	}
	if asks.first != "" {
		h, err := hold(tx, t, b, r, c, asks)
		return Booked{Hold: &h}, err
	}
	if c.joins != "" {
		return join(tx, c.joins, b)
	}
	if err := c.record(tx, t.Queue, string(b.ID)); err != nil {
		return Booked{}, err
	}
	return settle(tx, t, b)
}

// chosen is who hosts, and what of a queue's choice is to be kept.
type chosen struct {
	hosts  []store.Host
	joins  meet.BookingID // the group of this slot
	choice *meet.Choice
	trace  []Candidate
}

// record keeps a queue's choice with a booking or a hold.
func (c chosen) record(tx *store.Tx, queue meet.QueueID, subject string) error {
	if c.choice == nil {
		return nil
	}
	member := c.choice.Group
	if member == "" {
		member = string(c.choice.Users[0])
	}
	return tx.Assign(subject, queue, member, tx.Now(), Trace{*c.choice, c.trace})
}

// chooseHosts finds who hosts the meeting, and that its start is a slot of
// theirs.
func chooseHosts(tx *store.Tx, p meet.Principal, t meet.MeetingType, team []store.Host, r Request) (c chosen, err error) {
	duration := r.Duration
	switch {
	case r.Queue == "" && r.Force: // those alone
		c.hosts, err = pick(team, r.Hosts)
	case r.Queue == "":
		c.hosts, err = named(t, team, r.Hosts)
	case t.CoHosted:
		c.hosts = team
	case r.Force:
		return c, meet.Refuse(meet.CodeInvalid, "ignoreAvailability needs hostIds: a queue chooses among those who are free")
	default:
		return assign(tx, t, team, r.Start.UTC(), duration, "")
	}
	if err != nil {
		return c, err
	}
	if r.Force {
		if !p.IsAdmin() && !slices.ContainsFunc(c.hosts, func(h store.Host) bool { return h.ID == p.User }) {
			err = errForce
		}
		return c, err
	}
	slot, err := slotAt(tx, t, c.hosts, r.Start.UTC(), duration, "")
	c.joins = slot.Booking
	return c, err
}

// settle stores a booking that nothing stands in the way of any more, claims
// its time and tells the world.
func settle(tx *store.Tx, t meet.MeetingType, b meet.Booking) (Booked, error) {
	if err := tx.InsertBooking(b); err != nil {
		return Booked{}, err
	}
	if err := occupy(tx, b); err != nil {
		return Booked{}, err
	}
	if err := tx.KeepContact(b.Company, b.Attendees[0]); err != nil {
		return Booked{}, err
	}
	if err := remind(tx, t, b, b.Attendees[0]); err != nil {
		return Booked{}, err
	}
	return Booked{Booking: b, Attendee: b.Attendees[0]}, emit(tx, b.Company, meet.BookingCreated, string(b.ID), meet.Happening{Booking: &b})
}

// spendLink uses up the one-time link of a request. A refusal later on
// rolls that back.
func spendLink(tx *store.Tx, t meet.MeetingType, r Request) error {
	if r.OneTimeLink == "" {
		if t.OneTimeOnly && !r.Force && r.Moves == "" {
			return errOneTimeLink
		}
		return nil
	}
	spent, err := tx.SpendOneTimeLink(t.Company, r.OneTimeLink, t.ID)
	if err == nil && !spent {
		err = errOneTimeLink
	}
	return err
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
		UID:      UIDOf(id),
		ICSTitle: meet.CleanLine(r.ICSTitle), ICSDescription: meet.CleanText(r.ICSDescription), SkipMail: r.SkipMail,
		Extra: r.Extra, CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
		Attendees: []meet.Attendee{a},
	}
}

// UIDOf is the iCalendar identity of a booking, for as long as it exists.
func UIDOf(id meet.BookingID) string { return string(id) + "@meetwright" }

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
	diaries, err := calendars(tx, t, hosts, rules, availability.Query{Range: meet.Range{Start: start, End: start.Add(duration)}, Exclude: exclude})
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
