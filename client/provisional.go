package client

import (
	"context"
	"errors"
	"net/http"
)

// ListProvisionalBookings lists bookings that wait, or waited, for a confirmation, page by page. Pages are counted from 0. Admins and owners see those of the
// company, members their own. Type is spelled as in Provisional.
func (a *API) ListProvisionalBookings(ctx context.Context, params ListProvisionalBookingsParams, opts ...Option) (*ProvisionalBookingPage, error) {
	req, err := NewListProvisionalBookingsRequest(a.server, &params)
	page, err := decode[ProvisionalBookingPage](a.do(ctx, "listProvisionalBookings", req, err, http.StatusOK, opts))
	if err != nil {
		return nil, err
	}
	for i, booking := range page.ProvisionalBookings {
		page.ProvisionalBookings[i].Type = spelled(booking.Type)
	}
	return page, nil
}

// ApproveProvisionalBooking approves a provisional booking as one of its hosts or as an admin. The appointment then exists, unless the attendee has to confirm
// next. Of many parallel approvals one succeeds.
func (a *API) ApproveProvisionalBooking(ctx context.Context, provisionalBookingID string, opts ...Option) (*ApprovalOutcome, error) {
	id, err := parseID("provisionalBookingId", provisionalBookingID)
	if err != nil {
		return nil, err
	}
	req, err := NewApproveProvisionalBookingRequest(a.server, id, nil)
	return decode[ApprovalOutcome](a.do(ctx, "approveProvisionalBooking", req, err, http.StatusCreated, opts))
}

// ConfirmProvisionalBooking confirms a provisional booking as its attendee, which takes WithConfirmationToken: an API key cannot confirm for the attendee. Of
// many parallel confirmations one succeeds.
func (a *API) ConfirmProvisionalBooking(ctx context.Context, provisionalBookingID string, opts ...Option) (*Booked, error) {
	id, err := parseID("provisionalBookingId", provisionalBookingID)
	if err != nil {
		return nil, err
	}
	req, err := NewConfirmProvisionalBookingRequest(a.server, id, nil)
	told, err := a.do(ctx, "confirmProvisionalBooking", req, err, http.StatusCreated, opts)
	booked, err := decode[Booked](told, err)
	if err == nil && (booked.AppointmentID == "" || booked.Secret == "") {
		return nil, told.unusable(errors.New("the answer is no appointment"))
	}
	return booked, err
}

// DeclineProvisionalBooking declines a provisional booking as one of its hosts or as an admin, and gives it as it is then. The slot is free again and the
// attendee is told. Type is spelled as in Provisional.
func (a *API) DeclineProvisionalBooking(ctx context.Context, provisionalBookingID string, body DeclineRequest, opts ...Option) (*ProvisionalBooking, error) {
	id, err := parseID("provisionalBookingId", provisionalBookingID)
	if err != nil {
		return nil, err
	}
	req, err := NewDeclineProvisionalBookingRequest(a.server, id, nil, body)
	booking, err := decode[ProvisionalBooking](a.do(ctx, "declineProvisionalBooking", req, err, http.StatusOK, opts))
	if err != nil {
		return nil, err
	}
	booking.Type = spelled(booking.Type)
	return booking, nil
}
