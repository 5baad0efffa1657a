package impl_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/client"
)

// harmless asserts that an answer is no failure of the server's.
func harmless(t *testing.T, what string, a answer) {
	t.Helper()
	if a.status >= 500 && a.status != http.StatusNotImplemented {
		t.Errorf("%s was answered %d %s", what, a.status, a.body)
	}
	if a.status >= 400 && !bytes.Contains(a.body, []byte(`"statusCode":`)) {
		t.Errorf("%s was answered %d %s", what, a.status, a.body)
	}
}

// Ensure no body of any operation makes the server fail.
func TestHostile_Bodies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	bodies := []string{
		"", " ", "null", "[]", "0", `""`, "{", "}", "{}{}", `{"a":1,"a":2}`, "{\"a\":\"\xff\"}", "\x00", "{\"a\":\"\\u0000\"}", `{"\u0000":1}`,
		`{"a":"\ud800"}`, `{"a":1e999999999}`, `{"a":-0.0e-999}`, `{"a":123456789012345678901234567890}`, `{"a":NaN}`, "\ufeff{}", deep,
		`{"attendee":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + "}", strings.Repeat(" ", 1<<20+1), `{"meetingInfo":[]}`, `{"start":{}}`,
	}
	for _, o := range operations(t) {
		if o.spec.RequestBody == nil {
			continue
		}
		for _, body := range bodies {
			harmless(t, fmt.Sprintf("%s with %.40q", o.ID, body), read(t)(w.owner.send(t, o.Method, o.path(nobody), body)))
		}
	}
	if live := w.live(t); len(live) != 0 {
		t.Errorf("bookings are %+v", live)
	}
}

// Ensure each property of a booking can be anything without a failure.
func TestHostile_BookingValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	values := []any{
		nil, true, -1, 0, 1e300, 9007199254740993, "", "x", "\u0000", "\u202e", "'; DROP TABLE booking; --", strings.Repeat("é", 3000), []any{}, []any{nil},
		object{}, object{"a": nil}, string(intro), nobody, "00000000-0000-0000-0000-000000000000", "{" + nobody + "}", "urn:uuid:" + nobody,
	}
	keys := strings.Fields(`meetingTypeId start hostIds queueId duration channel location skipNotifications phoneOnlyBooking icsTitle icsDescription
		ignoreAvailability appointmentId bookingPassword routingFormId paymentId couponCode resourceChannelIds waitlistToken`)
	inside := strings.Fields("email firstname lastname fullname phone receiveReminders notes language timezone bringalongEmails dataPolicyAccepted")
	for i, key := range append(keys, inside...) {
		for _, value := range values {
			r := sample(string(intro))
			if i < len(keys) {
				r[key] = value
			} else {
				attendeeOf(r)[key] = value
			}
			a := read(t)(w.owner.send(t, "POST", "/v4/booking", encoded(t, r)))
			harmless(t, fmt.Sprintf("%s %.40q", key, fmt.Sprint(value)), a)
			if a.status == http.StatusCreated {
				w.owner.cancels(t, decode[client.Booked](t, a.body).AppointmentID, client.CancelRequest{})
			}
		}
	}
}

// Ensure no start makes the server fail, whether it is forced or not, and
// that whatever is booked can be read.
func TestHostile_Starts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.owner.book(t, starting("2024-01-16T09:00:00+01:00"))
	for _, start := range []string{
		"0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00+23:59", "2200-12-31T23:59:59Z",
		"2200-12-31T23:59:59-23:59", "2201-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59", "10000-01-01T00:00:00Z", "-2024-01-15T09:00:00Z",
		"2024-01-15T09:00:00+24:00", "2024-01-15T09:00:00-00:00", "2024-01-15T24:00:00Z", "2024-01-15T23:59:60Z", "2024-02-30T09:00:00Z", "2024-01-15T9:00:00Z",
		"2024-01-15t09:00:00z", "2024-01-15 09:00:00Z", "2024-01-15T09:00Z", "2024-01-15T09:00:00", "2024-01-15T09:00:00,5Z", "2024-01-15T09:00:00.Z",
		"2024-01-15T09:00:00.0000000000000000000001Z", "2024-01-15T09:00:00." + strings.Repeat("9", 5000) + "Z", "2024-01-15T09:00:00.000001+01:00",
		"2024-W03-1T09:00:00Z", "1705305600", "now", "", "２０２４-01-15T09:00:00Z", "2024-01-15T09:00:00Z\u0000", " 2024-01-15T09:00:00Z",
	} {
		for _, force := range []bool{false, true} {
			r := sample(string(intro))
			r["start"], r["ignoreAvailability"] = start, force
			a := read(t)(w.owner.send(t, "POST", "/v4/booking", encoded(t, r)))
			harmless(t, "booking "+start, a)
			if a.status == http.StatusCreated {
				id := decode[client.Booked](t, a.body).AppointmentID
				w.owner.appointment(t, id)
				w.owner.cancels(t, id, client.CancelRequest{})
			}
			move := encoded(t, object{"start": start, "ignoreAvailability": force})
			a = read(t)(w.owner.send(t, "POST", "/v4/appointment/"+b.AppointmentID+"/reschedule", move))
			harmless(t, "moving to "+start, a)
		}
		q := "start=" + url.QueryEscape(start) + "&end=" + url.QueryEscape(start)
		harmless(t, "listing "+start, read(t)(w.owner.send(t, "GET", "/v4/booking-availability?meetingTypeId="+string(intro)+"&hostIds="+string(olivia)+"&"+q, "")))
		harmless(t, "appointments "+start, read(t)(w.owner.send(t, "GET", "/v4/appointment/paginated?page=0&pageSize=1&"+q, "")))
	}
}

// Ensure every zone that a schedule or a user may have can be computed with.
func TestHostile_Zones(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, zone := range []string{
		"UTC", "Zulu", "GMT+0", "Etc/GMT-14", "Etc/GMT+12", "America/Argentina/ComodRivadavia", "Asia/Calcutta", "Europe/Kiev", "EST5EDT", "EST", "Factory",
		"America/Port-au-Prince", "Antarctica/Troll", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "Africa/Casablanca", "America/Nuuk",
		"Local", "localtime", "posixrules", "leapseconds", "zone.tab", "zone1970.tab", "tzdata.zi", "right/UTC", "posix/UTC", "utc", "europe/berlin", "Europe/BERLIN",
		"", " UTC", "UTC ", "Europe/Berlin/", "/UTC", "../UTC", "Europe/../UTC", "Europe//Berlin", "Europe", "UTC\u0000", "UTC+1", "+01:00", "CET-1CEST", strings.Repeat("A", 64),
	} {
		text := encoded(t, zone)
		a := read(t)(w.owner.send(t, "POST", "/availability", `{"name":"x","timezone":`+text+`}`))
		harmless(t, "schedule in "+zone, a)
		if a.status == http.StatusCreated {
			id := decode[client.Schedule](t, a.body).ID
			w.openAt(t, id, "2024-01-15", "2024-01-16")
		}
		harmless(t, "slots in "+zone, read(t)(w.owner.send(t, "GET", "/v4/booking-availability?start=2024-01-15&end=2024-01-16&meetingTypeId="+string(intro)+
			"&hostIds="+string(olivia)+"&timezone="+url.QueryEscape(zone), "")))
		a = read(t)(w.platform.send(t, "POST", "/v4/user", `{"email":"a@b.example","givenName":"x","familyName":"y","timezone":`+text+`}`))
		harmless(t, "user in "+zone, a)
		if a.status == http.StatusCreated {
			n := decode[client.UserCreated](t, a.body)
			wants(t, http.StatusOK)(w.platform.acting(w, n.UserID).ListTodayAppointments(t.Context(), nil))
			wants(t, http.StatusNoContent)(w.owner.tryFire(t, n.UserID, ""))
		}
	}
}

// Ensure no path or query makes the server fail.
func TestHostile_Addresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []string{
		"%00", "%2F", "..", "%2e%2e", "%ff", "é", "1", "-1", nobody + "%20", nobody + "/", "{" + nobody + "}", "urn:uuid:" + nobody, strings.ReplaceAll(nobody, "-", ""),
		strings.Repeat("a", 5000), "me", "paginated", "today;x=1", "*", "null",
	} {
		for _, o := range operations(t) {
			if !strings.Contains(o.Path, "{") {
				continue
			}
			request, err := http.NewRequestWithContext(t.Context(), o.Method, w.url, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			request.URL.Opaque = "//" + request.URL.Host + o.path(id) // as it is
			request.Header = w.owner.header.Clone()
			harmless(t, o.ID+" at "+id, read(t)(w.http.Do(request)))
		}
	}
	for _, query := range []string{
		"page=-1&pageSize=-1", "page=9223372036854775807&pageSize=100", "page=99999999999999999999&pageSize=1", "page=1e3&pageSize=1", "page=0&page=1&pageSize=1",
		"page=0&pageSize=1&search=%00", "page=0&pageSize=1&search=%ff", "page=0&pageSize=1&search=%", "page=0&pageSize=1&search=" + strings.Repeat("%25", 200),
		"page=0&pageSize=1&search=" + strings.Repeat("_", 201), "page=0;pageSize=1", "page=&pageSize=", "page[]=0&pageSize[]=1", "%", "&&&", "=", "page=0&pageSize=1&start=2024-01-15T09:00:00+01:00",
		"limit=-1", "limit=101&offset=99999999999", "userType=%00", "limit=1&offset=1000000",
	} {
		for _, path := range []string{"/v4/appointment/paginated", "/v4/user", "/v4/booking-availability", "/v4/meeting-type"} {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			request.URL.RawQuery = query
			request.Header = w.owner.header.Clone()
			harmless(t, path+"?"+query, read(t)(w.http.Do(request)))
		}
	}
}

// Ensure requests that clients and proxies word in odd ways are understood,
// or refused as the contract says.
func TestHostile_Requests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const me, book, kind = "GET /v4/user/me HTTP/1.1\r\n", "POST /v4/booking HTTP/1.1\r\n", "Content-Type: application/json\r\n"
	auth := "Host: x\r\nConnection: close\r\nAuthorization: " + w.owner.header.Get("Authorization") + "\r\n"
	for _, test := range []struct {
		request string
		want    int
	}{
		{me + auth + "Accept: text/html\r\n", 200},
		{me + auth + "If-None-Match: *\r\n", 200},
		{me + auth + "X-A: \xff\r\nX-Request-Id: \xff\r\n", 200},
		{me + auth + kind + "Content-Length: 2\r\n\r\n{}", 200},
		{me + auth + "Upgrade: websocket\r\n", 200},
		{me + auth + "Authorization: Bearer x\r\n", 401},
		{me + "Host: x\r\nConnection: close\r\nAuthorization: Bearer \xff\r\n", 401},
		{me + auth + "X-Meetergo-Api-User-Id: a\r\nX-Meetergo-Api-User-Id: b\r\n", 403},
		{"GET /v4/user/me HTTP/1.0\r\n" + auth, 200},
		{"GET http://elsewhere/v4/user/me HTTP/1.1\r\n" + auth, 200},
		{"HEAD /v4/user/me HTTP/1.1\r\n" + auth, 200},
		{"OPTIONS /v4/booking HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n", 204},
		{"CONNECT x:80 HTTP/1.1\r\n" + auth, 404},
		{"get /v4/user/me HTTP/1.1\r\n" + auth, 405},
		{"POST /v4/user/me HTTP/1.1\r\n" + auth + "X-HTTP-Method-Override: GET\r\n", 405},
		{book + auth + kind, 400},
		{book + auth + kind + "Transfer-Encoding: chunked\r\n\r\n0\r\n", 400},
		{book + auth + kind + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", 400},
		{book + auth + kind + "Expect: 100-continue\r\nContent-Length: 2000000\r\n", 413},
		{book + auth + kind + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b", 415},
		{book + auth + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", 415},
		{book + auth + kind + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415},
		{"POST /v4/booking HTTP/1.0\r\n" + auth + kind + "\r\n{}", 400},
	} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(w.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, test.request+"\r\n"); err != nil {
			t.Error(err)
		}
		method, _, _ := strings.Cut(test.request, " ")
		a := read(t)(http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method}))
		if a.status != test.want {
			t.Errorf("%q was answered %d %s", test.request, a.status, a.body)
		}
		harmless(t, test.request, a)
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Ensure what is no HTTP, or leaves half way, hurts nobody else.
func TestHostile_Connections(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	host := strings.TrimPrefix(w.url, "http://")
	auth := "Host: x\r\nAuthorization: " + w.owner.header.Get("Authorization") + "\r\n"
	for _, raw := range []string{
		"\x00\x00\x00", "GET", "GET / HTTP/9.9\r\n\r\n", "POST /v4/booking HTTP/1.1\r\n" + auth + "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{",
		"POST /v4/booking HTTP/1.1\r\n" + auth + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"POST /v4/booking HTTP/1.1\r\n" + auth + "Content-Length: -1\r\n\r\n", "GET //v4//user//me HTTP/1.1\r\n" + auth + "\r\n",
		"GET /v4/user/me HTTP/1.1\r\n" + auth + "X-Request-Id: " + strings.Repeat("x", 5000) + "\r\nConnection: close\r\n\r\n",
		"OPTIONS * HTTP/1.1\r\n" + auth + "Connection: close\r\n\r\n", "TRACE /v4/user/me HTTP/1.1\r\n" + auth + "Connection: close\r\n\r\n",
	} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, raw); err != nil {
			t.Error(err)
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.CloseWrite() // nothing more will come
		}
		text, _ := io.ReadAll(conn) // whatever the answer, if there is one
		if bytes.Contains(text, []byte("HTTP/1.1 5")) && !bytes.Contains(text, []byte("HTTP/1.1 505")) {
			t.Errorf("%.60q was answered %s", raw, text)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
	w.owner.isFree(t)
}
