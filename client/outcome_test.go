package client_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
)

func TestBookingOutcome_JSON(t *testing.T) {
	optIn := &client.Provisional{Type: client.ProvisionalBookingTypeDoubleOptIn, ID: "p"}
	byHost := &client.Provisional{Type: client.ProvisionalBookingTypeRequireHostConfirmation, ID: "p"}
	for _, test := range []struct {
		name, text  string
		booked      *client.Booked
		provisional *client.Provisional
		fails       string
	}{
		{name: "booked", text: `{"appointmentId":"a","secret":"s"}`, booked: &client.Booked{AppointmentID: "a", Secret: "s"}},
		{name: "more than documented", text: `{"appointmentId":"a","secret":"s","new":1,"bookingType":null}`, booked: &client.Booked{AppointmentID: "a", Secret: "s"}},
		{name: "double opt-in", text: `{"bookingType":"DoubleOptIn","provisionalBookingId":"p"}`, provisional: optIn},
		{name: "double opt-in, lower", text: `{"bookingType":"doubleOptIn","provisionalBookingId":"p"}`, provisional: optIn},
		{name: "host", text: `{"bookingType":"RequireHostConfirmation","provisionalBookingId":"p"}`, provisional: byHost},
		{name: "host, lower", text: `{"bookingType":"requireHostConfirmation","provisionalBookingId":"p"}`, provisional: byHost},
		{name: "both", text: `{"appointmentId":"a","secret":"s","bookingType":"DoubleOptIn","provisionalBookingId":"p"}`, fails: "at once"},
		{name: "neither", text: `{}`, fails: "neither"},
		{name: "no secret", text: `{"appointmentId":"a"}`, fails: "neither"},
		{name: "empty id", text: `{"appointmentId":"","secret":"s"}`, fails: "neither"},
		{name: "a type nobody knows", text: `{"bookingType":"TripleOptIn","provisionalBookingId":"p"}`, fails: `bookingType "TripleOptIn"`},
		{name: "no provisional id", text: `{"bookingType":"DoubleOptIn"}`, fails: "neither"},
		{name: "another shape", text: `{"appointmentId":7,"secret":"s"}`, fails: "cannot unmarshal number"},
	} {
		t.Run(test.name, func(t *testing.T) {
			api := answering(t, says(http.StatusCreated, "application/json", test.text))
			outcome, err := api.CreateBooking(t.Context(), someBooking(t))
			if test.fails != "" {
				if outcome != nil || err == nil || !strings.Contains(err.Error(), test.fails) {
					t.Errorf("got %v, %v", outcome, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			booked, provisional := outcome.Value()
			if diff := cmp.Diff(test.booked, booked) + cmp.Diff(test.provisional, provisional); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			var again client.BookingOutcome
			if err := json.Unmarshal(marshal(t, outcome), &again); err != nil {
				t.Fatal(err)
			}
			booked, provisional = again.Value()
			if diff := cmp.Diff(test.booked, booked) + cmp.Diff(test.provisional, provisional); diff != "" {
				t.Errorf("written and read again (-want +got):\n%s", diff)
			}
		})
	}
}

func TestApprovalOutcome_JSON(t *testing.T) {
	for _, test := range []struct {
		name, text  string
		approved    *client.Approved
		provisional *client.Provisional
		fails       string
	}{
		{name: "approved", text: `{"appointmentId":"a"}`, approved: &client.Approved{AppointmentID: "a"}},
		{
			name: "double opt-in", text: `{"bookingType":"doubleOptIn","provisionalBookingId":"p"}`,
			provisional: &client.Provisional{Type: client.ProvisionalBookingTypeDoubleOptIn, ID: "p"},
		},
		{name: "both", text: `{"appointmentId":"a","bookingType":"DoubleOptIn","provisionalBookingId":"p"}`, fails: "at once"},
		{name: "neither", text: `{}`, fails: "neither"},
	} {
		t.Run(test.name, func(t *testing.T) {
			api := answering(t, says(http.StatusCreated, "application/json", test.text))
			outcome, err := api.ApproveProvisionalBooking(t.Context(), someID)
			if test.fails != "" {
				if outcome != nil || err == nil || !strings.Contains(err.Error(), test.fails) {
					t.Errorf("got %v, %v", outcome, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			approved, provisional := outcome.Value()
			if diff := cmp.Diff(test.approved, approved) + cmp.Diff(test.provisional, provisional); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, err := json.Marshal(outcome); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOutcome_ZeroIsNotWritten(t *testing.T) {
	for _, v := range []any{client.BookingOutcome{}, client.ApprovalOutcome{}} {
		if text, err := json.Marshal(v); err == nil {
			t.Errorf("got %s", text)
		}
	}
}

// Ensure both spellings of the type become one wherever a provisional booking is answered.
func TestProvisionalBooking_Type(t *testing.T) {
	const booking = `{"id":"p","type":"requireHostConfirmation","createdAt":"2026-10-20T08:00:00.000Z","expiresAt":"2026-10-21T08:00:00.000Z"}`
	list := answering(t, says(200, "application/json", `{"provisionalBookings":[`+booking+`],"total":1}`))
	page, err := list.ListProvisionalBookings(t.Context(), client.ListProvisionalBookingsParams{})
	if err != nil || page.ProvisionalBookings[0].Type != client.ProvisionalBookingTypeRequireHostConfirmation {
		t.Errorf("got %v, %v", page, err)
	}
	decline := answering(t, says(200, "application/json", booking))
	declined, err := decline.DeclineProvisionalBooking(t.Context(), someID, client.DeclineRequest{})
	if err != nil || declined.Type != client.ProvisionalBookingTypeRequireHostConfirmation {
		t.Errorf("got %v, %v", declined, err)
	}
}

// Ensure nil notes are sent as an object, and the caller's value stays as it is.
func TestAPI_CreateBooking_Notes(t *testing.T) {
	var notes []byte
	api := answering(t, func(w http.ResponseWriter, r *http.Request) {
		var sent struct {
			Attendee map[string]json.RawMessage `json:"attendee"`
		}
		_ = json.NewDecoder(r.Body).Decode(&sent)
		notes = sent.Attendee["notes"]
		says(201, "application/json", `{"appointmentId":"a","secret":"s"}`)(w, r)
	})
	booking := someBooking(t)
	if _, err := api.CreateBooking(t.Context(), booking); err != nil || string(notes) != "{}" || booking.Attendee.Notes != nil {
		t.Errorf("got %v, sent %s, left %v", err, notes, booking.Attendee.Notes)
	}
	booking.Attendee.Notes = client.Notes{"utm_source": "bot"}
	if _, err := api.CreateBooking(t.Context(), booking); err != nil || string(notes) != `{"utm_source":"bot"}` {
		t.Errorf("got %v, sent %s", err, notes)
	}
}
