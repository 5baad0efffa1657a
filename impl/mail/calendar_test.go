package mail_test

import (
	"strings"
	"testing"

	goical "github.com/emersion/go-ical"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// event is a calendar message as a program reads it.
func event(t *testing.T, l *letter) goical.Event {
	t.Helper()
	cal, err := goical.NewDecoder(strings.NewReader(l.calendar)).Decode()
	if err != nil {
		t.Fatalf("%v in %q", err, l.calendar)
	}
	if method, err := cal.Props.Text("METHOD"); err != nil || method != l.method {
		t.Errorf("method %q within, %q without, %v", method, l.method, err)
	}
	return cal.Events()[0]
}

// checkCalendar reads the calendar message of a letter that has one.
func checkCalendar(t *testing.T, l *letter) {
	t.Helper()
	if l.calendar != l.file {
		t.Errorf("the file is another message:\n%s\n%s", l.calendar, l.file)
	}
	if l.calendar == "" {
		return
	}
	e := event(t, l)
	if uid := e.Props.Get("UID").Value; uid != "b1@meetwright" {
		t.Errorf("UID %s", uid)
	}
	if cancelled := e.Props.Get("STATUS").Value == "CANCELLED"; cancelled != (l.method == "CANCEL") {
		t.Errorf("%s with %s", e.Props.Get("STATUS").Value, l.method)
	}
}

// Ensure a letter's calendar message names whom its reader may know.
func TestMailer_Attendees(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en", func(w *world) { w.kind.Spots = 5 })
	for name, c := range map[string]struct {
		letter meet.Letter
		want   string
	}{
		"an attendee sees hosts and own guests": {
			meet.Letter{Template: meet.MailBooked, Attendee: "a1", To: "ada@guest.example"},
			"ben@hansen.example ada@guest.example bob@guest.example",
		},
		"a guest sees hosts and who brought them": {
			meet.Letter{Template: meet.InviteGuest, Attendee: "a1", To: "bob@guest.example"},
			"ben@hansen.example ada@guest.example bob@guest.example",
		},
		"the other attendee sees nothing of the first": {
			meet.Letter{Template: meet.MailBooked, Attendee: "a2", To: "grace@other.example"},
			"ben@hansen.example grace@other.example eve@other.example",
		},
		"a host sees all": {
			meet.Letter{Template: meet.HostBooked, Host: "u2"},
			"ben@hansen.example ada@guest.example bob@guest.example grace@other.example eve@other.example",
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := w.captured(t, w.mailer(t), w.job(t, meet.Happening{Booking: &w.booking}, c.letter))
			var got []string
			for _, p := range event(t, l).Props["ATTENDEE"] {
				got = append(got, strings.TrimPrefix(p.Value, "mailto:"))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("names %v", got)
			}
			all := l.all()
			for _, who := range []string{"ada", "bob", "grace", "eve"} {
				if !strings.Contains(c.want, who+"@") && strings.Contains(strings.ToLower(all), who+"@") {
					t.Errorf("shows the address of %s", who)
				}
			}
			if c.letter.Attendee == "a1" && strings.Contains(all, "Hopper") || c.letter.Attendee == "a2" && strings.Contains(all, "Lovelace") {
				t.Error("shows the name of another attendee")
			}
		})
	}
}

// Ensure the host's calendar keeps a group that somebody joined or left.
func TestMailer_GroupOfHost(t *testing.T) {
	t.Parallel()
	group := func(w *world) { w.kind.Spots = 5 }
	t.Run("who joined is invited beside the others", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "en", group)
		l := w.captured(t, w.mailer(t), w.job(t, meet.Happening{Booking: w.alone("a2")}, meet.Letter{Template: meet.HostBooked, Host: "u1"}))
		if n := len(event(t, l).Props["ATTENDEE"]); n != 5 || strings.Contains(l.text, "Ada") {
			t.Errorf("%d invited\n%s", n, l.text)
		}
	})
	t.Run("a cancelled group is told of by another letter", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "en", group)
		w.update(t, func(tx *store.Tx) error {
			b := w.booking
			b.Cancellation = meet.Cancellation{At: w.now, Source: meet.ByHost, By: "u1"}
			return tx.UpdateBooking(b)
		})
		h := meet.Happening{Booking: w.alone("a2"), Left: true}
		l := w.captured(t, w.mailer(t), w.job(t, h, meet.Letter{Template: meet.HostCancelled, Host: "u1"}))
		if l.calendar != "" {
			t.Errorf("%s", l.calendar)
		}
	})
}

// Ensure the texts of the calendar are those of the booking, else of its type
// in the reader's language.
func TestMailer_CalendarTexts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "de", func(w *world) {
		w.kind.ICS.Title = meet.LocalizedText{ByLanguage: map[string]string{"en": "With {!M.Guest.Fullname}", "de": "Mit {!M.Guest.Fullname}"}}
	})
	for own, want := range map[string]string{"": "Mit Ada Lovelace", "Own": "Own"} {
		b := w.booking
		b.ICSTitle = own
		l := w.captured(t, w.mailer(t), w.job(t, meet.Happening{Booking: &b}, meet.Letter{Template: meet.MailBooked, Attendee: "a1"}))
		if got, err := event(t, l).Props.Text("SUMMARY"); err != nil || got != want {
			t.Errorf("%q, %v", got, err)
		}
	}
}
