package clienttest

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/meetwright/meetwright/client"
)

// Webhooks is an endpoint that the server tells about events, if it listens. It believes only what is signed.
type Webhooks struct {
	s        *Server
	mu       sync.Mutex
	endpoint *httptest.Server // nil when it does not listen
	known    map[string]bool  // events, by id
	waiting  []client.Event
}

// Listen registers the endpoint with the server for events of the given kinds, or of all. It comes before the calls that cause them, and counts as one of the six
// webhooks of the company. Requests does not show it.
func (w *Webhooks) Listen(kinds ...client.WebhookEventType) {
	w.s.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.endpoint != nil {
		w.s.t.Fatal("Webhooks listens already; name all kinds of events in one call of Listen")
	}
	if len(kinds) == 0 {
		kinds = []client.WebhookEventType{
			client.WebhookEventTypeBookingCreated, client.WebhookEventTypeBookingCancelled, client.WebhookEventTypeBookingRescheduled, client.WebhookEventTypeNewEmployee,
		}
	}
	endpoint := httptest.NewUnstartedServer(nil)
	hook, err := w.s.Client.CreateWebhook(context.Background(), client.WebhookCreate{Endpoint: "http://" + endpoint.Listener.Addr().String(), EventTypes: kinds},
		client.WithHeader("User-Agent", ownAgent))
	if err != nil {
		endpoint.Close()
		w.s.t.Fatalf("register the endpoint: %v", err)
	}
	endpoint.Config.Handler = client.WebhookHandler(hook.Secret, w.receive)
	endpoint.Start()
	w.endpoint, w.known, w.waiting = endpoint, map[string]bool{}, nil
	w.s.t.Cleanup(w.close)
}

// receive keeps an event, once.
func (w *Webhooks) receive(_ context.Context, e client.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.known == nil || w.known[e.ID] {
		return nil
	}
	w.known[e.ID] = true
	w.waiting = append(w.waiting, e)
	return nil
}

// Next returns the next event that no Next has returned, of one of the given kinds or of any, and waits for it. Those of one appointment come in order. An event
// that is delivered twice is returned once.
func (w *Webhooks) Next(t testing.TB, kinds ...client.WebhookEventType) client.Event {
	t.Helper()
	w.mu.Lock()
	listens := w.endpoint != nil
	w.mu.Unlock()
	if !listens {
		t.Fatal("call Webhooks.Listen before the calls that cause events")
	}
	var next client.Event
	if !w.s.await(func() (ok bool) { next, ok = w.take(kinds); return ok }) {
		what := "event"
		if len(kinds) > 0 {
			what = fmt.Sprintf("event of %v", kinds)
		}
		w.s.fail(t, fmt.Sprintf("no %s came within %v\n%s", what, w.s.options.timeout, w.summary()))
	}
	return next
}

func (w *Webhooks) take(kinds []client.WebhookEventType) (client.Event, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.waiting, func(e client.Event) bool { return len(kinds) == 0 || slices.Contains(kinds, e.Type) })
	if i < 0 {
		return client.Event{}, false
	}
	e := w.waiting[i]
	w.waiting = slices.Delete(w.waiting, i, i+1)
	return e, true
}

// summary tells a failed test what came instead.
func (w *Webhooks) summary() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.waiting) == 0 {
		return "no other is waiting"
	}
	kinds := make([]client.WebhookEventType, len(w.waiting))
	for i, e := range w.waiting {
		kinds[i] = e.Type
	}
	return fmt.Sprintf("what is waiting: %v", kinds)
}

// close listens no longer, and forgets what came. The server may go on sending for as long as its world has the webhook.
func (w *Webhooks) close() {
	w.mu.Lock()
	endpoint := w.endpoint
	w.endpoint, w.known, w.waiting = nil, nil, nil
	w.mu.Unlock() // the endpoint takes it
	if endpoint != nil {
		endpoint.CloseClientConnections()
		endpoint.Close()
	}
}
