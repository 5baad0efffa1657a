package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// worked notes that an attempt succeeded: what failed before is over.
func (s *Sender) worked(ctx context.Context, m message) error {
	if m.hook.FailingSince.IsZero() {
		return nil
	}
	return s.change(ctx, m, func(tx *store.Tx, w meet.Webhook) error {
		w.FailingSince = time.Time{}
		return save(tx, w)
	})
}

// failed notes that an attempt failed, and disables a webhook that had
// nothing but failures for [meet.Failing].
func (s *Sender) failed(ctx context.Context, m message) (disabled bool, err error) {
	if since := m.hook.FailingSince; !since.IsZero() && m.at.Sub(since) < meet.Failing {
		return false, nil
	}
	err = s.change(ctx, m, func(tx *store.Tx, w meet.Webhook) error {
		disabled = false
		switch {
		case w.FailingSince.IsZero():
			w.FailingSince = tx.Now()
			return save(tx, w)
		case tx.Now().Sub(w.FailingSince) < meet.Failing:
			return nil
		}
		disabled = true
		return disable(tx, w, w.FailingSince)
	})
	return disabled, err
}

// gone disables a webhook whose endpoint wants no more events.
func (s *Sender) gone(ctx context.Context, m message) error {
	return s.change(ctx, m, func(tx *store.Tx, w meet.Webhook) error { return disable(tx, w, time.Time{}) })
}

// change changes a webhook by what its endpoint did, unless it was deleted
// or disabled or has moved to another endpoint meanwhile.
func (s *Sender) change(ctx context.Context, m message, fn func(*store.Tx, meet.Webhook) error) error {
	return s.Store.Update(ctx, func(tx *store.Tx) error {
		w, err := tx.Webhook(m.hook.Company, m.hook.ID)
		switch {
		case errors.Is(err, meet.ErrWebhookNotFound):
			return nil
		case err != nil:
			return err
		case !w.Enabled || w.Endpoint != m.hook.Endpoint:
			return nil
		}
		return fn(tx, w)
	})
}

// disable disables a webhook and has its company's owner told by mail. Since
// is when it began to fail; zero says that its endpoint asked for it.
func disable(tx *store.Tx, w meet.Webhook, since time.Time) error {
	w.Enabled = false
	if err := save(tx, w); err != nil {
		return err
	}
	company, err := tx.Company(w.Company)
	if err != nil {
		return err
	}
	w.SealedKey, w.FailingSince = "", since
	snapshot, err := json.Marshal(meet.Happening{Webhook: &w})
	if err != nil {
		return err
	}
	letter, err := json.Marshal(meet.Letter{Template: meet.MailWebhookDisabled, Host: company.Owner})
	if err != nil {
		return err
	}
	e := meet.Event{ID: meet.EventID(newID()), Company: w.Company, Kind: meet.WebhookDisabled, Subject: string(w.ID), Snapshot: snapshot, At: tx.Now()}
	if err := tx.InsertEvent(e); err != nil {
		return err
	}
	return tx.InsertJob(meet.Job{
		ID: meet.JobID(newID()), Company: w.Company, Kind: meet.SendMail, Dedup: "mail:" + string(e.ID), Subject: string(e.ID), Payload: letter, RunAt: tx.Now(),
	})
}
