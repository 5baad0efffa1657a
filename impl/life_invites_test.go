package impl_test

import (
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"
	goical "github.com/emersion/go-ical"
	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
)

var update = flag.Bool("update", false, "write the golden files")

// calendarPart is the calendar text of a mail, and the method that the mail
// says it has.
func calendarPart(t *testing.T, header textproto.MIMEHeader, body io.Reader) (text, method string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		t.Fatalf("%v in %q", err, header)
	}
	if header.Get("Content-Transfer-Encoding") == "base64" {
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	if kind == "text/calendar" {
		all, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		return string(all), params["method"]
	}
	if !strings.HasPrefix(kind, "multipart/") {
		return "", ""
	}
	for parts := multipart.NewReader(body, params["boundary"]); ; { // which undoes quoted-printable
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return "", ""
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, method := calendarPart(t, part.Header, part); text != "" {
			return text, method
		}
	}
}

// understood is an invite as two readers understand it, who must agree.
func understood(t *testing.T, text string) invite {
	t.Helper()
	first, err := goical.NewDecoder(strings.NewReader(text)).Decode()
	if err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	second, err := ics.ParseCalendar(strings.NewReader(text))
	if err != nil || len(second.Events()) != 1 || len(first.Events()) != 1 {
		t.Fatalf("%v in %q", err, text)
	}
	of := func(get func(name string) string) invite {
		return invite{get("METHOD"), get("SEQUENCE"), get("UID"), get("STATUS"), get("DTSTART")}
	}
	one := of(func(name string) string {
		if name == "METHOD" {
			return first.Props.Get(name).Value
		}
		return first.Events()[0].Props.Get(name).Value
	})
	two := of(func(name string) string {
		if name == "METHOD" {
			for _, p := range second.CalendarProperties {
				if p.IANAToken == name {
					return p.Value
				}
			}
			return ""
		}
		return second.Events()[0].GetProperty(ics.ComponentProperty(name)).Value
	})
	if diff := cmp.Diff(one, two); diff != "" {
		t.Fatalf("readers disagree (-emersion +arran4):\n%s", diff)
	}
	return one
}

// Ensure the calendars of everybody follow a meeting from its booking over
// two moves to its end: one UID, each message newer than the one before.
func TestLife_Invites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.owner.book(t, ofType(w.typeID(t, "in-person")), func(r *client.BookingRequest) {
		r.Location, r.Attendee.BringalongEmails = new("Torstrasse 1, Berlin"), []string{"friend@example.com"}
	})
	for day, start := range []string{"2024-01-16T10:00:00+01:00", "2024-01-17T11:00:00+01:00", ""} {
		w.inbox(t, "", "") // tells of what was
		w.setClock(t, fmt.Sprintf("2024-01-%dT08:00:00Z", 11+day))
		if start == "" {
			w.attendee(b.Secret).cancels(t, b.AppointmentID, client.CancelRequest{Reason: new("ill, sorry; too bad")})
			continue
		}
		w.attendee(b.Secret).moves(t, b.AppointmentID, start)
	}
	attendee := w.owner.appointment(t, b.AppointmentID).AttendeeIDs[0]
	masked := strings.NewReplacer(b.AppointmentID, "APPOINTMENT", b.Secret, "SECRET", attendee, "ATTENDEE", "\r\n ", "", "\r\n", "\n")
	var uid string
	for name, to := range map[string]string{"attendee": "client@example.com", "guest": "friend@example.com", "host": "olivia@demo.example"} {
		t.Run(name, func(t *testing.T) {
			var got []invite
			var file strings.Builder
			for _, m := range w.inbox(t, to, "") {
				raw := wants(t, 200)(w.owner.send(t, "GET", "/_/inbox/messages/"+m.ID+"/raw", "")).body
				message, err := mail.ReadMessage(strings.NewReader(string(raw)))
				if err != nil {
					t.Fatal(err)
				}
				text, method := calendarPart(t, textproto.MIMEHeader(message.Header), message.Body)
				if text == "" {
					continue // a reminder
				}
				i := understood(t, text)
				if method != i.Method {
					t.Errorf("%s is within a part of method %q", i.Method, method)
				}
				got = append(got, i)
				file.WriteString(masked.Replace(text))
			}
			if uid == "" {
				uid = got[0].UID
			}
			if diff := cmp.Diff([]invite{
				{"REQUEST", "0", uid, "CONFIRMED", "20240115T080000Z"},
				{"REQUEST", "1", uid, "CONFIRMED", "20240116T090000Z"},
				{"REQUEST", "2", uid, "CONFIRMED", "20240117T100000Z"},
				{"CANCEL", "3", uid, "CANCELLED", "20240117T100000Z"},
			}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			golden(t, "invites.ics", file.String()) // all see the same
		})
	}
}

// golden compares a text with a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (write it with -update; -want +got):\n%s", file, diff)
	}
}
