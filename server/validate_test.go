package server

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// edited is the valid booking with the field at a dotted path replaced by a JSON text, or left out when that is "".
func edited(t testing.TB, path, text string) string {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal([]byte(booking), &root); err != nil {
		t.Fatal(err)
	}
	at := root
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		at = at[name].(map[string]any)
	}
	if at[names[len(names)-1]] = json.RawMessage(text); text == "" {
		delete(at, names[len(names)-1])
	}
	whole, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return string(whole)
}

// Each row breaks one thing, and the answer must name it, all of it, and nothing else.
func TestShape_Body(t *testing.T) {
	svc := &stub{}
	h := svc.handler(t, Options{})
	long := func(n int) string { return `"` + strings.Repeat("ä", n) + `"` }
	rows := []struct {
		path, text string
		want       []string
	}{
		{"meetingTypeId", ``, []string{"meetingTypeId is required"}},
		{"meetingTypeId", `null`, []string{"meetingTypeId is required"}},
		{"meetingTypeId", `"abc"`, []string{"meetingTypeId must be a UUID"}},
		{"meetingTypeId", `""`, []string{"meetingTypeId must be a UUID"}},
		{"meetingTypeId", `5`, []string{"meetingTypeId must be a UUID"}},
		{"meetingTypeId", `"770e8400e29b41d4a716446655440002"`, []string{"meetingTypeId must be a UUID"}},
		{"meetingTypeId", `"{770e8400-e29b-41d4-a716-446655440002}"`, []string{"meetingTypeId must be a UUID"}},
		{"meetingTypeId", `"urn:uuid:770e8400-e29b-41d4-a716-446655440002"`, []string{"meetingTypeId must be a UUID"}},
		{"start", ``, []string{"start is required"}},
		{"start", `"tomorrow"`, []string{"start must be a date-time with a UTC offset"}},
		{"start", `"2024-01-15T09:00:00"`, []string{"start must be a date-time with a UTC offset"}},
		{"start", `"2024-02-30T09:00:00Z"`, []string{"start must be a date-time with a UTC offset"}},
		{"start", `"2024-01-15T09:00:60Z"`, []string{"start must be a date-time with a UTC offset"}},
		{"start", `"2024-01-15T09:00:00+99:99"`, []string{"start must be a date-time with a UTC offset"}},
		{"start", `"2024-01-15T9:00:00Z"`, []string{"start must be a date-time with a UTC offset"}},
		{"start", `1705305600`, []string{"start must be a date-time with a UTC offset"}},
		{"start", `"9999-01-15T09:00:00Z"`, []string{"start must be a date-time with a UTC offset"}},
		{"hostIds", `"550e8400-e29b-41d4-a716-446655440000"`, []string{"hostIds must be an array"}},
		{"hostIds", `["x"]`, []string{"hostIds.0 must be a UUID"}},
		{"hostIds", `[null]`, []string{"hostIds.0 must not be null"}},
		{"hostIds", `["x","550e8400-e29b-41d4-a716-446655440000",7]`, []string{"hostIds.0 must be a UUID", "hostIds.2 must be a UUID"}},
		{"hostIds", `[` + strings.Repeat(`"550e8400-e29b-41d4-a716-446655440000",`, 50) + `"550e8400-e29b-41d4-a716-446655440000"]`, []string{"hostIds must have at most 50 items"}},
		{"duration", `0`, []string{"duration must be at least 1"}},
		{"duration", `1441`, []string{"duration must be at most 1440"}},
		{"duration", `30.0`, []string{"duration must be a whole number"}},
		{"duration", `3e1`, []string{"duration must be a whole number"}},
		{"duration", `30.5`, []string{"duration must be a whole number"}},
		{"duration", `1e999`, []string{"duration must be a whole number"}},
		{"duration", `99999999999999999999`, []string{"duration must be at most 1440"}},
		{"duration", `-99999999999999999999`, []string{"duration must be at least 1"}},
		{"duration", `"30"`, []string{"duration must be a whole number"}},
		{"duration", `true`, []string{"duration must be a whole number"}},
		{"channel", `"skype"`, []string{"channel must be one of google, zoom, teamsForBusiness2, phone, phone-incoming, local, local-attendee, connect, webex, whatsapp"}},
		{"channel", `"Zoom"`, []string{"channel must be one of google, zoom, teamsForBusiness2, phone, phone-incoming, local, local-attendee, connect, webex, whatsapp"}},
		{"skipNotifications", `"false"`, []string{"skipNotifications must be true or false"}},
		{"skipNotifications", `0`, []string{"skipNotifications must be true or false"}},
		{"icsTitle", long(201), []string{"icsTitle must have at most 200 characters"}},
		{"icsDescription", long(2001), []string{"icsDescription must have at most 2000 characters"}},
		{"icsTitle", `"a\u0000b"`, []string{"icsTitle must not contain a NUL character"}},
		{"queueId", `"q"`, []string{"queueId must be a UUID"}},
		{"attendee", ``, []string{"attendee is required"}},
		{"attendee", `[]`, []string{"attendee must be an object"}},
		{"attendee", `"Jane"`, []string{"attendee must be an object"}},
		{"attendee", `{}`, []string{"attendee.notes is required", "attendee.receiveReminders is required"}},
		{"attendee.receiveReminders", ``, []string{"attendee.receiveReminders is required"}},
		{"attendee.receiveReminders", `null`, []string{"attendee.receiveReminders is required"}},
		{"attendee.receiveReminders", `"yes"`, []string{"attendee.receiveReminders must be true or false"}},
		{"attendee.notes", ``, []string{"attendee.notes is required"}},
		{"attendee.notes", `"none"`, []string{"attendee.notes must be an object"}},
		{"attendee.notes", `{"a":"\u0000"}`, []string{"attendee.notes.a must not contain a NUL character"}},
		{"attendee.notes", `{"a":{"b":[1,1e999]}}`, []string{"attendee.notes.a.b.1 is out of range"}},
		{"attendee.email", `"Jane <jane@example.com>"`, []string{"attendee.email must be an email address"}},
		{"attendee.email", `"a@b.de, c@d.de"`, []string{"attendee.email must be an email address"}},
		{"attendee.email", `"a@b.de\r\nBcc: c@d.de"`, []string{"attendee.email must be an email address"}},
		{"attendee.email", `""`, []string{"attendee.email must be an email address"}},
		{"attendee.phone", `"call me"`, []string{"attendee.phone must be a phone number with its country code"}},
		{"attendee.timezone", `"Berlin"`, []string{"attendee.timezone must be an IANA time zone"}},
		{"attendee.timezone", `"Local"`, []string{"attendee.timezone must be an IANA time zone"}},
		{"attendee.timezone", `""`, []string{"attendee.timezone must be an IANA time zone"}},
		{"attendee.language", `"english language"`, []string{"attendee.language must be a language tag"}},
		{"attendee.fullname", long(401), []string{"attendee.fullname must have at most 400 characters"}},
		{"attendee.bringalongEmails", `["a@b.de","a@b.de","a@b.de","a@b.de","a@b.de","a@b.de"]`, []string{"attendee.bringalongEmails must have at most 5 items"}},
		{"attendee.bringalongEmails", `["a@b.de","a"]`, []string{"attendee.bringalongEmails.1 must be an email address"}},
		{"DURATION", `60`, []string{"DURATION differs only in case from duration"}},
		{"attendee.Email", `"x@example.com"`, []string{"attendee.Email differs only in case from email"}},
		{"\u017ftart", `"x"`, []string{"\u017ftart differs only in case from start"}},
	}
	for i, row := range rows {
		t.Run(strconv.Itoa(i)+" "+row.path, func(t *testing.T) {
			svc.operation = ""
			got := errorOf(t, call{method: "POST", path: "/v4/booking", body: edited(t, row.path, row.text)}.do(h))
			if got.status != http.StatusBadRequest || !got.list || got.code != "" {
				t.Errorf("got %+v", got)
			}
			if diff := cmp.Diff(row.want, got.messages); diff != "" {
				t.Error(diff)
			}
			if svc.operation != "" {
				t.Error("the operation ran")
			}
		})
	}
}

// Everything that is wrong with a request is told at once: parameters first, then the body in the order of its paths.
func TestShape_AllFaultsInOrder(t *testing.T) {
	h := (&stub{}).handler(t, Options{})
	want := []string{
		"id must be a UUID",
		"Idempotency-Key must be 1 to 255 visible ASCII characters",
		"ignoreAvailability must be true or false",
		"start is required",
	}
	got := errorOf(t, call{
		method: "POST", path: "/v4/appointment/42/reschedule", body: `{"ignoreAvailability":"x"}`,
		header: http.Header{"Idempotency-Key": {"a b"}},
	}.do(h))
	if diff := cmp.Diff(want, got.messages); diff != "" {
		t.Error(diff)
	}

	want = []string{
		"attendee.bringalongEmails must have at most 5 items",
		"attendee.email must be an email address",
		"attendee.notes is required",
		"duration must be at least 1",
		"hostIds.2 must be a UUID",
		"hostIds.10 must be a UUID",
		"start must be a date-time with a UTC offset",
	}
	valid := `"` + otherID + `"`
	hosts := slices.Repeat([]string{valid}, 11)
	hosts[2], hosts[10] = `"x"`, `"y"`
	got = errorOf(t, call{method: "POST", path: "/v4/booking", body: `{"start":"x","duration":0,"hostIds":[` + strings.Join(hosts, ",") + `],
		"meetingTypeId":"` + anID + `","attendee":{"receiveReminders":true,"email":"x","bringalongEmails":["a@b.de","a@b.de","a@b.de","a@b.de","a@b.de","a@b.de"]}}`}.do(h))
	if diff := cmp.Diff(want, got.messages); diff != "" {
		t.Error(diff)
	}
}

func TestShape_ManyFaultsAreCut(t *testing.T) {
	h := (&stub{}).handler(t, Options{})
	contacts := strings.Repeat(`{"email":"x"},`, 999) + `{"email":"x"}`
	got := errorOf(t, call{method: "POST", path: "/crm/bulk", body: `{"contacts":[` + contacts + `]}`}.do(h))
	if n := len(got.messages); n != maxMessages+1 || got.messages[n-1] != "the request has 900 more faults" {
		t.Errorf("got %d messages, the last %q", n, got.messages[n-1])
	}
}

func TestShape_Forms(t *testing.T) {
	h := (&stub{}).handler(t, Options{})
	info := `"meetingInfo":{"name":"a","description":"b","duration":30,"channel":"zoom"}`
	for text, want := range map[string]string{
		`7`:                                   "ics.title must be a string or an object",
		`{"de":7}`:                            "ics.title.de must be a string",
		`"` + strings.Repeat("x", 2001) + `"`: "ics.title must have at most 2000 characters",
	} {
		got := errorOf(t, call{method: "POST", path: "/v4/meeting-type", body: `{` + info + `,"ics":{"title":` + text + `}}`}.do(h))
		if !slices.Equal(got.messages, []string{want}) {
			t.Errorf("%s: got %q", text, got.messages)
		}
	}
	got := errorOf(t, call{method: "PATCH", path: "/v4/user/" + anID, body: `{"unknown":1}`}.do(h))
	if !slices.Equal(got.messages, []string{"body must have at least 1 property"}) {
		t.Errorf("got %q", got.messages)
	}
	got = errorOf(t, call{method: "POST", path: "/v4/booking", body: `[]`}.do(h))
	if !slices.Equal(got.messages, []string{"body must be an object"}) {
		t.Errorf("got %q", got.messages)
	}
	got = errorOf(t, call{method: "POST", path: "/availability", body: `{"name":"x","exceptions":[{"dates":["2024-02-30"],"type":"off","hours":[{"start":"25:00","end":"24:00"}]}]}`}.do(h))
	want := []string{
		"exceptions.0.dates.0 must be a date (YYYY-MM-DD)",
		"exceptions.0.hours.0.start must be a time of day (HH:MM)",
		"exceptions.0.type must be one of block, available",
	}
	if diff := cmp.Diff(want, got.messages); diff != "" {
		t.Error(diff)
	}
}

func TestShape_Query(t *testing.T) {
	h := (&stub{}).handler(t, Options{})
	const slots = "/v4/booking-availability?meetingTypeId=" + anID
	rows := []struct {
		path string
		want []string
	}{
		{"/v4/booking-availability", []string{"meetingTypeId is required", "start is required", "end is required"}},
		{slots + "&start=&end=", []string{"start is required", "end is required"}},
		{slots + "&start=2026-01-01T00:00:00+01:00&end=2026-01-02", []string{"start must be a date (YYYY-MM-DD) or a date-time with a UTC offset; write its + as %2B"}},
		{slots + "&start=soon&end=2026-02-30", []string{
			"start must be a date (YYYY-MM-DD) or a date-time with a UTC offset", "end must be a date (YYYY-MM-DD) or a date-time with a UTC offset",
		}},
		{slots + "&start=2026-01-01&start=2026-01-02&end=2026-01-03", []string{"start must be given only once"}},
		{slots + "&start=2026-01-01&end=2026-01-03&troubleshoot=1", []string{"troubleshoot must be true or false"}},
		{slots + "&start=2026-01-01&end=2026-01-03&troubleshoot=TRUE", []string{"troubleshoot must be true or false"}},
		{slots + "&start=2026-01-01&end=2026-01-03&meetingDuration=30.0", []string{"meetingDuration must be a whole number"}},
		{slots + "&start=2026-01-01&end=2026-01-03&meetingDuration=%2B30", []string{"meetingDuration must be a whole number"}},
		{slots + "&start=2026-01-01&end=2026-01-03&meetingDuration=99999999999999999999", []string{"meetingDuration must be at most 1440"}},
		{slots + "&start=2026-01-01&end=2026-01-03&channel=skype", []string{"channel must be one of google, zoom, teamsForBusiness2, phone, phone-incoming, local, local-attendee, connect, webex, whatsapp"}},
		{slots + "&start=2026-01-01&end=2026-01-03&timezone=Berlin", []string{"timezone must be an IANA time zone"}},
		{slots + "&start=2026-01-01&end=2026-01-03&hostIds=x," + anID + "&hostIds[]=y", []string{"hostIds.0 must be a UUID", "hostIds.2 must be a UUID"}},
		{slots + "&start=2026-01-01&end=2026-01-03&hostIds=" + strings.Repeat(anID+",", 51), []string{"hostIds must have at most 50 items"}},
		{slots + "&start=%zz&end=2026-01-03", []string{"start is not correctly percent-encoded"}},
		{slots + "&start=2026-01-01%00&end=2026-01-03", []string{"start must not contain a NUL character"}},
		{"/v4/appointment/paginated?page=0&pageSize=10&search=%ff", []string{"search must be valid UTF-8"}},
		{"/v4/appointment/paginated?page=0&pageSize=101", []string{"pageSize must be at most 100"}},
		{"/v4/appointment/paginated?page=-1&pageSize=0", []string{"page must be at least 0", "pageSize must be at least 1"}},
		{"/v4/appointment/paginated", []string{"page is required", "pageSize is required"}},
		{"/v4/appointment/paginated?page=0&pageSize=10&start=2026-01-01", []string{"start must be a date-time with a UTC offset"}},
		{"/v4/appointment/paginated?page=0&pageSize=10&sortDirection=asc", []string{"sortDirection must be one of ASC, DESC"}},
		{"/v4/appointment/42", []string{"id must be a UUID"}},
		{"/v4/appointment/%7B" + anID + "%7D", []string{"id must be a UUID"}},
		{"/v4/appointment/a%2Fb", []string{"id must be a UUID"}},
		{"/v4/appointment/%ff%fe", []string{"id must be valid UTF-8"}},
		{"/v4/appointment/" + anID + "%2F", []string{"id must be a UUID"}},
		{"/v4/appointment/paginated?page=0&page=0&pageSize=1", []string{"page must be given only once"}},
		{"/v4/appointment/paginated?page=0;pageSize=1", []string{"page must be a whole number", "pageSize is required"}},
		{"/v4/appointment/%00", []string{"id must not contain a NUL character"}},
		{"/v4/queue/workspace/1", []string{"workspaceId must be a UUID"}},
	}
	for _, row := range rows {
		t.Run(row.path, func(t *testing.T) {
			got := errorOf(t, call{path: row.path}.do(h))
			if got.status != http.StatusBadRequest || !got.list {
				t.Errorf("got %+v", got)
			}
			if diff := cmp.Diff(row.want, got.messages); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What cannot be read as one JSON value is told in one sentence, with the place.
func TestShape_NoJSON(t *testing.T) {
	h := (&stub{}).handler(t, Options{})
	const prefix = "The body is not valid JSON: "
	deep := func(n int) string {
		return edited(t, "attendee.notes", `{"a":`+strings.Repeat("[", n)+strings.Repeat("]", n)+`}`)
	}
	rows := []struct{ name, body, want string }{
		{"blank", " \n", prefix + "it is empty"},
		{"cut off", booking[:100], prefix + "it ends too early"},
		{"cut off in a name", `{"meet`, prefix + "it ends too early"},
		{"trailing text", booking + "\n garbage", prefix + "text after the value at line 2, column 2"},
		{"second value", booking + booking, prefix + "text after the value at line 1, column 497"},
		{"no quotes", `{start: 1}`, prefix + "syntax error at line 1, column 2"},
		{"comment", "{\n  // note\n}", prefix + "syntax error at line 2, column 3"},
		{"trailing comma", `{"start":"x",}`, prefix + "syntax error at line 1, column 13"},
		{"leading zero", `{"duration":030}`, prefix + "syntax error at line 1, column 14"},
		{"NaN", `{"duration":NaN}`, prefix + "syntax error at line 1, column 13"},
		{"raw NUL", "{\"duration\":\x00}", prefix + "syntax error at line 1, column 13"},
		{"raw line break in a string", "{\"location\":\"a\nb\"}", prefix + "syntax error at line 1, column 15"},
		{"byte order mark", "\ufeff{}", prefix + "syntax error at line 1, column 1"},
		{"lone surrogate", `{"location":"\ud800"}`, prefix + "syntax error at line 1, column 14"},
		{"invalid UTF-8", "{\"location\":\"\xff\"}", prefix + "invalid UTF-8 at line 1, column 14"},
		{"invalid UTF-8 in a name", "{\"\xc3\x28\":1}", prefix + "invalid UTF-8 at line 1, column 3"},
		{"duplicate", `{"start":"a","start":"b"}`, prefix + "duplicate key start"},
		{"nested duplicate", `{"attendee":{"notes":{"a":1,"a":2}}}`, prefix + "duplicate key attendee.notes.a"},
		{"escaped duplicate", `{"start":"a","\u0073tart":"b"}`, prefix + "duplicate key start"},
		{"unknown duplicate", `{"x":{"a":1,"a":2}}`, prefix + "duplicate key x.a"},
		{"too deep", deep(62), "The body is nested deeper than 64 levels"},
		{"bottomless", `{"a":` + strings.Repeat("[", 1<<19), "The body is nested deeper than 64 levels"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got := errorOf(t, call{method: "POST", path: "/v4/booking", body: row.body}.do(h))
			if got.status != http.StatusBadRequest || got.list {
				t.Errorf("got %+v", got)
			}
			if got.messages[0] != row.want {
				t.Errorf("got  %q\nwant %q", got.messages[0], row.want)
			}
		})
	}
	if w := (call{method: "POST", path: "/v4/booking", body: deep(61)}).do(h); w.Code != http.StatusOK {
		t.Errorf("64 levels are refused: %s", w.Body)
	}
}
