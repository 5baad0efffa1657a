package client

import (
	"context"
	"net/http"
)

// CreateOneTimeLink creates a link through which a meeting type can be booked once. A booking names it in OneTimeLinkID. A refused booking does not use it up, and
// a cancellation does not give it back.
func (a *API) CreateOneTimeLink(ctx context.Context, meetingTypeID string, body OneTimeLinkCreate, opts ...Option) (*OneTimeLink, error) {
	id, err := parseID("meetingTypeId", meetingTypeID)
	if err != nil {
		return nil, err
	}
	req, err := NewCreateOneTimeLinkRequest(a.server, id, nil, body)
	return decode[OneTimeLink](a.do(ctx, "createOneTimeLink", req, err, http.StatusCreated, opts))
}
