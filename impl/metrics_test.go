package impl_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/drift"
)

// Ensure that the metrics tell what became of bookings and of the work they
// left behind, also in the worlds of tenants, and of nobody in particular.
func TestMetrics(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *impl.Settings) { s.StrictResponses, s.Version = true, "1.2.3" })
	metrics := func() string { return string(wants(t, http.StatusOK)(w.caller().send(t, "GET", "/metrics", "")).body) }
	shows := func(lines ...string) {
		t.Helper()
		text := metrics()
		for _, line := range lines {
			if !strings.Contains(text, "\n"+line+"\n") {
				t.Errorf("the metrics lack %s", line)
			}
		}
	}
	endpoint := newReceiver(t)
	w.owner.subscribes(t, endpoint, client.WebhookEventTypeBookingCreated)
	shows(`meetwright_jobs_due{kind="webhook"} 0`, `meetwright_jobs_dead{kind="mail"} 0`, `meetwright_jobs_oldest_due_seconds 0`,
		`meetwright_store_waiting 0`, `db_client_connection_count{db_client_connection_state="idle"} 1`)

	body := encoded(t, booking())
	wants(t, http.StatusCreated)(w.owner.send(t, "POST", bookingPath, body))
	wants(t, http.StatusBadRequest)(w.owner.send(t, "POST", bookingPath, body))
	wants(t, http.StatusNotFound)(w.owner.send(t, "POST", bookingPath, strings.Replace(body, string(intro), string(olivia), 1)))
	double := encoded(t, booking(func(b *client.BookingRequest) { b.MeetingTypeID = uid(w.typeID(t, "double-opt-in")) }, starting("2024-01-16T09:00:00+01:00")))
	wants(t, http.StatusCreated)(w.owner.send(t, "POST", bookingPath, double))
	a := wants(t, http.StatusCreated)(w.owner.send(t, "POST", bookingPath, body, "X-Stub-Tenant", "other"))
	if a.header.Get(drift.Header) != "" {
		t.Errorf("the answer has %v", a.header)
	}
	w.delivers(t)
	shows(`meetwright_booking_requests_total{outcome="booked"} 2`, `meetwright_booking_requests_total{outcome="slot-occupied"} 1`,
		`meetwright_booking_requests_total{outcome="not-found"} 1`, `meetwright_booking_requests_total{outcome="provisional"} 1`,
		`meetwright_job_attempts_total{kind="webhook",outcome="done"} 1`, `meetwright_webhook_attempts_total{status="2xx"} 1`,
		`http_server_request_duration_seconds_count{http_request_method="POST",http_response_status_code="201",http_route="/v4/booking"} 3`)
	text := metrics()
	if !strings.Contains(text, `version="1.2.3"} 1`) || strings.Contains(text, "meetwright_contract_violations_total{") {
		t.Errorf("the metrics are %s", text)
	}
	for _, secret := range []string{"client@example.com", string(intro), string(olivia), w.demo.PersonalKey(), endpoint.URL} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the metrics", secret)
		}
	}
}
