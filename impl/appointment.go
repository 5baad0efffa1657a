package impl

import (
	"context"
	"strings"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// ListAppointments answers a page: of the company for admins, of their own
// for members.
func (s *Service) ListAppointments(ctx context.Context, r server.ListAppointmentsRequestObject) (server.ListAppointmentsResponseObject, error) {
	p, q := principal(ctx), r.Params
	filter := store.BookingFilter{
		Host: optionalID[meet.UserID](q.UserID), Type: optionalID[meet.MeetingTypeID](q.MeetingTypeID),
		StartFrom: value(q.Start), StartUntil: value(q.End),
		Search: strings.TrimSpace(value(q.Search)), Status: store.BookingStatus(value(q.Status)),
		ByCreation: value(q.SortBy) == server.AppointmentSortAppointmentCreatedAt,
		Descending: value(q.SortDirection) == server.SortDirectionDESC,
		Limit:      q.PageSize, Offset: q.Page * q.PageSize,
	}
	if !p.IsAdmin() {
		if filter.Host != "" && filter.Host != p.User {
			return nil, meet.Refuse(meet.CodeForbidden, "Only an admin may list the appointments of another user")
		}
		filter.Host = p.User
	}
	page := server.AppointmentPage{}
	err := s.store.View(ctx, func(tx *store.Tx) error {
		bookings, total, err := tx.Bookings(p.Company, filter)
		if err != nil {
			return err
		}
		page.Total = total
		page.Appointments, err = appointmentsOut(tx, p, bookings)
		return err
	})
	return server.ListAppointments200JSONResponse(page), err
}

// ListTodayAppointments answers those of the acting user that start on the
// day that the user's clock shows.
func (s *Service) ListTodayAppointments(ctx context.Context, _ server.ListTodayAppointmentsRequestObject) (server.ListTodayAppointmentsResponseObject, error) {
	p := principal(ctx)
	list := server.AppointmentList{}
	err := s.store.View(ctx, func(tx *store.Tx) error {
		user, err := tx.User(p.Company, p.User)
		if err != nil {
			return err
		}
		zone, err := meet.LoadZone(user.Zone)
		if err != nil {
			return err
		}
		day := meet.DayBounds(zone, meet.DateOf(tx.Now().In(zone)))
		bookings, err := tx.HostDay(p.Company, p.User, day)
		if err != nil {
			return err
		}
		list, err = appointmentsOut(tx, p, bookings)
		return err
	})
	return server.ListTodayAppointments200JSONResponse(list), err
}

// GetCurrentAppointment answers the meeting of the acting user that runs
// now, else the next one, else nothing.
func (s *Service) GetCurrentAppointment(ctx context.Context, _ server.GetCurrentAppointmentRequestObject) (server.GetCurrentAppointmentResponseObject, error) {
	p := principal(ctx)
	var answer server.GetCurrentAppointmentResponseObject = server.GetCurrentAppointment204Response{}
	err := s.store.View(ctx, func(tx *store.Tx) error {
		b, found, err := tx.CurrentBooking(p.Company, p.User)
		if err != nil || !found {
			return err
		}
		out, err := appointmentOut(tx, p, b)
		answer = server.GetCurrentAppointment200JSONResponse(out)
		return err
	})
	return answer, err
}

// GetAppointment answers one appointment.
func (s *Service) GetAppointment(ctx context.Context, r server.GetAppointmentRequestObject) (server.GetAppointmentResponseObject, error) {
	var out server.Appointment
	err := s.store.View(ctx, func(tx *store.Tx) error {
		b, err := booking.Get(tx, principal(ctx), id[meet.BookingID](r.ID))
		if err != nil {
			return err
		}
		out, err = appointmentOut(tx, principal(ctx), b)
		return err
	})
	return server.GetAppointment200JSONResponse(out), err
}

// CancelAppointment calls an appointment off, or one seat of a group.
func (s *Service) CancelAppointment(ctx context.Context, r server.CancelAppointmentRequestObject) (server.CancelAppointmentResponseObject, error) {
	var c booking.Cancellation
	if r.Body != nil {
		c = booking.Cancellation{
			Reason: value(r.Body.Reason), Attendee: optionalID[meet.AttendeeID](r.Body.AttendeeID),
			All: value(r.Body.CancelAll),
		}
	}
	out, err := s.cancel(ctx, id[meet.BookingID](r.ID), c)
	return server.CancelAppointment200JSONResponse(out), err
}

// DeleteAppointment is CancelAppointment with parameters instead of a body.
func (s *Service) DeleteAppointment(ctx context.Context, r server.DeleteAppointmentRequestObject) (server.DeleteAppointmentResponseObject, error) {
	out, err := s.cancel(ctx, id[meet.BookingID](r.ID), booking.Cancellation{
		Reason: value(r.Params.Reason), Attendee: optionalID[meet.AttendeeID](r.Params.AttendeeID), All: value(r.Params.CancelAll),
	})
	return server.DeleteAppointment200JSONResponse(out), err
}

func (s *Service) cancel(ctx context.Context, id meet.BookingID, c booking.Cancellation) (server.Appointment, error) {
	return s.change(ctx, func(tx *store.Tx, p meet.Principal) (meet.Booking, error) {
		return booking.Cancel(tx, p, id, c)
	})
}

// change runs a use case that changes a booking, and answers the booking.
func (s *Service) change(ctx context.Context, do func(*store.Tx, meet.Principal) (meet.Booking, error)) (out server.Appointment, err error) {
	p := principal(ctx)
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		b, err := do(tx, p)
		if err != nil {
			return err
		}
		out, err = appointmentOut(tx, p, b)
		return err
	})
	return out, err
}

// RescheduleAppointment moves an appointment to another start.
func (s *Service) RescheduleAppointment(ctx context.Context, r server.RescheduleAppointmentRequestObject) (server.RescheduleAppointmentResponseObject, error) {
	var moved booking.Moved
	out, err := s.change(ctx, func(tx *store.Tx, p meet.Principal) (_ meet.Booking, err error) {
		moved, err = booking.Reschedule(tx, p, id[meet.BookingID](r.ID), r.Body.Start, value(r.Body.IgnoreAvailability))
		return moved.Booking, err
	})
	return server.RescheduleAppointment200JSONResponse{Appointment: out, PreviousStart: instant(moved.PreviousStart)}, err
}

// UpdateAppointmentGuest adds a guest whom an attendee brings along.
func (s *Service) UpdateAppointmentGuest(ctx context.Context, r server.UpdateAppointmentGuestRequestObject) (server.UpdateAppointmentGuestResponseObject, error) {
	out, err := s.change(ctx, func(tx *store.Tx, p meet.Principal) (meet.Booking, error) {
		return booking.AddGuest(tx, p, id[meet.BookingID](r.ID), id[meet.AttendeeID](r.Body.AttendeeID), r.Body.Email)
	})
	return server.UpdateAppointmentGuest200JSONResponse(out), err
}

// UpdateAppointmentNotes replaces the host's notes.
func (s *Service) UpdateAppointmentNotes(ctx context.Context, r server.UpdateAppointmentNotesRequestObject) (server.UpdateAppointmentNotesResponseObject, error) {
	out, err := s.edit(ctx, id[meet.BookingID](r.ID), func(b *meet.Booking) { b.Notes = r.Body.Note })
	return server.UpdateAppointmentNotes200JSONResponse(out), err
}

// UpdateAppointmentTranscription sets or clears what was said.
func (s *Service) UpdateAppointmentTranscription(ctx context.Context, r server.UpdateAppointmentTranscriptionRequestObject) (server.UpdateAppointmentTranscriptionResponseObject, error) {
	out, err := s.edit(ctx, id[meet.BookingID](r.ID), func(b *meet.Booking) {
		if r.Body.Transcription.IsSet() {
			b.Transcription, _ = r.Body.Transcription.Get()
		}
		if r.Body.Summary.IsSet() {
			b.Summary, _ = r.Body.Summary.Get()
		}
	})
	return server.UpdateAppointmentTranscription200JSONResponse(out), err
}

func (s *Service) edit(ctx context.Context, id meet.BookingID, change func(*meet.Booking)) (server.Appointment, error) {
	return s.change(ctx, func(tx *store.Tx, p meet.Principal) (meet.Booking, error) {
		return booking.Edit(tx, p, id, change)
	})
}
