package impl

import (
	"context"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/webhook"
	"github.com/meetwright/meetwright/server"
)

// ListWebhooks answers the webhooks of the company.
func (s *Service) ListWebhooks(ctx context.Context, _ server.ListWebhooksRequestObject) (server.ListWebhooksResponseObject, error) {
	var all []meet.Webhook
	err := s.store.View(ctx, func(tx *store.Tx) (err error) {
		all, err = webhook.List(tx, principal(ctx))
		return err
	})
	out := make(server.ListWebhooks200JSONResponse, len(all))
	for i, w := range all {
		out[i] = s.webhookOut(w)
	}
	return out, err
}

// CreateWebhook registers an endpoint. Only this answer has the signing key.
func (s *Service) CreateWebhook(ctx context.Context, r server.CreateWebhookRequestObject) (server.CreateWebhookResponseObject, error) {
	var w meet.Webhook
	var key string
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		w, key, err = s.webhooks.Add(tx, principal(ctx), r.Body.Endpoint, value(r.Body.Description), eventsIn(r.Body.EventTypes))
		return err
	})
	out := s.webhookOut(w)
	return server.CreateWebhook201JSONResponse{
		ID: out.ID, Endpoint: out.Endpoint, Description: out.Description, EventTypes: out.EventTypes, Enabled: out.Enabled,
		CompanyID: out.CompanyID, CreatedAt: out.CreatedAt, Secret: key,
	}, err
}

// UpdateWebhook changes a webhook, and revives a disabled one.
func (s *Service) UpdateWebhook(ctx context.Context, r server.UpdateWebhookRequestObject) (server.UpdateWebhookResponseObject, error) {
	change := webhook.Change{Endpoint: r.Body.Endpoint, Events: eventsIn(r.Body.EventTypes), Enabled: r.Body.Enabled}
	if r.Body.Description.IsSet() {
		description, _ := r.Body.Description.Get() // null clears
		change.Description = &description
	}
	var w meet.Webhook
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		w, err = s.webhooks.Edit(tx, principal(ctx), r.ID, change)
		return err
	})
	return server.UpdateWebhook200JSONResponse(s.webhookOut(w)), err
}

// DeleteWebhook removes a webhook; nothing more is sent to its endpoint.
func (s *Service) DeleteWebhook(ctx context.Context, r server.DeleteWebhookRequestObject) (server.DeleteWebhookResponseObject, error) {
	err := s.store.Update(ctx, func(tx *store.Tx) error { return webhook.Remove(tx, principal(ctx), r.ID) })
	return server.DeleteWebhook204Response{}, err
}

// defaultDeliveries is how many deliveries a page has that asks for no size.
const defaultDeliveries = 20

// ListWebhookDeliveries answers a page of what was, or is to be, delivered.
func (s *Service) ListWebhookDeliveries(ctx context.Context, r server.ListWebhookDeliveriesRequestObject) (server.ListWebhookDeliveriesResponseObject, error) {
	size := defaultDeliveries
	set(&size, r.Params.PageSize)
	var page server.WebhookDeliveryPage
	err := s.store.View(ctx, func(tx *store.Tx) error {
		all, total, err := webhook.Deliveries(tx, principal(ctx), r.ID, deliveryStateIn(value(r.Params.Status)), size, value(r.Params.Page)*size)
		page = server.WebhookDeliveryPage{Total: total, Deliveries: make([]server.WebhookDelivery, len(all))}
		for i, d := range all {
			page.Deliveries[i] = deliveryOut(d)
		}
		return err
	})
	return server.ListWebhookDeliveries200JSONResponse(page), err
}

// RedeliverWebhookDelivery has a delivery made again.
func (s *Service) RedeliverWebhookDelivery(ctx context.Context, r server.RedeliverWebhookDeliveryRequestObject) (server.RedeliverWebhookDeliveryResponseObject, error) {
	var d webhook.Delivery
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		d, err = webhook.Redeliver(tx, principal(ctx), r.ID, id[meet.JobID](r.DeliveryID))
		return err
	})
	return server.RedeliverWebhookDelivery202JSONResponse(deliveryOut(d)), err
}

// TestWebhook has an invented event sent.
func (s *Service) TestWebhook(ctx context.Context, r server.TestWebhookRequestObject) (server.TestWebhookResponseObject, error) {
	var d webhook.Delivery
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		d, err = webhook.Test(tx, principal(ctx), r.ID)
		return err
	})
	return server.TestWebhook202JSONResponse(deliveryOut(d)), err
}

func eventsIn(types []server.WebhookEventType) []meet.EventKind {
	kinds := make([]meet.EventKind, len(types))
	for i, t := range types {
		kinds[i] = meet.EventKind(t)
	}
	return kinds
}

func (s *Service) webhookOut(w meet.Webhook) server.Webhook {
	out := server.Webhook{
		Endpoint: w.Endpoint, Description: orNull(w.Description), EventTypes: make([]server.WebhookEventType, len(w.Events)),
		Enabled: w.Enabled, CompanyID: string(w.Company), CreatedAt: instant(w.CreatedAt),
	}
	if s.production {
		_ = out.ID.FromWebhookNumber(w.Number) // a number can be encoded
	} else {
		_ = out.ID.FromWebhookText(string(w.ID)) // so can a text
	}
	for i, kind := range w.Events {
		out.EventTypes[i] = server.WebhookEventType(kind)
	}
	return out
}

// deliveryStates are the states of jobs as deliveries have them.
var deliveryStates = map[meet.JobState]server.WebhookDeliveryStatus{
	meet.JobPending: server.WebhookDeliveryStatusPending,
	meet.JobDone:    server.WebhookDeliveryStatusDelivered,
	meet.JobDead:    server.WebhookDeliveryStatusDead,
}

// deliveryStateIn is "" for any.
func deliveryStateIn(status server.WebhookDeliveryStatus) meet.JobState {
	for state, name := range deliveryStates {
		if name == status {
			return state
		}
	}
	return ""
}

func deliveryOut(d webhook.Delivery) server.WebhookDelivery {
	out := server.WebhookDelivery{
		ID: string(d.Job.ID), EventType: server.WebhookEventType(d.Event.Kind), Status: deliveryStates[d.Job.State],
		Attempts: make([]server.WebhookAttempt, len(d.Attempts)),
	}
	if d.Event.Kind != meet.NewEmployee {
		out.AppointmentID = orNull(d.Event.Subject)
	}
	if d.Job.State == meet.JobPending {
		out.NextAttemptAt = instantOrNull(d.Job.RunAt)
	}
	for i, a := range d.Attempts {
		out.Attempts[i] = server.WebhookAttempt{At: instant(a.At), Status: omitZero(a.Status)}
		if a.Status == 0 { // else the status says it all
			out.Attempts[i].Error = orNull(a.Error)
		}
	}
	return out
}
