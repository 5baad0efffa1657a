package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"
)

// Relay answers a request by passing it on. The request has the URL it came with, and a body of known length, however
// either leaves the contract.
type Relay func(w http.ResponseWriter, r *http.Request, call Relayed)

// Relayed is what the contract says of a request that is passed on.
type Relayed struct {
	// Operation is the operationId, "" when the contract has no such path or method.
	Operation string
	// Violations are how the request leaves the contract.
	Violations []Violation
}

// NewRelay builds the handler of a server that has no operations of its own: every request but those to Options.Mount and
// to the paths that are always there is for relay, also when the contract has no such path. Only a body that is larger
// than Options.MaxBody is refused. Options.Around is called for all of them, with the operation "" for those that are not
// in the contract. ready says why requests cannot be served, nil when they can.
func NewRelay(relay Relay, ready func(context.Context) error, o Options) (http.Handler, error) {
	return (&edge{relay: relay, isReady: ready}).handler(o, NewStrictHandler(nil, nil))
}

// pass has a request relayed; o is nil when the contract has no such operation.
func (e *edge) pass(o *operation, c echo.Context) error {
	r := c.Request().WithContext(c.Request().Context())
	sent, err := e.readAll(r)
	if err != nil {
		return err
	}
	sent.giveTo(r)
	c.SetRequest(r)
	var call Relayed
	switch {
	case o != nil:
		call = Relayed{Operation: o.id, Violations: o.judge(c)}
	case r.Method != http.MethodOptions: // which asks what there is
		call.Violations = []Violation{{Reason: "this method and path are not in the contract"}}
	}
	if original, err := url.ParseRequestURI(r.RequestURI); err == nil {
		r.URL = original // with the trailing slash that routing leaves out
	}
	sent.giveTo(r)
	e.relay(c.Response(), r, call)
	return nil
}

// sentBody is a body that was read.
type sentBody []byte

// giveTo makes it that of a request, to be read from its start.
func (b sentBody) giveTo(r *http.Request) {
	r.Body, r.ContentLength, r.TransferEncoding = io.NopCloser(bytes.NewReader(b)), int64(len(b)), nil
}

// readAll reads the body of a request. Errors are *Problem.
func (e *edge) readAll(r *http.Request) (sentBody, error) {
	if r.Body == nil {
		return nil, nil
	}
	text, err := io.ReadAll(io.LimitReader(r.Body, e.maxBody+1))
	switch {
	case int64(len(text)) > e.maxBody:
		return nil, &Problem{Status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("The body is larger than %d bytes", e.maxBody)}
	case err != nil:
		return nil, &Problem{Status: http.StatusBadRequest, Message: "The body could not be read to its end", Err: err}
	}
	return text, nil
}

// judge returns how a request leaves the contract.
func (o *operation) judge(c echo.Context) []Violation {
	var found []Violation
	if call := o.call(c); !call.HasAuthorization && call.AppointmentSecret == "" && call.ConfirmationToken == "" {
		found = append(found, Violation{Reason: "there is no credential"})
	}
	b, _, err := o.validate(c)
	b.release()
	var wrong *Problem
	switch {
	case !errors.As(err, &wrong):
	case len(wrong.Messages) == 0:
		found = append(found, Violation{Reason: wrong.Message})
	default:
		for _, message := range wrong.Messages {
			found = append(found, Violation{Reason: message})
		}
	}
	return found
}

// unmatched has what the contract does not know relayed as well.
func (e *edge) unmatched(next echo.HandlerFunc) echo.HandlerFunc {
	relayed := e.surround("", func(c echo.Context) error { return e.pass(nil, c) })
	return func(c echo.Context) error {
		if c.Request().Method == http.MethodOptions {
			return relayed(c)
		}
		err := next(c)
		if routing := (*echo.HTTPError)(nil); errors.As(err, &routing) && !c.Response().Committed {
			return relayed(c)
		}
		return err
	}
}
