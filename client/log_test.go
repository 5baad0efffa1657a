package client_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
)

// Ensure each try is one record, which says nothing about people and holds no credential.
func TestConfig_Logger(t *testing.T) {
	var output bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&output, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []roundTrip{
			status(503, `{"message":"jane"}`, "X-Request-Id", "r1"), broken, status(200, `{"appointments":[],"total":0}`, "X-Request-Id", "r2"),
			status(204, ""), done, status(400, ""),
		}}
		api := newAPI(t, client.Config{BaseURL: "https://api.example.com/jane/", APIKey: apiKey, ActingUser: "jane", Logger: logger, HTTPClient: &http.Client{Transport: s}})
		_, err := api.ListAppointments(t.Context(), client.ListAppointmentsParams{PageSize: 1, Search: new("jane/doe")})
		if err != nil {
			t.Fatal(err)
		}
		if err := api.DeleteWebhook(t.Context(), "7", client.WithIdempotencyKey("x")); err == nil {
			t.Error("a key for a DELETE was taken")
		}
		if err := api.DeleteWebhook(t.Context(), "7"); err != nil {
			t.Error(err)
		}
		booking := someBooking(t)
		booking.Attendee.Email = new("jane@example.com")
		if _, err := api.CreateBooking(t.Context(), booking); err != nil {
			t.Error(err)
		}
		_, _ = api.RescheduleAppointment(t.Context(), someID, client.RescheduleRequest{}, client.WithAppointmentSecret("jane"))
	})
	const want = `
		WARN listAppointments GET /v4/appointment/paginated 503 1 r1
		WARN listAppointments GET /v4/appointment/paginated 0 2  connection reset by peer
		DEBUG listAppointments GET /v4/appointment/paginated 200 3 r2
		DEBUG deleteWebhook DELETE /webhooks/{id} 204 1
		DEBUG createBooking POST /v4/booking 201 1
		WARN rescheduleAppointment POST /v4/appointment/{id}/reschedule 400 1
	`
	var got []string
	for line := range strings.Lines(output.String()) {
		var r struct {
			Level, Operation, Method, Path, Error string
			Status, Try                           int
			RequestID                             string `json:"request_id"`
			Duration                              *int64
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.Duration == nil {
			t.Errorf("%s: %v", line, err)
		}
		got = append(got, strings.TrimSpace(fmt.Sprintln(r.Level, r.Operation, r.Method, r.Path, r.Status, r.Try, r.RequestID, r.Error)))
	}
	if diff := cmp.Diff(strings.ReplaceAll(strings.TrimSpace(want), "\t", ""), strings.Join(got, "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, private := range []string{"jane", "7\"", "top-secret", bookedAnswer, someID} {
		if strings.Contains(output.String(), private) {
			t.Errorf("%s was logged: %s", private, &output)
		}
	}
}
