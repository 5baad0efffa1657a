package client_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
)

const apiKey = "ak_live:2f1d6c9e-52a8-4a37-9d0c-4e6c1b1f7a20:top-secret-of-the-key"

func newAPI(t *testing.T, config client.Config) *client.API {
	t.Helper()
	api, err := client.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// answering is an API that asks once, and whose server answers every request like this.
func answering(t *testing.T, handle http.HandlerFunc) *client.API {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return newAPI(t, client.Config{BaseURL: server.URL, APIKey: apiKey, MaxTries: 1})
}

// says answers with a status, a content type and a body.
func says(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil // Keeps net/http from guessing one.
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func someBooking(t testing.TB) client.BookingRequest {
	t.Helper()
	return client.BookingRequest{
		MeetingTypeID: uuid.MustParse(someID),
		HostIDs:       []uuid.UUID{uuid.MustParse(someID)},
		Start:         instant(t, "2026-10-20T10:00:00+02:00"),
		Attendee:      client.AttendeeInput{Email: new("client@example.com"), Fullname: new("Jane Smith"), ReceiveReminders: true},
	}
}
