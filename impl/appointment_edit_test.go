package impl_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/client"
)

func TestUpdateAppointmentGuest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, ada := w.ada(t)
	b := w.owner.book(t)
	guest := w.owner.appointment(t, b.AppointmentID).AttendeeIDs[0]
	bring := func(id, attendee, email string) (*http.Response, error) {
		return w.owner.UpdateAppointmentGuest(t.Context(), uid(id), nil, client.GuestInput{AttendeeID: uid(attendee), Email: email})
	}
	emails := []string{"1@e.co", "2@e.co", "3@e.co", "4@e.co", "5@e.co"}
	for i, email := range emails {
		a := got[client.Appointment](t, http.StatusOK)(bring(b.AppointmentID, guest, email))
		if strings.Join(a.Attendees[0].BringalongEmails, ",") != strings.Join(emails[:i+1], ",") || len(a.Attendees) != 1 {
			t.Errorf("guests are %v", a.Attendees[0].BringalongEmails)
		}
	}
	got[client.Appointment](t, http.StatusOK)(bring(b.AppointmentID, guest, "5@E.CO"))             // is there already
	if event := unfolded(*w.owner.appointment(t, b.AppointmentID).ICS); event["SEQUENCE"] != "5" { // calendars learn of each
		t.Errorf("the invite is %v", event)
	}
	refuses(t, http.StatusBadRequest, "An attendee can bring at most 5 guests")(bring(b.AppointmentID, guest, "6@e.co"))
	refuses(t, http.StatusNotFound, "Attendee not found")(bring(b.AppointmentID, nobody, "6@e.co"))
	refuses(t, http.StatusNotFound, noAppointment)(bring(nobody, guest, "6@e.co"))
	refuses(t, http.StatusNotFound, noAppointment)(
		ada.UpdateAppointmentGuest(t.Context(), uid(b.AppointmentID), nil, client.GuestInput{AttendeeID: uid(guest), Email: "6@e.co"}))
	lists(t, "attendeeId is required", "email must be an email address")(
		w.owner.send(t, "PATCH", "/v4/appointment/"+b.AppointmentID+"/guest", `{"email":"x","emails":[]}`))
	if a := w.owner.appointment(t, b.AppointmentID); len(a.Attendees[0].BringalongEmails) != 5 {
		t.Errorf("guests are %v", a.Attendees[0].BringalongEmails)
	}
	t.Run("of a type without guests", func(t *testing.T) {
		s := got[client.Booked](t, 201)(w.owner.send(t, "POST", "/v4/booking", strings.Replace(encoded(t, sample(w.strict(t).ID)), "09:00", "10:00", 1)))
		attendee := w.owner.appointment(t, s.AppointmentID).AttendeeIDs[0]
		refuses(t, http.StatusBadRequest, "This meeting type does not allow guests")(bring(s.AppointmentID, attendee, "1@e.co"))
	})
	t.Run("of a cancelled appointment", func(t *testing.T) {
		w.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
		f := refuses(t, http.StatusBadRequest, "A cancelled appointment cannot be changed")(bring(b.AppointmentID, guest, "1@e.co"))
		if f.ErrorCode != "already-cancelled" {
			t.Errorf("the code is %q", f.ErrorCode)
		}
	})
	t.Run("of obsolete pages", func(t *testing.T) {
		wants(t, http.StatusNotFound)(w.owner.send(t, "PATCH", "/v4/appointment/"+b.AppointmentID+"/guest-emails", `{}`))
	})
}

func TestUpdateAppointmentTexts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, ada := w.ada(t)
	b := w.owner.book(t)
	path := "/v4/appointment/" + b.AppointmentID
	patch := func(at, body string) client.Appointment {
		t.Helper()
		return got[client.Appointment](t, http.StatusOK)(w.owner.send(t, "PATCH", path+at, body))
	}
	check := func(name string, notes, transcription, summary string) {
		t.Helper()
		a := w.owner.appointment(t, b.AppointmentID)
		if text(a.Notes) != notes || text(a.Transcription) != transcription || text(a.Summary) != summary {
			t.Errorf("%s: %q, %q, %q", name, text(a.Notes), text(a.Transcription), text(a.Summary))
		}
	}
	if a := patch("/notes", `{"note":"Asked for 50 seats"}`); text(a.Notes) != "Asked for 50 seats" {
		t.Errorf("answered %+v", a)
	}
	check("noted", "Asked for 50 seats", "", "")
	patch("/notes", `{"note":"Wants\r\n60."}`)
	check("noted anew", "Wants\r\n60.", "", "")
	patch("/transcription", `{"transcription":"# They said","summary":"Nothing"}`)
	check("transcribed", "Wants\r\n60.", "# They said", "Nothing")
	patch("/transcription", `{}`)
	check("nothing given", "Wants\r\n60.", "# They said", "Nothing")
	patch("/transcription", `{"summary":null}`)
	check("null clears", "Wants\r\n60.", "# They said", "")
	patch("/transcription", `{"summary":"Again","transcription":null}`)
	check("each for itself", "Wants\r\n60.", "", "Again")
	patch("/transcription", `{"summary":""}`)
	check("empty clears", "Wants\r\n60.", "", "")
	patch("/notes", `{"note":""}`)
	check("an empty note clears", "", "", "")
	long := strings.Repeat("ü", 50_000)
	if a := patch("/transcription", `{"transcription":"`+long+`"}`); *a.Transcription != long {
		t.Error("a long transcript was cut")
	}
	if a := w.owner.appointment(t, b.AppointmentID); a.RescheduleCount != 0 || unfolded(*a.ICS)["SEQUENCE"] != "0" {
		t.Errorf("it is %+v", a)
	}
	for _, at := range []string{"/notes", "/transcription"} {
		refuses(t, http.StatusNotFound, noAppointment)(ada.send(t, "PATCH", path+at, `{"note":"x"}`))
		refuses(t, http.StatusNotFound, noAppointment)(w.owner.send(t, "PATCH", "/v4/appointment/"+nobody+at, `{"note":"x"}`))
	}
	lists(t, "note is required")(w.owner.send(t, "PATCH", path+"/notes", `{"note":null}`))
	w.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
	patch("/notes", `{"note":"did not come"}`)
	check("cancelled", "did not come", long, "")
}
