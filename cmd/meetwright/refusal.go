package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/client/control"
)

// lookFirst is what to do when nobody knows what happened.
const lookFirst = "look before doing it again: meetwright bookings list"

// What net/http says of an answer in another protocol, and of one that came
// before the request was sent.
const (
	notHTTP = "malformed HTTP"
	unasked = "readLoopPeekFailLocked"
)

// refused is what to tell of an error of a call, or nil when err is none.
func refused(err error) *failure {
	if _, told := errors.AsType[*failure](err); told || err == nil {
		return nil
	}
	if lost, ok := errors.AsType[*client.OutcomeUnknownError](err); ok {
		advice := lookFirst
		if lost.Operation == "createBooking" && lost.IdempotencyKey != "" {
			advice = "the same command, with that time as --at and --idempotency-key " + lost.IdempotencyKey + ", books once only"
		}
		return &failure{exitUnknown, "it is not known whether it was done", oneLine(lost.Err), advice}
	}
	if refusal, ok := errors.AsType[*client.APIError](err); ok {
		f := statusFailure(refusal.StatusCode, refusal.Message)
		if errors.Is(err, client.ErrSlotUnavailable) {
			f = &failure{exitConflict, "the slot is not free", f.why, "meetwright slots TYPE lists those that are; --at next takes the first"}
		}
		if refusal.RequestID != "" {
			f.why += " (request " + refusal.RequestID + ")"
		}
		return f
	}
	if errors.Is(err, client.ErrNoAppointment) {
		return &failure{exitNotFound, "no such booking", oneLine(err), "meetwright bookings list"}
	}
	if errors.Is(err, context.Canceled) {
		return &failure{exitFailed, "it was interrupted", "nothing was changed", "run it again"}
	}
	_, network := errors.AsType[net.Error](err)
	if network || errors.Is(err, client.ErrNotSent) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(err.Error(), notHTTP) ||
		strings.Contains(err.Error(), unasked) {
		return &failure{exitUnreachable, "the server cannot be reached", oneLine(err), "check that it runs, and --url or MEETERGO_BASE_URL"}
	}
	return nil
}

// statusFailure words an answer that is a refusal.
func statusFailure(status int, message string) *failure {
	f := &failure{code: exitFailed, what: fmt.Sprintf("the server answered %d %s", status, http.StatusText(status)), why: strings.Join(strings.Fields(message), " ")}
	if status < http.StatusBadRequest {
		f.try = "check --url or MEETERGO_BASE_URL: what answers there is not this API"
		return f
	}
	switch status {
	case http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusUnsupportedMediaType, http.StatusRequestEntityTooLarge:
		f.code, f.what, f.try = exitUsage, "the server does not accept this", "correct it and run the command again"
	case http.StatusUnauthorized, http.StatusForbidden:
		f.code, f.what, f.try = exitDenied, "the credential does not allow this", "check MEETERGO_API_KEY, and --acting-user with a platform key"
	case http.StatusNotFound:
		f.code, f.what, f.try = exitNotFound, "not found", "check the name or the id, and --url"
	case http.StatusNotAcceptable: // the limit of webhooks
		f.code, f.what, f.try = exitConflict, "there are too many", "delete one that is not needed; meetwright webhooks list shows them"
	case http.StatusConflict, http.StatusUnprocessableEntity:
		f.code, f.what, f.try = exitConflict, "it conflicts with what is there", "look at what is there, then choose another name, time or key"
	case http.StatusTooManyRequests:
		f.try = "wait a minute and run it again"
	case http.StatusNotImplemented:
		f.try = "leave it: this server does not serve it"
	default:
		f.try = "run it again; the server's log tells more"
	}
	return f
}

// controlAnswer is an answer of the control plane, whatever it holds.
type controlAnswer interface {
	GetBody() []byte
	StatusCode() int
}

// answered reads an answer of the control plane.
func answered[T any](answer controlAnswer, err error) (*T, error) {
	body, err := answeredText(answer, err)
	if err != nil {
		return nil, err
	}
	var data T
	if json.Unmarshal(body, &data) != nil {
		return nil, statusFailure(answer.StatusCode(), "the answer is not the documented JSON")
	}
	return &data, nil
}

// answeredText reads an answer of the control plane that is no JSON, or none
// at all.
func answeredText(answer controlAnswer, err error) ([]byte, error) {
	switch {
	case err != nil:
		return nil, err
	case answer.StatusCode() < http.StatusMultipleChoices:
		return answer.GetBody(), nil
	}
	f := statusFailure(answer.StatusCode(), sentence(answer.GetBody()))
	if f.code == exitNotFound {
		f.try = "check the id; only a server in stub mode has clock, inbox, requests and faults"
	}
	return nil, f
}

// sentence is what the body of a refusal says.
func sentence(body []byte) string {
	var told control.Error
	if json.Unmarshal(body, &told) != nil {
		return ""
	}
	if list, err := told.Message.AsErrorMessage1(); err == nil {
		return strings.Join(list, "; ")
	}
	text, err := told.Message.AsErrorMessage0()
	if err != nil {
		return ""
	}
	return text
}
