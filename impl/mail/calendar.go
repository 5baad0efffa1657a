package mail

import (
	"github.com/meetwright/meetwright/impl/ical"
	"github.com/meetwright/meetwright/impl/invite"
	"github.com/meetwright/meetwright/impl/meet"
)

// calendarMethods are the messages that go to calendars. Letters about holds
// and reminders have none.
var calendarMethods = map[meet.Template]ical.Method{
	meet.MailBooked: ical.Request, meet.MailRescheduled: ical.Request, meet.MailCancelled: ical.Cancel,
	meet.HostBooked: ical.Request, meet.HostRescheduled: ical.Request, meet.HostCancelled: ical.Cancel,
	meet.InviteGuest: ical.Request, meet.CancelGuest: ical.Cancel,
}

// calendar is the message to the reader's calendar, or nil.
func (o *occasion) calendar() *ical.Event {
	method, ok := calendarMethods[o.letter.Template]
	if !ok {
		return nil
	}
	m := invite.Meeting{Booking: o.booking, Type: o.kind, Hosts: o.hosts}
	var e ical.Event
	switch o.reader.role {
	case aGuest:
		e = m.ForGuest(method, o.reader.attendee.ID, o.reader.address)
	case aHost:
		if o.happening.Left { // the group still meets
			method = ical.Request
			if o.group == nil || o.group.IsCancelled() {
				return nil // of which another letter tells
			}
			m.Booking = *o.group
		} else if o.group != nil && len(o.group.Attendees) > 0 && method == ical.Request {
			m.Booking.Attendees = o.group.Attendees
		}
		e = m.ForHost(method, o.reader.language.Tag)
	default:
		e = m.ForAttendee(method, o.reader.attendee.ID)
	}
	return &e
}
