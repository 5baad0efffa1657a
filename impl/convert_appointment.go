package impl

import (
	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/invite"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// appointmentOut is appointmentsOut for one booking.
func appointmentOut(tx *store.Tx, p meet.Principal, b meet.Booking) (server.Appointment, error) {
	out, err := appointmentsOut(tx, p, []meet.Booking{b})
	if err != nil {
		return server.Appointment{}, err
	}
	return out[0], nil
}

// appointmentsOut writes bookings with what they refer to, as the principal
// may see them: an attendee sees no other attendee and nothing that hosts
// keep for themselves.
func appointmentsOut(tx *store.Tx, p meet.Principal, bookings []meet.Booking) ([]server.Appointment, error) {
	out := make([]server.Appointment, len(bookings))
	if len(bookings) == 0 {
		return out, nil
	}
	var typeIDs []meet.MeetingTypeID
	var hostIDs []meet.UserID
	for _, b := range bookings {
		typeIDs = append(typeIDs, b.Type)
		hostIDs = append(hostIDs, b.Hosts...)
	}
	types, err := byID(typeIDs, func(ids []meet.MeetingTypeID) ([]meet.MeetingType, error) { return tx.MeetingTypesByID(p.Company, ids) },
		func(t meet.MeetingType) meet.MeetingTypeID { return t.ID })
	if err != nil {
		return nil, err
	}
	hosts, err := byID(hostIDs, func(ids []meet.UserID) ([]meet.User, error) { return tx.UsersByID(p.Company, ids) },
		func(u meet.User) meet.UserID { return u.ID })
	if err != nil {
		return nil, err
	}
	for i, b := range bookings {
		if out[i], err = bookingOut(b, types[b.Type], hosts, p); err != nil {
			return nil, err
		}
	}
	if p.IsAttendee() {
		return out, nil
	}
	traces, err := booking.Traces(tx, bookings)
	for i, b := range bookings {
		if t, found := traces[b.ID]; found {
			out[i].QueueBookingInfo = choiceOut(t)
		}
	}
	return out, err
}

// byID loads each thing once and finds it by its id.
func byID[K comparable, V any](ids []K, load func([]K) ([]V, error), key func(V) K) (map[K]V, error) {
	found := map[K]V{}
	distinct := []K{}
	for _, id := range ids {
		if _, seen := found[id]; !seen {
			var zero V
			found[id] = zero
			distinct = append(distinct, id)
		}
	}
	values, err := load(distinct)
	for _, v := range values {
		found[key(v)] = v
	}
	return found, err
}

func bookingOut(b meet.Booking, t meet.MeetingType, users map[meet.UserID]meet.User, p meet.Principal) (server.Appointment, error) {
	hosts := make([]meet.User, len(b.Hosts))
	for i, id := range b.Hosts {
		hosts[i] = users[id]
	}
	if p.IsAttendee() {
		b = forAttendee(b, p.Attendee)
	}
	out := server.Appointment{
		ID: string(b.ID), Start: instant(b.Start), End: instant(b.End), Location: orNull(b.Location),
		Channel: server.Channel(b.Channel), IsCancelled: b.IsCancelled(), Cancel: cancellationOut(b.Cancellation),
		RescheduledAt: instantOrNull(b.RescheduledAt), RescheduleCount: b.RescheduleCount,
		MeetingInfo: server.MeetingInfo{
			Name: b.Name, Duration: inMinutes(b.End.Sub(b.Start)), Channel: server.Channel(b.Channel), MeetingLink: omitZero(b.MeetingLink),
			BufferBefore: inMinutes(b.Before), BufferAfter: inMinutes(b.After), Description: omitZero(t.Description),
		},
		HostingInfo: server.HostingInfo{MainHost: orNull(b.Hosts[0]), MeetingLink: orNull(b.MeetingLink)},
		Attendees:   make([]server.Attendee, len(b.Attendees)), AttendeeIDs: make([]string, len(b.Attendees)),
		Hosts: make([]server.Host, len(hosts)), HostIDs: words(b.Hosts),
		MeetingType: server.MeetingTypeSummary{
			ID: string(t.ID), Slug: t.Slug, Metadata: metadataOut(t),
			MeetingInfo: server.MeetingInfoSummary{Name: t.Name, Duration: inMinutes(t.Duration)},
		},
		MeetingTypeID: string(b.Type), Notes: orNull(b.Notes), Transcription: orNull(b.Transcription), Summary: orNull(b.Summary),
		CompanyID: string(b.Company), CreatedAt: instant(b.CreatedAt), UpdatedAt: instant(b.UpdatedAt),
	}
	for i, u := range hosts {
		out.Hosts[i] = hostOut(u)
	}
	for i, a := range b.Attendees {
		var err error
		if out.Attendees[i], err = attendeeOut(a); err != nil {
			return out, err
		}
		out.AttendeeIDs[i] = string(a.ID)
	}
	out.ICS = ptr(invite.Meeting{Booking: b, Type: t, Hosts: hosts}.Published().Text())
	return out, nil
}

// forAttendee is a booking as one of its attendees may see it.
func forAttendee(b meet.Booking, id meet.AttendeeID) meet.Booking {
	own := []meet.Attendee{}
	for _, a := range b.Attendees {
		if a.ID == id {
			own = append(own, a)
		}
	}
	b.Attendees = own
	b.Notes, b.Transcription, b.Summary = "", "", ""
	return b
}

func cancellationOut(c meet.Cancellation) server.Cancellation {
	return server.Cancellation{
		ActionSource: orNull(c.Source), ActionAt: instantOrNull(c.At),
		ActionBy: orNull(c.By), Reason: orNull(c.Reason),
	}
}

func attendeeOut(a meet.Attendee) (server.Attendee, error) {
	notes, err := freeForm(a.Notes)
	return server.Attendee{
		ID: string(a.ID), Email: orNull(a.Email), Firstname: orNull(a.FirstName), Lastname: orNull(a.LastName), Fullname: a.DisplayName(),
		Phone: orNull(a.Phone), Timezone: orNull(a.Zone), Language: orNull(a.Language), Notes: notes,
		ReceiveReminders: a.ReceiveReminders, BringalongEmails: notNil(a.Guests), UTM: utmOut(a.UTM),
	}, err
}

func hostOut(u meet.User) server.Host {
	return server.Host{
		ID: string(u.ID), Email: u.Email, GivenName: u.GivenName, FamilyName: u.FamilyName, FullName: u.FullName(),
		Slug: u.Slug, Picture: orNull(u.Picture),
	}
}
