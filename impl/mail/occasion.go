package mail

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// occasion is all that a letter is written from.
type occasion struct {
	letter    meet.Letter
	happening meet.Happening
	now       time.Time

	company meet.Company
	kind    meet.MeetingType
	// booking is as the event kept it. For a hold it is what would be
	// booked.
	booking meet.Booking
	hosts   []meet.User // in the order of the booking
	// group is the booking as it is now, for hosts of a group: the event
	// kept only who came or left, and their calendars have them all.
	group  *meet.Booking
	writer *meet.User // of a host's own words

	reader reader
}

// readEvent reads what a letter about an event is written from.
func (o *occasion) readEvent(tx *store.Tx, company meet.CompanyID, id meet.EventID) error {
	e, found, err := tx.Event(id)
	if err != nil {
		return err
	}
	if !found || e.Company != company {
		return hopeless("the event of the mail is gone")
	}
	if err := json.Unmarshal(e.Snapshot, &o.happening); err != nil {
		return hopeless("the event of the mail cannot be read")
	}
	switch h := o.happening; {
	case h.Booking != nil:
		o.booking = *h.Booking
	case h.Hold != nil:
		o.booking = held(*h.Hold)
	case h.Webhook != nil: // it has no booking
	default:
		return hopeless("the event of the mail is about nothing that mail tells of")
	}
	if err := o.renew(tx, company); err != nil {
		return err
	}
	if err := o.read(tx, company); err != nil {
		return err
	}
	if o.happening.Booking == nil || o.letter.Host == "" || o.kind.Spots < 2 && !o.happening.Left {
		return nil
	}
	current, err := tx.Booking(company, o.booking.ID)
	switch {
	case err == nil:
		o.group = &current
	case errors.Is(err, meet.ErrAppointmentNotFound):
		err = nil
	}
	return err
}

// renew takes the generations of secrets as they are now: the links of a
// letter must open their pages when it arrives, not when it was due.
func (o *occasion) renew(tx *store.Tx, company meet.CompanyID) error {
	if h := o.happening.Hold; h != nil {
		current, err := tx.Hold(company, h.ID)
		switch {
		case err == nil:
			h.Generation = current.Generation
		case errors.Is(err, meet.ErrHoldNotFound): // which no link opens
			err = nil
		}
		return err
	}
	seats, err := tx.Seats(o.booking.ID)
	for _, seat := range seats {
		if a := o.booking.Attendee(seat.Attendee); a != nil {
			a.Generation = seat.Generation
		}
	}
	return err
}

// readBooking reads what a letter about a booking as it is now is written
// from.
func (o *occasion) readBooking(tx *store.Tx, company meet.CompanyID, id meet.BookingID) (err error) {
	if o.booking, err = tx.Booking(company, id); err != nil {
		return err
	}
	return o.read(tx, company)
}

// read reads what belongs to the booking, and who it is told to.
func (o *occasion) read(tx *store.Tx, company meet.CompanyID) (err error) {
	o.now = tx.Now()
	if o.company, err = tx.Company(company); err != nil {
		return err
	}
	types, err := tx.MeetingTypesByID(company, []meet.MeetingTypeID{o.booking.Type})
	if err != nil {
		return err
	}
	if len(types) > 0 {
		o.kind = types[0]
	}
	users, err := tx.UsersByID(company, o.booking.Hosts)
	if err != nil {
		return err
	}
	for _, id := range o.booking.Hosts {
		if i := slices.IndexFunc(users, func(u meet.User) bool { return u.ID == id }); i >= 0 {
			o.hosts = append(o.hosts, users[i])
		}
	}
	if o.letter.Host == "" {
		return nil
	}
	u, err := tx.User(company, o.letter.Host)
	if errors.Is(err, meet.ErrUserNotFound) {
		return errNobody // has left the company
	}
	if o.letter.Template == meet.MailQuick {
		o.writer = &u
	} else {
		o.reader = hostReader(u)
	}
	return err
}

// held is the booking that a hold stands for.
func held(h meet.Hold) meet.Booking {
	var b meet.Booking
	if json.Unmarshal(h.Request, &b) != nil {
		b = meet.Booking{}
	}
	b.Company, b.Type, b.Hosts, b.Start, b.End = h.Company, h.Type, h.Hosts, h.Start, h.End
	b.Attendees = []meet.Attendee{h.Attendee}
	return b
}
