package client

import (
	"context"
	"net/http"
)

// CreateSchedule creates a schedule of weekly hours for the acting user. A day that is left out is closed. Without Schedule the hours are Monday to Friday 08:00
// to 17:00, and without Timezone the user's time zone applies.
func (a *API) CreateSchedule(ctx context.Context, body ScheduleCreate, opts ...Option) (*Schedule, error) {
	req, err := NewCreateScheduleRequest(a.server, nil, body)
	return decode[Schedule](a.do(ctx, "createSchedule", req, err, http.StatusCreated, opts))
}

// GetSchedule gives one schedule of weekly hours with its exceptions.
func (a *API) GetSchedule(ctx context.Context, scheduleID string, opts ...Option) (*Schedule, error) {
	id, err := parseID("scheduleId", scheduleID)
	if err != nil {
		return nil, err
	}
	req, err := NewGetScheduleRequest(a.server, id, nil)
	return decode[Schedule](a.do(ctx, "getSchedule", req, err, http.StatusOK, opts))
}

// UpdateSchedule changes the given properties of a schedule and gives it as it is then. Days that are left out keep their hours, and Exceptions replaces all
// exceptions.
func (a *API) UpdateSchedule(ctx context.Context, scheduleID string, body ScheduleUpdate, opts ...Option) (*Schedule, error) {
	id, err := parseID("scheduleId", scheduleID)
	if err != nil {
		return nil, err
	}
	req, err := NewUpdateScheduleRequest(a.server, id, nil, body)
	return decode[Schedule](a.do(ctx, "updateSchedule", req, err, http.StatusOK, opts))
}
