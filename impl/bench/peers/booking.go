package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

// The demo's, which are those of the published samples.
const (
	demoKey = "rgo-demoDemoDemoDemoDemoDemoDemoDemo"
	introID = "770e8400-e29b-41d4-a716-446655440002"
	hostID  = "550e8400-e29b-41d4-a716-446655440000"
	otherID = "00000000-0000-4000-8000-00000000abcd"
)

// sample is the body of a booking; the published one with every kind of
// field, but for its start.
const sample = `{"meetingTypeId":"` + introID + `","start":%q,"hostIds":["` + hostID + `"],"duration":30,"channel":"zoom",` +
	`"icsTitle":"Product Demo","skipNotifications":false,` +
	`"attendee":{"email":%q,"firstname":"Jane","lastname":"Smith","phone":"+1-555-123-4567",` +
	`"receiveReminders":true,"language":"en","timezone":"Europe/Berlin","bringalongEmails":["guest@example.com"],` +
	`"notes":{"company":"Acme Inc","utm_source":"newsletter"}}}`

// post is a request that books, as it goes over the wire.
func post(body string) []byte {
	return fmt.Appendf(nil, "POST /v4/booking HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "+demoKey+
		"\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// always is a load of one request.
func always(name string, ours int, request []byte) load {
	return load{name: name, ours: ours, next: func() []byte { return request }}
}

// firstDay is a Monday. On weekdays the demo's host can be met from 8:00 to 17:00 in Berlin, so in summer and in
// winter from 7:00 to 15:00 UTC.
var firstDay = time.Date(2035, time.January, 1, 7, 0, 0, 0, time.UTC)

const (
	startsADay = 16
	weekdays   = 5
)

// start is the n-th of the starts that the demo's host has.
func start(n int) string {
	day := n / startsADay
	day += day / weekdays * 2 // over the weekend
	return firstDay.AddDate(0, 0, day).Add(time.Duration(n%startsADay) * 30 * time.Minute).Format(time.RFC3339)
}

// bookings is a load of bookings each of which can be stored, from the n-th
// start on.
func bookings(n int) load {
	var made atomic.Int64
	made.Store(int64(n))
	return load{name: "bookings", ours: 201, next: func() []byte {
		return post(fmt.Sprintf(sample, start(int(made.Add(1))), "client@example.com"))
	}}
}
