package client

import (
	"context"
	"net/http"
)

// SendQuickMail sends a mail to one attendee, such as directions or a follow-up. Five mails in five minutes are allowed; one more is ErrRateLimited.
func (a *API) SendQuickMail(ctx context.Context, body QuickMail, opts ...Option) (*QuickMailResult, error) {
	req, err := NewSendQuickMailRequest(a.server, nil, body)
	return decode[QuickMailResult](a.do(ctx, "sendQuickMail", req, err, http.StatusCreated, opts))
}
