package impl

import (
	"context"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// ListProvisionalBookings answers a page: of the company for admins, of
// those they host for members.
func (s *Service) ListProvisionalBookings(ctx context.Context, r server.ListProvisionalBookingsRequestObject) (server.ListProvisionalBookingsResponseObject, error) {
	p, q := principal(ctx), r.Params
	size := defaultPage
	set(&size, q.PageSize)
	filter := store.HoldFilter{
		Host: optionalID[meet.UserID](q.UserID), Type: optionalID[meet.MeetingTypeID](q.MeetingTypeID),
		Status: meet.HoldStatus(value(q.Status)), Limit: size, Offset: value(q.Page) * size,
	}
	if !p.IsAdmin() {
		if filter.Host != "" && filter.Host != p.User {
			return nil, meet.Refuse(meet.CodeForbidden, "Only an admin may list the provisional bookings of another user")
		}
		filter.Host = p.User
	}
	page := server.ProvisionalBookingPage{}
	err := s.store.View(ctx, func(tx *store.Tx) error {
		holds, total, err := tx.Holds(p.Company, filter)
		if err != nil {
			return err
		}
		page.Total = total
		page.ProvisionalBookings = make([]server.ProvisionalBooking, len(holds))
		for i, h := range holds {
			if page.ProvisionalBookings[i], err = s.holdOut(tx, h); err != nil {
				return err
			}
		}
		return nil
	})
	return server.ListProvisionalBookings200JSONResponse(page), err
}

// ApproveProvisionalBooking is the host's consent.
func (s *Service) ApproveProvisionalBooking(ctx context.Context, r server.ApproveProvisionalBookingRequestObject) (server.ApproveProvisionalBookingResponseObject, error) {
	var h meet.Hold
	var booked booking.Booked
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		h, booked, err = booking.Approve(tx, principal(ctx), id[meet.HoldID](r.ID))
		return err
	})
	if err != nil {
		return nil, err
	}
	var result server.ApprovalResult
	if booked.Booking.ID != "" {
		err = result.FromApproved(server.Approved{AppointmentID: string(booked.Booking.ID)})
	} else {
		err = result.FromProvisionallyBooked(s.provisionalOut(h))
	}
	return server.ApproveProvisionalBooking201JSONResponse(result), err
}

// ConfirmProvisionalBooking is the attendee's consent.
func (s *Service) ConfirmProvisionalBooking(ctx context.Context, r server.ConfirmProvisionalBookingRequestObject) (server.ConfirmProvisionalBookingResponseObject, error) {
	var booked booking.Booked
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		booked, err = booking.Confirm(tx, principal(ctx), id[meet.HoldID](r.ID))
		return err
	})
	return server.ConfirmProvisionalBooking201JSONResponse(s.bookedOut(booked)), err
}

// DeclineProvisionalBooking is the host's refusal.
func (s *Service) DeclineProvisionalBooking(ctx context.Context, r server.DeclineProvisionalBookingRequestObject) (server.DeclineProvisionalBookingResponseObject, error) {
	reason := ""
	if r.Body != nil {
		reason = value(r.Body.Reason)
	}
	var out server.ProvisionalBooking
	err := s.store.Update(ctx, func(tx *store.Tx) error {
		h, err := booking.Decline(tx, principal(ctx), id[meet.HoldID](r.ID), reason)
		if err != nil {
			return err
		}
		out, err = s.holdOut(tx, h)
		return err
	})
	return server.DeclineProvisionalBooking200JSONResponse(out), err
}

// bookedOut answers a booking that was made: its id and the attendee's
// secret.
func (s *Service) bookedOut(b booking.Booked) server.Booked {
	return server.Booked{
		AppointmentID: string(b.Booking.ID),
		Secret:        s.ring.Derive(secret.AppointmentSecret, string(b.Attendee.ID), b.Attendee.Generation),
	}
}

// provisionalOut answers a booking that waits for somebody.
func (s *Service) provisionalOut(h meet.Hold) server.ProvisionallyBooked {
	return server.ProvisionallyBooked{BookingType: s.holdType(h), ProvisionalBookingID: string(h.ID)}
}

// holdType spells what a hold waits for as the dialect does.
func (s *Service) holdType(h meet.Hold) server.ProvisionalBookingType {
	switch {
	case h.WaitsFor == meet.TheHost && s.production:
		return server.ProvisionalBookingTypeLowerRequireHostConfirmation
	case h.WaitsFor == meet.TheHost:
		return server.ProvisionalBookingTypeRequireHostConfirmation
	case s.production:
		return server.ProvisionalBookingTypeLowerDoubleOptIn
	}
	return server.ProvisionalBookingTypeDoubleOptIn
}

func (s *Service) holdOut(tx *store.Tx, h meet.Hold) (server.ProvisionalBooking, error) {
	out := server.ProvisionalBooking{
		ID: string(h.ID), Type: s.holdType(h), Status: server.ProvisionalBookingStatus(h.StatusAt(tx.Now())), MeetingTypeID: string(h.Type),
		CreatedAt: instant(h.CreatedAt), ExpiresAt: instant(h.ExpiresAt), DeletedAt: instantOrNull(h.DeletedAt),
		Hosts: make([]server.Host, 0, len(h.Hosts)),
	}
	var err error
	if out.Dto, err = freeForm(h.Body); err != nil {
		return out, err
	}
	users, err := tx.UsersByID(h.Company, h.Hosts)
	if err != nil {
		return out, err
	}
	for _, id := range h.Hosts {
		for _, u := range users {
			if u.ID == id {
				out.Hosts = append(out.Hosts, hostOut(u))
			}
		}
	}
	if h.Choice == nil {
		return out, nil
	}
	t, found, err := booking.TraceOf(tx, h)
	if !found { // it is that of the appointment by now
		t = booking.Trace{Choice: *h.Choice}
	}
	out.QueueBookingInfo = choiceOut(t)
	return out, err
}
