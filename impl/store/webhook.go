package store

import (
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// InsertWebhook adds a webhook and gives it the next number of its company,
// which none had before.
func (tx *Tx) InsertWebhook(w meet.Webhook) (meet.Webhook, error) {
	const (
		count  = `UPDATE company SET last_webhook = last_webhook + 1 WHERE id = $1`
		insert = `INSERT INTO webhook (id, number, company_id, endpoint, description, events, enabled, sealed_key, created_at)
			VALUES ($1, (SELECT last_webhook FROM company WHERE id = $2), $2, $3, $4, $5, $6, $7, $8) RETURNING ` + webhookColumns
	)
	if err := tx.put(count, string(w.Company)); err != nil {
		return w, err
	}
	return one(tx, insert, []any{
		string(w.ID), string(w.Company), w.Endpoint, w.Description, kindList(w.Events), bit(w.Enabled), w.SealedKey, micros(w.CreatedAt),
	}, scanWebhook, nil)
}

// UpdateWebhook stores what can change in a webhook.
func (tx *Tx) UpdateWebhook(w meet.Webhook) error {
	const update = `UPDATE webhook SET endpoint = $1, description = $2, events = $3, enabled = $4, failing_since = $5 WHERE id = $6`
	return tx.put(update, w.Endpoint, w.Description, kindList(w.Events), bit(w.Enabled), micros(w.FailingSince), string(w.ID))
}

// DeleteWebhook removes a webhook; its deliveries that wait are given up.
func (tx *Tx) DeleteWebhook(id meet.WebhookID) error {
	const remove = `DELETE FROM webhook WHERE id = $1`
	if err := tx.DropJobs(string(id), "the webhook was deleted"); err != nil {
		return err
	}
	return tx.put(remove, string(id))
}

const webhookColumns = `id, number, company_id, endpoint, description, events, enabled, sealed_key, created_at, failing_since`

func scanWebhook(row scanner) (w meet.Webhook, err error) {
	var events string
	err = row.Scan(&w.ID, &w.Number, &w.Company, &w.Endpoint, &w.Description, &events, &w.Enabled, &w.SealedKey,
		instant{&w.CreatedAt}, instant{&w.FailingSince})
	for kind := range strings.SplitSeq(events, ",") {
		w.Events = append(w.Events, meet.EventKind(kind))
	}
	return w, err
}

func kindList(kinds []meet.EventKind) string {
	words := make([]string, len(kinds))
	for i, k := range kinds {
		words[i] = string(k)
	}
	return strings.Join(words, ",")
}

// Webhooks returns the webhooks of a company in the order they were made.
func (tx *Tx) Webhooks(company meet.CompanyID) ([]meet.Webhook, error) {
	const query = `SELECT ` + webhookColumns + ` FROM webhook WHERE company_id = $1 ORDER BY number`
	return list(tx, query, []any{string(company)}, scanWebhook)
}

// Webhook returns a webhook of the company by its id; an unknown or foreign
// one is [meet.ErrWebhookNotFound]. Nobody else changes it until a change that
// read it ends.
func (tx *Tx) Webhook(company meet.CompanyID, id meet.WebhookID) (meet.Webhook, error) {
	query := `SELECT ` + webhookColumns + ` FROM webhook WHERE id = $1 AND company_id = $2` + tx.locking(" FOR NO KEY UPDATE")
	return one(tx, query, []any{string(id), string(company)}, scanWebhook, meet.ErrWebhookNotFound)
}
