package server

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// bodyChecks are those of all operations, in the order of their ids.
func bodyChecks(t testing.TB) []*bodyCheck {
	t.Helper()
	all, err := operations(document(t), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for id, o := range all {
		if o.body != nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	checks := make([]*bodyCheck, len(ids))
	for i, id := range ids {
		checks[i] = all[id].body
	}
	return checks
}

// agrees fails when the scanner accepts what kin-openapi does not, or what is not bound as it was sent.
func agrees(t *testing.T, k *bodyCheck, text []byte) (accepted bool) {
	t.Helper()
	if yes, _ := k.scanner.Accepts(text); !yes {
		return false
	}
	b := &body{bind: text}
	found, err := k.judge(b)
	if err != nil || len(found) > 0 || string(b.bind) != string(text) {
		t.Errorf("the scanner accepts %q; kin-openapi: %v, %v; bound: %q", text, found, err, b.bind)
	}
	return true
}

// Whatever the scanner accepts kin-openapi allows.
func FuzzScanner(f *testing.F) {
	checks := bodyChecks(f)
	for i := range checks {
		for _, seed := range scannerSeeds {
			f.Add(uint8(i), []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, text []byte) {
		agrees(t, checks[int(which)%len(checks)], text)
	})
}

// scannerSeeds hold something of each kind of value, and of what is easily taken for one.
var scannerSeeds = []string{
	booking, "{}", " { } ", "[]", "null", `{"a":1,"a":1}`, `{"notes":{"a":{"b":[1,2.5,-0,null,true,"x\n"]}}}`,
	`{"name":"x","duration":30,"bufferBefore":0,"reminders":[60],"allowedDurations":[15,30],"doubleOptIn":"enabled","color":"#fff"}`,
	`{"name":"x","timezone":"Europe/Berlin","schedule":{"monday":{"enabled":true,"hours":[{"start":"08:00","end":"24:00"}]}}}`,
	`{"email":"a@example.com","givenName":"A","familyName":"B","locale":"de"}`, `{"endpoint":"https://example.com/h","eventTypes":["booking_created"]}`,
	`{"start":"2026-01-01T0:00:00Z"}`, `{"start":"2026-01-01T00:00:00,5Z"}`, `{"duration":030}`, `{"duration":3e1}`, `{"duration":-0}`, `{"duration":30.0}`,
	"{\"location\":\"\x00\"}", "{\"location\":\"\xff\"}", `{"location":"\u0000"}`, `{"location":"\ud800"}`, `{"location":null}`, `{"START":"x"}`, `{"reason":"because"}`,
}

// Ensure that bodies with one thing wrong, or merely unusual, are accepted by the scanner only when kin-openapi allows
// them, and that it accepts the usual ones: it would else be of no use.
func TestScanner(t *testing.T) {
	t.Parallel()
	checks := bodyChecks(t)
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{
		"null", "true", "false", "0", "-1", "1.5", "1e3", `""`, `"x"`, `"2026-01-01T10:00:00Z"`, "{}", "[]", `{"a":null}`, `["x"]`, " ", ",", ":", `"`, "\\", "é",
		"\xff", "\x00", `\u0000`, `"start":"x",`, `"unknown":1,`, `"DURATION":1,`, "99999999999999999999",
	}
	accepted := 0
	for range 200_000 {
		text := []byte(scannerSeeds[random.IntN(len(scannerSeeds))])
		for range random.IntN(3) {
			from := random.IntN(len(text) + 1)
			to := min(len(text), from+random.IntN(12))
			piece := pieces[random.IntN(len(pieces))]
			text = slices.Concat(text[:from], []byte(piece), text[to:])
		}
		if agrees(t, checks[random.IntN(len(checks))], text) {
			accepted++
		}
	}
	if accepted < 2000 {
		t.Errorf("%d were accepted: the test tells nothing", accepted)
	}
}

// Ensure that the bodies that are sent most take the quick way.
func TestScanner_Accepts(t *testing.T) {
	t.Parallel()
	all, err := operations(document(t), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ id, text string }{
		{"createBooking", booking},
		{"createBooking", strings.ReplaceAll(booking, ",", " ,\r\n\t")},
		{"createBooking", strings.Replace(booking, `{`, `{"location":"Café \"Zur Post\"",`, 1)},
		{"cancelAppointment", `{"reason":"ill"}`},
		{"rescheduleAppointment", `{"start":"2024-01-15T09:00:00+01:00"}`},
		{"createWebhook", `{"endpoint":"https://example.com/h","eventTypes":["booking_created"]}`},
	} {
		if yes, _ := all[test.id].body.scanner.Accepts([]byte(test.text)); !yes {
			t.Errorf("%s takes the slow way with %s", test.id, test.text)
		}
	}
}
