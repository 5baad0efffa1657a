package client

import (
	"context"
	"errors"
	"net/http"
)

// ListAppointments lists appointments page by page, in a stable order. Pages are counted from 0, and PageSize must be 1 to 100. Admins and owners see those of
// the company, members their own.
func (a *API) ListAppointments(ctx context.Context, params ListAppointmentsParams, opts ...Option) (*AppointmentPage, error) {
	req, err := NewListAppointmentsRequest(a.server, &params)
	return decode[AppointmentPage](a.do(ctx, "listAppointments", req, err, http.StatusOK, opts))
}

// ListTodayAppointments lists the acting user's appointments of the current day in the user's time zone, in order of their start.
func (a *API) ListTodayAppointments(ctx context.Context, opts ...Option) ([]Appointment, error) {
	req, err := NewListTodayAppointmentsRequest(a.server, nil)
	return decodeList[Appointment](a.do(ctx, "listTodayAppointments", req, err, http.StatusOK, opts))
}

// GetCurrentAppointment gives the acting user's appointment that runs now or comes next. With none, the error is ErrNoAppointment.
func (a *API) GetCurrentAppointment(ctx context.Context, opts ...Option) (*Appointment, error) {
	req, err := NewGetCurrentAppointmentRequest(a.server, nil)
	appointment, err := decode[Appointment](a.do(ctx, "getCurrentAppointment", req, err, http.StatusOK, opts))
	if other, ok := errors.AsType[*APIError](err); ok && other.StatusCode == http.StatusNoContent {
		return nil, ErrNoAppointment
	}
	return appointment, err
}

// GetAppointment gives one appointment. WithAppointmentSecret opens it as well.
func (a *API) GetAppointment(ctx context.Context, appointmentID string, opts ...Option) (*Appointment, error) {
	id, err := parseID("appointmentId", appointmentID)
	if err != nil {
		return nil, err
	}
	req, err := NewGetAppointmentRequest(a.server, id, nil)
	return decode[Appointment](a.do(ctx, "getAppointment", req, err, http.StatusOK, opts))
}

// GetAppointmentICS gives the appointment as an iCalendar text. WithAppointmentSecret opens it as well.
func (a *API) GetAppointmentICS(ctx context.Context, appointmentID string, opts ...Option) (string, error) {
	id, err := parseID("appointmentId", appointmentID)
	if err != nil {
		return "", err
	}
	req, err := NewGetAppointmentICSRequest(a.server, id, nil)
	return decodeCalendar(a.do(ctx, "getAppointmentICS", req, err, http.StatusOK, opts))
}

// CancelAppointment cancels an appointment, tells everybody concerned and gives it as it is then. A group appointment needs AttendeeID, to remove one person, or
// CancelAll. Cancelling again changes nothing and tells nobody. With WithAppointmentSecret the meeting type's cancellation policy applies.
func (a *API) CancelAppointment(ctx context.Context, appointmentID string, body CancelRequest, opts ...Option) (*Appointment, error) {
	id, err := parseID("appointmentId", appointmentID)
	if err != nil {
		return nil, err
	}
	req, err := NewCancelAppointmentRequest(a.server, id, nil, body)
	return decode[Appointment](a.do(ctx, "cancelAppointment", req, err, http.StatusOK, opts))
}

// DeleteAppointment does what CancelAppointment does, by another method of HTTP. The appointment stays readable.
func (a *API) DeleteAppointment(ctx context.Context, appointmentID string, params DeleteAppointmentParams, opts ...Option) (*Appointment, error) {
	id, err := parseID("appointmentId", appointmentID)
	if err != nil {
		return nil, err
	}
	req, err := NewDeleteAppointmentRequest(a.server, id, &params)
	return decode[Appointment](a.do(ctx, "deleteAppointment", req, err, http.StatusOK, opts))
}

// RescheduleAppointment moves an appointment to another start. Duration, id and secret stay; the host stays when free, else a queue chooses again. A start that
// is taken or cannot be booked is ErrSlotUnavailable. With WithAppointmentSecret the meeting type's rescheduling policy applies and IgnoreAvailability is
// refused.
func (a *API) RescheduleAppointment(ctx context.Context, appointmentID string, body RescheduleRequest, opts ...Option) (*RescheduleResult, error) {
	id, err := parseID("appointmentId", appointmentID)
	if err != nil {
		return nil, err
	}
	req, err := NewRescheduleAppointmentRequest(a.server, id, nil, body)
	return decode[RescheduleResult](a.do(ctx, "rescheduleAppointment", req, err, http.StatusOK, opts))
}

// UpdateAppointmentGuest adds one guest to those an attendee brings along, at most five. The guest is sent the invitation.
func (a *API) UpdateAppointmentGuest(ctx context.Context, appointmentID string, body GuestInput, opts ...Option) (*Appointment, error) {
	id, err := parseID("appointmentId", appointmentID)
	if err != nil {
		return nil, err
	}
	req, err := NewUpdateAppointmentGuestRequest(a.server, id, nil, body)
	return decode[Appointment](a.do(ctx, "updateAppointmentGuest", req, err, http.StatusOK, opts))
}

// UpdateAppointmentNotes replaces the host's note on an appointment. Attendees do not see it.
func (a *API) UpdateAppointmentNotes(ctx context.Context, appointmentID string, body NoteInput, opts ...Option) (*Appointment, error) {
	id, err := parseID("appointmentId", appointmentID)
	if err != nil {
		return nil, err
	}
	req, err := NewUpdateAppointmentNotesRequest(a.server, id, nil, body)
	return decode[Appointment](a.do(ctx, "updateAppointmentNotes", req, err, http.StatusOK, opts))
}

// UpdateAppointmentTranscription stores what was said in a meeting. Null clears a text, and a text left out stays.
func (a *API) UpdateAppointmentTranscription(ctx context.Context, appointmentID string, body TranscriptionInput, opts ...Option) (*Appointment, error) {
	id, err := parseID("appointmentId", appointmentID)
	if err != nil {
		return nil, err
	}
	req, err := NewUpdateAppointmentTranscriptionRequest(a.server, id, nil, body)
	return decode[Appointment](a.do(ctx, "updateAppointmentTranscription", req, err, http.StatusOK, opts))
}
