package client

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	defaultTolerance = 5 * time.Minute
	secretPrefix     = "whsec_"
	signaturePrefix  = "v1,"
	shortestKey      = 24 // bytes, by Standard Webhooks 1.0
	maxEvent         = 1 << 20
)

// Errors of a webhook that must not be believed.
var (
	// ErrWebhookSignature says that the request is not signed with one of the secrets: it comes from somebody else, or was changed on its way.
	ErrWebhookSignature = errors.New("the webhook is not signed with a known secret")
	// ErrWebhookTimestamp says that the request was made too long ago, or later than now: it may be a recording that somebody plays, or a clock is wrong.
	ErrWebhookTimestamp = errors.New("the webhook was not sent just now")
)

// WebhookReceiver checks and reads the requests to a webhook's endpoint, which are signed as Standard Webhooks 1.0 describes. It never prints its secrets.
type WebhookReceiver struct {
	// Secrets are the signing keys that CreateWebhook answered, each "whsec_" and base64. One that fits is enough: to change a key, accept the old one and the
	// new one for a while.
	Secrets []string `json:"-"`
	// Tolerance is how far the time of a request may be from now, to either side. Change it when a clock cannot be kept right.
	// Defaults to 5 minutes.
	Tolerance time.Duration
	// Now tells the time. Change it in tests.
	// Defaults to time.Now.
	Now func() time.Time `json:"-"`
}

// VerifyWebhook checks a request as WebhookReceiver.Verify does, with defaults. body is exactly what was sent.
func VerifyWebhook(header http.Header, body []byte, secrets ...string) error {
	return WebhookReceiver{Secrets: secrets}.Verify(header, body)
}

// ParseWebhook checks and reads a request as WebhookReceiver.Parse does, with defaults. body is exactly what was sent.
func ParseWebhook(header http.Header, body []byte, secrets ...string) (Event, error) {
	return WebhookReceiver{Secrets: secrets}.Parse(header, body)
}

// WebhookHandler is an endpoint for webhooks, as WebhookReceiver.Handler is, with one secret and defaults.
func WebhookHandler(secret string, handle func(context.Context, Event) error) http.Handler {
	return WebhookReceiver{Secrets: []string{secret}}.Handler(handle)
}

// Verify checks who sent a request and when: ErrWebhookSignature or ErrWebhookTimestamp otherwise. Any other error is one of the secrets. Signatures are compared in
// constant time.
func (r WebhookReceiver) Verify(header http.Header, body []byte) error {
	keys, err := r.keys()
	if err != nil {
		return err
	}
	_, err = r.verify(keys, header, body)
	return err
}

// Parse verifies a request and reads its event. An error that is neither ErrWebhookSignature nor ErrWebhookTimestamp is one of the secrets, or of a signed body that is
// not the documented one.
func (r WebhookReceiver) Parse(header http.Header, body []byte) (Event, error) {
	keys, err := r.keys()
	if err != nil {
		return Event{}, err
	}
	return r.parse(keys, header, body)
}

// Handler is an endpoint for webhooks. It answers 204 when handle returns nil, which ends the delivery, and 500 when it returns an error or the secrets cannot be used, so
// that the event is sent again later. A request that is not signed, not of now or not readable is answered 400 and a sentence, and handle does not hear of it.
// A body may have 1 MiB. What handle's error says is told to nobody, so log it there.
//
// Each event is delivered at least once, those of one appointment in order: handle should be quick (the sender waits 15 seconds), and do nothing for an Event.ID that it has
// done already. Its context ends when the sender hangs up.
func (r WebhookReceiver) Handler(handle func(context.Context, Event) error) http.Handler {
	keys, err := r.keys()
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		switch {
		case request.Method != http.MethodPost:
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "Webhooks are sent by POST.", http.StatusMethodNotAllowed)
			return
		case err != nil:
			http.Error(w, "The signing secret of this endpoint cannot be used; its operator has to set it.", http.StatusInternalServerError)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, maxEvent))
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			http.Error(w, "The body has more than 1 MiB.", http.StatusRequestEntityTooLarge)
			return
		}
		if err != nil {
			http.Error(w, "The body did not arrive whole.", http.StatusBadRequest)
			return
		}
		event, err := r.parse(keys, request.Header, body)
		if err != nil {
			http.Error(w, "This is no event: "+err.Error()+".", http.StatusBadRequest)
			return
		}
		if err := handle(request.Context(), event); err != nil {
			http.Error(w, "The event could not be handled; please send it again later.", http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

func (r WebhookReceiver) parse(keys [][]byte, header http.Header, body []byte) (Event, error) {
	at, err := r.verify(keys, header, body)
	if err != nil {
		return Event{}, err
	}
	event, err := parseEvent(body)
	if err != nil {
		return Event{}, err
	}
	event.ID, event.SentAt = headerValue(header, "webhook-id"), at
	return event, nil
}

// verify checks a request and tells when it was sent.
func (r WebhookReceiver) verify(keys [][]byte, header http.Header, body []byte) (time.Time, error) {
	id, stamp := headerValue(header, "webhook-id"), headerValue(header, "webhook-timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if id == "" || err != nil {
		return time.Time{}, fmt.Errorf("%w: webhook-id or webhook-timestamp is missing or wrong", ErrWebhookSignature)
	}
	if !signed(keys, id, stamp, body, headerValue(header, "webhook-signature")) {
		return time.Time{}, ErrWebhookSignature
	}
	now, tolerance := time.Now, r.Tolerance
	if r.Now != nil {
		now = r.Now
	}
	if tolerance == 0 {
		tolerance = defaultTolerance
	}
	at := time.Unix(seconds, 0)
	if now().Sub(at).Abs() > tolerance {
		return time.Time{}, ErrWebhookTimestamp
	}
	return at, nil
}

// headerValue finds a header also where its name is spelled as it was sent, as in the maps of function platforms.
func headerValue(header http.Header, name string) string {
	if value := header.Get(name); value != "" {
		return value
	}
	for spelled, values := range header {
		if strings.EqualFold(spelled, name) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// signed reports whether one of the signatures was made with one of the keys.
func signed(keys [][]byte, id, stamp string, body []byte, signatures string) bool {
	for _, key := range keys {
		mac := hmac.New(sha256.New, key)
		_, _ = io.WriteString(mac, id+"."+stamp+".")
		_, _ = mac.Write(body)
		want := mac.Sum(nil)
		for signature := range strings.FieldsSeq(signatures) {
			text, known := strings.CutPrefix(signature, signaturePrefix)
			given, err := base64.StdEncoding.DecodeString(text)
			if known && err == nil && hmac.Equal(given, want) {
				return true
			}
		}
	}
	return false
}

// keys decodes the secrets. An empty key would let everybody sign.
func (r WebhookReceiver) keys() ([][]byte, error) {
	if len(r.Secrets) == 0 {
		return nil, errors.New("there is no webhook secret: give the one that CreateWebhook answered")
	}
	var keys [][]byte
	for _, secret := range r.Secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(strings.TrimSpace(secret), secretPrefix))
		if err != nil || len(key) < shortestKey {
			return nil, errors.New("a webhook secret is not whsec_ and the base64 form of at least 24 bytes: give the one that CreateWebhook answered")
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// String gives the receiver with *** in place of each secret.
func (r WebhookReceiver) String() string {
	return fmt.Sprintf("{Secrets:%q Tolerance:%v}", r.maskedSecrets(), r.Tolerance)
}

// GoString gives what String gives, so that %#v does not print the secrets either.
func (r WebhookReceiver) GoString() string { return "client.WebhookReceiver" + r.String() }

// LogValue gives the receiver to slog with *** in place of each secret.
func (r WebhookReceiver) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("secrets", r.maskedSecrets()), slog.Duration("tolerance", r.Tolerance))
}

func (r WebhookReceiver) maskedSecrets() []string {
	masked := make([]string, len(r.Secrets))
	for i := range masked {
		masked[i] = mask
	}
	return masked
}
