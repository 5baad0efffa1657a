package client

import (
	"errors"
	"fmt"
)

// ErrOutcomeUnknown says that a call that changes something may have done so or not: the connection broke after the request may have been sent, the answer broke
// off or cannot be read, or it was a 5xx that does not say. The error is an *OutcomeUnknownError.
//
// Do not just send the call again: read back. After CreateBooking, look for the attendee with ListAppointments, Start being the start and End a moment later; for a
// meeting type that asks for confirmation, look in ListProvisionalBookings. After RescheduleAppointment, CancelAppointment and changes of other things, read the
// thing. What is there happened. What is not there may still happen while the server works on the lost request, so allow it a minute before you book again.
//
// With Config.IdempotentServer no reading is needed: send the same POST again, with OutcomeUnknownError.IdempotencyKey in WithIdempotencyKey.
var ErrOutcomeUnknown = errors.New("it is not known whether the change was made")

// ErrNotSent says that no connection was made, so that the server was not asked for anything.
var ErrNotSent = errors.New("the request was not sent")

// OutcomeUnknownError is the error of a call whose outcome is unknown. errors.Is recognises it as ErrOutcomeUnknown.
type OutcomeUnknownError struct {
	// Operation is the operationId, such as "createBooking".
	Operation string
	// IdempotencyKey is the key that was sent to a server that honours it: the same call with the same key gets the answer that was lost, and does nothing
	// twice. Empty when there was none; then read back.
	IdempotencyKey string
	// Err is the cause: an *APIError when there was an answer, else what broke.
	Err error
}

// Error tells the operation, what to do, and the cause.
func (e *OutcomeUnknownError) Error() string {
	advice := "read back before sending it again"
	if e.IdempotencyKey != "" {
		advice = "send it again under the same idempotency key"
	}
	return fmt.Sprintf("%s: %v, %s: %v", e.Operation, ErrOutcomeUnknown, advice, e.Err)
}

// Unwrap gives the cause.
func (e *OutcomeUnknownError) Unwrap() error { return e.Err }

// Is reports whether the target is ErrOutcomeUnknown.
func (e *OutcomeUnknownError) Is(target error) bool { return target == ErrOutcomeUnknown }

// unknown is the error of a call that may have made its change, for the reason err.
func (c *call) unknown(err error) error {
	e := &OutcomeUnknownError{Operation: c.operation, Err: err}
	if c.keyed() {
		e.IdempotencyKey = c.header.Get(headerIdempotencyKey)
	}
	return e
}
