package webhook_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/webhook"
)

// verify is what a receiver does by the text of Standard Webhooks, with a
// key as it was told it.
func verify(t *testing.T, key string, header http.Header, body []byte) {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(key, "whsec_"))
	if err != nil || len(raw) != 32 || !strings.HasPrefix(key, "whsec_") {
		t.Fatalf("the key is %q: %v", key, err)
	}
	id := header.Get("webhook-id")
	mac := hmac.New(sha256.New, raw)
	mac.Write([]byte(id + "." + header.Get("webhook-timestamp") + "."))
	mac.Write(body)
	if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); header.Get("webhook-signature") != want {
		t.Errorf("the signature is %q, want %q", header.Get("webhook-signature"), want)
	}
	if id == "" || strings.Contains(id, ".") {
		t.Errorf("the id is %q", id)
	}
}

// TestSign holds a signature that was made by another program.
func TestSign(t *testing.T) {
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := webhook.Sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("signed %q, want %q", got, want)
	}
}

func TestSender_Delivers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type received struct {
		*http.Request
		body []byte
	}
	requests := make(chan received, 1)
	h := w.add(t, endpoint(t, func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		requests <- received{r, body}
		rw.WriteHeader(http.StatusNoContent)
	}))
	j := w.delivery(t, h)
	w.runDue(t)
	r := <-requests
	verify(t, h.key, r.Header, r.body)
	if r.Method != http.MethodPost || r.URL.RequestURI() != "/hook?token=hush" || string(r.body) != payload || r.ContentLength != int64(len(payload)) {
		t.Errorf("received %s %s %q", r.Method, r.URL, r.body)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/json", "Webhook-Id": string(j.ID), "Webhook-Timestamp": "1795332900", "X-Idempotency-Key": "",
		"User-Agent": "Meetwright-Webhook/1 (+https://github.com/meetwright/meetwright)",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	state, attempts := w.state(t, j)
	if state.State != meet.JobDone || len(attempts) != 1 || attempts[0].Status != 204 || attempts[0].Error != "" {
		t.Errorf("the delivery is %+v, %+v", state, attempts)
	}
}

// Ensure a status other than 2xx is a failure, and that no redirection is
// followed.
func TestSender_Statuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var followed atomic.Int32
	target := endpoint(t, func(http.ResponseWriter, *http.Request) { followed.Add(1) })
	for status, delivered := range map[int]bool{
		200: true, 201: true, 202: true, 204: true, 299: true,
		300: false, 301: false, 302: false, 303: false, 304: false, 307: false, 308: false,
		400: false, 401: false, 404: false, 409: false, 429: false, 500: false, 503: false, 599: false,
	} {
		h := w.add(t, endpoint(t, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Location", target)
			rw.WriteHeader(status)
		}))
		if o := w.attempt(t, w.delivery(t, h)); (o.Err == nil) != delivered || o.Status != status || o.GiveUp || o.After != 0 {
			t.Errorf("%d gave %+v", status, o)
		}
		w.remove(t, h)
	}
	if followed.Load() != 0 {
		t.Error("a redirection was followed")
	}
}

func TestSender_RetryAfter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var wish atomic.Value
	h := w.add(t, endpoint(t, func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Retry-After", wish.Load().(string))
		rw.WriteHeader(http.StatusServiceUnavailable)
	}))
	j := w.delivery(t, h)
	for text, want := range map[string]time.Duration{
		"120": 2 * time.Minute, "0": 0, "": 0, "-5": 0, "soon": 0, "1.5": 0, "0x10": 0,
		"86401": 24 * time.Hour, "99999999999999999999999": 24 * time.Hour,
		realTime.Add(90 * time.Second).Format(http.TimeFormat): 90 * time.Second,
		realTime.Add(-time.Hour).Format(http.TimeFormat):       0,
		realTime.AddDate(100, 0, 0).Format(http.TimeFormat):    24 * time.Hour,
	} {
		wish.Store(text)
		if o := w.attempt(t, j); o.Err == nil || o.After != want || o.Status != 503 {
			t.Errorf("%q gave %+v, want %v", text, o, want)
		}
	}
	wish.Store("7200")
	w.runDue(t)
	if state, _ := w.state(t, j); state.State != meet.JobPending || !state.RunAt.Equal(begin.Add(2*time.Hour)) {
		t.Errorf("the next attempt is at %v", state.RunAt)
	}
}

// Ensure every attempt has the same id, and a stamp and signature of its
// own.
func TestSender_TriesAgain(t *testing.T) {
	t.Parallel()
	stamp := realTime
	w := newWorld(t, func(c *webhook.Config) { c.Now = func() time.Time { return stamp } })
	var headers []http.Header
	var bodies [][]byte
	h := w.add(t, endpoint(t, func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		headers, bodies = append(headers, r.Header), append(bodies, body)
		if len(headers) < 3 {
			rw.WriteHeader(http.StatusInternalServerError)
		}
	}))
	j := w.delivery(t, h)
	for _, wait := range []time.Duration{0, 10 * time.Second, 10 * time.Minute} {
		w.set(w.now.Load().Add(wait))
		stamp = stamp.Add(wait)
		w.runDue(t)
	}
	if len(headers) != 3 {
		t.Fatalf("there were %d attempts", len(headers))
	}
	for i, header := range headers {
		verify(t, h.key, header, bodies[i])
		if header.Get("webhook-id") != string(j.ID) || !bytes.Equal(bodies[i], bodies[0]) {
			t.Errorf("attempt %d was %v %s", i, header, bodies[i])
		}
	}
	if headers[0].Get("webhook-timestamp") == headers[2].Get("webhook-timestamp") {
		t.Error("attempts have the same stamp")
	}
	if state, attempts := w.state(t, j); state.State != meet.JobDone || len(attempts) != 3 || attempts[0].Status != 500 || attempts[2].Status != 200 {
		t.Errorf("the delivery is %+v, %+v", state, attempts)
	}
}
