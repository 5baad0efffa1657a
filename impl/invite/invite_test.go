package invite_test

import (
	"strings"
	"testing"

	"github.com/meetwright/meetwright/impl/ical"
	"github.com/meetwright/meetwright/impl/invite"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
)

// meeting is a group of two attendees, each with a guest, and two hosts.
func meeting(change ...func(*meet.Booking)) invite.Meeting {
	company := meettest.Company()
	hosts := []meet.User{
		meettest.User(company, func(u *meet.User) { u.GivenName, u.Email = "Mia", "mia@host.example" }),
		meettest.User(company, func(u *meet.User) { u.GivenName, u.Email = "Ben", "ben@host.example" }),
	}
	kind := meettest.MeetingType(hosts[0], func(t *meet.MeetingType) {
		t.Description = "All about {!M.Guest.Fullname}"
		t.ICS.Title = meet.LocalizedText{ByLanguage: map[string]string{"en": "Talk", "de": "Gespräch"}}
	})
	attendee := func(id meet.AttendeeID, language string) meet.Attendee {
		return meettest.Attendee(func(a *meet.Attendee) {
			a.ID, a.FullName, a.Email, a.Language = id, string(id), string(id)+"@guest.example", language
			a.Guests = []string{string(id) + "-guest@guest.example"}
		})
	}
	b := meettest.Booking(kind, append([]func(*meet.Booking){func(b *meet.Booking) {
		b.Attendees = []meet.Attendee{attendee("ada", "de-AT"), attendee("bob", "fr")}
		b.Sequence = 3
	}}, change...)...)
	return invite.Meeting{Booking: b, Type: kind, Hosts: hosts}
}

func people(e ical.Event) string {
	var all []string
	for _, p := range e.Attendees {
		all = append(all, p.Email)
	}
	return strings.Join(all, " ")
}

func TestMeeting_Readers(t *testing.T) {
	t.Parallel()
	m := meeting()
	for name, c := range map[string]struct {
		event                        ical.Event
		people, summary, description string
	}{
		"attendee": {
			m.ForAttendee(ical.Request, "ada"), "ben@host.example ada@guest.example ada-guest@guest.example", "Gespräch", "All about ada",
		},
		"a language without text": {
			m.ForAttendee(ical.Request, "bob"), "ben@host.example bob@guest.example bob-guest@guest.example", "Talk", "All about bob",
		},
		"guest": {
			m.ForGuest(ical.Request, "ada", "x@guest.example"), "ben@host.example ada@guest.example x@guest.example", "Gespräch", "All about ada",
		},
		"host": {
			m.ForHost(ical.Request, "en"),
			"ben@host.example ada@guest.example ada-guest@guest.example bob@guest.example bob-guest@guest.example", "Talk", "All about ada +1",
		},
		"published": {m.Published(), "", "Gespräch", "All about ada +1"},
		"nobody":    {m.ForAttendee(ical.Request, "unknown"), "ben@host.example ", "Talk", "All about "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := c.event
			if people(e) != c.people || e.Summary != c.summary || e.Description != c.description {
				t.Errorf("%q, %q, %q", people(e), e.Summary, e.Description)
			}
			if e.Organizer.Email != "mia@host.example" || e.Sequence != 3 || e.UID != m.Booking.UID {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestMeeting_Overrides(t *testing.T) {
	t.Parallel()
	e := meeting(func(b *meet.Booking) { b.ICSTitle, b.ICSDescription = "{!M.Guest.Fullname}", "Own" }).ForAttendee(ical.Cancel, "ada")
	if e.Summary != "{!M.Guest.Fullname}" || e.Description != "Own" || e.Method != ical.Cancel {
		t.Errorf("%q, %q", e.Summary, e.Description)
	}
}

func TestMeeting_WithoutHosts(t *testing.T) {
	t.Parallel()
	m := meeting(func(b *meet.Booking) { b.Attendees = nil })
	m.Hosts = nil
	if text := m.ForHost(ical.Request, "").Text() + m.Published().Text(); strings.Contains(text, "mailto:") {
		t.Errorf("%s", text)
	}
}

// Ensure the place is told in words of the reader's language, and the number
// of an attendee to those who may know it.
func TestMeeting_Location(t *testing.T) {
	t.Parallel()
	const number = "+4930123456"
	at := func(channel meet.Channel, change ...func(*meet.Booking)) invite.Meeting {
		return meeting(append(change, func(b *meet.Booking) {
			b.Channel, b.Attendees = channel, b.Attendees[:1]
			b.Attendees[0].Phone = number
		})...)
	}
	called, group := at(meet.Phone), meeting(func(b *meet.Booking) { b.Channel, b.Attendees[0].Phone, b.Attendees[1].Phone = meet.Phone, number, "" })
	for name, c := range map[string]struct {
		event ical.Event
		want  string
	}{
		"called":               {called.ForAttendee(ical.Request, "ada"), "Telefonisch (" + number + ")"},
		"calling":              {called.ForHost(ical.Request, "en"), "By phone (" + number + ")"},
		"a guest":              {called.ForGuest(ical.Request, "ada", "x@guest.example"), "Telefonisch"},
		"as a file":            {called.Published(), "Telefonisch (" + number + ")"},
		"a group":              {group.ForHost(ical.Request, "fr"), "By phone"},
		"a group as a file":    {group.Published(), "Telefonisch"},
		"another of the group": {group.ForAttendee(ical.Request, "bob"), "By phone"},
		"a product":            {at(meet.Teams).ForHost(ical.Request, "de"), "Microsoft Teams"},
		"online":               {at(meet.Connect).ForHost(ical.Request, "de"), "Online-Besprechung"},
		"a link": {
			at(meet.Connect, func(b *meet.Booking) { b.MeetingLink = "https://meet.example/x" }).ForHost(ical.Request, "de"), "https://meet.example/x",
		},
		"an address": {
			at(meet.Local, func(b *meet.Booking) { b.Location = "Hafen 1" }).ForHost(ical.Request, "de"), "Hafen 1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.event.Location != c.want {
				t.Errorf("it is at %q, want %q", c.event.Location, c.want)
			}
		})
	}
}
