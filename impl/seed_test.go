package impl_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
)

// Ensure each request of the published page books, byte for byte, in the
// demo at the page's own date, and is refused the second time in the page's
// own words.
func TestCreateBooking_PublishedRequests(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("testdata/seed/*.json")
	if err != nil || len(pages) != 4 {
		t.Fatalf("found %v, %v", pages, err)
	}
	for _, page := range pages {
		t.Run(filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			sample, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			booked := wants(t, http.StatusCreated)(w.owner.send(t, "POST", "/v4/booking", string(sample)))
			fields := map[string]string{}
			if err := json.Unmarshal(booked.body, &fields); err != nil {
				t.Fatal(err)
			}
			if len(fields) != 2 || len(fields["appointmentId"]) != 36 || len(fields["secret"]) != 32 {
				t.Errorf("answered %s, want appointmentId and secret", booked.body)
			}
			again := wants(t, http.StatusBadRequest)(w.owner.send(t, "POST", "/v4/booking", string(sample)))
			sameRefusal(t, again.body, occupied, "slot-occupied")
			checkSample(t, filepath.Base(page), w.owner.appointment(t, fields["appointmentId"]))
		})
	}
}

// sameRefusal holds an answer against a refusal as it is published, which
// may have an errorCode beside.
func sameRefusal(t *testing.T, body []byte, sentence, code string) {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal(body, &fields); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"statusCode": 400.0, "message": sentence, "error": "Bad Request", "errorCode": code}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("refusal (-want +got):\n%s", diff)
	}
}

// checkSample asserts that nothing of a sample was lost.
func checkSample(t *testing.T, name string, a client.Appointment) {
	t.Helper()
	if !a.Start.Equal(at("2024-01-15T08:00:00Z")) || !a.End.Equal(at("2024-01-15T08:30:00Z")) || !slices.Equal(a.HostIDs, []string{string(olivia)}) {
		t.Errorf("it is from %v to %v with %v", a.Start, a.End, a.HostIDs)
	}
	guest := a.Attendees[0]
	if *guest.Email != "client@example.com" || *guest.Firstname != "Jane" || *guest.Lastname != "Smith" || !guest.ReceiveReminders {
		t.Errorf("the attendee is %+v", guest)
	}
	switch name {
	case "basic.json":
		if a.Channel != client.ChannelConnect || len(guest.Notes) != 0 {
			t.Errorf("it is on %s with notes %v", a.Channel, guest.Notes)
		}
	case "form-fields.json":
		want := client.Notes{"company": "Acme Inc", "referral_source": "Website", "company_size": "50-200"}
		if diff := cmp.Diff(want, guest.Notes); diff != "" || a.Channel != client.ChannelZoom || *guest.Phone != "+15551234567" {
			t.Errorf("it is on %s, %v, notes (-want +got):\n%s", a.Channel, *guest.Phone, diff)
		}
	case "custom-invite.json":
		event := unfolded(*a.ICS)
		if event["SUMMARY"] != "Product Demo — Jane Smith" ||
			event["DESCRIPTION"] != `Chat summary: Customer asked about enterprise pricing and SSO. Wants to discuss data residency requirements for EU deployment.` {
			t.Errorf("the invite is %v", event)
		}
	case "utm-tracking.json":
		want := client.UTM{UTMSource: new("qualimero"), UTMMedium: new("chatbot"), UTMContent: new("enterprise_q1")}
		if diff := cmp.Diff(want, guest.UTM); diff != "" || guest.Notes["utm_source"] != "qualimero" {
			t.Errorf("utm (-want +got):\n%s\nnotes %v", diff, guest.Notes)
		}
	}
}

// Ensure the other two published refusals are answered in the page's words.
func TestCreateBooking_PublishedRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, test := range map[string]struct {
		change         func(*client.BookingRequest)
		sentence, code string
	}{
		"missing host":     {hostedBy(), missingHost, "host-missing"},
		"invalid duration": {func(r *client.BookingRequest) { r.Duration = new(45) }, wrongDuration, "duration-not-allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			sameRefusal(t, wants(t, http.StatusBadRequest)(w.owner.tryBook(t, test.change)).body, test.sentence, test.code)
		})
	}
	w.owner.isFree(t) // a refusal leaves nothing behind
}

// Ensure the samples work with either key, and with any user named.
func TestCreateBooking_PublishedRequestByPlatformKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, ada := w.ada(t)
	w.platform.book(t)
	w.as(olivia).book(t, starting("2024-01-15T09:30:00+01:00"))
	w.as(id).book(t, starting("2024-01-15T10:00:00+01:00")) // a member may book a colleague
	ada.book(t, starting("2024-01-15T10:30:00+01:00"))
	w.platform.isTaken(t)
}

// Ensure a server on another clock refuses the sample as of the past.
func TestCreateBooking_PastDate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *impl.Settings) { s.Clock = at("2024-01-15T08:00:00.000001Z") })
	w.owner.isTaken(t)
	w.setClock(t, "2024-01-15T08:00:00Z") // the last moment
	w.owner.book(t)
}
