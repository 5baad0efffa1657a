package impl_test

import (
	"net/http"
	"testing"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
)

// object is a JSON object that a test takes apart.
type object = map[string]any

// sample is a request by hand for a type that has every rule, and the rules
// that a change of it breaks.
func sample(meetingType string) object {
	return object{
		"meetingTypeId": meetingType, "start": "2024-01-15T09:00:00+01:00", "hostIds": []any{string(olivia)},
		"bookingPassword": "open sesame",
		"attendee": object{
			"email": "client@example.com", "fullname": "Jane Smith", "receiveReminders": true,
			"notes": object{"company": "Acme Inc"},
		},
	}
}

func attendeeOf(r object) object { return r["attendee"].(object) }

// strict makes a meeting type that has every rule.
func (w *world) strict(t testing.TB) client.MeetingType {
	return w.addType(t, func(c *client.MeetingTypeCreate) {
		c.FormFields = []client.FormField{{Key: "company", Label: "Company", Type: client.FormFieldTypeTextSingle, Required: new(true)}}
		c.MeetingOptions = &client.MeetingOptions{
			AllowAddingGuests:   new(false),
			BookingPagePassword: &client.BookingPagePassword{Enable: new(true), Password: new("open sesame")},
		}
	})
}

// addType makes a meeting type of half an hour that Olivia hosts.
func (w *world) addType(t testing.TB, change ...func(*client.MeetingTypeCreate)) client.MeetingType {
	t.Helper()
	c := client.MeetingTypeCreate{MeetingInfo: client.MeetingInfoInput{
		Name: "Talk", Description: "About this and that.", Duration: 30, Channel: client.ChannelConnect,
	}}
	for _, f := range change {
		f(&c)
	}
	return got[client.MeetingType](t, http.StatusCreated)(w.owner.CreateMeetingType(t.Context(), nil, c))
}

// rule is one rule of booking: how a request breaks it, and the answer.
type rule struct {
	name   string
	breaks func(object)
	status int
	want   string // the sentence, or the only violation of the shape
}

// rules are in the order in which they are checked.
var rules = []rule{
	{"shape", func(r object) { delete(attendeeOf(r), "receiveReminders") }, 400, "attendee.receiveReminders is required"},
	{"hosts or queue", func(r object) { r["hostIds"], r["queueId"] = []any{string(olivia)}, nobody }, 400, hostsAndQueue},
	{"meeting type", func(r object) { r["meetingTypeId"] = nobody }, 404, noSuchType},
	{"queue of the type", func(r object) { delete(r, "hostIds"); r["queueId"] = nobody }, 400, "This meeting type has no queue; provide hostIds"},
	{"name", func(r object) { attendeeOf(r)["fullname"] = " \t\u2028 " }, 400, "attendee.fullname, attendee.firstname or attendee.lastname is required"},
	{"email", func(r object) { delete(attendeeOf(r), "email") }, 400, "attendee.email is required unless phoneOnlyBooking is true"},
	{"duration", func(r object) { r["duration"] = 45 }, 400, wrongDuration},
	{"channel", func(r object) { r["channel"] = "webex" }, 400, "The channel is not allowed for this meeting type"},
	{"form", func(r object) { attendeeOf(r)["notes"] = object{} }, 400, "attendee.notes.company is required"},
	{"password", func(r object) { r["bookingPassword"] = "open barley" }, 400, "The booking password is wrong"},
	{"guests", func(r object) { attendeeOf(r)["bringalongEmails"] = []any{"guest@example.com"} }, 400, "This meeting type does not allow guests"},
	{"hosts", func(r object) { r["hostIds"] = []any{nobody} }, 400, noSuchHost},
	{"slot", func(r object) { r["start"] = "2024-01-15T09:01:00+01:00" }, 400, occupied},
}

func (r rule) check(t *testing.T, c caller, request object) {
	t.Helper()
	response, err := c.send(t, "POST", "/v4/booking", encoded(t, request))
	if r.name == "shape" {
		lists(t, r.want)(response, err)
		return
	}
	refuses(t, r.status, r.want)(response, err)
}

// Ensure each rule has its answer, that of two broken ones the first
// answers, and that none leaves anything behind.
func TestCreateBooking_Rules(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	strict := w.strict(t).ID
	for i, first := range rules {
		t.Run(first.name, func(t *testing.T) {
			request := sample(strict)
			first.breaks(request)
			first.check(t, w.owner, request)
			for _, second := range rules[i+1:] {
				request := sample(strict)
				second.breaks(request)
				first.breaks(request)
				first.check(t, w.owner, request)
			}
		})
	}
	t.Run("all kept", func(t *testing.T) {
		wants(t, http.StatusCreated)(w.owner.send(t, "POST", "/v4/booking", encoded(t, sample(strict))))
	})
}

// Ensure whoever has no credential, or not that of the user, learns nothing
// of the other rules.
func TestCreateBooking_CredentialFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	broken := encoded(t, object{"start": "soon"})
	refuses(t, http.StatusUnauthorized, "Missing authorization header")(w.caller().send(t, "POST", "/v4/booking", broken))
	refuses(t, http.StatusUnauthorized, "Invalid API key")(w.bearer("rgo-nope").send(t, "POST", "/v4/booking", broken))
	refuses(t, http.StatusForbidden, notThatUser)(w.as("somebody").send(t, "POST", "/v4/booking", broken))
	lists(t, "attendee is required", "meetingTypeId is required", "start must be a date-time with a UTC offset")(
		w.owner.send(t, "POST", "/v4/booking", broken))
}

// Ensure a type is booked the way it is hosted.
func TestCreateBooking_HostsOrQueue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adaID, _ := w.ada(t)
	ben := w.userID(t, "ben@demo.example")
	chosen, unchosen := w.chosenType(t), meet.MeetingTypeID(w.addType(t).ID)
	queued := w.addQueue(t, unchosen, false, adaID, ben)
	const byQueue = "This meeting type is booked by queueId; its hosts cannot be chosen"

	t.Run("a queue whose hosts cannot be chosen", func(t *testing.T) {
		refuses(t, http.StatusBadRequest, byQueue)(w.owner.tryBook(t, ofType(unchosen), hostedBy(adaID)))
	})
	t.Run("the queue of another type", func(t *testing.T) {
		refuses(t, http.StatusBadRequest, "queueId is not the queue of this meeting type")(
			w.owner.tryBook(t, ofType(chosen), hostedBy(), inQueue(queued)))
	})
	t.Run("chosen hosts", func(t *testing.T) {
		b := w.owner.book(t, ofType(chosen), hostedBy(ben, adaID))
		a := w.owner.appointment(t, b.AppointmentID)
		if len(a.HostIDs) != 2 || a.HostIDs[0] != string(ben) || *a.HostingInfo.MainHost != string(ben) {
			t.Errorf("hosts are %v, the first %v", a.HostIDs, *a.HostingInfo.MainHost)
		}
		w.owner.isTaken(t, ofType(chosen), hostedBy(adaID))
	})
	t.Run("a host who is not of the queue", func(t *testing.T) {
		refuses(t, http.StatusBadRequest, noSuchHost)(w.owner.tryBook(t, ofType(chosen), hostedBy(adaID, olivia)))
	})
	t.Run("the same host twice", func(t *testing.T) {
		b := w.owner.book(t, ofType(chosen), hostedBy(adaID, adaID), starting("2024-01-15T11:00:00+01:00"))
		if a := w.owner.appointment(t, b.AppointmentID); len(a.HostIDs) != 1 {
			t.Errorf("hosts are %v", a.HostIDs)
		}
	})
	t.Run("a colleague who does not host the type", func(t *testing.T) {
		refuses(t, http.StatusBadRequest, noSuchHost)(w.owner.tryBook(t, hostedBy(adaID)))
	})
	t.Run("a host of another company", func(t *testing.T) {
		refuses(t, http.StatusBadRequest, noSuchHost)(w.owner.tryBook(t, hostedBy(w.rival(t).User.ID)))
	})
}

// Ensure types that are off or gone are not found.
func TestCreateBooking_TypeOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	off := w.addType(t, func(c *client.MeetingTypeCreate) { c.Enabled = new(false) })
	gone := w.addType(t)
	wants(t, http.StatusNoContent)(w.owner.DeleteMeetingType(t.Context(), uid(gone.ID), nil))
	for name, id := range map[string]string{"off": off.ID, "deleted": gone.ID, "of another company": string(w.rival(t).Type.ID)} {
		t.Run(name, func(t *testing.T) {
			refuses(t, http.StatusNotFound, noSuchType)(w.owner.tryBook(t, ofType(id)))
			refuses(t, http.StatusNotFound, noSuchType)(w.owner.tryBook(t, ofType(id), forced))
		})
	}
	t.Run("on again", func(t *testing.T) {
		wants(t, http.StatusOK)(w.owner.UpdateMeetingType(t.Context(), uid(off.ID), nil, client.MeetingTypeUpdate{Enabled: new(true)}))
		w.owner.book(t, ofType(off.ID))
	})
}
