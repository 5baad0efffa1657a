package client

import (
	"context"
	"net/http"
)

// ListCalendarConnections lists the acting user's connected calendars, with the time of the last good copy of each.
func (a *API) ListCalendarConnections(ctx context.Context, opts ...Option) (*CalendarConnectionList, error) {
	req, err := NewListCalendarConnectionsRequest(a.server, nil)
	return decode[CalendarConnectionList](a.do(ctx, "listCalendarConnections", req, err, http.StatusOK, opts))
}

// CreateCalendarConnection connects an iCalendar feed whose events make the host busy. The feed is fetched before the answer, within 10 seconds; one that cannot be
// read is answered 400 with the reason.
func (a *API) CreateCalendarConnection(ctx context.Context, body CalendarConnectionCreate, opts ...Option) (*CalendarConnection, error) {
	req, err := NewCreateCalendarConnectionRequest(a.server, nil, body)
	return decode[CalendarConnection](a.do(ctx, "createCalendarConnection", req, err, http.StatusCreated, opts))
}

// UpdateCalendarConnection changes the given properties of a calendar connection and gives it as it is then.
func (a *API) UpdateCalendarConnection(ctx context.Context, connectionID string, body CalendarConnectionUpdate, opts ...Option) (*CalendarConnection, error) {
	id, err := parseID("connectionId", connectionID)
	if err != nil {
		return nil, err
	}
	req, err := NewUpdateCalendarConnectionRequest(a.server, id, nil, body)
	return decode[CalendarConnection](a.do(ctx, "updateCalendarConnection", req, err, http.StatusOK, opts))
}

// DeleteCalendarConnection disconnects a calendar. Its events no longer make the host busy.
func (a *API) DeleteCalendarConnection(ctx context.Context, connectionID string, opts ...Option) error {
	id, err := parseID("connectionId", connectionID)
	if err != nil {
		return err
	}
	req, err := NewDeleteCalendarConnectionRequest(a.server, id, nil)
	_, err = a.do(ctx, "deleteCalendarConnection", req, err, http.StatusNoContent, opts)
	return err
}

// SyncCalendarConnection fetches a connected calendar now. A calendar that cannot be read is answered 400 with the reason, and its last good copy stands.
func (a *API) SyncCalendarConnection(ctx context.Context, connectionID string, opts ...Option) (*CalendarConnection, error) {
	id, err := parseID("connectionId", connectionID)
	if err != nil {
		return nil, err
	}
	req, err := NewSyncCalendarConnectionRequest(a.server, id, nil)
	return decode[CalendarConnection](a.do(ctx, "syncCalendarConnection", req, err, http.StatusOK, opts))
}
