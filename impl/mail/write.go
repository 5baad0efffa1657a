package mail

import (
	"net/url"
	"slices"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
)

// data is what the template of an occasion writes about.
func (m *Mailer) data(o *occasion) Data {
	b, r := o.booking, o.reader
	l := r.language
	d := Data{
		Lang: l.tag, Name: r.name, Company: line(o.company.Name, maxName),
		Title: line(b.Name, maxLine), When: l.instant(b.Start, r.zone), Where: o.place(), Link: webLink(b.MeetingLink),
		Host: l.list(namesOf(o.others(), meet.User.FullName)), Guest: l.list(namesOf(o.about(), meet.Attendee.DisplayName)),
		Reason: indented(b.Cancellation.Reason, maxText), By: string(b.Cancellation.Source), Left: o.happening.Left,
		Subject: line(o.letter.Subject, maxSubject), Body: text(o.letter.Body, maxLetter),
	}
	if d.Title == "" {
		d.Title = line(o.kind.Name, maxLine)
	}
	if d.Title == "" {
		d.Title = l.meeting
	}
	if minutes := int(b.End.Sub(b.Start) / time.Minute); minutes > 0 {
		d.Length = l.minutes(minutes)
	}
	if !o.happening.PreviousStart.IsZero() {
		d.Before = l.instant(o.happening.PreviousStart, r.zone)
	}
	if o.writer != nil {
		d.Host = line(o.writer.FullName(), maxName)
	}
	if h := o.happening.Hold; h != nil {
		d.Link = "" // the room is for those who have booked
		d.Reason = indented(o.happening.Reason, maxText)
		d.Expires = l.instant(h.ExpiresAt, r.zone)
	}
	if r.role == aHost {
		d.People = o.people()
	}
	m.link(&d, o)
	return d
}

// link adds the pages that the reader may go to. The secret of an attendee
// is for that attendee alone.
func (m *Mailer) link(d *Data, o *occasion) {
	page := func(path, id, query, token string) string {
		return m.publicURL + path + url.PathEscape(id) + "?" + query + "=" + token
	}
	switch o.letter.Template {
	case meet.MailBooked, meet.MailRescheduled, meet.MailReminder:
		a := o.reader.attendee
		d.Manage = page("/m/", string(o.booking.ID), "secret", m.ring.Derive(secret.AppointmentSecret, string(a.ID), a.Generation))
	case meet.MailOptIn:
		if h := o.happening.Hold; h != nil {
			d.Confirm = page("/confirm/", string(h.ID), "token", m.ring.Derive(secret.ConfirmationToken, string(h.ID), h.Generation))
		}
	case meet.MailApprovalAsked:
		if h := o.happening.Hold; h != nil {
			d.Decide = page("/host/", string(h.ID), "token", m.ring.Derive(secret.HostToken, string(h.ID), h.Generation))
		}
	}
}

// others are the hosts but for the reader.
func (o *occasion) others() []meet.User {
	return slices.DeleteFunc(slices.Clone(o.hosts), func(u meet.User) bool { return o.reader.role == aHost && u.ID == o.letter.Host })
}

// about are the attendees that the reader may know of.
func (o *occasion) about() []meet.Attendee {
	if o.reader.role == aHost {
		return o.booking.Attendees
	}
	return []meet.Attendee{o.reader.attendee}
}

// people are the attendees as a host sees them.
func (o *occasion) people() []Person {
	var all []Person
	for _, a := range o.booking.Attendees {
		p := Person{
			Name: line(a.DisplayName(), maxName), Email: line(a.Email, maxAddress), Phone: line(a.Phone, maxName),
			Answers: o.reader.language.answers(o.kind.FormFields, a.Notes),
		}
		for _, address := range a.Guests {
			p.Guests = append(p.Guests, line(address, maxAddress))
		}
		all = append(all, p)
	}
	return all
}

// place is where the meeting takes place, in words. A guest does not learn
// the number of who brought them.
func (o *occasion) place() string {
	if place := line(o.booking.Location, maxLine); place != "" {
		return place
	}
	place := o.reader.language.places[o.booking.Channel]
	if o.booking.Channel == meet.Phone && o.reader.role == anAttendee && o.reader.attendee.Phone != "" {
		place += " (" + line(o.reader.attendee.Phone, maxName) + ")"
	}
	return place
}

func namesOf[T any](all []T, name func(T) string) []string {
	var names []string
	for _, one := range all {
		if s := line(name(one), maxName); s != "" {
			names = append(names, s)
		}
	}
	return names
}
