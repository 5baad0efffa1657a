package mail_test

import (
	"mime"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/meet"
)

// occasion is one letter that the golden files show.
type occasion struct {
	template meet.Template
	to       string // whom it is to
	method   string // of the calendar message
	letter   meet.Letter
	happened func(w *world) meet.Happening
}

func occasions() []occasion {
	booked := func(w *world) meet.Happening { return meet.Happening{Booking: w.alone("a1")} }
	moved := func(w *world) meet.Happening {
		b := w.alone("a1")
		b.Sequence, b.RescheduleCount = 1, 1
		return meet.Happening{Booking: b, PreviousStart: b.Start.Add(-25 * time.Hour)}
	}
	changed := func(w *world) meet.Happening {
		h := moved(w)
		h.PreviousStart = time.Time{}
		return h
	}
	released := func(w *world) meet.Happening {
		h := changed(w)
		h.Released = []meet.UserID{"u1"}
		return h
	}
	cancelled := func(w *world) meet.Happening {
		b := w.alone("a1")
		b.Sequence = 2
		b.Cancellation = meet.Cancellation{At: w.now, Source: meet.ByHost, By: "u1", Reason: "Out of office.\nSorry!"}
		return meet.Happening{Booking: b}
	}
	left := func(w *world) meet.Happening {
		h := cancelled(w)
		h.Booking.Cancellation.Source, h.Left = meet.ByAttendee, true
		return h
	}
	held := func(w *world) meet.Happening { return meet.Happening{Hold: w.hold()} }
	disabled := func(since time.Time) func(*world) meet.Happening {
		return func(*world) meet.Happening {
			return meet.Happening{Webhook: &meet.Webhook{
				ID: "0199a000-0000-7000-8000-000000000009", Endpoint: "https://crm.example.com/hooks/hush?token=hush", Description: "CRM <b>", FailingSince: since,
			}}
		}
	}
	declined := func(w *world) meet.Happening { return meet.Happening{Hold: w.hold(), Reason: "No time"} }
	ada := meet.Letter{Attendee: "a1", To: "ada@guest.example"}
	bob := meet.Letter{Attendee: "a1", To: "bob@guest.example"}
	mia := meet.Letter{Host: "u1"}
	return []occasion{
		{meet.MailBooked, ada.To, "REQUEST", ada, booked},
		{meet.MailRescheduled, ada.To, "REQUEST", ada, moved},
		{meet.MailRescheduled + "_changed", ada.To, "REQUEST", ada, changed},
		{meet.MailCancelled, ada.To, "CANCEL", ada, cancelled},
		{meet.MailReminder, ada.To, "", ada, booked},
		{meet.MailOptIn, ada.To, "", ada, held},
		{meet.MailAwaitingApproval, ada.To, "", ada, held},
		{meet.MailDeclined, ada.To, "", ada, declined},
		{meet.MailExpired, ada.To, "", ada, held},
		{meet.MailApprovalAsked, "mia@hansen.example", "", mia, held},
		{meet.MailQuick, ada.To, "", meet.Letter{Attendee: "a1", To: ada.To, Host: "u2", Subject: "Parking", Body: "Please park\nin the <yard>."}, nil},
		{meet.HostBooked, "mia@hansen.example", "REQUEST", mia, booked},
		{meet.HostRescheduled, "mia@hansen.example", "REQUEST", mia, moved},
		{meet.HostRescheduled + "_changed", "mia@hansen.example", "REQUEST", mia, changed},
		{meet.HostCancelled, "mia@hansen.example", "CANCEL", mia, cancelled},
		{meet.HostCancelled + "_released", "mia@hansen.example", "CANCEL", mia, released},
		{meet.HostCancelled + "_left", "mia@hansen.example", "REQUEST", mia, left},
		{meet.InviteGuest, bob.To, "REQUEST", bob, booked},
		{meet.CancelGuest, bob.To, "CANCEL", bob, cancelled},
		{meet.MailWebhookDisabled, "mia@hansen.example", "", mia, disabled(time.Date(2026, time.September, 26, 9, 0, 0, 0, time.UTC))},
		{meet.MailWebhookDisabled + "_gone", "mia@hansen.example", "", mia, disabled(time.Time{})},
	}
}

// job is the job of an occasion in a world.
func (o occasion) job(t *testing.T, w *world) meet.Job {
	t.Helper()
	l := o.letter
	name := string(o.template)
	for _, variant := range []string{"_left", "_changed", "_released", "_gone"} {
		name = strings.TrimSuffix(name, variant)
	}
	l.Template = meet.Template(name)
	if o.happened == nil {
		return jobOf(t, meet.SendMail, "b1", l)
	}
	return w.job(t, o.happened(w), l)
}

// Ensure every mail reads as it should, in both languages.
func TestMailer_Golden(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "de"} {
		w := newWorld(t, language)
		for _, o := range occasions() {
			t.Run(language+"/"+string(o.template), func(t *testing.T) {
				l := w.captured(t, w.mailer(t), o.job(t, w))
				name := filepath.Join("testdata", language, string(o.template))
				golden(t, name+".txt", "Subject: "+l.Subject+"\n\n"+l.text)
				golden(t, name+".html", l.html)
				if l.Recipient != o.to || l.method != o.method {
					t.Errorf("to %s with %q", l.Recipient, l.method)
				}
				if o.template == meet.MailBooked {
					golden(t, name+".eml", plainBoundaries(string(l.raw)))
				}
				checkHeader(t, l)
				checkCalendar(t, l)
			})
		}
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// plainBoundaries replaces what is random in a mail.
func plainBoundaries(raw string) string {
	for i, found := range regexp.MustCompile(`boundary=(\S+)`).FindAllStringSubmatch(raw, -1) {
		raw = strings.ReplaceAll(raw, found[1], []string{"outer", "inner"}[i])
	}
	return strings.ReplaceAll(raw, "\r\n", "\n")
}

// checkHeader holds the header against what was captured beside it.
func checkHeader(t *testing.T, l *letter) {
	t.Helper()
	var decode mime.WordDecoder
	subject, err := decode.DecodeHeader(l.header.Get("Subject"))
	if err != nil || subject != l.Subject {
		t.Errorf("subject %q, captured %q, %v", subject, l.Subject, err)
	}
	to, err := l.header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != l.Recipient {
		t.Errorf("to %v, captured %s, %v", to, l.Recipient, err)
	}
	if got := l.header.Get("Message-ID"); got != "<"+l.ID+"@hansen.example>" {
		t.Errorf("Message-ID %s", got)
	}
	if date, err := l.header.Date(); err != nil || !date.Equal(l.At) {
		t.Errorf("date %v, %v", date, err)
	}
	if l.header.Get("Bcc")+l.header.Get("Cc") != "" {
		t.Error("copies")
	}
}
