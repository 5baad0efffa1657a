package impl_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// stored is a booking as the database has it.
func (w *world) stored(t testing.TB, id string) meet.Booking {
	t.Helper()
	var b meet.Booking
	err := w.Store.View(t.Context(), func(tx *store.Tx) (err error) {
		b, err = tx.Booking(w.demo.CompanyID(), meet.BookingID(id))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// post books with a request by hand, which must succeed, and reads the
// appointment.
func (w *world) post(t testing.TB, request object) client.Appointment {
	t.Helper()
	b := got[client.Booked](t, http.StatusCreated)(w.owner.send(t, "POST", "/v4/booking", encoded(t, request)))
	return w.owner.appointment(t, b.AppointmentID)
}

// Ensure names arrive on one line, without what is not to be seen.
func TestCreateBooking_Names(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	strict := w.strict(t).ID
	for name, test := range map[string]struct {
		first, last, full string
		want              string
	}{
		"full name":            {"", "", "Jane Smith", "Jane Smith"},
		"first and last":       {"Jane", "Smith", "", "Jane Smith"},
		"first alone":          {"Jane", "", "", "Jane"},
		"last alone":           {"", "Smith", "", "Smith"},
		"full before parts":    {"J.", "S.", "Jane Smith", "Jane Smith"},
		"blank full name":      {"Jane", "", " ", "Jane"},
		"line breaks":          {"", "", "Jane\r\nBCC: all@example.com", "Jane  BCC: all@example.com"},
		"tab and bell":         {"", "", "Jane\t\aSmith", "Jane  Smith"},
		"direction marks":      {"", "", "Jane\u202eSmith\u2066", "JaneSmith"},
		"paragraph separators": {"", "", "Jane\u2029Smith\u0085", "Jane Smith"},
		"other scripts":        {"", "", "山田 太郎 👩‍👩‍👧", "山田 太郎 👩‍👩‍👧"},
		"200 code points":      {strings.Repeat("ü", 200), "", "", strings.Repeat("ü", 200)},
	} {
		t.Run(name, func(t *testing.T) {
			request := sample(strict)
			guest := attendeeOf(request)
			delete(guest, "fullname")
			for key, value := range map[string]string{"firstname": test.first, "lastname": test.last, "fullname": test.full} {
				if value != "" {
					guest[key] = value
				}
			}
			a := w.post(t, request)
			if a.Attendees[0].Fullname != test.want {
				t.Errorf("the name is %q, want %q", a.Attendees[0].Fullname, test.want)
			}
			if strings.ContainsAny(strings.ReplaceAll(*a.ICS, "\r\n", ""), "\r\n\a\t") || strings.Contains(*a.ICS, "\nBCC") {
				t.Errorf("the invite is\n%s", *a.ICS)
			}
			wants(t, http.StatusOK)(w.owner.CancelAppointment(t.Context(), uid(a.ID), nil, client.CancelRequest{}))
		})
	}
	t.Run("201 code points", func(t *testing.T) {
		request := sample(strict)
		attendeeOf(request)["firstname"] = strings.Repeat("ü", 201)
		lists(t, "attendee.firstname must have at most 200 characters")(w.owner.send(t, "POST", "/v4/booking", encoded(t, request)))
	})
}

// Ensure all that describes an attendee is kept and answered.
func TestCreateBooking_Attendee(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := sample(string(intro))
	request["attendee"] = object{
		"email": "Client@Example.com", "firstname": "Jane", "lastname": "Smith", "phone": " +1 (555) 123-4567 ",
		"receiveReminders": false, "language": "de-AT", "timezone": "Asia/Calcutta", "dataPolicyAccepted": true,
		"bringalongEmails": []any{"a@example.com", "A@example.com", "b@example.com"},
		"notes": object{
			"utm_source": "s", "utm_medium": "m", "utm_campaign": "c", "utm_content": "k", "utm_term": "t", "utm_other": "o",
			"deep": object{"list": []any{1.5, true, nil, "x"}}, "company": "Acme",
		},
	}
	a := w.post(t, request)
	want := client.Attendee{
		ID: a.AttendeeIDs[0], Email: new("Client@Example.com"), Firstname: new("Jane"), Lastname: new("Smith"), Fullname: "Jane Smith",
		Phone: new("+15551234567"), Timezone: new("Asia/Calcutta"), Language: new("de-AT"),
		BringalongEmails: []string{"a@example.com", "b@example.com"},
		UTM:              client.UTM{UTMSource: new("s"), UTMMedium: new("m"), UTMCampaign: new("c"), UTMContent: new("k"), UTMTerm: new("t")},
		Notes: client.Notes{
			"utm_source": "s", "utm_medium": "m", "utm_campaign": "c", "utm_content": "k", "utm_term": "t", "utm_other": "o",
			"deep": object{"list": []any{1.5, true, nil, "x"}}, "company": "Acme",
		},
	}
	if diff := cmp.Diff(want, a.Attendees[0]); diff != "" {
		t.Errorf("attendee (-want +got):\n%s", diff)
	}
	guest := w.stored(t, a.ID).Attendees[0]
	if guest.PhoneRaw != " +1 (555) 123-4567 " || !guest.PolicyAcceptedAt.Equal(morning) {
		t.Errorf("stored with phone %q and the policy accepted at %v", guest.PhoneRaw, guest.PolicyAcceptedAt)
	}
}

// Ensure what has no effect here is kept with the booking.
func TestCreateBooking_Extra(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := sample(string(intro))
	extra := `{"routingFormId":"` + nobody + `","paymentId":"pay_1","paymentProvider":"stripe","couponCode":"TENOFF",` +
		`"resourceChannelIds":["` + nobody + `"],"attendeePendingId":"p1","waitlistToken":"w1","rwgToken":"r1","rwgMerchantId":"m1"}`
	for key, value := range map[string]any{
		"routingFormId": strings.ToUpper(nobody), "paymentId": "pay_1", "paymentProvider": "stripe", "couponCode": "TENOFF",
		"resourceChannelIds": []any{nobody}, "attendeePendingId": "p1", "waitlistToken": "w1", "rwgToken": "r1", "rwgMerchantId": "m1",
		"skipNotifications": true,
	} {
		request[key] = value
	}
	b := w.stored(t, w.post(t, request).ID)
	if diff := cmp.Diff(extra, string(b.Extra)); diff != "" || !b.SkipMail {
		t.Errorf("skip mail %v, extra (-want +got):\n%s", b.SkipMail, diff)
	}
	request["couponCode"] = strings.Repeat("x", 33)
	lists(t, "couponCode must have at most 32 characters")(w.owner.send(t, "POST", "/v4/booking", encoded(t, request)))
}

// Ensure what clients send beside the contract does not matter: unknown
// properties, nulls, ids in capitals, lists that are empty.
func TestCreateBooking_Tolerance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, change := range map[string]func(object){
		"unknown properties": func(r object) {
			r["context"], r["source"], r["sourceChannel"] = object{"a": 1}, "bot", []any{"web"}
			attendeeOf(r)["source"] = "bot"
		},
		"nulls": func(r object) {
			for _, key := range strings.Fields(`queueId duration channel location skipNotifications phoneOnlyBooking icsTitle icsDescription
				ignoreAvailability appointmentId oneTimeLinkId bookingPassword routingFormId paymentId paymentProvider couponCode
				resourceChannelIds attendeePendingId waitlistToken rwgToken rwgMerchantId`) {
				r[key] = nil
			}
			for _, key := range strings.Fields("firstname lastname phone language timezone bringalongEmails dataPolicyAccepted") {
				attendeeOf(r)[key] = nil
			}
		},
		"capital ids": func(r object) {
			r["meetingTypeId"], r["hostIds"] = strings.ToUpper(string(intro)), []any{strings.ToUpper(string(olivia))}
		},
		"empty lists": func(r object) { r["resourceChannelIds"], attendeeOf(r)["bringalongEmails"] = []any{}, []any{} },
	} {
		t.Run(name, func(t *testing.T) {
			request := sample(string(intro))
			change(request)
			a := w.post(t, request)
			if a.MeetingTypeID != string(intro) || a.HostIDs[0] != string(olivia) {
				t.Errorf("ids are %s, %v", a.MeetingTypeID, a.HostIDs)
			}
			wants(t, http.StatusOK)(w.owner.CancelAppointment(t.Context(), uid(a.ID), nil, client.CancelRequest{}))
		})
	}
	t.Run("empty hosts are none", func(t *testing.T) {
		request := sample(string(intro))
		request["hostIds"] = []any{}
		f := refuses(t, http.StatusBadRequest, missingHost)(w.owner.send(t, "POST", "/v4/booking", encoded(t, request)))
		if f.ErrorCode != "host-missing" {
			t.Errorf("the code is %q", f.ErrorCode)
		}
		request["queueId"] = nobody // and beside a queue they do not count
		refuses(t, http.StatusBadRequest, "This meeting type has no queue; provide hostIds")(w.owner.send(t, "POST", "/v4/booking", encoded(t, request)))
	})
}

// Ensure the shape of the attendee is checked as published.
func TestCreateBooking_AttendeeShape(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	six := []any{"1@e.co", "2@e.co", "3@e.co", "4@e.co", "5@e.co", "6@e.co"}
	for name, test := range map[string]struct {
		change func(object)
		want   []string
	}{
		"no notes":     {func(r object) { delete(attendeeOf(r), "notes") }, []string{"attendee.notes is required"}},
		"null notes":   {func(r object) { attendeeOf(r)["notes"] = nil }, []string{"attendee.notes is required"}},
		"no reminders": {func(r object) { delete(attendeeOf(r), "receiveReminders") }, []string{"attendee.receiveReminders is required"}},
		"six guests":   {func(r object) { attendeeOf(r)["bringalongEmails"] = six }, []string{"attendee.bringalongEmails must have at most 5 items"}},
		"long texts": {
			func(r object) {
				r["icsTitle"], r["icsDescription"] = strings.Repeat("x", 201), strings.Repeat("x", 2001)
			},
			[]string{"icsDescription must have at most 2000 characters", "icsTitle must have at most 200 characters"},
		},
		"everything": {
			func(r object) {
				r["channel"], r["start"], r["hostIds"] = "fax", "2024-01-15T09:00:00", []any{"x"}
				r["attendee"] = object{"email": "client", "phone": "555", "timezone": "Mars/Base", "language": "?"}
			},
			[]string{
				"attendee.email must be an email address", "attendee.language must be a language tag", "attendee.notes is required",
				"attendee.phone must be a phone number with its country code", "attendee.receiveReminders is required",
				"attendee.timezone must be an IANA time zone",
				"channel must be one of google, zoom, teamsForBusiness2, phone, phone-incoming, local, local-attendee, connect, webex, whatsapp",
				"hostIds.0 must be a UUID", "start must be a date-time with a UTC offset",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			request := sample(string(intro))
			test.change(request)
			lists(t, test.want...)(w.owner.send(t, "POST", "/v4/booking", encoded(t, request)))
		})
	}
}
