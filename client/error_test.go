package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meetwright/meetwright/client"
)

func TestAPIError(t *testing.T) {
	const taken = `{"statusCode":400,"message":"The selected time slot is no longer available","error":"Bad Request"`
	tests := []struct {
		name        string
		status      int
		header      map[string]string
		contentType string
		body        string
		want        client.APIError
		is          error
		text        string
	}{
		{
			name: "400 with a sentence", status: 400, contentType: "application/json", header: map[string]string{"X-Request-Id": "r1"},
			body: taken + `,"errorCode":"slot-occupied"}`,
			want: client.APIError{StatusCode: 400, Code: "slot-occupied", Message: "The selected time slot is no longer available", RequestID: "r1"},
			is:   client.ErrSlotUnavailable,
			text: "the server answered 400 Bad Request: The selected time slot is no longer available (slot-occupied, request r1)",
		},
		{
			name: "400 with a sentence and no code", status: 400, contentType: "application/json", body: taken + `}`,
			want: client.APIError{StatusCode: 400, Message: "The selected time slot is no longer available"},
			is:   client.ErrSlotUnavailable,
			text: "the server answered 400 Bad Request: The selected time slot is no longer available",
		},
		{
			name: "400 with a code and another sentence", status: 400, contentType: "application/json", body: `{"message":"Belegt","errorCode":"slot-occupied"}`,
			want: client.APIError{StatusCode: 400, Code: "slot-occupied", Message: "Belegt"},
			is:   client.ErrSlotUnavailable,
			text: "the server answered 400 Bad Request: Belegt (slot-occupied)",
		},
		{
			name: "400 with an array", status: 400, contentType: "application/json", header: map[string]string{"X-Request-Id": "r2"},
			body: `{"statusCode":400,"message":["attendee.receiveReminders is required","start must be a date-time with a UTC offset"],"error":"Bad Request"}`,
			want: client.APIError{
				StatusCode: 400, Message: "attendee.receiveReminders is required; start must be a date-time with a UTC offset",
				Messages: []string{"attendee.receiveReminders is required", "start must be a date-time with a UTC offset"}, RequestID: "r2",
			},
			text: "the server answered 400 Bad Request: attendee.receiveReminders is required; start must be a date-time with a UTC offset (request r2)",
		},
		{
			name: "401", status: 401, contentType: "application/json", body: `{"statusCode":401,"message":"Invalid API key","error":"Unauthorized"}`,
			want: client.APIError{StatusCode: 401, Message: "Invalid API key"},
			is:   client.ErrUnauthorized,
			text: "the server answered 401 Unauthorized: Invalid API key",
		},
		{
			name: "404", status: 404, contentType: "application/json", body: `{"statusCode":404,"message":"Meeting type not found","error":"Not Found"}`,
			want: client.APIError{StatusCode: 404, Message: "Meeting type not found"},
			is:   client.ErrNotFound,
			text: "the server answered 404 Not Found: Meeting type not found",
		},
		{
			name: "429 with seconds", status: 429, contentType: "application/json", header: map[string]string{"Retry-After": "12"},
			body: `{"statusCode":429,"message":"Too many requests","error":"Too Many Requests"}`,
			want: client.APIError{StatusCode: 429, Message: "Too many requests", RetryAfter: 12 * time.Second},
			is:   client.ErrRateLimited,
			text: "the server answered 429 Too Many Requests: Too many requests",
		},
		{
			name: "503 with an instant", status: 503,
			header: map[string]string{"Date": "Tue, 20 Oct 2026 08:00:00 GMT", "Retry-After": "Tue, 20 Oct 2026 08:01:30 GMT"},
			want:   client.APIError{StatusCode: 503, Message: "Service Unavailable", RetryAfter: 90 * time.Second},
			text:   "the server answered 503 Service Unavailable",
		},
		{
			name: "429 with an instant in the past", status: 429,
			header: map[string]string{"Date": "Tue, 20 Oct 2026 08:00:00 GMT", "Retry-After": "Tue, 20 Oct 2026 07:00:00 GMT"},
			want:   client.APIError{StatusCode: 429, Message: "Too Many Requests"},
			is:     client.ErrRateLimited,
			text:   "the server answered 429 Too Many Requests",
		},
		{
			name: "429 with nonsense", status: 429, header: map[string]string{"Retry-After": "-99999999999999999999"},
			want: client.APIError{StatusCode: 429, Message: "Too Many Requests"},
			is:   client.ErrRateLimited,
			text: "the server answered 429 Too Many Requests",
		},
		{
			name: "429 with more seconds than a number holds", status: 429, header: map[string]string{"Retry-After": "99999999999999999999"},
			want: client.APIError{StatusCode: 429, Message: "Too Many Requests", RetryAfter: math.MaxInt64},
			is:   client.ErrRateLimited,
			text: "the server answered 429 Too Many Requests",
		},
		{
			name: "500 with a request id in the body", status: 500, contentType: "application/json",
			body: `{"statusCode":500,"message":"Internal server error","error":"Internal Server Error","requestId":"r3"}`,
			want: client.APIError{StatusCode: 500, Message: "Internal server error", RequestID: "r3"},
			text: "the server answered 500 Internal Server Error: Internal server error (request r3)",
		},
		{
			name: "500 with HTML", status: 500, contentType: "text/html", body: "<h1>Oops</h1>",
			want: client.APIError{StatusCode: 500, Message: "Internal Server Error"},
			text: "the server answered 500 Internal Server Error",
		},
		{
			name: "502 with nothing", status: 502,
			want: client.APIError{StatusCode: 502, Message: "Bad Gateway"},
			text: "the server answered 502 Bad Gateway",
		},
		{
			name: "JSON of another kind", status: 503, contentType: "application/json", body: `{"statusCode":"503","message":{"text":"no"},"errorCode":7}`,
			want: client.APIError{StatusCode: 503, Message: "Service Unavailable"},
			text: "the server answered 503 Service Unavailable",
		},
		{
			name: "a status nobody knows", status: 599,
			want: client.APIError{StatusCode: 599},
			text: "the server answered 599",
		},
		{
			name: "a redirect", status: 302, header: map[string]string{"Location": "/elsewhere"},
			want: client.APIError{StatusCode: 302, Message: "Found"},
			text: "the server answered 302 Found",
		},
		{
			name: "another success than the documented one", status: 202, contentType: "application/json", body: `{"appointmentId":"a","secret":"s"}`,
			want: client.APIError{StatusCode: 202, Message: "Accepted"},
			text: "the server answered 202 Accepted",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := answering(t, func(w http.ResponseWriter, r *http.Request) {
				for name, value := range test.header {
					w.Header().Set(name, value)
				}
				says(test.status, test.contentType, test.body)(w, r)
			})
			outcome, err := api.CreateBooking(t.Context(), someBooking(t))
			if outcome != nil {
				t.Error("there is a value beside the error")
			}
			var got *client.APIError
			if !errors.As(fmt.Errorf("book: %w", err), &got) {
				t.Fatalf("got %v", err)
			}
			test.want.Body = []byte(test.body)
			if diff := cmp.Diff(test.want, *got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, kind := range []error{client.ErrSlotUnavailable, client.ErrNotFound, client.ErrUnauthorized, client.ErrRateLimited, client.ErrNoAppointment} {
				if is := errors.Is(err, kind); is != errors.Is(test.is, kind) {
					t.Errorf("errors.Is(err, %v) is %v", kind, is)
				}
			}
			if got.Error() != test.text {
				t.Errorf("got  %s\nwant %s", got, test.text)
			}
		})
	}
}

// Ensure a call that succeeded as far as the status tells, and whose answer cannot be used, is an error.
func TestAPI_UnusableAnswer(t *testing.T) {
	const json = "application/json"
	book := func(t *testing.T, api *client.API) (any, error) {
		return api.CreateBooking(t.Context(), someBooking(t))
	}
	get := func(t *testing.T, api *client.API) (any, error) { return api.GetAppointment(t.Context(), someID) }
	list := func(t *testing.T, api *client.API) (any, error) { return api.ListWebhooks(t.Context()) }
	file := func(t *testing.T, api *client.API) (any, error) { return api.GetAppointmentICS(t.Context(), someID) }
	confirm := func(t *testing.T, api *client.API) (any, error) {
		return api.ConfirmProvisionalBooking(t.Context(), someID)
	}
	tests := []struct {
		name   string
		call   func(*testing.T, *client.API) (any, error)
		status int
		answer http.HandlerFunc
		text   string
	}{
		{"HTML", get, 200, says(200, "text/html; charset=utf-8", "<p>Log in"), `the answer is "text/html; charset=utf-8" instead of application/json`},
		{"no content type", get, 200, says(200, "", "{}"), `the answer is "" instead of application/json`},
		{"nothing", get, 200, says(200, json, ""), "the answer is empty"},
		{"null", get, 200, says(200, json, "null"), "the answer is null"},
		{"an array", get, 200, says(200, json, "[]"), "the answer is not the documented JSON"},
		{"half of it", get, 200, says(200, json, `{"id":"a"`), "the answer is not the documented JSON"},
		{"more than it", get, 200, says(200, json, `{"id":"a"} {}`), "the answer is not the documented JSON"},
		{"a list that is null", list, 200, says(200, json, "null"), "the answer is null"},
		{"a list that is an object", list, 200, says(200, json, "{}"), "the answer is not the documented JSON"},
		{"a file that is JSON", file, 200, says(200, json, "{}"), `the answer is "application/json" instead of text/calendar`},
		{"a file that is empty", file, 200, says(200, "text/calendar", ""), "the answer is empty"},
		{"a booking that is empty", book, 201, says(201, json, "{}"), "it is neither an appointment nor a provisional booking"},
		{"a confirmation without a secret", confirm, 201, says(201, json, `{"appointmentId":"a"}`), "the answer is no appointment"},
		{"broken off", get, 200, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", json)
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"id":`)
		}, "the answer breaks off"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := answering(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Request-Id", "r1")
				test.answer(w, r)
			})
			_, err := test.call(t, api)
			got, ok := errors.AsType[*client.APIError](err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			if got.StatusCode != test.status || got.RequestID != "r1" || got.Unwrap() == nil || !strings.Contains(err.Error(), test.text) {
				t.Errorf("got %+v", *got)
			}
		})
	}
}

// endless is a body that never ends.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

func (e *endless) Close() error { return nil }

func TestAPI_EndlessAnswer(t *testing.T) {
	const limit = 8 << 20
	for _, status := range []int{http.StatusOK, http.StatusInternalServerError} {
		body := &endless{}
		api := newAPI(t, client.Config{BaseURL: "https://api.example.com", HTTPClient: &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}, nil
		})}})
		_, err := api.GetCurrentUser(t.Context())
		got, ok := errors.AsType[*client.APIError](err)
		if !ok || got.StatusCode != status || len(got.Body) != 64<<10 {
			t.Errorf("got %v", err)
		}
		if body.read > limit+1 {
			t.Errorf("%d bytes were read", body.read)
		}
	}
}

func TestAPI_BrokenOff(t *testing.T) {
	api := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, "half")
	})
	_, err := api.GetCurrentUser(t.Context())
	got, ok := errors.AsType[*client.APIError](err)
	if !ok || got.StatusCode != http.StatusBadGateway || !errors.Is(err, io.ErrUnexpectedEOF) || string(got.Body) != "half" {
		t.Errorf("got %#v", err)
	}
}

func TestAPIError_Long(t *testing.T) {
	long := strings.Repeat("ä", 50_000)
	api := answering(t, says(400, "application/json", `{"message":"`+long+`"}`))
	_, err := api.GetCurrentUser(t.Context())
	got, ok := errors.AsType[*client.APIError](err)
	if !ok || got.Message != long || len(got.Body) != 64<<10 {
		t.Errorf("got a message of %d and a body of %d bytes", len(got.Message), len(got.Body))
	}
	if len(err.Error()) > 600 || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %s", err)
	}
}

func TestAPI_NoCurrentAppointment(t *testing.T) {
	api := answering(t, says(204, "", ""))
	appointment, err := api.GetCurrentAppointment(t.Context())
	if appointment != nil || !errors.Is(err, client.ErrNoAppointment) {
		t.Errorf("got %v, %v", appointment, err)
	}
}

func TestAPI_Cancelled(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	api := answering(t, func(http.ResponseWriter, *http.Request) {
		close(arrived)
		<-release
	})
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	if _, err := api.CreateBooking(ctx, someBooking(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAPI_Timeout(t *testing.T) {
	release := make(chan struct{})
	slow := answering(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := slow.GetCurrentUser(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestAPI_IDs(t *testing.T) {
	api := answering(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s was sent", r.Method, r.URL) })
	for _, text := range []string{"", "appt-uuid-456", "{" + someID + "}", "urn:uuid:" + someID, strings.ReplaceAll(someID, "-", "")} {
		_, err := api.GetMeetingType(t.Context(), text)
		if err == nil || err.Error() != "meetingTypeId is not a UUID" {
			t.Errorf("%q: got %v", text, err)
		}
	}
	for _, text := range []string{"", "..", "a/b", "a?b", "7 "} {
		err := api.DeleteWebhook(t.Context(), text)
		if err == nil || err.Error() != "webhookId is neither a UUID nor a number" {
			t.Errorf("%q: got %v", text, err)
		}
	}
}
