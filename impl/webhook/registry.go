package webhook

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// newID makes an id that sorts by time. It holds no dot, which would blur
// what is signed.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// Change names what changes of a webhook; nil stays.
type Change struct {
	Endpoint    *string
	Description *string
	Events      []meet.EventKind
	Enabled     *bool
}

// Add registers a webhook of the company and returns it with its signing
// key, which cannot be had again. Refusals: [meet.CodeForbidden],
// [meet.CodeInvalid] for the endpoint, [meet.CodeAccountLimit].
func (s *Sender) Add(tx *store.Tx, p meet.Principal, endpoint, description string, events []meet.EventKind) (w meet.Webhook, key string, err error) {
	if err := tx.Lock("webhooks " + string(p.Company)); err != nil { // of which there are only so many
		return w, "", err
	}
	all, err := List(tx, p)
	if err != nil {
		return w, "", err
	}
	if err := CheckEndpoint(endpoint, s.AllowPrivate); err != nil {
		return w, "", err
	}
	if len(all) >= meet.MaxWebhooks {
		return w, "", meet.Refuse(meet.CodeAccountLimit, fmt.Sprintf("A company can have at most %d webhooks", meet.MaxWebhooks))
	}
	w = meet.Webhook{
		ID: meet.WebhookID(newID()), Company: p.Company, Endpoint: endpoint, Description: meet.CleanLine(description),
		Events: distinct(events), Enabled: true, CreatedAt: tx.Now(),
	}
	key, w.SealedKey = newKey(s.Ring, w.ID)
	w, err = tx.InsertWebhook(w)
	return w, key, err
}

// Edit changes a webhook, which is named by its id or number. Disabling it
// gives up what waits for it. Refusals are those of Add and
// [meet.ErrWebhookNotFound].
func (s *Sender) Edit(tx *store.Tx, p meet.Principal, name string, c Change) (meet.Webhook, error) {
	w, err := find(tx, p, name)
	if err != nil {
		return w, err
	}
	if c.Endpoint != nil {
		if err := CheckEndpoint(*c.Endpoint, s.AllowPrivate); err != nil {
			return w, err
		}
		w.Endpoint, w.FailingSince = *c.Endpoint, time.Time{}
	}
	if c.Description != nil {
		w.Description = meet.CleanLine(*c.Description)
	}
	if len(c.Events) > 0 {
		w.Events = distinct(c.Events)
	}
	if c.Enabled != nil {
		if *c.Enabled && !w.Enabled {
			w.FailingSince = time.Time{}
		}
		w.Enabled = *c.Enabled
	}
	return w, save(tx, w)
}

// List returns the webhooks of the company in the order they were made. To
// members it is [meet.CodeForbidden].
func List(tx *store.Tx, p meet.Principal) ([]meet.Webhook, error) {
	if !p.IsAdmin() {
		return nil, meet.Refuse(meet.CodeForbidden, "Only an admin or the owner of the company may manage webhooks")
	}
	return tx.Webhooks(p.Company)
}

// Remove deletes a webhook and gives up what waits for it. Refusals:
// [meet.CodeForbidden], [meet.ErrWebhookNotFound].
func Remove(tx *store.Tx, p meet.Principal, name string) error {
	w, err := find(tx, p, name)
	if err != nil {
		return err
	}
	return tx.DeleteWebhook(w.ID)
}

// find returns the webhook of an id or a number, which both name it
// whatever the dialect. What is neither is [meet.CodeInvalid].
func find(tx *store.Tx, p meet.Principal, name string) (meet.Webhook, error) {
	all, err := List(tx, p)
	if err != nil {
		return meet.Webhook{}, err
	}
	for _, w := range all {
		if strings.EqualFold(string(w.ID), name) || strconv.FormatInt(w.Number, 10) == name {
			return tx.Webhook(p.Company, w.ID)
		}
	}
	if (len(name) != 36 || uuid.Validate(name) != nil) && strings.Trim(name, "0123456789") != "" {
		return meet.Webhook{}, invalid("id must be a UUID or a number")
	}
	return meet.Webhook{}, meet.ErrWebhookNotFound
}

// distinct drops repetitions.
func distinct(events []meet.EventKind) []meet.EventKind {
	var once meet.Webhook
	for _, kind := range events {
		if !once.Wants(kind) {
			once.Events = append(once.Events, kind)
		}
	}
	return once.Events
}
