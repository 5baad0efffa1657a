package client

import (
	"errors"
	"net/http"
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

// call is what options can change.
type call struct {
	header http.Header
}

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

// WithIdempotencyKey lets the server recognise a POST that is sent again: for 24 hours the same key with the same body gets the first answer again, and
// nothing is done twice. Another body under the same key is answered 422. A key has 1 to 255 visible characters. Other methods do not look at it.
func WithIdempotencyKey(key string) Option {
	return func(c *call) error {
		if key == "" {
			return errors.New("the idempotency key is empty")
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

// WithHeader sets a header of the request, such as X-Request-Id. An empty value removes the header.
func WithHeader(name, value string) Option {
	return func(c *call) error {
		if value == "" {
			c.header.Del(name)
			return nil
		}
		c.header.Set(name, value)
		return nil
	}
}
