package client

import (
	"context"
	"fmt"
	"net/http"
)

// CreateBooking books an appointment for a meeting type at a start that GetBookingAvailability listed. Give HostIDs for one-on-one meeting types and QueueID for
// round-robin ones, not both. When the meeting type asks for confirmation, the outcome is a provisional booking, whose slot is held until it is confirmed,
// declined or expired. A start that is taken or cannot be booked is ErrSlotUnavailable. Attendee.Notes may be nil.
func (a *API) CreateBooking(ctx context.Context, body BookingRequest, opts ...Option) (*BookingOutcome, error) {
	if body.Attendee.Notes == nil {
		body.Attendee.Notes = Notes{} // The contract requires an object, and nil would be sent as null.
	}
	req, err := NewCreateBookingRequest(a.server, nil, body)
	told, err := a.do(ctx, "createBooking", req, err, http.StatusCreated, opts)
	r, err := decode[result](told, err)
	if err != nil {
		return nil, err
	}
	outcome := &BookingOutcome{}
	if err := outcome.take(*r); err != nil {
		return nil, told.unusable(fmt.Errorf("the answer is not the documented JSON: %w", err))
	}
	return outcome, nil
}
