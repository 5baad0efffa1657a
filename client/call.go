package client

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// call is one call of an operation, over all its tries.
type call struct {
	operation string
	request   *http.Request
	header    http.Header // of the request, for options to change
	want      int         // the documented status
	promising bool        // Config.IdempotentServer
}

const (
	// outcomeUnknownCode is the errorCode of a 503 that does not promise that nothing was done.
	outcomeUnknownCode = "outcome-unknown"
	// inFlightSentence is how a 409 is told from others: the first request under the key is still running.
	inFlightSentence = "is still running"
)

// safe reports a method that changes nothing (RFC 9110 §9.2.1).
func (c *call) safe() bool {
	return c.request.Method == http.MethodGet || c.request.Method == http.MethodHead
}

// keyed reports a call under an Idempotency-Key that the server is known to honour.
func (c *call) keyed() bool { return c.promising && c.request.Method == http.MethodPost }

// mayHaveHappened reports whether a try that failed may have made the change nevertheless.
func (c *call) mayHaveHappened(t *try) bool {
	switch {
	case c.safe():
		return false
	case t.refusal == nil:
		return !t.unsent()
	}
	switch status := t.refusal.StatusCode; {
	case status == http.StatusNotImplemented:
		return false
	case status == http.StatusServiceUnavailable && c.promising && t.mayComeBack && t.refusal.Code != outcomeUnknownCode:
		return false
	case status == http.StatusConflict:
		return c.inFlight(t)
	default:
		return status >= http.StatusInternalServerError || status < http.StatusMultipleChoices || status == http.StatusSeeOther
	}
}

// settles reports a refusal that says what became of all tries of a call: under its key, the server looks it up. What a proxy answers says nothing.
func (c *call) settles(t *try) bool {
	if !c.keyed() || t.refusal == nil {
		return false
	}
	if told := (Error{}); json.Unmarshal(t.refusal.Body, &told) != nil || told.StatusCode != t.refusal.StatusCode {
		return false
	}
	switch status := t.refusal.StatusCode; status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		return false // told before the key is looked at
	case http.StatusConflict:
		return !c.inFlight(t)
	default:
		return status >= http.StatusBadRequest && status < http.StatusInternalServerError
	}
}

// inFlight reports the answer that the first request under the key has not ended.
func (c *call) inFlight(t *try) bool {
	return c.keyed() && t.refusal.StatusCode == http.StatusConflict && strings.Contains(t.refusal.Message, inFlightSentence)
}

// mayTryAgain reports whether a try that failed may be followed by another: it must have a chance, and nothing may be done twice.
func (c *call) mayTryAgain(t *try) bool {
	if !c.safe() && !c.keyed() && c.mayHaveHappened(t) {
		return false
	}
	if t.refusal == nil {
		_, untrusted := errors.AsType[*tls.CertificateVerificationError](t.err)
		return !untrusted
	}
	switch t.refusal.StatusCode {
	case c.want:
		return t.brokenOff
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusInternalServerError:
		return c.keyed() // the answer of the change was lost, and the key finds it
	default:
		return c.inFlight(t)
	}
}

// failure is the error of a call whose last try failed. unknown says that one of the tries may have made the change.
func (c *call) failure(t *try, unknown bool) error {
	err := t.err
	if t.refusal != nil {
		err = t.refusal
	}
	switch {
	case unknown:
		return c.unknown(err)
	case t.refusal != nil:
		return err
	case t.unsent():
		return fmt.Errorf("%s: %w: %w", c.operation, ErrNotSent, err)
	default:
		return fmt.Errorf("%s: %w", c.operation, err)
	}
}
