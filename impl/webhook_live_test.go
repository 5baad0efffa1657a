package impl_test

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/secret"
)

// Ensure live mode takes https and public addresses only, and sends nothing
// to an endpoint inside that stub mode took.
func TestWebhook_Live(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "meetwright.db")
	ring := secret.New()
	r := newReceiver(t)
	var token caller
	var hook client.WebhookCreated
	t.Run("in stub mode", func(t *testing.T) {
		token = newWorld(t, func(s *impl.Settings) { s.Database, s.Ring = path, ring }).rival(t).owner
		hook = token.subscribes(t, r, "booking_created")
	})
	w := newWorld(t, func(s *impl.Settings) {
		s.Live, s.Seed, s.Clock, s.Database, s.Ring = true, nil, time.Time{}, path, ring
	})
	rita := w.caller("Authorization", token.header.Get("Authorization"))
	id := client.WebhookIDText(hook.ID)
	for endpoint, want := range map[string]string{
		"http://hooks.example.com":         "endpoint must be an https URL",
		"https://127.0.0.1":                "endpoint must have a public address",
		"https://[::ffff:10.0.0.1]":        "endpoint must have a public address",
		"https://localhost:8443":           "endpoint must have a public address",
		"https://0x7f.1":                   "endpoint must write an address as four decimal numbers, or in IPv6",
		"https://hush:x@hooks.example.com": "endpoint must not contain a user name or password",
	} {
		refuses(t, http.StatusBadRequest, want)(rita.CreateWebhook(t.Context(), nil, client.WebhookCreate{
			Endpoint: endpoint, EventTypes: []client.WebhookEventType{"booking_created"},
		}))
		refuses(t, http.StatusBadRequest, want)(rita.send(t, http.MethodPatch, "/webhooks/"+id, encoded(t, map[string]string{"endpoint": endpoint})))
	}
	wants(t, http.StatusCreated)(rita.CreateWebhook(t.Context(), nil, client.WebhookCreate{
		Endpoint: "https://hooks.example.com", EventTypes: []client.WebhookEventType{"new_employee"},
	}))
	wants(t, http.StatusAccepted)(rita.TestWebhook(t.Context(), id, nil))
	w.delivers(t)
	if d := one(t, rita.deliveries(t, hook).Deliveries); d.Status != "dead" || text(d.Attempts[0].Error) != "the endpoint is not one that events may be sent to" || len(r.took()) != 0 {
		t.Errorf("it is %+v", d)
	}
}
