package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
)

const (
	keyPrefix = "whsec_"
	keySize   = 32

	// What Standard Webhooks 1.0 allows.
	minKeySize = 24
	maxKeySize = 64
)

// newKey makes the signing key of a webhook: as its receiver is told it, and
// sealed as it is stored.
func newKey(ring *secret.Keyring, id meet.WebhookID) (text, sealed string) {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails
	return keyPrefix + base64.StdEncoding.EncodeToString(key), ring.Seal(key, keyLabel(id))
}

// SealKey seals the signing key of a webhook that was made elsewhere, for
// storage.
func SealKey(ring *secret.Keyring, id meet.WebhookID, text string) (sealed string, err error) {
	key, err := ReadKey(text)
	if err != nil {
		return "", err
	}
	return ring.Seal(key, keyLabel(id)), nil
}

// ReadKey returns the bytes of a signing key; an error says what one looks
// like.
func ReadKey(text string) ([]byte, error) {
	encoded, found := strings.CutPrefix(text, keyPrefix)
	key, err := base64.StdEncoding.DecodeString(encoded)
	if !found || err != nil || len(key) < minKeySize || len(key) > maxKeySize {
		return nil, fmt.Errorf("a signing key is %s and the base64 of %d to %d bytes", keyPrefix, minKeySize, maxKeySize)
	}
	return key, nil
}

// DerivedKey is the signing key that follows from the server key and the id
// of a webhook.
func DerivedKey(ring *secret.Keyring, id meet.WebhookID) string {
	key, _ := base64.RawURLEncoding.DecodeString(ring.Derive(secret.SigningKey, string(id), 0)) // which is written so
	return keyPrefix + base64.StdEncoding.EncodeToString(key)
}

// openKey returns the bytes that key the HMAC.
func openKey(ring *secret.Keyring, w meet.Webhook) ([]byte, error) {
	key, err := ring.Open(w.SealedKey, keyLabel(w.ID))
	if err != nil {
		return nil, fmt.Errorf("signing key of webhook %s: %w", w.ID, err)
	}
	return key, nil
}

// keyLabel ties a sealed key to its webhook.
func keyLabel(id meet.WebhookID) string { return "webhook:" + string(id) }

// Sign returns the webhook-signature of a body that is sent under a
// webhook-id at an instant, as Standard Webhooks 1.0 has it.
func Sign(key []byte, id string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, key)
	_, _ = fmt.Fprintf(mac, "%s.%s.%s", id, timestamp(at), body) // never fails
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// timestamp writes an instant as the webhook-timestamp.
func timestamp(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
