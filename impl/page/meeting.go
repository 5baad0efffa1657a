package page

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// meeting is what a page is about: an appointment, or what a request would
// become.
type meeting struct {
	booking  meet.Booking
	attendee meet.Attendee
	company  meet.Company
	kind     meet.MeetingType
	hosts    []meet.User // in the order of the booking
	now      time.Time
}

// readMeeting reads what belongs to a booking of an attendee.
func readMeeting(tx *store.Tx, b meet.Booking, a meet.Attendee) (m meeting, err error) {
	m = meeting{booking: b, attendee: a, now: tx.Now()}
	if m.company, err = tx.Company(b.Company); err != nil {
		return m, err
	}
	types, err := tx.MeetingTypesByID(b.Company, []meet.MeetingTypeID{b.Type})
	if err != nil {
		return m, err
	}
	if len(types) == 0 {
		return m, meet.ErrMeetingTypeNotFound
	}
	m.kind = types[0]
	users, err := tx.UsersByID(b.Company, b.Hosts)
	if err != nil {
		return m, err
	}
	for _, id := range b.Hosts {
		if i := slices.IndexFunc(users, func(u meet.User) bool { return u.ID == id }); i >= 0 {
			m.hosts = append(m.hosts, users[i])
		}
	}
	return m, nil
}

// readHold reads a hold and what it would become or, once it is booked, has
// become. A booking that the attendee has left since counts as cancelled.
func readHold(tx *store.Tx, company meet.CompanyID, id meet.HoldID) (meet.Hold, meeting, error) {
	h, err := tx.Hold(company, id)
	if err != nil {
		return h, meeting{}, err
	}
	var b meet.Booking
	if err := json.Unmarshal(h.Request, &b); err != nil {
		return h, meeting{}, err
	}
	b.Company, b.Type, b.Hosts, b.Start, b.End = h.Company, h.Type, h.Hosts, h.Start, h.End
	a := h.Attendee
	if h.Status == meet.Confirmed {
		made := b.ID
		if h.Joins != "" {
			made = h.Joins
		}
		switch booked, err := tx.Booking(company, made); {
		case errors.Is(err, meet.ErrAppointmentNotFound):
			b.Cancellation.At = tx.Now()
		case err != nil:
			return h, meeting{}, err
		default:
			b = booked
			if now := booked.Attendee(a.ID); now != nil {
				a = *now
			} else if !b.IsCancelled() {
				b.Cancellation.At = tx.Now()
			}
		}
	}
	m, err := readMeeting(tx, b, a)
	return h, m, err
}

// forAttendee begins a page for the attendee, and tells in which zone.
func (m meeting) forAttendee() (*view, *time.Location) {
	zones := []string{m.attendee.Zone}
	for _, h := range m.hosts {
		zones = append(zones, h.Zone)
	}
	zone := zoneOf(zones...)
	v := m.begin(wordsOf(m.attendee.Language), zone)
	v.tell(v.Words.With, v.Words.list(namesOf(m.hosts)))
	m.tellPlace(v)
	return v, zone
}

// forHost begins a page for the main host.
func (m meeting) forHost() (*view, *time.Location) {
	var host meet.User
	if len(m.hosts) > 0 {
		host = m.hosts[0]
	}
	zone := zoneOf(host.Zone)
	v := m.begin(wordsOf(host.Language), zone)
	w, a := v.Words, m.attendee
	v.tell(w.Who, line(a.DisplayName(), maxName))
	v.tell(w.Email, line(a.Email, maxLine))
	v.tell(w.Phone, line(a.Phone, maxName))
	guests := make([]string, len(a.Guests))
	for i, address := range a.Guests {
		guests[i] = line(address, maxLine)
	}
	v.tell(w.Guests, strings.Join(guests, ", "))
	if len(m.hosts) > 1 {
		v.tell(w.Hosts, w.list(namesOf(m.hosts)))
	}
	m.tellPlace(v)
	v.Facts = append(v.Facts, w.answers(m.kind.FormFields, a.Notes)...)
	return v, zone
}

// begin tells what both sides are told.
func (m meeting) begin(w *words, zone *time.Location) *view {
	v := &view{Words: w, Company: line(m.company.Name, maxName)}
	v.tell(w.What, m.title(w))
	v.tell(w.When, w.instant(m.booking.Start, zone))
	v.tell(w.Length, w.minutes(int(m.booking.End.Sub(m.booking.Start)/time.Minute)))
	return v
}

func (m meeting) title(w *words) string {
	if name := line(m.booking.Name, maxLine); name != "" {
		return name
	}
	return w.Meeting
}

func (m meeting) tellPlace(v *view) {
	place := line(m.booking.Location, maxLine)
	if place == "" {
		place = v.Words.Places[m.booking.Channel]
	}
	v.tell(v.Words.Where, place)
	if link := webLink(m.booking.MeetingLink); link != "" {
		v.Facts = append(v.Facts, fact{Name: v.Words.Link, Text: link, Link: link})
	}
}

func namesOf(users []meet.User) []string {
	var names []string
	for _, u := range users {
		if name := line(u.FullName(), maxName); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// zoneOf returns the first zone that exists, else UTC.
func zoneOf(names ...string) *time.Location {
	for _, name := range names {
		if zone, err := meet.LoadZone(name); err == nil {
			return zone
		}
	}
	return time.UTC
}
