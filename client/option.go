package client

import (
	"errors"
	"net/http"
	"strings"
)

const (
	headerAuthorization     = "Authorization"
	headerActingUser        = "X-Meetergo-Api-User-Id"
	headerIdempotencyKey    = "Idempotency-Key"
	headerAppointmentSecret = "X-Appointment-Secret"
	headerConfirmationToken = "X-Confirmation-Token"
)

// Option changes one call. Options apply in order, after Config and after the parameters of the call.
type Option func(*call) error

// WithActingUser makes a platform key act as this user of its company. It overrides Config.ActingUser. An empty id is an error, because the key would act as
// the owner of the company; to want that, remove the header with WithHeader.
func WithActingUser(userID string) Option {
	return func(c *call) error {
		if userID == "" {
			return errors.New("the acting user is empty")
		}
		c.header.Set(headerActingUser, userID)
		return nil
	}
}

// WithIdempotencyKey lets the server recognise a POST that is sent again, also by another process: for 24 hours the same key with the same body gets the first
// answer again, and nothing is done twice. Another body under the same key is answered 422. A key has 1 to 255 visible characters. Within one call there is no need
// for it: with Config.IdempotentServer each POST has a key of its own.
//
// A key that nobody looks at protects nothing. So it is an error for other methods than POST, and without Config.IdempotentServer.
func WithIdempotencyKey(key string) Option {
	return func(c *call) error {
		switch {
		case key == "":
			return errors.New("the idempotency key is empty")
		case c.request.Method != http.MethodPost:
			return errors.New("an idempotency key counts for POST only: leave it out of " + c.operation)
		case !c.promising:
			return errors.New("this server is not known to honour idempotency keys: set Config.IdempotentServer if it does, else leave the key out")
		}
		c.header.Set(headerIdempotencyKey, key)
		return nil
	}
}

// WithAppointmentSecret calls as the attendee who holds the secret of a booking, in place of the API key and of the acting user, which would count instead of
// it. It opens GetAppointment, GetAppointmentICS, CancelAppointment, DeleteAppointment and RescheduleAppointment for that appointment.
func WithAppointmentSecret(secret string) Option {
	return asAttendee(headerAppointmentSecret, secret, "the appointment secret is empty")
}

// WithConfirmationToken calls as the attendee who got the token in the mail of a double opt-in, in place of the API key, which cannot confirm for the
// attendee. It opens ConfirmProvisionalBooking for that booking.
func WithConfirmationToken(token string) Option {
	return asAttendee(headerConfirmationToken, token, "the confirmation token is empty")
}

func asAttendee(name, value, empty string) Option {
	return func(c *call) error {
		if value == "" {
			return errors.New(empty)
		}
		c.header.Del(headerAuthorization)
		c.header.Del(headerActingUser)
		c.header.Set(name, value)
		return nil
	}
}

// WithHeader sets a header of the request, such as X-Request-Id. An empty value removes the header. It is sent as it is: an Idempotency-Key set here has no part in
// what is sent again.
func WithHeader(name, value string) Option {
	return func(c *call) error {
		if name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r) }) {
			return errors.New("the name of a header holds a blank or another character that no header has")
		}
		if value == "" {
			c.header.Del(name)
			return nil
		}
		c.header.Set(name, value)
		return nil
	}
}
