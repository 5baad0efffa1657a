package impl_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meetwright/meetwright/client"
)

// changes updates a meeting type by hand, so that null and absent differ.
func (c caller) changes(t testing.TB, id, body string) client.MeetingType {
	t.Helper()
	return got[client.MeetingType](t, http.StatusOK)(c.send(t, "PATCH", "/v4/meeting-type/"+id, body))
}

// sameType compares meeting types but for the time of the last change.
func sameType(t testing.TB, want, got client.MeetingType) {
	t.Helper()
	jsonText := cmp.Transformer("text", func(x client.LocalizedText) string { return encoded(t, x) })
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(client.MeetingType{}, "UpdatedAt"), jsonText); diff != "" {
		t.Errorf("meeting type (-want +got):\n%s", diff)
	}
}

func TestCreateMeetingType_Defaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	typ := w.addType(t)
	disabled, allowed := client.CompanySetting("disabled"), &client.ChangePolicy{Mode: "allowed"}
	sameType(t, client.MeetingType{
		ID: typ.ID, Slug: "talk", UserID: new(string(olivia)), Enabled: true, Spots: 1, Locations: []string{}, Metadata: client.Metadata{},
		TimeslotInterval: 30, DaysIntoFuture: client.DaysIntoFuture{Mode: "unlimited"}, FormFields: []client.FormField{},
		BookingURL: "https://book.example/olivia/talk", CreatedAt: morning,
		MeetingInfo: client.MeetingInfo{
			Name: "Talk", Description: new("About this and that."), Duration: 30, Channel: "connect", EnableRedirect: new(false), GroupBooking: new(false),
		},
		MeetingOptions: client.MeetingOptions{
			AllowedDurations: []int{}, AllowedChannels: []client.Channel{}, AllowSelectChannel: new(false), AllowHostSelection: new(false),
			ForceHostSelection: new(false), AllowAddingGuests: new(true), AllowPhoneOnlyBooking: new(false), DoubleOptIn: &disabled,
			RequireHostConfirmation: &disabled, CancellationPolicy: allowed, ReschedulingPolicy: allowed, Reminders: []int{1440, 60},
		},
	}, typ)
	long := w.addType(t, func(c *client.MeetingTypeCreate) { c.MeetingInfo.Duration = 90 })
	if long.TimeslotInterval != 60 || long.Slug != "talk-2" {
		t.Errorf("a long one starts every %d minutes at %s", long.TimeslotInterval, long.Slug)
	}
}

// everything is a meeting type with nothing left out.
const everything = `{"slug":"Every Thing","enabled":true,"spots":3,"locations":["A","B"],"metadata":{"crm":"17"},
	"timeslotInterval":10,"bookingMinimum":90,"daysIntoFuture":{"mode":"limit","bookingLimit":4321},
	"meetingInfo":{"name":"Every\nThing","description":"","duration":45,"channel":"local","bufferBefore":5,"bufferAfter":120,"color":"#fff",
		"enableRedirect":true,"redirect":"https://example.com/thanks","customChannelName":"Ours","customChannelLink":"https://example.com/room"},
	"meetingOptions":{"allowedDurations":[15,480],"allowedChannels":["zoom"],"allowSelectChannel":true,"allowHostSelection":true,"forceHostSelection":true,
		"allowAddingGuests":false,"doubleOptIn":"useCompanySettings","requireHostConfirmation":"useCompanySettings","allowPhoneOnlyBooking":true,
		"bookingPagePassword":{"enable":true,"password":"pw"},"maxPerDay":4,"maxPerWeek":9,
		"cancellationPolicy":{"mode":"hours","value":2},"reschedulingPolicy":{"mode":"disabled"},"reminders":[5]},
	"ics":{"title":"T","description":{"en":"E","de":"D"},"location":"L"},
	"formFields":[{"key":"k","label":"K","type":"select","required":true,"options":["x"]}],"internalNotes":"ours",
	"workspaceId":"` + nobody + `"}`

// Ensure everything is kept and answered, and that a change of one thing
// leaves the others alone.
func TestUpdateMeetingType_Merges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	original := got[client.MeetingType](t, http.StatusCreated)(w.owner.send(t, "POST", "/v4/meeting-type", everything))
	if original.Slug != "every-thing" || original.MeetingInfo.Name != "Every Thing" || text(original.WorkspaceID) != nobody ||
		text(original.InternalNotes) != "ours" || *original.MeetingOptions.BookingPagePassword.Password != "pw" || *original.DaysIntoFuture.BookingLimit != 4321 ||
		encoded(t, original.ICS) != `{"description":{"de":"D","en":"E"},"location":"L","title":"T"}` {
		t.Errorf("created %s", encoded(t, original))
	}
	read := func() client.MeetingType {
		return got[client.MeetingType](t, http.StatusOK)(w.owner.GetMeetingType(t.Context(), uid(original.ID), nil))
	}
	sameType(t, original, read())
	for name, test := range map[string]struct {
		body string
		want func(*client.MeetingType)
	}{
		"nothing":           {`{}`, func(*client.MeetingType) {}},
		"nulls":             {`{"slug":null,"enabled":null,"locations":null,"meetingInfo":null,"meetingOptions":{"reminders":null,"maxPerDay":null},"formFields":null,"ics":null}`, func(*client.MeetingType) {}},
		"part of the info":  {`{"meetingInfo":{"duration":60}}`, func(m *client.MeetingType) { m.MeetingInfo.Duration = 60 }},
		"an empty text":     {`{"meetingInfo":{"redirect":""}}`, func(m *client.MeetingType) { m.MeetingInfo.Redirect = nil }},
		"part of an option": {`{"meetingOptions":{"maxPerDay":0}}`, func(m *client.MeetingType) { m.MeetingOptions.MaxPerDay = nil }},
		"an option's list":  {`{"meetingOptions":{"reminders":[]}}`, func(m *client.MeetingType) { m.MeetingOptions.Reminders = []int{} }},
		"a password off":    {`{"meetingOptions":{"bookingPagePassword":{"enable":false}}}`, func(m *client.MeetingType) { m.MeetingOptions.BookingPagePassword.Enable = new(false) }},
		"a policy": {`{"meetingOptions":{"cancellationPolicy":{"mode":"allowed"}}}`, func(m *client.MeetingType) {
			m.MeetingOptions.CancellationPolicy = &client.ChangePolicy{Mode: "allowed"}
		}},
		"an empty list":     {`{"locations":[]}`, func(m *client.MeetingType) { m.Locations = []string{} }},
		"metadata":          {`{"metadata":{"a":"b"}}`, func(m *client.MeetingType) { m.Metadata = client.Metadata{"a": "b"} }},
		"no metadata":       {`{"metadata":{}}`, func(m *client.MeetingType) { m.Metadata = client.Metadata{} }},
		"form fields":       {`{"formFields":[]}`, func(m *client.MeetingType) { m.FormFields = []client.FormField{} }},
		"seats":             {`{"spots":1}`, func(m *client.MeetingType) { m.Spots, m.MeetingInfo.GroupBooking = 1, new(false) }},
		"one text of three": {`{"ics":{"title":""}}`, func(m *client.MeetingType) { m.ICS.Title = nil }},
		"the horizon": {`{"daysIntoFuture":{"mode":"range","rangeMin":"2024-01-01","rangeMax":"2024-02-29"}}`, func(m *client.MeetingType) {
			m.DaysIntoFuture = client.DaysIntoFuture{Mode: "range", RangeMin: new("2024-01-01"), RangeMax: new("2024-02-29")}
		}},
		"phone only at top":  {`{"allowPhoneOnlyBooking":false}`, func(m *client.MeetingType) { m.MeetingOptions.AllowPhoneOnlyBooking = new(false) }},
		"its own slug":       {`{"slug":"EVERY thing"}`, func(*client.MeetingType) {}},
		"a schedule of none": {`{"availabilityId":null}`, func(*client.MeetingType) {}},
		"unknown properties": {`{"company":"x","meetingInfo":{"x":1}}`, func(*client.MeetingType) {}},
	} {
		t.Run(name, func(t *testing.T) {
			want := decode[client.MeetingType](t, []byte(encoded(t, original)))
			test.want(&want)
			sameType(t, want, w.owner.changes(t, original.ID, test.body))
			sameType(t, want, read())
			w.owner.changes(t, original.ID, everything)
			sameType(t, original, read())
		})
	}
}

func TestMeetingType_Slugs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	slugged := func(slug string) func(*client.MeetingTypeCreate) {
		return func(c *client.MeetingTypeCreate) { c.Slug = &slug }
	}
	create := func(slug string) (*http.Response, error) {
		c := client.MeetingTypeCreate{MeetingInfo: client.MeetingInfoInput{Name: "Talk", Duration: 30, Channel: "zoom"}}
		slugged(slug)(&c)
		return w.owner.CreateMeetingType(t.Context(), nil, c)
	}
	for _, taken := range []string{"intro", " Intro! ", "INTRO"} {
		f := refuses(t, http.StatusConflict, "This slug is already in use")(create(taken))
		if f.ErrorCode != "slug-taken" {
			t.Errorf("the code is %q", f.ErrorCode)
		}
	}
	refuses(t, http.StatusBadRequest, "slug needs at least one letter or digit")(create("!!!"))
	if typ := w.addType(t, slugged("Äpfel & Birnen")); typ.Slug != "aepfel-birnen" {
		t.Errorf("the slug is %s", typ.Slug)
	}
	first, second := w.addType(t), w.addType(t)
	if first.Slug != "talk" || second.Slug != "talk-2" {
		t.Errorf("slugs are %s and %s", first.Slug, second.Slug)
	}
	if typ := w.addType(t, func(c *client.MeetingTypeCreate) { c.MeetingInfo.Name = "会議" }); typ.Slug != "meeting" {
		t.Errorf("the slug is %s", typ.Slug)
	}
	refuses(t, http.StatusConflict, "This slug is already in use")(w.owner.send(t, "PATCH", "/v4/meeting-type/"+second.ID, `{"slug":"talk"}`))
	wants(t, http.StatusNoContent)(w.owner.DeleteMeetingType(t.Context(), uid(first.ID), nil))
	if typ := w.owner.changes(t, second.ID, `{"slug":"talk"}`); typ.Slug != "talk" {
		t.Errorf("the slug is %s", typ.Slug)
	}
	r := w.rival(t)
	got[client.MeetingType](t, http.StatusCreated)(r.owner.CreateMeetingType(t.Context(), nil, client.MeetingTypeCreate{
		Slug: new("intro"), MeetingInfo: client.MeetingInfoInput{Name: "Theirs", Duration: 30, Channel: "zoom"},
	}))
}

func TestMeetingType_Refusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	typ := w.addType(t)
	rival := w.rival(t)
	for body, want := range map[string]string{
		`{"meetingInfo":{"name":" \u2028"}}`:                                                        "meetingInfo.name must not be blank",
		`{"daysIntoFuture":{"mode":"limit"}}`:                                                       "daysIntoFuture.bookingLimit is required when daysIntoFuture.mode is limit",
		`{"daysIntoFuture":{"mode":"range","rangeMin":"2024-01-01"}}`:                               "daysIntoFuture.rangeMin and daysIntoFuture.rangeMax are required when daysIntoFuture.mode is range",
		`{"daysIntoFuture":{"mode":"range","rangeMin":"2024-01-02","rangeMax":"2024-01-01"}}`:       "daysIntoFuture.rangeMax must not be before daysIntoFuture.rangeMin",
		`{"meetingOptions":{"bookingPagePassword":{"enable":true}}}`:                                "meetingOptions.bookingPagePassword.password is required when it is enabled",
		`{"meetingOptions":{"cancellationPolicy":{"mode":"hours"}}}`:                                "meetingOptions.cancellationPolicy.value is required when its mode is hours or days",
		`{"meetingOptions":{"reschedulingPolicy":{"mode":"days","value":0}}}`:                       "meetingOptions.reschedulingPolicy.value is required when its mode is hours or days",
		`{"formFields":[{"key":"a","label":"","type":"url"},{"key":"a","label":"","type":"date"}]}`: "formFields must have different keys; a comes twice",
		`{"availabilityId":"` + nobody + `"}`:                                                       "availabilityId names no schedule of this company",
		`{"availabilityId":"` + string(rival.Schedule.ID) + `"}`:                                    "availabilityId names no schedule of this company",
		`{"queueId":"` + nobody + `"}`:                                                              "queueId cannot be set here; give the meeting type a queue with PATCH /v4/queue/meeting-type/{meetingTypeId}",
	} {
		t.Run(want, func(t *testing.T) {
			refuses(t, http.StatusBadRequest, want)(w.owner.send(t, "PATCH", "/v4/meeting-type/"+typ.ID, body))
			fields := decode[object](t, []byte(body))
			info := object{"name": "Talk", "description": "", "duration": 30, "channel": "zoom"}
			for key, value := range fields {
				if given, ok := value.(object); ok && key == "meetingInfo" {
					info["name"] = given["name"]
				}
			}
			fields["meetingInfo"] = info
			refuses(t, http.StatusBadRequest, want)(w.owner.send(t, "POST", "/v4/meeting-type", encoded(t, fields)))
		})
	}
	t.Run("shape", func(t *testing.T) {
		lists(t, "formFields.0.type must be one of text-single, text-multi, email, phone, number, select, checkbox-single, checkbox-multi, radio, url, date, time, yes-no, rating",
			"meetingInfo.bufferAfter must be at most 120", "meetingInfo.channel is required", "meetingInfo.description is required", "meetingInfo.duration must be at least 5",
			"meetingInfo.name is required", "spots must be at most 100", "timeslotInterval must be at least 5")(
			w.owner.send(t, "POST", "/v4/meeting-type", `{"spots":101,"timeslotInterval":4,"meetingInfo":{"duration":4,"bufferAfter":121},"formFields":[{"key":"a","label":"","type":"x"}]}`))
	})
	t.Run("too much metadata", func(t *testing.T) {
		wants(t, http.StatusBadRequest)(w.owner.send(t, "PATCH", "/v4/meeting-type/"+typ.ID, `{"metadata":{"a":"`+strings.Repeat("x", 501)+`"}}`))
	})
	sameType(t, typ, got[client.MeetingType](t, http.StatusOK)(w.owner.GetMeetingType(t.Context(), uid(typ.ID), nil)))
}

// Ensure members have their own types, and admins all.
func TestMeetingType_Owners(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adaID, ada := w.ada(t)
	list := func(c caller) client.MeetingTypeList {
		t.Helper()
		return got[client.MeetingTypeList](t, http.StatusOK)(c.ListMeetingTypes(t.Context(), nil))
	}
	before := len(list(w.owner))
	if own := list(ada); len(own) != 0 || own == nil {
		t.Errorf("Ada has %+v", own)
	}
	info := client.MeetingInfoInput{Name: "Ada's", Duration: 30, Channel: "zoom"}
	hers := got[client.MeetingType](t, http.StatusCreated)(ada.CreateMeetingType(t.Context(), nil, client.MeetingTypeCreate{MeetingInfo: info}))
	also := got[client.MeetingType](t, http.StatusCreated)(w.owner.CreateMeetingType(t.Context(), nil, client.MeetingTypeCreate{MeetingInfo: info, UserID: new(uid(adaID))}))
	if own := list(ada); len(own) != 2 || own[0].ID != hers.ID || own[1].ID != also.ID || text(also.UserID) != string(adaID) {
		t.Errorf("Ada has %+v", own)
	}
	if all := list(w.owner); len(all) != before+2 {
		t.Errorf("the company has %d, had %d", len(all), before)
	}
	w.owner.book(t, ofType(hers.ID), hostedBy(adaID))
	const notHers = "This belongs to another user; only an admin may change it"
	refuses(t, http.StatusForbidden, notHers)(ada.send(t, "PATCH", "/v4/meeting-type/"+string(intro), `{"enabled":false}`))
	refuses(t, http.StatusForbidden, notHers)(ada.DeleteMeetingType(t.Context(), uid(intro), nil))
	refuses(t, http.StatusForbidden, notHers)(ada.CreateMeetingType(t.Context(), nil, client.MeetingTypeCreate{MeetingInfo: info, UserID: new(uid(olivia))}))
	refuses(t, http.StatusNotFound, "User not found")(w.owner.CreateMeetingType(t.Context(), nil, client.MeetingTypeCreate{MeetingInfo: info, UserID: new(uid(nobody))}))
	refuses(t, http.StatusNotFound, "User not found")(w.owner.CreateMeetingType(t.Context(), nil, client.MeetingTypeCreate{MeetingInfo: info, UserID: new(uid(w.rival(t).User.ID))}))
	got[client.MeetingType](t, http.StatusOK)(ada.GetMeetingType(t.Context(), uid(intro), nil)) // to book it

	t.Run("to another", func(t *testing.T) {
		refuses(t, http.StatusForbidden, notHers)(ada.send(t, "PATCH", "/v4/meeting-type/"+hers.ID, `{"userId":"`+string(olivia)+`"}`))
		refuses(t, http.StatusNotFound, "User not found")(w.owner.send(t, "PATCH", "/v4/meeting-type/"+hers.ID, `{"userId":"`+nobody+`"}`))
		if typ := w.owner.changes(t, hers.ID, `{"userId":"`+string(olivia)+`"}`); text(typ.UserID) != string(olivia) {
			t.Errorf("it is of %s", text(typ.UserID))
		}
		w.owner.book(t, ofType(hers.ID))
		refuses(t, http.StatusBadRequest, noSuchHost)(w.owner.tryBook(t, ofType(hers.ID), hostedBy(adaID), starting("2024-01-15T10:00:00+01:00")))
	})
	t.Run("deleted", func(t *testing.T) {
		wants(t, http.StatusNoContent)(ada.DeleteMeetingType(t.Context(), uid(also.ID), nil))
		refuses(t, http.StatusNotFound, noSuchType)(ada.DeleteMeetingType(t.Context(), uid(also.ID), nil))
		refuses(t, http.StatusNotFound, noSuchType)(ada.GetMeetingType(t.Context(), uid(also.ID), nil))
		refuses(t, http.StatusNotFound, noSuchType)(ada.send(t, "PATCH", "/v4/meeting-type/"+also.ID, `{}`))
		if own := list(ada); len(own) != 0 {
			t.Errorf("Ada has %+v", own)
		}
	})
}
