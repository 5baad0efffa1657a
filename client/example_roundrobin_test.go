package client_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
)

// form is the back end of a form whose visitors meet whoever of the team is next.
type form struct {
	api                *client.API
	meetingType, queue uuid.UUID
}

// ServeHTTP books what the form says. The page gives each form a submission id when it is shown: a visitor who presses the button twice, or again because the answer got
// lost, books once.
func (f *form) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start, err := time.Parse(time.RFC3339, r.FormValue("start"))
	if err != nil || r.FormValue("submission") == "" {
		http.Error(w, "Please fill in the form again.", http.StatusBadRequest)
		return
	}
	outcome, err := f.api.CreateBooking(r.Context(), client.BookingRequest{
		MeetingTypeID: f.meetingType, QueueID: &f.queue, Start: start,
		Attendee: client.AttendeeInput{Fullname: new(r.FormValue("name")), Email: new(r.FormValue("email")), ReceiveReminders: true},
	}, client.WithIdempotencyKey(r.FormValue("submission")))
	refused, isRefused := errors.AsType[*client.APIError](err)
	switch {
	case errors.Is(err, client.ErrSlotUnavailable):
		http.Error(w, "That time is taken now. Please pick another one.", http.StatusConflict)
	case errors.Is(err, client.ErrOutcomeUnknown):
		http.Error(w, "We are not sure. Please press the button again.", http.StatusBadGateway)
	case isRefused && refused.StatusCode == http.StatusBadRequest:
		http.Error(w, refused.Message, http.StatusBadRequest)
	case err != nil:
		http.Error(w, "Please try again later.", http.StatusServiceUnavailable)
	default:
		booked, _ := outcome.Value()
		appointment, err := f.api.GetAppointment(r.Context(), booked.AppointmentID)
		if err != nil {
			_, _ = fmt.Fprintln(w, "You have a meeting.")
			return
		}
		_, _ = fmt.Fprintln(w, "You meet", appointment.Hosts[0].FullName)
	}
}

// The back end of a form books round robin: the server picks the host whose turn it is.
func Example_roundRobin() {
	api, stop := demo()
	defer stop()
	team := demoType(api, "round-robin")
	page := httptest.NewServer(&form{api, uuid.MustParse(team.ID), uuid.MustParse(*team.QueueID)})
	defer page.Close()

	for _, submission := range []string{"one", "one", "two", "three", "four"} {
		answer, err := http.PostForm(page.URL, url.Values{
			"submission": {submission}, "start": {"2024-01-15T10:00:00+01:00"}, "name": {"Visitor " + submission}, "email": {submission + "@example.com"},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			fmt.Println(err)
		}
		_ = answer.Body.Close()
		fmt.Println(submission+":", strings.TrimSpace(string(text)))
	}
	// Output:
	// one: You meet Ada Lovelace
	// one: You meet Ada Lovelace
	// two: You meet Ben Franklin
	// three: You meet Cleo Patra
	// four: That time is taken now. Please pick another one.
}
