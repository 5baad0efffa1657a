package impl_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
)

// idFields are the places of a request in which an id may be, such as
// "path:id" and "body.hostIds[]".
func (o operation) idFields() []string {
	var fields []string
	var walk func(at string, s *openapi3.Schema)
	walk = func(at string, s *openapi3.Schema) {
		if s.Format == "uuid" {
			fields = append(fields, o.ID+" "+at)
		}
		for name, p := range s.Properties {
			walk(at+"."+name, p.Value)
		}
		if s.Items != nil {
			walk(at+"[]", s.Items.Value)
		}
	}
	for _, p := range o.params {
		walk(p.Value.In+":"+p.Value.Name, p.Value.Schema.Value)
	}
	if o.spec.RequestBody != nil {
		walk("body", o.spec.RequestBody.Value.Content["application/json"].Schema.Value)
	}
	return fields
}

// Ensure that no id of one company is of use to another: there is a row for
// each place of each request that an id can be in.
func TestWalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rival := w.rival(t)
	b := w.owner.book(t)
	theirs := rival.owner.book(t, ofType(rival.Type.ID), hostedBy(rival.User.ID), phoned("+4912345678"), starting("2024-01-16T09:00:00Z"))
	queue := w.addQueue(t, w.typeID(t, "multi-duration"), false, olivia)
	schedule := w.schedules(t, `{"name":"ours"}`).ID
	hired := got[client.UserCreated](t, http.StatusCreated)(rival.platform.CreateUser(t.Context(), nil, grace()))
	var (
		appointment = "/v4/appointment/" + b.AppointmentID
		attendee    = w.owner.appointment(t, b.AppointmentID).AttendeeIDs[0]
		slots       = "/v4/booking-availability?start=2024-01-16&end=2024-01-17&meetingTypeId="
		own         = slots + string(rival.Type.ID) + "&hostIds=" + string(rival.User.ID)
		info        = `"meetingInfo":{"name":"x","description":"","duration":30,"channel":"zoom"}`
		before      = w.owner.appointment(t, b.AppointmentID)
	)
	// books is a booking of the rival's own with other properties.
	books := func(change object) string {
		r := sample(string(rival.Type.ID))
		r["hostIds"], r["start"], attendeeOf(r)["phone"] = []any{string(rival.User.ID)}, "2024-01-16T11:00:00Z", "+4912345678"
		for key, value := range change {
			if r[key] = value; value == nil {
				delete(r, key)
			}
		}
		return encoded(t, r)
	}
	link := decode[client.OneTimeLink](t, wants(t, 201)(w.owner.send(t, "POST", "/v4/one-time-booking-link/create/"+string(intro), "")).body)
	asked := sample(string(w.typeID(t, "double-opt-in")))
	asked["start"] = "2024-01-18T09:00:00+01:00"
	waiting := decode[client.ProvisionallyBooked](t, wants(t, 201)(w.owner.send(t, "POST", bookingPath, encoded(t, asked))).body)
	held := "/v4/provisional-booking/" + waiting.ProvisionalBookingID
	queued := decode[client.MeetingType](t, wants(t, 201)(rival.owner.send(t, "POST", "/v4/meeting-type", `{`+info+`}`)).body).ID
	theirPath := "/v4/queue/meeting-type/" + queued
	theirQueue := decode[client.Queue](t, wants(t, 200)(rival.owner.send(t, "PATCH", theirPath, `{"userId":"`+string(rival.User.ID)+`"}`)).body)
	const (
		noHold       = "Provisional booking not found"
		noQueue      = "Queue not found"
		noUserOfOurs = "A user of this queue is not a user of this company"
		noMember     = "Priorities, capacities and links are for users of the queue"
	)
	const none = "" // there is nothing to be found, but the request is served
	rows := map[string]struct {
		method, path, body string
		status             int
		want               string
	}{
		"createBooking body.meetingTypeId":        {"POST", bookingPath, books(object{"meetingTypeId": string(intro)}), 404, noSuchType},
		"createBooking body.hostIds[]":            {"POST", bookingPath, books(object{"hostIds": []any{string(olivia)}}), 400, noSuchHost},
		"createBooking body.queueId":              {"POST", bookingPath, books(object{"queueId": string(queue), "hostIds": nil}), 400, "This meeting type has no queue; provide hostIds"},
		"createBooking body.appointmentId":        {"POST", bookingPath, books(object{"appointmentId": b.AppointmentID}), 404, noAppointment},
		"createBooking body.routingFormId":        {"POST", bookingPath, books(object{"routingFormId": string(intro)}), 201, none},
		"createBooking body.resourceChannelIds[]": {"POST", bookingPath, books(object{"resourceChannelIds": []any{string(intro)}, "start": "2024-01-16T12:00:00Z"}), 201, none},

		"getBookingAvailability query:meetingTypeId":         {"GET", slots + string(intro) + "&hostIds=" + string(olivia), "", 404, noSuchType},
		"getBookingAvailability query:hostIds[]":             {"GET", slots + string(rival.Type.ID) + "&hostIds=" + string(olivia), "", 400, noSuchHost},
		"getBookingAvailability query:queueId":               {"GET", slots + string(rival.Type.ID) + "&queueId=" + string(queue), "", 400, "queueId is not the queue of this meeting type"},
		"getBookingAvailability query:existingAppointmentId": {"GET", own + "&existingAppointmentId=" + b.AppointmentID, "", 200, none},
		"getBookingAvailability query:resourceChannelIds[]":  {"GET", own + "&resourceChannelIds=" + string(intro), "", 200, none},

		"getAppointment path:id":                 {"GET", appointment, "", 404, noAppointment},
		"getAppointmentICS path:id":              {"GET", appointment + "/ics", "", 404, noAppointment},
		"cancelAppointment path:id":              {"POST", appointment + "/cancel", "", 404, noAppointment},
		"cancelAppointment body.attendeeId":      {"POST", "/v4/appointment/" + theirs.AppointmentID + "/cancel", `{"attendeeId":"` + attendee + `"}`, 404, "Attendee not found"},
		"deleteAppointment path:id":              {"DELETE", appointment, "", 404, noAppointment},
		"deleteAppointment query:attendeeId":     {"DELETE", "/v4/appointment/" + theirs.AppointmentID + "?attendeeId=" + attendee, "", 404, "Attendee not found"},
		"rescheduleAppointment path:id":          {"POST", appointment + "/reschedule", `{"start":"2024-01-16T09:00:00Z"}`, 404, noAppointment},
		"updateAppointmentGuest path:id":         {"PATCH", appointment + "/guest", `{"attendeeId":"` + attendee + `","email":"x@example.com"}`, 404, noAppointment},
		"updateAppointmentGuest body.attendeeId": {"PATCH", "/v4/appointment/" + theirs.AppointmentID + "/guest", `{"attendeeId":"` + attendee + `","email":"x@example.com"}`, 404, "Attendee not found"},
		"updateAppointmentNotes path:id":         {"PATCH", appointment + "/notes", `{"note":"x"}`, 404, noAppointment},
		"updateAppointmentTranscription path:id": {"PATCH", appointment + "/transcription", `{}`, 404, noAppointment},
		"listAppointments query:meetingTypeId":   {"GET", "/v4/appointment/paginated?page=0&pageSize=9&meetingTypeId=" + string(intro), "", 200, none},
		"listAppointments query:userId":          {"GET", "/v4/appointment/paginated?page=0&pageSize=9&userId=" + string(olivia), "", 200, none},

		"updateUser path:id":          {"PATCH", "/v4/user/" + string(olivia), `{"givenName":"x"}`, 404, "User not found"},
		"deleteUser path:id":          {"DELETE", "/v4/user/" + string(olivia), "", 404, "User not found"},
		"deleteUser query:reassignTo": {"DELETE", "/v4/user/" + hired.UserID + "?reassignTo=" + string(olivia), "", 404, "User not found"},

		"getMeetingType path:id":                {"GET", "/v4/meeting-type/" + string(intro), "", 404, noSuchType},
		"updateMeetingType path:id":             {"PATCH", "/v4/meeting-type/" + string(intro), `{"enabled":false}`, 404, noSuchType},
		"deleteMeetingType path:id":             {"DELETE", "/v4/meeting-type/" + string(intro), "", 404, noSuchType},
		"createMeetingType body.userId":         {"POST", "/v4/meeting-type", `{"userId":"` + string(olivia) + `",` + info + `}`, 404, "User not found"},
		"createMeetingType body.queueId":        {"POST", "/v4/meeting-type", `{"queueId":"` + string(queue) + `",` + info + `}`, 400, "queueId cannot be set here; give the meeting type a queue with PATCH /v4/queue/meeting-type/{meetingTypeId}"},
		"createMeetingType body.workspaceId":    {"POST", "/v4/meeting-type", `{"workspaceId":"` + string(intro) + `",` + info + `}`, 201, none},
		"createMeetingType body.availabilityId": {"POST", "/v4/meeting-type", `{"availabilityId":"` + schedule + `",` + info + `}`, 400, "availabilityId names no schedule of this company"},
		"updateMeetingType body.userId":         {"PATCH", "/v4/meeting-type/" + string(rival.Type.ID), `{"userId":"` + string(olivia) + `"}`, 404, "User not found"},
		"updateMeetingType body.queueId":        {"PATCH", "/v4/meeting-type/" + string(rival.Type.ID), `{"queueId":"` + string(queue) + `"}`, 400, "queueId cannot be set here; give the meeting type a queue with PATCH /v4/queue/meeting-type/{meetingTypeId}"},
		"updateMeetingType body.workspaceId":    {"PATCH", "/v4/meeting-type/" + string(rival.Type.ID), `{"workspaceId":"` + string(intro) + `"}`, 200, none},
		"updateMeetingType body.availabilityId": {"PATCH", "/v4/meeting-type/" + string(rival.Type.ID), `{"availabilityId":"` + schedule + `"}`, 400, "availabilityId names no schedule of this company"},

		"createBooking body.oneTimeLinkId": {"POST", bookingPath, books(object{"oneTimeLinkId": link.ID}), 400, "The one-time booking link is not valid or was used already"},

		"approveProvisionalBooking path:id":                    {"POST", held + "/approve", "", 404, noHold},
		"confirmProvisionalBooking path:id":                    {"POST", held + "/confirm", "", 404, noHold},
		"declineProvisionalBooking path:id":                    {"POST", held + "/decline", "", 404, noHold},
		"listProvisionalBookings query:meetingTypeId":          {"GET", "/v4/provisional-booking/paginated?meetingTypeId=" + string(intro), "", 200, none},
		"listProvisionalBookings query:userId":                 {"GET", "/v4/provisional-booking/paginated?userId=" + string(olivia), "", 200, none},
		"createOneTimeLink path:meetingTypeId":                 {"POST", "/v4/one-time-booking-link/create/" + string(intro), "", 404, noSuchType},
		"sendQuickMail body.attendeeId":                        {"POST", "/v4/attendee/quick-mail", `{"attendeeId":"` + attendee + `","title":"x","content":"x"}`, 404, "Attendee not found"},
		"getQueue path:id":                                     {"GET", "/v4/queue/" + string(queue), "", 404, noQueue},
		"getNextQueueHosts path:id":                            {"GET", "/v4/queue/" + string(queue) + "/next", "", 404, noQueue},
		"listWorkspaceQueues path:workspaceId":                 {"GET", "/v4/queue/workspace/" + string(intro), "", 200, none},
		"createQueueUserGroup body.queueId":                    {"POST", "/v4/queue-user-group", `{"queueId":"` + string(queue) + `","name":"x","userIds":["` + string(rival.User.ID) + `"]}`, 404, noQueue},
		"createQueueUserGroup body.userIds[]":                  {"POST", "/v4/queue-user-group", `{"queueId":"` + theirQueue.ID + `","name":"x","userIds":["` + string(olivia) + `"]}`, 400, "A user of this group is not a user of this company"},
		"updateMeetingTypeQueue path:meetingTypeId":            {"PATCH", "/v4/queue/meeting-type/" + string(intro), `{}`, 404, noSuchType},
		"updateMeetingTypeQueue body.userId":                   {"PATCH", theirPath, `{"userId":"` + string(olivia) + `"}`, 400, noUserOfOurs},
		"updateMeetingTypeQueue body.userIds[]":                {"PATCH", theirPath, `{"userIds":["` + string(olivia) + `"]}`, 400, noUserOfOurs},
		"updateMeetingTypeQueue body.userPriorities[].userId":  {"PATCH", theirPath, `{"userPriorities":[{"userId":"` + string(olivia) + `","priority":1}]}`, 400, noMember},
		"updateMeetingTypeQueue body.userCapacities[].userId":  {"PATCH", theirPath, `{"userCapacities":[{"userId":"` + string(olivia) + `","capacity":1}]}`, 400, noMember},
		"updateMeetingTypeQueue body.userCustomLinks[].userId": {"PATCH", theirPath, `{"userCustomLinks":[{"userId":"` + string(olivia) + `","link":"https://x.example"}]}`, 400, noMember},
		"redeliverWebhookDelivery path:deliveryId":             {"POST", "/webhooks/" + nobody + "/deliveries/" + nobody + "/redeliver", "", 404, "Webhook not found"},

		"getSchedule path:id":    {"GET", "/v4/availability/" + schedule, "", 404, "Schedule not found"},
		"updateSchedule path:id": {"PATCH", "/v4/availability/" + schedule, `{"name":"x"}`, 404, "Schedule not found"},
	}
	for _, o := range operations(t) {
		if later[o.ID] {
			continue
		}
		for _, field := range o.idFields() {
			row, ok := rows[field]
			if !ok {
				t.Errorf("there is no row for %s", field)
			}
			if !ok {
				continue
			}
			t.Run(field, func(t *testing.T) {
				a := wants(t, row.status)(rival.owner.send(t, row.method, row.path, row.body))
				if row.want != none && decode[failure](t, a.body).sentence() != row.want {
					t.Errorf("answered %s, want %q", a.body, row.want)
				}
				for _, ours := range []string{"Jane", "Olivia", "olivia", "client@example.com"} {
					if strings.Contains(string(a.body), ours) && row.status != 201 {
						t.Errorf("answered %s", a.body)
					}
				}
			})
		}
	}
	if diff := cmp.Diff(before, w.owner.appointment(t, b.AppointmentID)); diff != "" {
		t.Errorf("the appointment was changed (-before +after):\n%s", diff)
	}
}

// Ensure members change what is theirs, and see what is theirs.
func TestWalls_Members(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, ada := w.ada(t)
	b := w.owner.book(t)
	appointment := "/v4/appointment/" + b.AppointmentID
	schedule := w.schedules(t, `{"name":"ours"}`).ID
	for _, row := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", appointment, "", 404}, {"GET", appointment + "/ics", "", 404}, {"POST", appointment + "/cancel", "", 404}, {"DELETE", appointment, "", 404},
		{"POST", appointment + "/reschedule", `{"start":"2024-01-16T09:00:00Z"}`, 404}, {"PATCH", appointment + "/notes", `{"note":"x"}`, 404},
		{"PATCH", appointment + "/transcription", `{}`, 404}, {"PATCH", appointment + "/guest", `{"attendeeId":"` + nobody + `","email":"x@example.com"}`, 404},
		{"GET", "/v4/availability/" + schedule, "", 404}, {"PATCH", "/v4/availability/" + schedule, `{}`, 404},
		{"GET", "/v4/user", "", 403}, {"POST", "/v4/user", encoded(t, grace()), 403}, {"DELETE", "/v4/user/" + string(olivia), "", 403},
		{"PATCH", "/v4/user/" + string(olivia), `{"givenName":"x"}`, 403}, {"PATCH", "/v4/meeting-type/" + string(intro), `{}`, 403},
		{"DELETE", "/v4/meeting-type/" + string(intro), "", 403},
		{"GET", "/v4/appointment/paginated?page=0&pageSize=9&userId=" + string(olivia), "", 403},
	} {
		f := got[failure](t, row.status)(ada.send(t, row.method, row.path, row.body))
		if row.status == 404 && f.sentence() != noAppointment && f.sentence() != "Schedule not found" {
			t.Errorf("%s %s answered %s", row.method, row.path, f.Message)
		}
	}
}
