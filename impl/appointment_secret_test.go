package impl_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
)

// Ensure the secret of a booking opens it, without what belongs to others.
func TestSecret_Opens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.owner.book(t)
	id := uid(b.AppointmentID)
	wants(t, http.StatusOK)(w.owner.UpdateAppointmentNotes(t.Context(), id, nil, client.NoteInput{Note: "difficult"}))
	wants(t, http.StatusOK)(w.owner.UpdateAppointmentTranscription(t.Context(), id, nil,
		client.TranscriptionInput{Transcription: client.Value("they said"), Summary: client.Value("nothing")}))
	jane := w.attendee(b.Secret)
	a := jane.appointment(t, b.AppointmentID)
	if a.Notes != nil || a.Transcription != nil || a.Summary != nil {
		t.Errorf("the attendee reads %q, %q, %q", text(a.Notes), text(a.Transcription), text(a.Summary))
	}
	if full := w.owner.appointment(t, b.AppointmentID); *full.ICS != *a.ICS || text(full.Notes) != "difficult" {
		t.Errorf("the host reads %+v", full)
	}
	ics := wants(t, http.StatusOK)(jane.GetAppointmentICS(t.Context(), id, nil))
	if string(ics.body) != *a.ICS || ics.header.Get("Content-Type") != "text/calendar; charset=utf-8" && ics.header.Get("Content-Type") != "text/calendar" {
		t.Errorf("the file is %s\n%s", ics.header.Get("Content-Type"), ics.body)
	}
	head := wants(t, http.StatusOK)(jane.send(t, "HEAD", "/v4/appointment/"+strings.ToUpper(b.AppointmentID), ""))
	if len(head.body) > 0 {
		t.Errorf("HEAD answered %s", head.body)
	}
	moved := got[client.RescheduleResult](t, http.StatusOK)(jane.RescheduleAppointment(t.Context(), id, nil, client.RescheduleRequest{Start: at("2024-01-15T10:00:00+01:00")}))
	if moved.Appointment.Notes != nil {
		t.Error("moving shows the notes")
	}
	gone := jane.cancels(t, b.AppointmentID, client.CancelRequest{Reason: new("busy")})
	if diff := cmp.Diff(cancelled("attendee", a.AttendeeIDs[0], new("busy"), "2024-01-10T08:00:00Z"), gone.Cancel); diff != "" || gone.Notes != nil {
		t.Errorf("(-want +got):\n%s", diff)
	}
	jane.appointment(t, b.AppointmentID)
}

// Ensure a secret opens nothing else.
func TestSecret_OpensNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.owner.book(t)
	jane := w.attendee(b.Secret)
	id := "/v4/appointment/" + b.AppointmentID
	for _, request := range [][3]string{
		{"PATCH", id + "/notes", `{"note":"x"}`}, {"PATCH", id + "/transcription", `{}`},
		{"PATCH", id + "/guest", `{"attendeeId":"` + nobody + `","email":"x@example.com"}`},
		{"GET", "/v4/appointment/paginated?page=0&pageSize=1", ""}, {"GET", "/v4/appointment/today", ""}, {"GET", "/v4/user/me", ""},
		{"POST", "/v4/booking", encoded(t, booking())}, {"GET", "/v4/booking-availability", ""}, {"GET", "/webhooks", ""},
	} {
		refuses(t, http.StatusUnauthorized, "Missing authorization header")(jane.send(t, request[0], request[1], request[2]))
	}
}

// Ensure whatever is wrong with a secret is the same refusal, and that
// guessing ends after five tries within a minute.
func TestSecret_Wrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.owner.book(t)
	other := w.owner.book(t, starting("2024-01-15T10:00:00+01:00"))
	for name, test := range map[string]struct{ id, secret string }{
		"truncated":             {b.AppointmentID, b.Secret[:31]},
		"longer":                {b.AppointmentID, b.Secret + "A"},
		"one letter off":        {b.AppointmentID, flipped(b.Secret)},
		"foreign":               {b.AppointmentID, other.Secret},
		"of no appointment":     {nobody, b.Secret},
		"of no id":              {"x", b.Secret},
		"a confirmation of it":  {b.AppointmentID, "Bearer " + b.Secret},
		"an API key":            {b.AppointmentID, w.demo.PersonalKey()},
		"very long":             {b.AppointmentID, strings.Repeat("x", 10_000)},
		"of another's, swapped": {other.AppointmentID, b.Secret},
	} {
		t.Run(name, func(t *testing.T) {
			w.setClock(t, "2024-01-10T08:00:00Z") // a minute or more between the rows
			a := wants(t, http.StatusUnauthorized)(w.attendee(test.secret).send(t, "GET", "/v4/appointment/"+test.id, ""))
			f := decode[failure](t, a.body)
			if f.sentence() != wrongSecret || f.ErrorCode != "" || a.header.Get("WWW-Authenticate") == "" {
				t.Errorf("answered %s", a.body)
			}
			w.setClock(t, "2024-01-10T08:01:00Z")
			wants(t, http.StatusUnauthorized)(w.attendee(test.secret).send(t, "POST", "/v4/appointment/"+test.id+"/cancel", ""))
			w.setClock(t, "2024-01-10T08:02:00Z")
		})
	}
	w.setClock(t, "2024-01-10T09:00:00Z")
	w.attendee(b.Secret).appointment(t, b.AppointmentID)
	w.attendee(other.Secret).appointment(t, other.AppointmentID)
}

// flipped is a text with another last letter.
func flipped(s string) string {
	if strings.HasSuffix(s, "A") {
		return s[:len(s)-1] + "B"
	}
	return s[:len(s)-1] + "A"
}

func TestSecret_Guessing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.owner.book(t)
	other := w.owner.book(t, starting("2024-01-15T10:00:00+01:00"))
	jane, guesser := w.attendee(b.Secret), w.attendee(flipped(b.Secret))
	path := "/v4/appointment/" + b.AppointmentID
	paths := []string{path, strings.ToUpper(path[16:]), path + "/ics", path + "/", path}
	paths[1] = path[:16] + paths[1]
	for i, path := range paths { // where a request says it comes from does not count
		from := fmt.Sprintf("203.0.113.%d", i)
		refuses(t, http.StatusUnauthorized, wrongSecret)(guesser.send(t, "GET", path, "",
			"X-Forwarded-For", from, "X-Real-IP", from, "Forwarded", "for="+from))
	}
	for name, c := range map[string]caller{"a sixth": guesser, "even the right one": jane} {
		t.Run(name, func(t *testing.T) {
			for _, path := range []string{path, path[:16] + strings.ToUpper(path[16:])} {
				a := wants(t, http.StatusTooManyRequests)(c.send(t, "GET", path, "", "X-Forwarded-For", "203.0.113.9"))
				if f := decode[failure](t, a.body); f.sentence() != tooManyAttempts || a.header.Get("Retry-After") != "60" {
					t.Errorf("answered %s with Retry-After %s", a.body, a.header.Get("Retry-After"))
				}
			}
		})
	}
	t.Run("the host is not locked out", func(t *testing.T) { w.owner.appointment(t, b.AppointmentID) })
	t.Run("nor is another appointment", func(t *testing.T) { w.attendee(other.Secret).appointment(t, other.AppointmentID) })
	t.Run("until a minute later", func(t *testing.T) {
		w.setClock(t, "2024-01-10T08:00:59.999999Z")
		wants(t, http.StatusTooManyRequests)(jane.GetAppointment(t.Context(), uid(b.AppointmentID), nil))
		w.setClock(t, "2024-01-10T08:01:00Z")
		jane.appointment(t, b.AppointmentID)
	})
	t.Run("at once", func(t *testing.T) {
		count := statuses(atOnce(t, 40, func(int) (*http.Response, error) {
			return guesser.GetAppointment(t.Context(), uid(b.AppointmentID), nil)
		}))
		if count[401] > 5 || count[401]+count[429] != 40 {
			t.Errorf("answers were %v", count)
		}
	})
	t.Run("also where there is nothing", func(t *testing.T) {
		var last int
		for range 6 {
			last = read(t)(guesser.GetAppointment(t.Context(), uid(nobody), nil)).status
		}
		if last != http.StatusTooManyRequests {
			t.Errorf("the sixth try was answered %d", last)
		}
	})
}

// Ensure a bearer counts before a secret.
func TestSecret_BesideBearer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, ada := w.ada(t)
	b := w.owner.book(t)
	path := "/v4/appointment/" + b.AppointmentID
	refuses(t, http.StatusNotFound, noAppointment)(ada.send(t, "GET", path, "", "X-Appointment-Secret", b.Secret))
	refuses(t, http.StatusUnauthorized, "Invalid API key")(w.bearer("x").send(t, "GET", path, "", "X-Appointment-Secret", b.Secret))
	for range 7 {
		wants(t, http.StatusOK)(w.owner.send(t, "GET", path, "", "X-Appointment-Secret", "wrong"))
	}
	a := got[client.Appointment](t, http.StatusOK)(w.owner.send(t, "POST", path+"/cancel", "", "X-Appointment-Secret", b.Secret))
	if *a.Cancel.ActionSource != "host" {
		t.Errorf("cancelled by %s", *a.Cancel.ActionSource)
	}
	refuses(t, http.StatusUnauthorized, "Missing authorization header")(w.caller().send(t, "GET", path, ""))
}
