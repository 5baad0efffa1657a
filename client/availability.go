package client

import (
	"context"
	"net/http"
)

// GetBookingAvailability lists the starts at which a meeting type can be booked, grouped by date in the asked time zone, and the free stretches they lie in.
// Either HostIDs or QueueID must be given. The range from Start to End, which it excludes, may have at most 62 days. CreateBooking accepts a listed start as
// long as nobody else takes it first.
func (a *API) GetBookingAvailability(ctx context.Context, params GetBookingAvailabilityParams, opts ...Option) (*Availability, error) {
	req, err := NewGetBookingAvailabilityRequest(a.server, &params)
	return decode[Availability](a.do(ctx, "getBookingAvailability", req, err, http.StatusOK, opts))
}
