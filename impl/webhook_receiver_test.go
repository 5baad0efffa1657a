package impl_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meetwright/meetwright"
	"github.com/meetwright/meetwright/client"
)

// receiver is an endpoint of somebody else's, which checks what it receives.
type receiver struct {
	*httptest.Server
	mu sync.Mutex
	// key is what it was told when the webhook was created; status is what
	// it answers, 204 when it is 0.
	key    string
	status int
	events []received
}

// received is one request to a receiver.
type received struct {
	id   string
	body string
	client.WebhookEvent
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	schema, err := eventSchema()
	if err != nil {
		t.Fatal(err)
	}
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		id := request.Header.Get("webhook-id")
		mac := hmac.New(sha256.New, r.keyBytes(t))
		mac.Write([]byte(id + "." + request.Header.Get("webhook-timestamp") + "." + string(body)))
		if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); request.Header.Get("webhook-signature") != want {
			t.Errorf("the signature is %q, want %q", request.Header.Get("webhook-signature"), want)
		}
		if err := schema.VisitJSON(decode[any](t, body), openapi3.MultiErrors()); err != nil {
			t.Errorf("%v: %s", err, body)
		}
		r.events = append(r.events, received{id, string(body), decode[client.WebhookEvent](t, body)})
		w.WriteHeader(max(r.status, http.StatusNoContent))
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) keyBytes(t *testing.T) []byte {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.key, "whsec_"))
	if err != nil || len(key) != 32 || !strings.HasPrefix(r.key, "whsec_") {
		t.Errorf("the key is %q: %v", r.key, err)
	}
	return key
}

// took returns what arrived since it was asked last.
func (r *receiver) took() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	events := r.events
	r.events = nil
	return events
}

// answers sets the status of the answers to come.
func (r *receiver) answers(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// eventSchema is what the contract says of the bodies.
var eventSchema = sync.OnceValues(func() (*openapi3.Schema, error) {
	doc, err := openapi3.NewLoader().LoadFromData(meetwright.OpenAPI)
	if err != nil {
		return nil, err
	}
	return doc.Components.Schemas["WebhookEvent"].Value, nil
})

// subscribes registers a receiver for kinds of events.
func (c caller) subscribes(t testing.TB, r *receiver, kinds ...client.WebhookEventType) client.WebhookCreated {
	t.Helper()
	w := got[client.WebhookCreated](t, http.StatusCreated)(c.CreateWebhook(t.Context(), nil, client.WebhookCreate{Endpoint: r.URL, EventTypes: kinds}))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.key = w.Secret
	return w
}

// delivers does the jobs that are due, and waits for those under way.
func (w *world) delivers(t testing.TB) {
	t.Helper()
	w.runDue(t)
}

// one is the only element of a list.
func one[T any](t testing.TB, all []T) (only T) {
	t.Helper()
	if len(all) != 1 {
		t.Fatalf("there are %d: %+v", len(all), all)
	}
	return all[0]
}
