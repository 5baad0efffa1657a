package client_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
)

// The vector that Standard Webhooks publishes.
const (
	vectorSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	vectorID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	vectorStamp     = "1614265330"
	vectorBody      = `{"test": 2432232314}`
	vectorSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	otherSecret     = "whsec_b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXI="
	createdBody     = `{"webhookType":"booking_created","id":"appt-uuid-456","start":"2024-01-15T09:00:00+01:00","end":"2024-01-15T09:30:00+01:00",
		"attendees":[{"email":"client@example.com","firstname":"Jane","lastname":"Smith"}],"hostIds":["h1"],"meetingTypeId":"m1"}`
)

func webhookHeader(id, stamp, signature string) http.Header {
	h := http.Header{}
	h.Set("webhook-id", id)
	h.Set("webhook-timestamp", stamp)
	h.Set("webhook-signature", signature)
	return h
}

// sign is what a server would send with a body.
func sign(t testing.TB, secret, id string, at time.Time, body string) http.Header {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	stamp := fmt.Sprint(at.Unix())
	mac := hmac.New(sha256.New, key)
	_, _ = io.WriteString(mac, id+"."+stamp+"."+body)
	return webhookHeader(id, stamp, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

func atVector(after time.Duration) func() time.Time {
	return func() time.Time { return time.Unix(1614265330, 0).Add(after) }
}

func TestWebhookReceiver_Verify(t *testing.T) {
	good := webhookHeader(vectorID, vectorStamp, vectorSignature)
	both := []string{otherSecret, vectorSecret}
	for _, test := range []struct {
		name     string
		receiver client.WebhookReceiver
		header   http.Header
		body     string
		want     error
	}{
		{"the published vector", client.WebhookReceiver{Secrets: []string{vectorSecret}}, good, vectorBody, nil},
		{"a secret without its prefix", client.WebhookReceiver{Secrets: []string{strings.TrimPrefix(vectorSecret, "whsec_")}}, good, vectorBody, nil},
		{"a line break after the secret", client.WebhookReceiver{Secrets: []string{vectorSecret + "\n"}}, good, vectorBody, nil},
		{"several secrets", client.WebhookReceiver{Secrets: both}, good, vectorBody, nil},
		{"several signatures", client.WebhookReceiver{Secrets: both}, webhookHeader(vectorID, vectorStamp, "v1a,x v1,!! v1,eHh4 v1 "+vectorSignature), vectorBody, nil},
		{"names in lower case", client.WebhookReceiver{Secrets: both}, http.Header{"webhook-id": {vectorID}, "webhook-timestamp": {vectorStamp}, "webhook-signature": {vectorSignature}}, vectorBody, nil},
		{"another secret", client.WebhookReceiver{Secrets: []string{otherSecret}}, good, vectorBody, client.ErrWebhookSignature},
		{"another body", client.WebhookReceiver{Secrets: both}, good, vectorBody + " ", client.ErrWebhookSignature},
		{"another id", client.WebhookReceiver{Secrets: both}, webhookHeader("msg_other", vectorStamp, vectorSignature), vectorBody, client.ErrWebhookSignature},
		{"another time", client.WebhookReceiver{Secrets: both}, webhookHeader(vectorID, "1614265331", vectorSignature), vectorBody, client.ErrWebhookSignature},
		{"another version", client.WebhookReceiver{Secrets: both}, webhookHeader(vectorID, vectorStamp, "v2"+vectorSignature[2:]), vectorBody, client.ErrWebhookSignature},
		{"half a signature", client.WebhookReceiver{Secrets: both}, webhookHeader(vectorID, vectorStamp, "v1,g0hM9SsE+OTPJTGt/tmIKg=="), vectorBody, client.ErrWebhookSignature},
		{"no signature", client.WebhookReceiver{Secrets: both}, webhookHeader(vectorID, vectorStamp, ""), vectorBody, client.ErrWebhookSignature},
		{"no id", client.WebhookReceiver{Secrets: both}, webhookHeader("", vectorStamp, vectorSignature), vectorBody, client.ErrWebhookSignature},
		{"no time", client.WebhookReceiver{Secrets: both}, webhookHeader(vectorID, "", vectorSignature), vectorBody, client.ErrWebhookSignature},
		{"no header", client.WebhookReceiver{Secrets: both}, nil, vectorBody, client.ErrWebhookSignature},
		{"just old enough", client.WebhookReceiver{Secrets: both, Now: atVector(5 * time.Minute)}, good, vectorBody, nil},
		{"too old", client.WebhookReceiver{Secrets: both, Now: atVector(5*time.Minute + 1)}, good, vectorBody, client.ErrWebhookTimestamp},
		{"just new enough", client.WebhookReceiver{Secrets: both, Now: atVector(-5 * time.Minute)}, good, vectorBody, nil},
		{"too new", client.WebhookReceiver{Secrets: both, Now: atVector(-5*time.Minute - 1)}, good, vectorBody, client.ErrWebhookTimestamp},
		{"old, tolerated", client.WebhookReceiver{Secrets: both, Tolerance: time.Hour, Now: atVector(time.Hour)}, good, vectorBody, nil},
		{"old, not tolerated", client.WebhookReceiver{Secrets: both, Tolerance: time.Second, Now: atVector(2 * time.Second)}, good, vectorBody, client.ErrWebhookTimestamp},
		{"of the end of time", client.WebhookReceiver{Secrets: []string{vectorSecret}}, sign(t, vectorSecret, "a", time.Unix(1<<62, 0), "{}"), "{}", client.ErrWebhookTimestamp},
		{"of long ago", client.WebhookReceiver{Secrets: []string{vectorSecret}}, sign(t, vectorSecret, "a", time.Unix(-1<<62, 0), "{}"), "{}", client.ErrWebhookTimestamp},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.receiver.Now == nil {
				test.receiver.Now = atVector(0)
			}
			err := test.receiver.Verify(test.header, []byte(test.body))
			if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "g0hM9") {
				t.Errorf("the error tells the signature: %v", err)
			}
		})
	}
}

func TestVerifyWebhook(t *testing.T) {
	for _, secret := range []string{vectorSecret, otherSecret} {
		now := sign(t, secret, "a", time.Now(), "{}")
		if err := client.VerifyWebhook(now, []byte("{}"), otherSecret, vectorSecret); err != nil {
			t.Error(err)
		}
	}
	if err := client.VerifyWebhook(webhookHeader(vectorID, vectorStamp, vectorSignature), []byte(vectorBody), vectorSecret); !errors.Is(err, client.ErrWebhookTimestamp) {
		t.Errorf("got %v", err)
	}
}

// Ensure a secret that cannot be one is not taken for one with which anybody could sign.
func TestWebhookReceiver_Secrets(t *testing.T) {
	for name, secrets := range map[string][]string{
		"none": nil, "empty": {""}, "a prefix": {"whsec_"}, "short": {"whsec_dG9wLXNlY3JldA=="}, "no base64": {"whsec_top-secret?"}, "one of two": {vectorSecret, ""},
	} {
		t.Run(name, func(t *testing.T) {
			header := webhookHeader(vectorID, vectorStamp, vectorSignature)
			err := client.VerifyWebhook(header, []byte(vectorBody), secrets...)
			if err == nil || errors.Is(err, client.ErrWebhookSignature) || strings.Contains(err.Error(), "top-secret") || !strings.Contains(err.Error(), "give the one that CreateWebhook answered") {
				t.Errorf("got %v", err)
			}
			if _, err := client.ParseWebhook(header, []byte(vectorBody), secrets...); err == nil {
				t.Error("it was read")
			}
			w := httptest.NewRecorder()
			client.WebhookReceiver{Secrets: secrets}.Handler(nil).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}")))
			if w.Code != http.StatusInternalServerError {
				t.Errorf("answered %d %s", w.Code, w.Body)
			}
		})
	}
}

func TestWebhookHandler(t *testing.T) {
	for _, test := range []struct {
		name, method string
		body         string
		header       http.Header
		fails        error
		status       int
		text         string
		handled      bool
	}{
		{"an event", "POST", createdBody, nil, nil, 204, "", true},
		{"an event that cannot be handled", "POST", createdBody, nil, errors.New("the CRM said top-secret"), 500, "The event could not be handled; please send it again later.\n", true},
		{"an unsigned event", "POST", createdBody, http.Header{}, nil, 400, "This is no event: the webhook is not signed with a known secret: webhook-id or webhook-timestamp is missing or wrong.\n", false},
		{"an event of long ago", "POST", createdBody, sign(t, vectorSecret, "e1", time.Now().Add(-time.Hour), createdBody), nil, 400, "This is no event: the webhook was not sent just now.\n", false},
		{"no event", "POST", `{}`, nil, nil, 400, "This is no event: the body is not an event: it has no webhookType.\n", false},
		{"no JSON", "POST", `x`, nil, nil, 400, "This is no event: the body is not the JSON of an event: invalid character 'x' looking for beginning of value.\n", false},
		{"another method", "GET", "", nil, nil, 405, "Webhooks are sent by POST.\n", false},
		{"the largest body", "POST", `{"webhookType":"x"}` + strings.Repeat(" ", 1<<20-19), nil, nil, 204, "", true},
		{"one that is too large", "POST", `{"webhookType":"x"}` + strings.Repeat(" ", 1<<20-18), nil, nil, 413, "The body has more than 1 MiB.\n", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			handled := false
			handler := client.WebhookHandler(vectorSecret, func(_ context.Context, e client.Event) error {
				handled = e.ID == "e1"
				return test.fails
			})
			r, w := httptest.NewRequest(test.method, "/", strings.NewReader(test.body)), httptest.NewRecorder()
			if r.Header = test.header; test.header == nil {
				r.Header = sign(t, vectorSecret, "e1", time.Now(), test.body)
			}
			handler.ServeHTTP(w, r)
			if w.Code != test.status || w.Body.String() != test.text || handled != test.handled {
				t.Errorf("answered %d %q, handled %v", w.Code, w.Body, handled)
			}
		})
	}
	t.Run("a body that breaks off", func(t *testing.T) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/", &failing{})
		client.WebhookHandler(vectorSecret, nil).ServeHTTP(w, r)
		if w.Code != http.StatusBadRequest || w.Body.String() != "The body did not arrive whole.\n" {
			t.Errorf("answered %d %q", w.Code, w.Body)
		}
	})
}

func TestParseWebhook(t *testing.T) {
	instantOf := func(text string) time.Time { return instant(t, text) }
	appointment := client.BookingEvent{
		AppointmentID: "appt-uuid-456", Start: instantOf("2024-01-15T09:00:00+01:00"), End: instantOf("2024-01-15T09:30:00+01:00"),
		Attendees: []client.WebhookAttendee{{Email: new("client@example.com"), Firstname: new("Jane"), Lastname: new("Smith")}},
		HostIDs:   []string{"h1"}, MeetingTypeID: "m1",
	}
	minimal := client.BookingEvent{AppointmentID: "7"}
	for _, test := range []struct {
		name, body string
		kind       client.WebhookEventType
		want       any
	}{
		{"created", createdBody, "booking_created", &client.BookingCreated{BookingEvent: appointment}},
		{"created, with numbers as ids", `{"webhookType":"booking_created","id":456,"hostIds":[1,"h2"],"meetingTypeId":12345678901234567890,
			"attendees":[{"id":7,"notes":{"customerId":8}}]}`, "booking_created", &client.BookingCreated{BookingEvent: client.BookingEvent{
			AppointmentID: "456", HostIDs: []string{"1", "h2"}, MeetingTypeID: "12345678901234567890",
			Attendees: []client.WebhookAttendee{{ID: new("7"), Notes: &client.Notes{"customerId": 8.0}}},
		}}},
		{"cancelled", `{"webhookType":"booking_cancelled","id":"7","isCancelled":true,"cancel":{"actionSource":"attendee","actionAt":null,"actionBy":null,"reason":"ill"}}`,
			"booking_cancelled", &client.BookingCancelled{BookingEvent: minimal, Cancel: client.Cancellation{ActionSource: new("attendee"), Reason: new("ill")}}},
		{"cancelled by production", `{"webhookType":"booking_cancelled","id":"7"}`, "booking_cancelled", &client.BookingCancelled{BookingEvent: minimal}},
		{"one left", `{"webhookType":"booking_cancelled","id":"7","isCancelled":false}`, "booking_cancelled", &client.BookingCancelled{BookingEvent: minimal, StillOn: true}},
		{"rescheduled", `{"webhookType":"booking_rescheduled","id":"7","previousStart":"2024-01-15T09:00:00+01:00"}`, "booking_rescheduled",
			&client.BookingRescheduled{BookingEvent: minimal, PreviousStart: instantOf("2024-01-15T09:00:00+01:00")}},
		{"new employee", `{"webhookType":"new_employee","id":"u","email":"ann@example.com","givenName":"Ann","familyName":"Lee"}`, "new_employee",
			&client.NewEmployee{UserID: "u", Email: "ann@example.com", GivenName: "Ann", FamilyName: "Lee"}},
		{"a kind without a type", `{"webhookType":"form_submission","id":{"any":"thing"}}`, "form_submission", nil},
		{"a kind nobody knows", `{"webhookType":"moon_landing"}`, "moon_landing", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			sent := time.Now()
			e, err := client.ParseWebhook(sign(t, vectorSecret, "e1", sent, test.body), []byte(test.body), vectorSecret)
			if err != nil {
				t.Fatal(err)
			}
			if e.ID != "e1" || e.SentAt.Unix() != sent.Unix() || e.Type != test.kind || string(e.Body) != test.body {
				t.Errorf("got %+v", e)
			}
			if diff := cmp.Diff(test.want, e.Data, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Appointment" || p.Last().String() == ".User" }, cmp.Ignore())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			switch data := e.Data.(type) {
			case *client.BookingCreated:
				if data.Appointment.ID != data.AppointmentID {
					t.Errorf("got %+v", data.Appointment)
				}
			case *client.NewEmployee:
				if data.User.ID != data.UserID {
					t.Errorf("got %+v", data.User)
				}
			}
		})
	}
	for name, body := range map[string]string{
		"no id": `{"webhookType":"booking_created"}`, "a date that is none": `{"webhookType":"booking_created","id":"7","start":"monday"}`, "an array": `[]`,
		"more than JSON": `{"webhookType":"x"} {}`, "a type that is a number": `{"webhookType":7}`, "nothing": ``, "null": `null`,
	} {
		t.Run(name, func(t *testing.T) {
			e, err := client.ParseWebhook(sign(t, vectorSecret, "e1", time.Now(), body), []byte(body), vectorSecret)
			if err == nil || errors.Is(err, client.ErrWebhookSignature) || e.Type != "" {
				t.Errorf("got %+v, %v", e, err)
			}
		})
	}
}

// Ensure neither the secrets of webhooks nor that of an appointment show up when they are printed or logged.
func TestSecrets_OfValues(t *testing.T) {
	receiver := client.WebhookReceiver{Secrets: []string{vectorSecret, otherSecret}}
	var outcome client.BookingOutcome
	if err := json.Unmarshal([]byte(`{"appointmentId":"a1","secret":"top-secret"}`), &outcome); err != nil {
		t.Fatal(err)
	}
	var output bytes.Buffer
	for _, v := range []any{receiver, &receiver, outcome, &outcome, []any{outcome, receiver}, struct{ O *client.BookingOutcome }{&outcome}} {
		_, _ = fmt.Fprintf(&output, "%v %+v %#v %s\n", v, v, v, v)
	}
	for _, v := range []any{receiver, &receiver, outcome, &outcome} {
		for _, handler := range []slog.Handler{slog.NewTextHandler(&output, nil), slog.NewJSONHandler(&output, nil)} {
			slog.New(handler).Info("got", "value", v)
		}
	}
	if err := json.NewEncoder(&output).Encode(receiver); err != nil {
		t.Error(err)
	}
	if text := output.String(); strings.Contains(text, "top-secret") || strings.Contains(text, vectorSecret[6:]) || strings.Contains(text, otherSecret[6:]) || !strings.Contains(text, "***") {
		t.Errorf("got %s", text)
	}
	if text := string(marshal(t, outcome)); !strings.Contains(text, "top-secret") {
		t.Errorf("stored as %s", text)
	}
}

// FuzzParseWebhook holds that no body, however signed, makes it fail otherwise than by an error.
func FuzzParseWebhook(f *testing.F) {
	f.Add(createdBody)
	f.Add(`{"webhookType":"booking_created","id":456,"hostIds":[1],"notes":null,"attendees":[[{"id":1e999}]]}`)
	f.Fuzz(func(t *testing.T, body string) {
		e, err := client.ParseWebhook(sign(t, vectorSecret, "e1", time.Now(), body), []byte(body), vectorSecret)
		if err == nil && (e.Type == "" || e.ID != "e1" || string(e.Body) != body) {
			t.Errorf("got %+v", e)
		}
	})
}
