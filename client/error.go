package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Errors to be recognised with errors.Is.
var (
	// ErrSlotUnavailable says that the start cannot be booked, or no longer. Ask for the slots again and offer another one.
	ErrSlotUnavailable = errors.New("the slot is not available")
	// ErrNotFound says that the company has no such thing.
	ErrNotFound = errors.New("not found")
	// ErrUnauthorized says that the credential is missing, wrong, expired or revoked.
	ErrUnauthorized = errors.New("not authorized")
	// ErrRateLimited says that too many requests were made. APIError.RetryAfter says how long to wait.
	ErrRateLimited = errors.New("too many requests")
	// ErrNoAppointment says that nothing runs and nothing comes. Only GetCurrentAppointment returns it, and it is no *APIError.
	ErrNoAppointment = errors.New("no appointment is running or coming")
)

const (
	slotCode     = "slot-occupied"
	slotSentence = "The selected time slot is no longer available"

	// maxErrorBody is how much of the body an APIError keeps.
	maxErrorBody = 64 << 10
	// maxErrorText is how much of the server's words Error shows.
	maxErrorText = 500
)

// APIError is an answer other than the documented one: a refusal, a failure, or an answer of the documented status that cannot be read. Find it with
// errors.As, and recognise the frequent kinds with errors.Is and the Err variables.
type APIError struct {
	// StatusCode is the HTTP status. It is below 300 when the call succeeded, as far as the status tells, but the answer cannot be used.
	StatusCode int
	// Code is the server's stable errorCode, such as "slot-occupied". Empty when there is none.
	Code string
	// Message is what the server says is wrong, the Messages joined when there are several, what is wrong with the answer when that cannot be used, and
	// otherwise the reason phrase of the status.
	Message string
	// Messages has one entry for each fault in the shape of the request, which names the property by its path. Nil when a rule was broken.
	Messages []string
	// RequestID is the id under which the server logged the request. Empty when it told none.
	RequestID string
	// RetryAfter is how long the server asks to wait. 0 when it does not.
	RetryAfter time.Duration
	// Body is the body as it was sent, cut after 64 KiB, with *** in place of the credentials of the request. When the call succeeded and its answer cannot be
	// used, it may hold a secret that was just issued, so log it with care.
	Body []byte
	// Err is why the answer could not be read. Nil when the server's answer is complete.
	Err error
}

// Error tells the status, the server's words, the code and the request id in one line, without the credentials of the request.
func (e *APIError) Error() string {
	text := strings.TrimSpace(fmt.Sprintf("the server answered %d %s", e.StatusCode, http.StatusText(e.StatusCode)))
	if e.Message != "" && e.Message != http.StatusText(e.StatusCode) {
		text += ": " + clip(strings.Join(strings.Fields(e.Message), " "))
	}
	var details []string
	if e.Code != "" {
		details = append(details, clip(e.Code))
	}
	if e.RequestID != "" {
		details = append(details, "request "+clip(e.RequestID))
	}
	if len(details) > 0 {
		text += " (" + strings.Join(details, ", ") + ")"
	}
	return text
}

// clip cuts what is too long for one line of a log.
func clip(text string) string {
	if len(text) <= maxErrorText {
		return text
	}
	return strings.ToValidUTF8(text[:maxErrorText], "") + "…"
}

// Unwrap gives why the answer could not be read.
func (e *APIError) Unwrap() error { return e.Err }

// Is reports whether the error is of the kind of one of the Err variables.
func (e *APIError) Is(target error) bool {
	switch target {
	case ErrSlotUnavailable:
		return e.Code == slotCode || strings.Contains(e.Message, slotSentence)
	case ErrNotFound:
		return e.StatusCode == http.StatusNotFound
	case ErrUnauthorized:
		return e.StatusCode == http.StatusUnauthorized
	case ErrRateLimited:
		return e.StatusCode == http.StatusTooManyRequests
	default:
		return false
	}
}

// refusal is the error of an answer with another status than the documented one. A body of another shape leaves the reason phrase. err is why the body is
// not whole.
func (a *answer) refusal(err error) *APIError {
	e := a.apiError(err)
	e.Message = http.StatusText(a.status)
	var told Error
	_ = json.Unmarshal(masked(a.body, secrets(a.call.header)), &told) // Properties of the right type are read even when others are not.
	if told.ErrorCode != nil {
		e.Code = *told.ErrorCode
	}
	if e.RequestID == "" && told.RequestID != nil {
		e.RequestID = *told.RequestID
	}
	if sentence, err := told.Message.AsErrorSentence(); err == nil && sentence != "" {
		e.Message = sentence
	} else if violations, err := told.Message.AsErrorViolations(); err == nil && len(violations) > 0 {
		e.Message, e.Messages = strings.Join(violations, "; "), violations
	}
	return e
}

// unusable is the error of an answer that has the documented status and cannot be used for the reason err. Of a change it leaves open what became of it.
func (a *answer) unusable(err error) error {
	e := a.apiError(err)
	if a.call.safe() {
		return e
	}
	return a.call.unknown(e)
}

// apiError is the error of an answer, err being why it could not be read or nil.
func (a *answer) apiError(err error) *APIError {
	body := masked(a.body, secrets(a.call.header))
	e := &APIError{
		StatusCode: a.status,
		RequestID:  a.header.Get("X-Request-Id"),
		RetryAfter: retryAfter(a.header),
		Body:       bytes.Clone(body[:min(len(body), maxErrorBody)]),
		Err:        err,
	}
	if err != nil {
		e.Message = err.Error()
	}
	return e
}

// retryAfter reads Retry-After (RFC 9110 §10.2.3), a number of seconds or an instant. The instant is measured from the answer's own Date if it has one, so that the
// clock of this machine does not matter.
func retryAfter(header http.Header) time.Duration {
	value := header.Get("Retry-After")
	seconds, err := strconv.ParseUint(value, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		if seconds > uint64(math.MaxInt64/time.Second) {
			return math.MaxInt64
		}
		return time.Duration(seconds) * time.Second
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(0, until.Sub(now))
}
