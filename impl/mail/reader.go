package mail

import (
	"net/mail"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/wording"
)

// reader is whom a letter is to.
type reader struct {
	role     role
	address  string
	name     string
	language wording.Language
	zone     *time.Location
	// attendee is the reader, or who brought them.
	attendee meet.Attendee
}

// role says what a reader may see.
type role int

const (
	anAttendee role = iota
	aGuest
	aHost
)

func hostReader(u meet.User) reader {
	return reader{
		role: aHost, address: u.Email, name: wording.Line(u.FullName(), wording.MaxName), language: wording.Of(u.Language), zone: wording.Zone(u.Zone),
	}
}

// findReader finds whom the letter is to, unless it is a host, whom read
// found. An attendee without a zone reads the main host's clock.
func (o *occasion) findReader() error {
	if o.reader.role == aHost {
		return nil
	}
	a := o.booking.Attendee(o.letter.Attendee)
	if a == nil {
		if o.letter.Template == meet.MailQuick {
			return errNobody // left the group
		}
		return hopeless("the attendee of the mail is not in its event")
	}
	hostZone := ""
	if len(o.hosts) > 0 {
		hostZone = o.hosts[0].Zone
	}
	o.reader = reader{
		address: o.letter.To, name: wording.Line(a.DisplayName(), wording.MaxName),
		language: wording.Of(a.Language), zone: wording.Zone(a.Zone, hostZone), attendee: *a,
	}
	switch o.letter.Template {
	case meet.InviteGuest, meet.CancelGuest:
		o.reader.role, o.reader.name = aGuest, ""
	default:
		if o.reader.address == "" {
			o.reader.address = a.Email
		}
	}
	if o.reader.address == "" {
		return errNobody
	}
	return nil
}

// replyTo is who hears an answer: the host, or, when a host was told of one
// attendee, that attendee.
func (o *occasion) replyTo() mail.Address {
	var a mail.Address
	switch {
	case o.writer != nil:
		a = mail.Address{Name: o.writer.FullName(), Address: o.writer.Email}
	case o.reader.role == aHost && len(o.booking.Attendees) == 1:
		a = mail.Address{Name: o.booking.Attendees[0].DisplayName(), Address: o.booking.Attendees[0].Email}
	case o.reader.role != aHost && len(o.hosts) > 0:
		a = mail.Address{Name: o.hosts[0].FullName(), Address: o.hosts[0].Email}
	}
	if !isAddress(a.Address) {
		return mail.Address{}
	}
	a.Name = header(a.Name, wording.MaxName)
	return a
}
