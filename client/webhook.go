package client

import (
	"context"
	"net/http"
)

// ListWebhooks lists the webhooks of the company.
func (a *API) ListWebhooks(ctx context.Context, opts ...Option) ([]Webhook, error) {
	req, err := NewListWebhooksRequest(a.server, nil)
	return decodeList[Webhook](a.do(ctx, "listWebhooks", req, err, http.StatusOK, opts))
}

// CreateWebhook registers an endpoint that is told about events. The answer carries the signing key, which is not shown again. A company has at most six webhooks;
// one more is answered 406. In live mode only https endpoints with public addresses are accepted.
func (a *API) CreateWebhook(ctx context.Context, body WebhookCreate, opts ...Option) (*WebhookCreated, error) {
	req, err := NewCreateWebhookRequest(a.server, nil, body)
	return decode[WebhookCreated](a.do(ctx, "createWebhook", req, err, http.StatusCreated, opts))
}

// UpdateWebhook changes the given properties of a webhook and gives it as it is then. EventTypes replaces the list, and Enabled revives a webhook that was
// disabled. WebhookIDText gives the id of a webhook that was answered.
func (a *API) UpdateWebhook(ctx context.Context, webhookID string, body WebhookUpdate, opts ...Option) (*Webhook, error) {
	if err := checkWebhookID(webhookID); err != nil {
		return nil, err
	}
	req, err := NewUpdateWebhookRequest(a.server, webhookID, nil, body)
	return decode[Webhook](a.do(ctx, "updateWebhook", req, err, http.StatusOK, opts))
}

// DeleteWebhook deletes a webhook. Nothing more is sent to its endpoint.
func (a *API) DeleteWebhook(ctx context.Context, webhookID string, opts ...Option) error {
	if err := checkWebhookID(webhookID); err != nil {
		return err
	}
	req, err := NewDeleteWebhookRequest(a.server, webhookID, nil)
	_, err = a.do(ctx, "deleteWebhook", req, err, http.StatusNoContent, opts)
	return err
}

// ListWebhookDeliveries lists what was, or is to be, delivered to a webhook, page by page, the newest first, with every attempt. Pages are counted from 0.
func (a *API) ListWebhookDeliveries(ctx context.Context, webhookID string, params ListWebhookDeliveriesParams, opts ...Option) (*WebhookDeliveryPage, error) {
	if err := checkWebhookID(webhookID); err != nil {
		return nil, err
	}
	req, err := NewListWebhookDeliveriesRequest(a.server, webhookID, &params)
	return decode[WebhookDeliveryPage](a.do(ctx, "listWebhookDeliveries", req, err, http.StatusOK, opts))
}

// RedeliverWebhookDelivery sends a delivery again, under the same webhook-id.
func (a *API) RedeliverWebhookDelivery(ctx context.Context, webhookID, deliveryID string, opts ...Option) (*WebhookDelivery, error) {
	if err := checkWebhookID(webhookID); err != nil {
		return nil, err
	}
	delivery, err := parseID("deliveryId", deliveryID)
	if err != nil {
		return nil, err
	}
	req, err := NewRedeliverWebhookDeliveryRequest(a.server, webhookID, delivery, nil)
	return decode[WebhookDelivery](a.do(ctx, "redeliverWebhookDelivery", req, err, http.StatusAccepted, opts))
}

// TestWebhook sends an invented event to a webhook, so that its endpoint can be tried out.
func (a *API) TestWebhook(ctx context.Context, webhookID string, opts ...Option) (*WebhookDelivery, error) {
	if err := checkWebhookID(webhookID); err != nil {
		return nil, err
	}
	req, err := NewTestWebhookRequest(a.server, webhookID, nil)
	return decode[WebhookDelivery](a.do(ctx, "testWebhook", req, err, http.StatusAccepted, opts))
}
