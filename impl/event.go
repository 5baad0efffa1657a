package impl

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// renderEvent writes an event as webhooks are sent it: the appointment, or
// the new user, as it was right after, beside the kind.
func renderEvent(_ context.Context, tx *store.Tx, e meet.Event) ([]byte, error) {
	var h meet.Happening
	if err := json.Unmarshal(e.Snapshot, &h); err != nil {
		return nil, fmt.Errorf("snapshot of event %s: %w", e.ID, err)
	}
	var out server.WebhookEvent
	var err error
	switch {
	case h.Booking != nil:
		out, err = bookingEvent(tx, e, h)
	case h.User != nil:
		out = userEvent(*h.User)
	default:
		err = fmt.Errorf("event %s of kind %s has nothing that webhooks are told", e.ID, e.Kind)
	}
	if err != nil {
		return nil, err
	}
	out.WebhookType, out.CompanyID = server.WebhookEventType(e.Kind), ptr(string(e.Company))
	return json.Marshal(out)
}

// bookingEvent writes a booking with what it refers to, its times in the
// main host's zone. A booking that one attendee of a group left shows that
// attendee and still stands.
func bookingEvent(tx *store.Tx, e meet.Event, h meet.Happening) (server.WebhookEvent, error) {
	b := *h.Booking
	hosts, err := byID(b.Hosts, func(ids []meet.UserID) ([]meet.User, error) { return tx.UsersByID(e.Company, ids) },
		func(u meet.User) meet.UserID { return u.ID })
	if err != nil {
		return server.WebhookEvent{}, err
	}
	t, err := typeAsBooked(tx, b)
	if err != nil {
		return server.WebhookEvent{}, err
	}
	a, err := bookingOut(b, t, hosts, meet.Principal{Company: e.Company, Role: meet.Owner})
	if err != nil {
		return server.WebhookEvent{}, err
	}
	zone := zoneOf(hosts[b.Hosts[0]])
	out := server.WebhookEvent{
		ID: a.ID, Start: ptr(b.Start.In(zone)), End: ptr(b.End.In(zone)), Attendees: make([]server.WebhookAttendee, len(a.Attendees)),
		AttendeeIDs: a.AttendeeIDs, Hosts: a.Hosts, HostIDs: a.HostIDs, MeetingType: &a.MeetingType, MeetingTypeID: &a.MeetingTypeID,
		Location: a.Location, Channel: &a.Channel, IsCancelled: ptr(a.IsCancelled && !h.Left), RescheduledAt: a.RescheduledAt,
		RescheduleCount: &a.RescheduleCount, MeetingInfo: &a.MeetingInfo, HostingInfo: &a.HostingInfo, Notes: a.Notes,
		CreatedAt: &a.CreatedAt, UpdatedAt: &a.UpdatedAt,
	}
	for i, attendee := range a.Attendees {
		out.Attendees[i] = webhookAttendee(attendee)
	}
	switch e.Kind {
	case meet.BookingCancelled:
		out.Cancel = &a.Cancel
	case meet.BookingRescheduled:
		out.PreviousStart = ptr(h.PreviousStart.In(zone))
	}
	return out, nil
}

// typeAsBooked is the meeting type of a booking. One that is not there, as
// in test events, is what the booking knows of it.
func typeAsBooked(tx *store.Tx, b meet.Booking) (meet.MeetingType, error) {
	types, err := tx.MeetingTypesByID(b.Company, []meet.MeetingTypeID{b.Type})
	if err != nil {
		return meet.MeetingType{}, err
	}
	if len(types) > 0 {
		return types[0], nil
	}
	return meet.MeetingType{ID: b.Type, Company: b.Company, Settings: meet.Settings{Name: b.Name, Duration: b.End.Sub(b.Start)}}, nil
}

// zoneOf is a user's time zone, or UTC when it is not known.
func zoneOf(u meet.User) *time.Location {
	zone, err := meet.LoadZone(u.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

func webhookAttendee(a server.Attendee) server.WebhookAttendee {
	return server.WebhookAttendee{
		ID: &a.ID, Email: a.Email, Firstname: a.Firstname, Lastname: a.Lastname, Fullname: &a.Fullname, Phone: a.Phone,
		Timezone: a.Timezone, Language: a.Language, Notes: &a.Notes, ReceiveReminders: &a.ReceiveReminders,
		BringalongEmails: a.BringalongEmails, UTM: &a.UTM,
	}
}

func userEvent(u meet.User) server.WebhookEvent {
	return server.WebhookEvent{
		ID: string(u.ID), Email: &u.Email, GivenName: &u.GivenName, FamilyName: &u.FamilyName,
		CreatedAt: ptr(instant(u.CreatedAt)), UpdatedAt: ptr(instant(u.UpdatedAt)),
	}
}
