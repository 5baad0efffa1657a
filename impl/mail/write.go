package mail

import (
	"net/url"
	"slices"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/wording"
)

// data is what the template of an occasion writes about.
func (m *Mailer) data(o *occasion) Data {
	b, r := o.booking, o.reader
	l := r.language
	d := Data{
		Lang: l.Tag, Name: r.name, Company: wording.Line(o.company.Name, wording.MaxName),
		Title: wording.Line(b.Name, wording.MaxLine), When: l.Instant(b.Start, r.zone), Where: o.place(), Link: wording.WebLink(b.MeetingLink),
		Host: l.List(wording.Names(o.others(), meet.User.FullName)), Guest: l.List(wording.Names(o.about(), meet.Attendee.DisplayName)),
		Reason: indented(b.Cancellation.Reason), By: string(b.Cancellation.Source), Left: o.happening.Left, HandedOver: len(o.happening.Released) > 0,
		Subject: wording.Line(o.letter.Subject, maxSubject), Body: wording.Text(o.letter.Body, maxLetter),
	}
	if d.Title == "" {
		d.Title = wording.Line(o.kind.Name, wording.MaxLine)
	}
	if d.Title == "" {
		d.Title = l.Meeting
	}
	if minutes := int(b.End.Sub(b.Start) / time.Minute); minutes > 0 {
		d.Length = l.Minutes(minutes)
	}
	if !o.happening.PreviousStart.IsZero() {
		d.Before = l.Instant(o.happening.PreviousStart, r.zone)
	}
	if o.writer != nil {
		d.Host = wording.Line(o.writer.FullName(), wording.MaxName)
	}
	if h := o.happening.Hold; h != nil {
		d.Link = "" // the room is for those who have booked
		d.Reason = indented(o.happening.Reason)
		d.Expires = l.Instant(h.ExpiresAt, r.zone)
	}
	if w := o.happening.Webhook; w != nil {
		d.tellWebhook(*w, r)
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
		link := m.publicURL + path + url.PathEscape(id) + "?" + query + "=" + token
		if m.tenant != "" {
			link += "&tenant=" + url.QueryEscape(m.tenant)
		}
		return link
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
			Name: wording.Line(a.DisplayName(), wording.MaxName), Email: wording.Line(a.Email, maxAddress), Phone: wording.Line(a.Phone, wording.MaxName),
			Answers: o.reader.language.Answers(o.kind.FormFields, a.Notes),
		}
		for _, address := range a.Guests {
			p.Guests = append(p.Guests, wording.Line(address, maxAddress))
		}
		for i := range p.Answers {
			p.Answers[i].Text = indented(p.Answers[i].Text)
		}
		all = append(all, p)
	}
	return all
}

// place is where the meeting takes place, in words. A guest does not learn
// the number of who brought them.
func (o *occasion) place() string {
	phone := ""
	if o.reader.role == anAttendee {
		phone = o.reader.attendee.Phone
	}
	return o.reader.language.Place(o.booking, phone)
}
