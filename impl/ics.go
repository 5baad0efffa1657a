package impl

import (
	"context"
	"strings"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/ical"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// GetAppointmentICS answers an appointment as a calendar file.
func (s *Service) GetAppointmentICS(ctx context.Context, r server.GetAppointmentICSRequestObject) (server.GetAppointmentICSResponseObject, error) {
	p := principal(ctx)
	var text string
	err := s.store.View(ctx, func(tx *store.Tx) error {
		b, err := booking.Get(tx, p, id[meet.BookingID](r.ID))
		if err != nil {
			return err
		}
		out, err := appointmentOut(tx, p, b)
		text = value(out.ICS)
		return err
	})
	return server.GetAppointmentICS200TextCalendarResponse{Body: strings.NewReader(text), ContentLength: int64(len(text))}, err
}

// invite is the calendar event of a booking, published: it names the main
// host and asks nobody for an answer. Texts come from the booking, else from
// the meeting type in the attendee's language.
func invite(b meet.Booking, t meet.MeetingType, hosts []meet.User) ical.Event {
	var guest meet.Attendee
	if len(b.Attendees) > 0 {
		guest = b.Attendees[0]
	}
	values := ical.Values{MeetingName: b.Name, MeetingVenue: venue(b), GuestFullname: guest.DisplayName(), GuestEmail: guest.Email, GuestPhone: guest.Phone}
	event := ical.Event{
		Method: ical.Publish, UID: b.UID, Sequence: b.Sequence, Cancelled: b.IsCancelled(),
		Stamp: b.UpdatedAt, Created: b.CreatedAt, LastModified: b.UpdatedAt, Start: b.Start, End: b.End,
		MeetingLink: b.MeetingLink,
	}
	if len(hosts) > 0 {
		values.HostFullname = hosts[0].FullName()
		event.Organizer = ical.Person{Name: hosts[0].FullName(), Email: hosts[0].Email, Accepted: true}
	}
	text := func(own string, template meet.LocalizedText, fallback string) string {
		if own != "" {
			return own
		}
		if localized := template.In(guest.Language); localized != "" {
			fallback = localized
		}
		return ical.Expand(fallback, values)
	}
	event.Summary = text(b.ICSTitle, t.ICS.Title, ical.DefaultSummary)
	event.Description = text(b.ICSDescription, t.ICS.Description, t.Description)
	event.Location = text("", t.ICS.Location, venue(b))
	return event
}

// venue is where a meeting takes place, in words.
func venue(b meet.Booking) string {
	switch {
	case b.Location != "":
		return b.Location
	case b.MeetingLink != "":
		return b.MeetingLink
	}
	return string(b.Channel)
}
