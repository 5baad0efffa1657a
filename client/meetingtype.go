package client

import (
	"context"
	"net/http"
)

// CreateMeetingType creates a meeting type, which can be booked at once. A slug that is taken is answered 409; one made from the name gets a number instead.
func (a *API) CreateMeetingType(ctx context.Context, body MeetingTypeCreate, opts ...Option) (*MeetingType, error) {
	req, err := NewCreateMeetingTypeRequest(a.server, nil, body)
	return decode[MeetingType](a.do(ctx, "createMeetingType", req, err, http.StatusCreated, opts))
}

// ListMeetingTypes lists the meeting types of the company for admins and owners, one's own for members.
func (a *API) ListMeetingTypes(ctx context.Context, opts ...Option) ([]MeetingType, error) {
	req, err := NewListMeetingTypesRequest(a.server, nil)
	return decodeList[MeetingType](a.do(ctx, "listMeetingTypes", req, err, http.StatusOK, opts))
}

// GetMeetingType gives one meeting type with all its settings.
func (a *API) GetMeetingType(ctx context.Context, meetingTypeID string, opts ...Option) (*MeetingType, error) {
	id, err := parseID("meetingTypeId", meetingTypeID)
	if err != nil {
		return nil, err
	}
	req, err := NewGetMeetingTypeRequest(a.server, id, nil)
	return decode[MeetingType](a.do(ctx, "getMeetingType", req, err, http.StatusOK, opts))
}

// UpdateMeetingType changes the given properties of a meeting type and gives it as it is then. MeetingInfo and MeetingOptions are merged field by field, arrays are
// replaced. A slug that is taken is answered 409.
func (a *API) UpdateMeetingType(ctx context.Context, meetingTypeID string, body MeetingTypeUpdate, opts ...Option) (*MeetingType, error) {
	id, err := parseID("meetingTypeId", meetingTypeID)
	if err != nil {
		return nil, err
	}
	req, err := NewUpdateMeetingTypeRequest(a.server, id, nil, body)
	return decode[MeetingType](a.do(ctx, "updateMeetingType", req, err, http.StatusOK, opts))
}

// DeleteMeetingType deletes a meeting type. It can no longer be booked; existing appointments stay.
func (a *API) DeleteMeetingType(ctx context.Context, meetingTypeID string, opts ...Option) error {
	id, err := parseID("meetingTypeId", meetingTypeID)
	if err != nil {
		return err
	}
	req, err := NewDeleteMeetingTypeRequest(a.server, id, nil)
	_, err = a.do(ctx, "deleteMeetingType", req, err, http.StatusNoContent, opts)
	return err
}
