package impl_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
)

// Ensure a required field counts as answered by whatever answers its kind of
// question.
func TestCreateBooking_FormField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, test := range map[string]struct {
		kind     client.FormFieldType
		value    any
		answered bool
	}{
		"text":                {client.FormFieldTypeTextSingle, "Acme", true},
		"empty text":          {client.FormFieldTypeTextSingle, "", false},
		"blank text":          {client.FormFieldTypeTextMulti, " \n", false},
		"null":                {client.FormFieldTypeTextSingle, nil, false},
		"number":              {client.FormFieldTypeNumber, 0, true},
		"ticked":              {client.FormFieldTypeCheckboxSingle, true, true},
		"not ticked":          {client.FormFieldTypeCheckboxSingle, false, false},
		"yes":                 {client.FormFieldTypeYesNo, true, true},
		"no":                  {client.FormFieldTypeYesNo, false, true},
		"choices":             {client.FormFieldTypeCheckboxMulti, []string{"a"}, true},
		"no choices":          {client.FormFieldTypeCheckboxMulti, []string{}, false},
		"a value not offered": {client.FormFieldTypeSelect, "other", true},
	} {
		t.Run(name, func(t *testing.T) {
			id := w.addType(t, func(c *client.MeetingTypeCreate) {
				c.FormFields = []client.FormField{
					{Key: "question", Label: "?", Type: test.kind, Required: new(true), Options: []string{"a", "b"}},
					{Key: "other", Label: "?", Type: test.kind},
				}
			}).ID
			if test.answered {
				w.owner.isFree(t, ofType(id), noting("question", test.value))
				return
			}
			f := refuses(t, http.StatusBadRequest, "attendee.notes.question is required")(
				w.owner.tryBook(t, ofType(id), noting("question", test.value)))
			if f.ErrorCode != "form-field-missing" {
				t.Errorf("the code is %q", f.ErrorCode)
			}
		})
	}
}

// Ensure numbers of the notes leave as they came, however many digits they
// have: in the appointment, in webhooks and in what was asked for.
func TestCreateBooking_NumbersOfNotes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := newReceiver(t)
	w.owner.subscribes(t, r, "booking_created")
	const number = `"order":9007199254740993`
	ask := func(kind meet.MeetingTypeID, start string) answer {
		t.Helper()
		request := sample(string(kind))
		request["start"] = start
		body := strings.Replace(encoded(t, request), `"notes":{`, `"notes":{`+number+`,`, 1)
		return wants(t, http.StatusCreated)(w.owner.send(t, "POST", "/v4/booking", body))
	}
	id := decode[client.Booked](t, ask(intro, "2024-01-15T09:00:00+01:00").body).AppointmentID
	ask(w.typeID(t, "host-confirm"), "2024-01-15T10:00:00+01:00")
	w.delivers(t)
	for name, body := range map[string]string{
		"the appointment":         string(wants(t, http.StatusOK)(w.owner.send(t, "GET", "/v4/appointment/"+id, "")).body),
		"the provisional booking": string(wants(t, http.StatusOK)(w.owner.send(t, "GET", "/v4/provisional-booking/paginated?page=0&pageSize=9", "")).body),
		"the webhook":             one(t, r.took()).body,
	} {
		if !strings.Contains(body, number) {
			t.Errorf("%s has no %s: %s", name, number, body)
		}
	}
}

// Ensure the password of a booking page is asked for while it is enabled.
func TestCreateBooking_Password(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	strict := w.strict(t).ID
	answer := noting("company", "Acme")
	with := func(password string) func(*client.BookingRequest) {
		return func(r *client.BookingRequest) { r.BookingPassword = &password }
	}
	for _, wrong := range []string{"", "open", "open sesame ", "Open Sesame", "open sesame\u0301"} {
		f := refuses(t, http.StatusBadRequest, "The booking password is wrong")(w.owner.tryBook(t, ofType(strict), answer, with(wrong)))
		if f.ErrorCode != "booking-password" {
			t.Errorf("the code is %q", f.ErrorCode)
		}
	}
	w.owner.isFree(t, ofType(strict), answer, with("open sesame"))
	wants(t, http.StatusOK)(w.owner.UpdateMeetingType(t.Context(), uid(strict), nil, client.MeetingTypeUpdate{
		MeetingOptions: &client.MeetingOptions{BookingPagePassword: &client.BookingPagePassword{Enable: new(false)}},
	}))
	w.owner.isFree(t, ofType(strict), answer)
	w.owner.isFree(t, answer, with("no page asks for it"))
}

// Ensure the invite says what the booking says, else what the meeting type
// says in the attendee's language.
func TestCreateBooking_Invite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var title client.LocalizedText
	if err := title.FromTextByLanguage(client.TextByLanguage{"en": "{!M.Meeting.Name} with {!M.Guest.Fullname}", "de": "{!M.Meeting.Name} mit {!M.Guest.Fullname}"}); err != nil {
		t.Fatal(err)
	}
	var place client.LocalizedText
	if err := place.FromPlainText("{!M.Meeting.Venue}, ask for {!M.Host.Fullname}"); err != nil {
		t.Fatal(err)
	}
	templated := w.addType(t, func(c *client.MeetingTypeCreate) { c.ICS = &client.ICSTemplates{Title: &title, Location: &place} }).ID
	speaking := func(language string) func(*client.BookingRequest) {
		return func(r *client.BookingRequest) { r.Attendee.Language = &language }
	}
	titled := func(r *client.BookingRequest) {
		r.ICSTitle, r.ICSDescription = new("Own; title,\r\nwith {!M.Guest.Email}"), new("Own\ntext")
	}
	type changes = []func(*client.BookingRequest)
	for name, test := range map[string]struct {
		changes                        changes
		summary, description, location string
	}{
		"by default":                    {changes{}, "Intro Call: Jane Smith – Olivia Owner", "Half an hour to get to know each other.", "Online meeting"},
		"from the booking":              {changes{titled}, "Own; title,  with {!M.Guest.Email}", "Own\ntext", "Online meeting"},
		"from the type":                 {changes{ofType(templated)}, "Talk with Jane Smith", "About this and that.", "Online meeting, ask for Olivia Owner"},
		"in German":                     {changes{ofType(templated), speaking("de")}, "Talk mit Jane Smith", "About this and that.", "Online-Besprechung, ask for Olivia Owner"},
		"in German, in Austria":         {changes{ofType(templated), speaking("de-AT")}, "Talk mit Jane Smith", "About this and that.", "Online-Besprechung, ask for Olivia Owner"},
		"in German, in capitals":        {changes{ofType(templated), speaking("DE")}, "Talk mit Jane Smith", "About this and that.", "Online-Besprechung, ask for Olivia Owner"},
		"in a language it has not":      {changes{ofType(templated), speaking("ja")}, "Talk with Jane Smith", "About this and that.", "Online meeting, ask for Olivia Owner"},
		"from the booking, not as text": {changes{ofType(templated), titled}, "Own; title,  with {!M.Guest.Email}", "Own\ntext", "Online meeting, ask for Olivia Owner"},
	} {
		t.Run(name, func(t *testing.T) {
			b := w.owner.book(t, test.changes...)
			event := unfolded(*w.owner.appointment(t, b.AppointmentID).ICS)
			if event["SUMMARY"] != test.summary || event["DESCRIPTION"] != test.description || event["LOCATION"] != test.location {
				t.Errorf("the invite is %v", event)
			}
			if event["UID"] != b.AppointmentID+"@meetwright" || event["SEQUENCE"] != "0" || event["DTSTART"] != "20240115T080000Z" || event["DTEND"] != "20240115T083000Z" {
				t.Errorf("the invite is %v", event)
			}
			wants(t, http.StatusOK)(w.owner.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{}))
		})
	}
}

// Ensure an attendee may bring guests unless the type refuses them.
func TestCreateBooking_Guests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bringing := func(guests ...string) func(*client.BookingRequest) {
		return func(r *client.BookingRequest) { r.Attendee.BringalongEmails = guests }
	}
	b := w.owner.book(t, bringing("1@e.co", "2@e.co", "3@e.co", "4@e.co", "5@e.co"))
	if a := w.owner.appointment(t, b.AppointmentID); len(a.Attendees) != 1 || len(a.Attendees[0].BringalongEmails) != 5 {
		t.Errorf("attendees are %+v", a.Attendees)
	}
	strict := w.strict(t).ID
	w.owner.isFree(t, ofType(strict), noting("company", "Acme"), bringing(), starting("2024-01-15T10:00:00+01:00"),
		func(r *client.BookingRequest) { r.BookingPassword = new("open sesame") })
}
