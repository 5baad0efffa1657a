package meet

import (
	"errors"
	"time"
)

// Code names a kind of refusal. Codes are stable: programs branch on them,
// and the edge turns each into one status.
type Code string

// The codes.
const (
	CodeInvalid         Code = "invalid"         // a rule is violated
	CodeUnauthorized    Code = "unauthorized"    // no valid credential
	CodeForbidden       Code = "forbidden"       // a valid credential, not allowed
	CodeNotFound        Code = "not-found"       // no such thing in this company
	CodeConflict        Code = "conflict"        // collides with what exists
	CodeTooMany         Code = "too-many"        // a rate limit is reached
	CodeUnavailable     Code = "unavailable"     // try again shortly
	CodeOutcomeUnknown  Code = "outcome-unknown" // the change may or may not have been made
	CodeNotImplemented  Code = "not-implemented" // declared, not yet served
	CodeKeyReused       Code = "key-reused"      // an idempotency key with another body
	CodeSlotOccupied    Code = "slot-occupied"   // the start is no bookable slot
	CodeDuration        Code = "duration-not-allowed"
	CodeHostMissing     Code = "host-missing"
	CodeHostNotFound    Code = "host-not-found"
	CodeChannel         Code = "channel-not-allowed"
	CodeFormField       Code = "form-field-missing"
	CodePassword        Code = "booking-password"
	CodeActingUser      Code = "acting-user-missing"
	CodePolicy          Code = "policy"
	CodeCancelled       Code = "already-cancelled"
	CodeSlugTaken       Code = "slug-taken"
	CodeEmailTaken      Code = "email-taken"
	CodeHasAppointments Code = "has-appointments"
	CodeAccountLimit    Code = "account-limit" // the company has as many as it may
)

// Error is an expected refusal. Message is a sentence for the person who
// asked; Err, the cause, is for the log only.
type Error struct {
	Code    Code
	Message string
	Err     error
	// RetryAfter is when another try makes sense, for CodeTooMany and
	// CodeUnavailable.
	RetryAfter time.Duration
}

// Refuse returns an Error without a cause.
func Refuse(code Code, message string) *Error { return &Error{Code: code, Message: message} }

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Message + ": " + e.Err.Error()
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the first Error in err's chain, or "" when
// there is none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// The refusals that more than one use case gives.
var (
	ErrSlotOccupied        = Refuse(CodeSlotOccupied, "The selected time slot is no longer available")
	ErrDuration            = Refuse(CodeDuration, "Duration must match one of the allowed durations for this meeting type")
	ErrMeetingTypeNotFound = Refuse(CodeNotFound, "Meeting type not found")
	ErrAppointmentNotFound = Refuse(CodeNotFound, "Appointment not found")
	ErrUserNotFound        = Refuse(CodeNotFound, "User not found")
	ErrHoldNotFound        = Refuse(CodeNotFound, "Provisional booking not found")
	ErrQueueNotFound       = Refuse(CodeNotFound, "Queue not found")
	ErrWebhookNotFound     = Refuse(CodeNotFound, "Webhook not found")
	ErrScheduleNotFound    = Refuse(CodeNotFound, "Schedule not found")
	ErrHostNotFound        = Refuse(CodeHostNotFound, "Host not found")
)
