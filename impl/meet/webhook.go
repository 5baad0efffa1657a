package meet

import (
	"slices"
	"time"
)

// WebhookID identifies a webhook.
type WebhookID string

// Webhook is an endpoint that wants to hear of events.
type Webhook struct {
	ID          WebhookID
	Number      int64 // the id in the production dialect, one of the company's
	Company     CompanyID
	Endpoint    string
	Description string
	Events      []EventKind
	Enabled     bool
	// SealedKey is the signing key, encrypted.
	SealedKey string
	CreatedAt time.Time
	// FailingSince is the first failure after the last success, or zero.
	FailingSince time.Time
}

// Failing is for how long a webhook may have nothing but failures before it
// is disabled.
const Failing = 5 * 24 * time.Hour

// MaxWebhooks is how many webhooks a company may have.
const MaxWebhooks = 6

// Wants reports whether the webhook subscribed to a kind of event.
func (w Webhook) Wants(kind EventKind) bool { return slices.Contains(w.Events, kind) }
