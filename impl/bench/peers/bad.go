package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// bad is a request that must be refused.
type bad struct {
	name         string
	method, path string
	// header are those that differ from the usual ones; "" leaves one out.
	header map[string]string
	body   string
	// status is what CONTRACT demands, sections 1 to 3.
	status int
	// faults are the words that the answer must hold, one for each fault.
	faults []string
}

// field is a booking in which one field has another text; "" leaves it out.
func field(path, text string, faults ...string) bad {
	var body map[string]any
	if err := json.Unmarshal(fmt.Appendf(nil, sample, "2035-01-15T10:00:00+01:00", "client@example.com"), &body); err != nil {
		panic(err) // it is a constant
	}
	at := body
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		at = at[name].(map[string]any)
	}
	if at[names[len(names)-1]] = json.RawMessage(text); text == "" {
		delete(at, names[len(names)-1])
	}
	whole, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	if len(faults) == 0 {
		faults = []string{path}
	}
	short := text
	if len(short) > 40 {
		short = short[:40] + "…"
	}
	return bad{name: path + " = " + short, body: string(whole), status: http.StatusBadRequest, faults: faults}
}

func text(name, body string, faults ...string) bad {
	return bad{name: name, body: body, status: http.StatusBadRequest, faults: faults}
}

func header(name, value string, status int, faults ...string) bad {
	b := field("location", `"Berlin"`)
	return bad{name: name + ": " + value, header: map[string]string{name: value}, body: b.body, status: status, faults: faults}
}

func call(method, path, body string, status int, faults ...string) bad {
	return bad{name: method + " " + path, method: method, path: path, body: body, status: status, faults: faults}
}

// ruled is a booking that only a rule refuses.
func ruled(status int, path, text string, faults ...string) bad {
	b := field(path, text, faults...)
	b.status = status
	return b
}

func long(n int) string { return `"` + strings.Repeat("ä", n) + `"` }

func list(n int, item string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + "]"
}

func badRequests() []bad {
	whole := field("location", `"Berlin"`).body
	seven := `{"start":"x","duration":0,"hostIds":["` + hostID + `","x"],"meetingTypeId":"` + introID + `",` +
		`"attendee":{"receiveReminders":true,"email":"x","bringalongEmails":` + list(6, `"a@b.de"`) + `}}`
	return []bad{
		// fields
		field("meetingTypeId", ``), field("meetingTypeId", `null`), field("meetingTypeId", `"abc"`), field("meetingTypeId", `5`),
		field("meetingTypeId", `"770e8400e29b41d4a716446655440002"`),
		field("start", ``), field("start", `"tomorrow"`), field("start", `"2035-01-15T09:00:00"`), field("start", `"2035-02-30T09:00:00Z"`),
		field("start", `"2035-01-15T09:00:00+99:99"`), field("start", `1705305600`),
		field("hostIds", `"`+hostID+`"`), field("hostIds", `["x"]`), field("hostIds", `[null]`), field("hostIds", list(51, `"`+hostID+`"`)),
		field("duration", `0`), field("duration", `1441`), field("duration", `30.5`), field("duration", `"30"`), field("duration", `true`), field("duration", `1e999`),
		field("channel", `"skype"`), field("channel", `"Zoom"`), field("skipNotifications", `"false"`),
		field("icsTitle", long(201)), field("icsDescription", long(2001)), field("icsTitle", `"a\u0000b"`), field("couponCode", long(33)), field("queueId", `"q"`),
		field("attendee", ``), field("attendee", `[]`), field("attendee", `"Jane"`),
		field("attendee.receiveReminders", ``, "receiveReminders"), field("attendee.receiveReminders", `"yes"`, "receiveReminders"),
		field("attendee.notes", ``, "notes"), field("attendee.notes", `"none"`, "notes"),
		field("attendee.email", `"nobody"`, "email"), field("attendee.email", `"Jane <jane@example.com>"`, "email"), field("attendee.email", `""`, "email"),
		field("attendee.phone", `"call me"`, "phone"), field("attendee.timezone", `"Berlin"`, "timezone"), field("attendee.fullname", long(401), "fullname"),
		field("attendee.bringalongEmails", list(6, `"a@b.de"`), "bringalongEmails"), field("attendee.bringalongEmails", `["a@b.de","a"]`, "bringalongEmails"),
		field("DURATION", `60`),
		// many faults
		field("attendee", `{}`, "receiveReminders", "notes"),
		text("seven faults", seven, "bringalongEmails", "email", "notes", "duration", "hostIds", "start"),
		text("an empty object", `{}`, "meetingTypeId", "start", "attendee"),
		call("GET", "/v4/booking-availability", "", 400, "meetingTypeId", "start", "end"),
		call("GET", "/v4/appointment/paginated?page=-1&pageSize=100000", "", 400, "page", "pageSize"),
		call("POST", "/v4/appointment/42/reschedule", `{"ignoreAvailability":"x"}`, 400, "id", "ignoreAvailability", "start"),
		call("POST", "/v4/user", `{"email":"x","timezone":"y"}`, 400, "email", "timezone"),
		call("POST", "/webhooks", `{"endpoint":"x","eventTypes":["y"]}`, 400, "endpoint", "eventTypes"),
		// bodies
		text("no JSON", "start=now", "JSON"), text("cut off", whole[:len(whole)/2], "JSON"), text("empty", "", "body"), text("two", whole+whole, "JSON"),
		text("garbage behind", whole+" x", "JSON"), text("a list", "[]", "object"), text("a text", `"book"`, "object"),
		text("a key twice", `{"start":"2035-01-15T09:00:00Z",`+whole[1:], "start"),
		text("no UTF-8", strings.Replace(whole, "Product", "Pro\xffduct", 1), "UTF-8"),
		text("nested 100 deep", strings.Replace(whole, `"Acme Inc"`, strings.Repeat("[", 100)+strings.Repeat("]", 100), 1), "nest"),
		{name: "over 1 MiB", body: strings.Replace(whole, "Acme Inc", strings.Repeat("x", 1<<20), 1), status: http.StatusRequestEntityTooLarge, faults: []string{"1048576"}},
		// headers
		header("Content-Type", "", http.StatusUnsupportedMediaType, "application/json"),
		header("Content-Type", "text/plain", http.StatusUnsupportedMediaType, "application/json"),
		header("Content-Type", "application/x-www-form-urlencoded", http.StatusUnsupportedMediaType, "application/json"),
		header("Idempotency-Key", "a b", http.StatusBadRequest, "Idempotency-Key"),
		header("Authorization", "", http.StatusUnauthorized, "authorization"),
		header("Authorization", "Bearer rgo-00000000000000000000000000000000", http.StatusUnauthorized, "key"),
		header("Authorization", "Basic amFuZTpzZWNyZXQ=", http.StatusUnauthorized, "key"),
		header("x-meetergo-api-user-id", otherID, http.StatusForbidden, "user"),
		header("x-meetergo-api-user-id", "x", http.StatusForbidden, "user"),
		// paths
		call("GET", "/v4/appointment", "", http.StatusNotFound, "path"), call("POST", "/v4/bookings", whole, http.StatusNotFound, "path"),
		call("PUT", "/v4/booking", whole, http.StatusMethodNotAllowed, "method"), call("DELETE", "/v4/user/me", "", http.StatusMethodNotAllowed, "method"),
		call("GET", "/v4/appointment/42", "", 400, "id"), call("GET", "/v4/meeting-type/%00", "", 400, "id"),
		call("GET", "/v4/booking-availability?meetingTypeId="+introID+"&start=2035-01-01&end=2035-01-02&hostIds="+hostID+"&meetingDuration=x", "", 400, "meetingDuration"),
		call("GET", "/v4/booking-availability?meetingTypeId="+introID+"&start=yesterday&end=2035-01-02&hostIds="+hostID, "", 400, "start"),
		call("GET", "/v4/booking-availability?meetingTypeId="+introID+"&start=2035-01-01&end=2035-01-02&hostIds=x", "", 400, "hostIds"),
		call("GET", "/v4/booking-availability?meetingTypeId="+introID+"&start=2035-01-01&end=2035-01-02&hostIds="+hostID+"&timezone=Berlin", "", 400, "timezone"),
		call("GET", "/v4/appointment/"+otherID, "", http.StatusNotFound, "appointment"),
		// rules
		ruled(400, "hostIds", ``, "hostIds or queueId is required"), ruled(400, "queueId", `"`+otherID+`"`, "not both"),
		ruled(404, "meetingTypeId", `"`+otherID+`"`, "Meeting type not found"), ruled(400, "duration", `45`, "Duration must match"),
		ruled(400, "hostIds", `["`+otherID+`"]`, "Host not found"), ruled(400, "start", `"2020-01-15T09:00:00Z"`, "slot-occupied"),
		ruled(400, "start", `"2035-01-13T09:00:00Z"`, "slot-occupied"), ruled(400, "attendee.email", ``, "email"),
		ruled(400, "channel", `"whatsapp"`, "channel"),
	}
}
