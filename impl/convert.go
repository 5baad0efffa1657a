package impl

// The handlers are the border between two vocabularies: each file reads and
// writes what its tag needs, and this one holds what they share. The wire
// speaks the contract's words, everything inside the field's:
//
//	wire                      inside
//	appointment               booking
//	provisional booking       hold
//	availability (resource)   schedule
//	availability (query)      slots
//	spot                      slot; spots of a type: seats
//	timeslotInterval          increment
//	bookingMinimum            notice
//	daysIntoFuture            horizon
//	bringalongEmails          guests
//	userType                  role
//	requireHostConfirmation   host confirmation
//	skipNotifications         skip mail
//	ignoreAvailability        force

import (
	"bytes"
	"encoding/json"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/server"
)

// id turns an identifier of a request into one of ours, in lower case.
func id[T ~string](u openapi_types.UUID) T { return T(u.String()) }

// optionalID is id for an identifier that may be absent.
func optionalID[T ~string](u *openapi_types.UUID) T {
	if u == nil {
		return ""
	}
	return T(u.String())
}

func ids[T ~string](us []openapi_types.UUID) []T {
	out := make([]T, len(us))
	for i, u := range us {
		out[i] = id[T](u)
	}
	return out
}

// words turns identifiers into strings; the slice is never nil.
func words[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// value is what a pointer points to, the zero value for nil.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// set stores what a pointer points to, unless it is nil.
func set[T any](target *T, p *T) {
	if p != nil {
		*target = *p
	}
}

// setMinutes is set for a duration that the wire counts in minutes.
func setMinutes(target *time.Duration, p *int) {
	if p != nil {
		*target = minutes(*p)
	}
}

// orNull is nil for an empty text, which the wire writes as null.
func orNull[T ~string](s T) *string {
	if s == "" {
		return nil
	}
	text := string(s)
	return &text
}

// omitZero is nil for the zero value, which the wire leaves out.
func omitZero[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

func inMinutes(d time.Duration) int { return int(d / time.Minute) }

// instant writes an instant in UTC.
func instant(t time.Time) server.Instant { return server.Instant{Time: t.UTC()} }

// instantOrNull is nil for the zero time.
func instantOrNull(t time.Time) *server.Instant {
	if t.IsZero() {
		return nil
	}
	i := instant(t)
	return &i
}

// notNil is values, and an empty slice for nil.
func notNil[T any](values []T) []T {
	if values == nil {
		return []T{}
	}
	return values
}

// freeForm decodes an object that was stored as it came; numbers keep their
// text.
func freeForm(raw json.RawMessage) (map[string]any, error) {
	object := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return object, decoder.Decode(&object)
}

func utmOut(u meet.UTM) server.UTM {
	return server.UTM{
		UTMSource: omitZero(u.Source), UTMMedium: omitZero(u.Medium), UTMCampaign: omitZero(u.Campaign),
		UTMContent: omitZero(u.Content), UTMTerm: omitZero(u.Term),
	}
}
