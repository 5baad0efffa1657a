package mail_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/meetwright/meetwright/impl/mail"
	"github.com/meetwright/meetwright/impl/meet"
)

const (
	attack = "X\r\nBcc: victim@evil.example\r\n\r\nBody\u202e\u2066\x00 \"q\" <script>alert(1)</script> {{.Manage}} =?utf-8?q?x?="
	script = "<script"
)

// hostile fills every text that strangers or hosts write.
func hostile(s string) func(w *world) {
	return func(w *world) {
		w.company.Name, w.kind.Name, w.kind.Description = s, s, s
		w.kind.FormFields[0].Label = s
		for i := range w.hosts {
			w.hosts[i].GivenName, w.hosts[i].FamilyName = s, s
		}
		b := &w.booking
		b.Name, b.Location, b.ICSTitle, b.ICSDescription, b.MeetingLink = s, s, s, s, "javascript:"+s
		b.Notes = s
		for i := range b.Attendees {
			a := &b.Attendees[i]
			a.FullName, a.FirstName, a.LastName, a.Phone, a.Zone, a.Language = s, s, s, s, s, s
			a.Notes, _ = json.Marshal(map[string]any{"topic": s, "vip": []any{s, 1, map[string]any{s: s}}, s: s})
		}
	}
}

// Ensure no text can become a header, markup, another part or a template.
func TestMailer_Hostile(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]string{
		"attack": attack, "long": strings.Repeat("x", 10_000), "long and wide": strings.Repeat("Ünï 🗓 ", 300),
		"broken": "a\xff\xfeb\n--outer--\n.\n." + strings.Repeat("a\n", 300),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "en", hostile(s))
			for _, o := range occasions() {
				o.letter.Subject, o.letter.Body = s, s
				l := w.captured(t, w.mailer(t), o.job(t, w))
				checkHeader(t, l)
				checkCalendar(t, l)
				if l.header.Get("Bcc") != "" || strings.Contains(strings.ToLower(l.html), script) || strings.Contains(l.html, `"javascript:`) {
					t.Errorf("%v\n%s", l.header, l.html)
				}
				if n := len([]rune(l.Subject)); n > 201 {
					t.Errorf("a subject of %d characters", n)
				}
				bad := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }
				if strings.ContainsFunc(l.Subject, bad) {
					t.Errorf("subject %q", l.Subject)
				}
				if strings.ContainsFunc(strings.ReplaceAll(l.text+l.html, "\n", ""), bad) {
					t.Errorf("text %q", l.text)
				}
				if strings.Contains(l.text, "\nBcc:") && o.template != meet.MailQuick {
					t.Errorf("a line of its own:\n%s", l.text)
				}
			}
		})
	}
}

// Ensure that an address which is none makes the job dead, in words that do
// not repeat it.
func TestMailer_BadAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en")
	for name, address := range map[string]string{
		"header":  "a@b.example\r\nBcc: victim@evil.example",
		"list":    "a@b.example, victim@evil.example",
		"display": "Eve <victim@evil.example>",
		"none":    "victim",
		"long":    strings.Repeat("a", 300) + "@evil.example",
	} {
		t.Run(name, func(t *testing.T) {
			j := w.job(t, meet.Happening{Booking: &w.booking}, meet.Letter{Template: meet.MailBooked, Attendee: "a1", To: address})
			o := w.mailer(t).Handlers()[meet.SendMail](t.Context(), j)
			if err := o.Err; err == nil || !o.GiveUp || strings.Contains(err.Error(), "victim") || strings.Contains(err.Error(), "example") {
				t.Errorf("%v", err)
			}
		})
	}
}

// Ensure every mail can be written when all that may be empty is.
func TestMailer_Empty(t *testing.T) {
	t.Parallel()
	empty := func(w *world) {
		w.company.Name, w.kind.Name, w.kind.FormFields = "", "", nil
		for i := range w.hosts {
			w.hosts[i].GivenName, w.hosts[i].FamilyName, w.hosts[i].Zone, w.hosts[i].Language = "", "", "", ""
		}
		b := &w.booking
		b.Name, b.MeetingLink, b.Channel = "", "", ""
		for i := range b.Attendees {
			a := &b.Attendees[i]
			*a = meet.Attendee{ID: a.ID, Email: a.Email, Notes: json.RawMessage(`{}`)}
		}
		b.Attendees[0].Guests = []string{"bob@guest.example"}
	}
	w := newWorld(t, "en", empty)
	for _, o := range occasions() {
		t.Run(string(o.template), func(t *testing.T) {
			o.letter.Subject, o.letter.Body = "", ""
			l := w.captured(t, w.mailer(t), o.job(t, w))
			checkHeader(t, l)
			checkCalendar(t, l)
			golden := l.Subject + "\n" + l.text
			for _, flaw := range []string{"  \n", " ,", " with,", ": \n", "\n\n\n", "no value", "%!", "()", "+0"} {
				if strings.Contains(strings.ReplaceAll(golden, "-- \n", ""), flaw) {
					t.Errorf("%q in\n%s", flaw, golden)
				}
			}
			if strings.HasPrefix(string(o.template), string(meet.MailWebhookDisabled)) {
				return // it is about no meeting
			}
			if !strings.Contains(l.Subject, "Meeting") || !strings.Contains(l.text, "09:30 (UTC)") {
				t.Errorf("%s", golden)
			}
		})
	}
}

// Ensure an attendee without a zone reads the host's clock.
func TestMailer_HostZone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en", func(w *world) { w.booking.Attendees[0].Zone = "" })
	l := w.captured(t, w.mailer(t), w.job(t, meet.Happening{Booking: &w.booking}, meet.Letter{Template: meet.MailBooked, Attendee: "a1"}))
	if !strings.Contains(l.text, "11:30 (Europe/Berlin)") {
		t.Errorf("%s", l.text)
	}
}

// Ensure the manage link is in the attendee's own mail and nowhere else.
func TestMailer_Secrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en")
	for _, o := range occasions() {
		t.Run(string(o.template), func(t *testing.T) {
			l := w.captured(t, w.mailer(t, func(c *mail.Config) { c.PublicURL = "https://x.example" }), o.job(t, w))
			for path, may := range map[string]bool{
				"https://x.example/m/b1?secret=":      o.template == meet.MailBooked || strings.HasPrefix(string(o.template), string(meet.MailRescheduled)) || o.template == meet.MailReminder,
				"https://x.example/confirm/h1?token=": o.template == meet.MailOptIn,
				"https://x.example/host/h1?token=":    o.template == meet.MailApprovalAsked,
			} {
				if strings.Contains(l.text, path) != may || strings.Contains(l.html, path) != may {
					t.Errorf("%s: want %v\n%s", path, may, l.text)
				}
			}
			if strings.Contains(l.calendar, "x.example") {
				t.Error("a link in the calendar")
			}
		})
	}
}
