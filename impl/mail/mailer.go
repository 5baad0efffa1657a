package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/mail"
	"strings"

	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/wording"
)

// Config is what a Mailer works with. All but Templates are required.
type Config struct {
	Store *store.Store
	Ring  *secret.Keyring
	// PublicURL begins the links.
	PublicURL string
	// Tenant names the world of a tenant in the links of a stub server.
	// Defaults to "", which names none.
	Tenant string
	// From is who mails are from: an address, or "Name <address>". Its
	// domain also ends the Message-IDs.
	From string
	// Sender is a *[SMTP] or a [Capture].
	Sender Sender
	// Templates replaces templates, by the names of their files. It is read
	// once. Defaults to none.
	Templates fs.FS
}

// Mailer does the jobs that are mails. It is safe for concurrent use.
type Mailer struct {
	store     *store.Store
	ring      *secret.Keyring
	publicURL string
	tenant    string
	from      mail.Address
	sender    Sender
	writings  writings
}

// New returns a Mailer. An address to send from that is none and a template
// that cannot be read are errors.
func New(c Config) (*Mailer, error) {
	from, err := mail.ParseAddress(c.From)
	if err != nil || !isAddress(from.Address) {
		return nil, errors.New(`the address to send mail from must be like "Name <name@example.com>"`)
	}
	from.Name = header(from.Name, wording.MaxName)
	all, err := ours()
	if c.Templates != nil {
		all, err = readTemplates(c.Templates)
	}
	if err != nil {
		return nil, err
	}
	return &Mailer{
		store: c.Store, ring: c.Ring, publicURL: strings.TrimSuffix(c.PublicURL, "/"), tenant: c.Tenant, from: *from, sender: c.Sender, writings: all,
	}, nil
}

// Handlers are what a job.Runner needs to send mail. Each may run more than
// once for a job; the mail then has the same Message-ID.
func (m *Mailer) Handlers() map[meet.JobKind]job.Handler {
	return map[meet.JobKind]job.Handler{meet.SendMail: m.sendLetter, meet.SendReminder: m.sendReminder}
}

// sendLetter sends a [meet.Letter] about the event that is the job's
// subject, or, when it is a host's own words, about the booking that is.
func (m *Mailer) sendLetter(ctx context.Context, j meet.Job) job.Outcome {
	var letter meet.Letter
	if err := json.Unmarshal(j.Payload, &letter); err != nil {
		return outcome(hopeless("the payload of the job is no letter"))
	}
	o := &occasion{letter: letter}
	err := m.store.View(ctx, func(tx *store.Tx) error {
		*o = occasion{letter: letter}
		if letter.Template == meet.MailQuick {
			return o.readBooking(tx, j.Company, meet.BookingID(j.Subject))
		}
		return o.readEvent(tx, j.Company, meet.EventID(j.Subject))
	})
	return m.deliver(ctx, j, o, err)
}

// sendReminder sends a [meet.Reminder], unless there is nothing left to be
// reminded of.
func (m *Mailer) sendReminder(ctx context.Context, j meet.Job) job.Outcome {
	var r meet.Reminder
	if err := json.Unmarshal(j.Payload, &r); err != nil {
		return outcome(hopeless("the payload of the job is no reminder"))
	}
	o := &occasion{}
	err := m.store.View(ctx, func(tx *store.Tx) error {
		*o = occasion{letter: meet.Letter{Template: meet.MailReminder, Attendee: r.Attendee}}
		if err := o.readBooking(tx, j.Company, meet.BookingID(j.Subject)); err != nil {
			return err
		}
		a := o.booking.Attendee(r.Attendee)
		if o.booking.IsCancelled() || !o.booking.Start.Equal(r.Start) || !o.now.Before(r.Start) ||
			o.booking.SkipMail || a == nil || !a.ReceiveReminders || a.Email == "" {
			return errNobody
		}
		return nil
	})
	return m.deliver(ctx, j, o, err)
}

// errNobody says that a job has nobody to write to any more. It is done
// then.
var errNobody = errors.New("nobody to write to")

// deliver writes the mail of an occasion that was read, and sends it.
func (m *Mailer) deliver(ctx context.Context, j meet.Job, o *occasion, err error) job.Outcome {
	if err == nil {
		err = o.findReader()
	}
	switch {
	case errors.Is(err, errNobody):
		return job.Outcome{}
	case meet.CodeOf(err) == meet.CodeNotFound:
		return outcome(hopeless("what the mail is about is gone"))
	case err != nil:
		return outcome(err)
	}
	message, err := m.write(j, o)
	if err != nil {
		return outcome(err)
	}
	return m.sender.Send(ctx, message)
}

// write makes the mail of a job.
func (m *Mailer) write(j meet.Job, o *occasion) (Message, error) {
	if !isAddress(o.reader.address) {
		return Message{}, hopeless("the recipient's address is not valid")
	}
	w, ok := m.writings[o.reader.language.Tag][o.letter.Template]
	if !ok {
		return Message{}, hopeless(fmt.Sprintf("there is no mail template %.40q", o.letter.Template))
	}
	subject, plain, html, err := w.write(m.data(o))
	if err != nil {
		return Message{}, fmt.Errorf("mail template %s: %w", o.letter.Template, err)
	}
	d := draft{
		ID: string(j.ID), From: m.from, To: mail.Address{Name: header(o.reader.name, wording.MaxName), Address: o.reader.address}, ReplyTo: o.replyTo(), Date: o.now,
		Subject: subject, Text: plain, HTML: html, Calendar: o.calendar(), Personal: o.letter.Template == meet.MailQuick,
	}
	return d.compose()
}
