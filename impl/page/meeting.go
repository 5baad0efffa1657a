package page

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/wording"
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
	zone := wording.Zone(zones...)
	v := m.begin(wordsOf(m.attendee.Language), zone)
	v.tell(v.Words.With, v.Words.List(wording.Names(m.hosts, meet.User.FullName)))
	m.tellPlace(v)
	return v, zone
}

// forHost begins a page for the main host.
func (m meeting) forHost() (*view, *time.Location) {
	var host meet.User
	if len(m.hosts) > 0 {
		host = m.hosts[0]
	}
	zone := wording.Zone(host.Zone)
	v := m.begin(wordsOf(host.Language), zone)
	w, a := v.Words, m.attendee
	v.tell(w.Who, wording.Line(a.DisplayName(), wording.MaxName))
	v.tell(w.Email, wording.Line(a.Email, wording.MaxLine))
	v.tell(w.Phone, wording.Line(a.Phone, wording.MaxName))
	guests := make([]string, len(a.Guests))
	for i, address := range a.Guests {
		guests[i] = wording.Line(address, wording.MaxLine)
	}
	v.tell(w.Guests, strings.Join(guests, ", "))
	if len(m.hosts) > 1 {
		v.tell(w.Hosts, w.List(wording.Names(m.hosts, meet.User.FullName)))
	}
	m.tellPlace(v)
	for _, answer := range w.Answers(m.kind.FormFields, a.Notes) {
		v.tell(answer.Question, answer.Text)
	}
	return v, zone
}

// begin tells what both sides are told.
func (m meeting) begin(w *words, zone *time.Location) *view {
	v := &view{Words: w, Company: wording.Line(m.company.Name, wording.MaxName)}
	v.tell(w.What, m.title(w))
	v.tell(w.When, w.Instant(m.booking.Start, zone))
	v.tell(w.Length, w.Minutes(int(m.booking.End.Sub(m.booking.Start)/time.Minute)))
	return v
}

func (m meeting) title(w *words) string {
	if name := wording.Line(m.booking.Name, wording.MaxLine); name != "" {
		return name
	}
	return w.Meeting
}

func (m meeting) tellPlace(v *view) {
	v.tell(v.Words.Where, v.Words.Place(m.booking, m.attendee.Phone))
	if link := wording.WebLink(m.booking.MeetingLink); link != "" {
		v.Facts = append(v.Facts, fact{Name: v.Words.Link, Text: link, Link: link})
	}
}
