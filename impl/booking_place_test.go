package impl_test

import (
	"net/http"
	"testing"

	"github.com/meetwright/meetwright/client"
)

// on books a channel.
func on(channel client.Channel) func(*client.BookingRequest) {
	return func(r *client.BookingRequest) { r.Channel = &channel }
}

// located books a place.
func located(place string) func(*client.BookingRequest) {
	return func(r *client.BookingRequest) { r.Location = &place }
}

// noting adds to the attendee's notes.
func noting(key string, value any) func(*client.BookingRequest) {
	return func(r *client.BookingRequest) { r.Attendee.Notes[key] = value }
}

// phoned gives the attendee a phone.
func phoned(number string) func(*client.BookingRequest) {
	return func(r *client.BookingRequest) { r.Attendee.Phone = &number }
}

// Ensure a meeting takes place where the type allows it, and that what is
// missing is said.
func TestCreateBooking_Place(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	addPlaces := func(channel client.Channel, places ...client.MeetingLocation) string {
		return w.addType(t, func(c *client.MeetingTypeCreate) { c.MeetingInfo.Channel, c.Locations = channel, places }).ID
	}
	one, two, none := addPlaces(client.ChannelLocal, "Room 7"), string(w.typeID(t, "in-person")), addPlaces(client.ChannelLocal)
	visit, call := addPlaces(client.ChannelLocalAttendee), addPlaces(client.ChannelPhone)
	const (
		berlin    = "Torstrasse 1, Berlin"
		unknown   = "location must be one of the locations of this meeting type"
		several   = "location is required: this meeting type has several locations"
		addressed = "location or attendee.notes.address is required for the local-attendee channel"
		numbered  = "attendee.phone is required for the phone channel"
		refused   = "The channel is not allowed for this meeting type"
	)
	type changes = []func(*client.BookingRequest)
	for name, test := range map[string]struct {
		meetingType string
		changes     changes
		want        string // the refusal
		channel     client.Channel
		location    string
	}{
		"the default channel":               {string(intro), changes{}, "", "connect", ""},
		"another allowed channel":           {string(intro), changes{on("zoom")}, "", "zoom", ""},
		"a channel that is not allowed":     {string(intro), changes{on("webex")}, refused, "", ""},
		"a place that no channel asked for": {string(intro), changes{on("local"), located(berlin)}, refused, "", ""},
		"the only place":                    {one, changes{}, "", "local", "Room 7"},
		"the only place by name":            {one, changes{located("Room 7")}, "", "local", "Room 7"},
		"the only place blank":              {one, changes{located("  ")}, "", "local", "Room 7"},
		"not the only place":                {one, changes{located("Room 8")}, unknown, "", ""},
		"one of two places":                 {two, changes{located(berlin)}, "", "local", berlin},
		"neither of two places":             {two, changes{located("Torstrasse 2, Berlin")}, unknown, "", ""},
		"two places and no choice":          {two, changes{}, several, "", ""},
		"no place known":                    {none, changes{}, "", "local", ""},
		"no place known but named":          {none, changes{located("Room 7")}, unknown, "", ""},
		"the attendee's location":           {visit, changes{located("Elm Street 5")}, "", "local-attendee", "Elm Street 5"},
		"the attendee's address":            {visit, changes{noting("address", "Elm Street 5\nSpringwood")}, "", "local-attendee", "Elm Street 5 Springwood"},
		"location before address":           {visit, changes{located("Elm Street 5"), noting("address", "Oak Street 6")}, "", "local-attendee", "Elm Street 5"},
		"no address":                        {visit, changes{}, addressed, "", ""},
		"a blank address":                   {visit, changes{noting("address", " ")}, addressed, "", ""},
		"an address that is no text":        {visit, changes{noting("address", []int{5})}, addressed, "", ""},
		"a phone":                           {call, changes{phoned("+49 (30) 1234-567")}, "", "phone", ""},
		"no phone":                          {call, changes{}, numbered, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			all := append(changes{ofType(test.meetingType)}, test.changes...)
			if test.want != "" {
				refuses(t, http.StatusBadRequest, test.want)(w.owner.tryBook(t, all...))
				return
			}
			b := w.owner.book(t, all...)
			a := w.owner.appointment(t, b.AppointmentID)
			if a.Channel != test.channel || a.MeetingInfo.Channel != test.channel {
				t.Errorf("it is on %s, want %s", a.Channel, test.channel)
			}
			if got := text(a.Location); got != test.location {
				t.Errorf("it is at %q, want %q", got, test.location)
			}
			wants(t, http.StatusOK)(w.owner.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{}))
		})
	}
}

// text is what a pointer points to, or "".
func text[T ~string](p *T) T {
	if p == nil {
		return ""
	}
	return *p
}

// Ensure a link that the meeting type knows reaches the appointment, on the
// type's own channel only.
func TestCreateBooking_MeetingLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	linked := w.addType(t, func(c *client.MeetingTypeCreate) {
		c.MeetingInfo.CustomChannelLink = new("https://meet.example/room")
		c.MeetingOptions = &client.MeetingOptions{AllowedChannels: []client.Channel{client.ChannelZoom}}
	}).ID
	a := w.owner.appointment(t, w.owner.book(t, ofType(linked)).AppointmentID)
	if text(a.HostingInfo.MeetingLink) != "https://meet.example/room" || text(a.MeetingInfo.MeetingLink) != "https://meet.example/room" {
		t.Errorf("the link is %v, %v", a.HostingInfo.MeetingLink, a.MeetingInfo.MeetingLink)
	}
	if event := unfolded(*a.ICS); event["LOCATION"] != "https://meet.example/room" {
		t.Errorf("the invite is %v", event)
	}
	b := w.owner.appointment(t, w.owner.book(t, ofType(linked), on("zoom"), starting("2024-01-15T10:00:00+01:00")).AppointmentID)
	if b.HostingInfo.MeetingLink != nil {
		t.Errorf("the link of another channel is %v", *b.HostingInfo.MeetingLink)
	}
}

// Ensure a phone can stand for the address where the type says so.
func TestCreateBooking_PhoneOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type changes = []func(*client.BookingRequest)
	call := string(w.typeID(t, "phone-only"))
	phoneOnly := func(r *client.BookingRequest) { r.PhoneOnlyBooking = new(true) }
	noEmail := func(r *client.BookingRequest) { r.Attendee.Email = nil }
	const (
		noEmailWant = "attendee.email is required unless phoneOnlyBooking is true"
		forbidden   = "This meeting type does not allow phone-only bookings"
	)
	for name, test := range map[string]struct {
		meetingType string
		changes     changes
		want        string
	}{
		"a phone and no address":             {call, changes{phoneOnly, noEmail, phoned("+1-555-123-4567")}, ""},
		"both":                               {call, changes{phoneOnly, phoned("+15551234567")}, ""},
		"not asked for":                      {call, changes{noEmail, phoned("+15551234567")}, noEmailWant},
		"neither":                            {call, changes{phoneOnly, noEmail}, "attendee.phone is required for phone-only bookings"},
		"the type does not allow it":         {string(intro), changes{phoneOnly, noEmail, phoned("+15551234567")}, forbidden},
		"the type does not allow it, either": {string(intro), changes{phoneOnly}, forbidden},
	} {
		t.Run(name, func(t *testing.T) {
			all := append(changes{ofType(test.meetingType)}, test.changes...)
			if test.want != "" {
				refuses(t, http.StatusBadRequest, test.want)(w.owner.tryBook(t, all...))
				return
			}
			w.owner.isFree(t, all...)
		})
	}
	t.Run("no address is none", func(t *testing.T) {
		b := w.owner.book(t, ofType(call), phoneOnly, noEmail, phoned("+1-555-123-4567"))
		guest := w.owner.appointment(t, b.AppointmentID).Attendees[0]
		if guest.Email != nil || text(guest.Phone) != "+15551234567" {
			t.Errorf("the attendee is %v, %v", guest.Email, text(guest.Phone))
		}
	})
}

// Ensure the duration is one of the type's, and the type's own when it is
// left out.
func TestCreateBooking_Duration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	multi := ofType(w.typeID(t, "multi-duration"))
	for duration, ok := range map[int]bool{15: true, 30: true, 60: true, 1: false, 45: false, 1440: false} {
		lasting := func(r *client.BookingRequest) { r.Duration = &duration }
		if !ok {
			refuses(t, http.StatusBadRequest, wrongDuration)(w.owner.tryBook(t, multi, lasting))
			continue
		}
		b := w.owner.book(t, multi, lasting)
		a := w.owner.appointment(t, b.AppointmentID)
		if a.MeetingInfo.Duration != duration || a.End.Sub(a.Start).Minutes() != float64(duration) {
			t.Errorf("asked for %d minutes, got %d, until %v", duration, a.MeetingInfo.Duration, a.End)
		}
		wants(t, http.StatusOK)(w.owner.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{}))
	}
	b := w.owner.book(t, multi)
	if a := w.owner.appointment(t, b.AppointmentID); a.MeetingInfo.Duration != 30 {
		t.Errorf("the default is %d minutes", a.MeetingInfo.Duration)
	}
}
