package mail_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/mail"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Ensure templates can be replaced file by file, and that a broken one shows
// at once.
func TestNew_Templates(t *testing.T) {
	t.Parallel()
	own := fstest.MapFS{"en/booked.txt": {Data: []byte("Subject: Own {{.Title}}\r\n\r\nDear {{.Name}}\r\n")}}
	w := newWorld(t, "en")
	l := w.captured(t, w.mailer(t, func(c *mail.Config) { c.Templates = own }),
		w.job(t, meet.Happening{Booking: &w.booking}, meet.Letter{Template: meet.MailBooked, Attendee: "a1"}))
	if l.Subject != "Own Intro call" || l.text != "Dear Ada Lovelace\n" || !strings.Contains(l.html, "Your appointment is booked") {
		t.Errorf("%q, %q", l.Subject, l.text)
	}
	for name, broken := range map[string]fstest.MapFS{
		"en/booked.txt without a subject": {"en/booked.txt": {Data: []byte("Dear")}},
		"en/booked.txt with a typo":       {"en/booked.txt": {Data: []byte("Subject: x\n\n{{.Titel}}")}},
		"de/quick.html that is open":      {"de/quick.html": {Data: []byte("{{if .Name}}")}},
		"layout.html without a body":      {"layout.html": {Data: []byte(`<p style="{{template "content" .}}`)}},
	} {
		_, err := mail.New(mail.Config{From: "a@b.example", Templates: broken})
		if err == nil || !strings.Contains(err.Error(), "mail template ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNew_From(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "nobody", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example"} {
		if _, err := mail.New(mail.Config{From: bad}); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// Ensure a letter tells what happened then, not how things stand.
func TestMailer_Late(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en")
	then := w.booking
	w.update(t, func(tx *store.Tx) error {
		b := w.booking
		b.Start, b.End, b.Sequence = b.Start.AddDate(0, 0, 1), b.End.AddDate(0, 0, 1), 1
		return tx.UpdateBooking(b)
	})
	l := w.captured(t, w.mailer(t), w.job(t, meet.Happening{Booking: &then}, meet.Letter{Template: meet.MailBooked, Attendee: "a1"}))
	if !strings.Contains(l.text, "20 October") || event(t, l).Props.Get("SEQUENCE").Value != "0" {
		t.Errorf("%s", l.text)
	}
}

// Ensure jobs that can never succeed are given up, and those without
// anybody left to tell are done.
func TestMailer_Hopeless(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en")
	booked := meet.Happening{Booking: &w.booking}
	send := func(j meet.Job) job.Outcome { return w.mailer(t).Handlers()[j.Kind](t.Context(), j) }
	garbage := jobOf(t, meet.SendMail, "e1", meet.Letter{})
	garbage.Payload = json.RawMessage(`[]`)
	foreign := w.job(t, booked, meet.Letter{Template: meet.MailBooked, Attendee: "a1"})
	foreign.Company = "c2"
	for name, j := range map[string]meet.Job{
		"payload":          garbage,
		"foreign":          foreign,
		"no event":         jobOf(t, meet.SendMail, "e1", meet.Letter{Template: meet.MailBooked, Attendee: "a1"}),
		"no template":      w.job(t, booked, meet.Letter{Template: "unknown", Attendee: "a1"}),
		"no attendee":      w.job(t, booked, meet.Letter{Template: meet.MailBooked, Attendee: "a9", To: "x@y.example"}),
		"about no meeting": w.job(t, meet.Happening{}, meet.Letter{Template: meet.MailBooked, Attendee: "a1"}),
		"no booking":       jobOf(t, meet.SendReminder, "b9", meet.Reminder{Attendee: "a1"}),
	} {
		if o := send(j); o.Err == nil || !o.GiveUp {
			t.Errorf("%s: %+v", name, o)
		}
	}
	w.update(t, func(tx *store.Tx) error { return tx.RemoveUser("u2") })
	for name, j := range map[string]meet.Job{
		"the host has left":     w.job(t, booked, meet.Letter{Template: meet.HostBooked, Host: "u2"}),
		"the attendee has left": jobOf(t, meet.SendMail, "b1", meet.Letter{Template: meet.MailQuick, Attendee: "a9"}),
	} {
		if o := send(j); o.Err != nil {
			t.Errorf("%s: %v", name, o.Err)
		}
	}
}

// Ensure international domains are written as every mail server knows them,
// in the envelope and in the headers.
func TestMailer_InternationalDomain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en", func(w *world) {
		w.booking.Attendees[0].Email = "ada@Bücher.example"
		w.hosts[0].Email = "mia@straße.example"
	})
	l := w.captured(t, w.mailer(t), w.job(t, meet.Happening{Booking: w.alone("a1")}, meet.Letter{Template: meet.MailBooked, Attendee: "a1"}))
	const to, answer = "ada@xn--bcher-kva.example", "mia@xn--strae-oqa.example"
	if l.Recipient != to || !strings.Contains(l.header.Get("To"), to) || !strings.Contains(l.header.Get("Reply-To"), answer) {
		t.Errorf("to %s: %v", l.Recipient, l.header)
	}
}
