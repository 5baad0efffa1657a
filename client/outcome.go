package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
)

// Provisional is a booking that waits: for the attendee's confirmation, or first for the host's approval. Its slot is held meanwhile.
type Provisional struct {
	// Type says whom it waits for: ProvisionalBookingTypeDoubleOptIn or ProvisionalBookingTypeRequireHostConfirmation, however the server spells it.
	Type ProvisionalBookingType `json:"bookingType"`
	// ID is the id of the provisional booking.
	ID string `json:"provisionalBookingId"`
}

// BookingOutcome is what became of a booking. What CreateBooking returns without an error holds exactly one of the two kinds.
type BookingOutcome struct {
	booked      *Booked
	provisional *Provisional
}

// Value gives the appointment or the provisional booking. Exactly one of them is not nil. Unlike the outcome, *Booked shows its secret when it is printed.
func (o *BookingOutcome) Value() (*Booked, *Provisional) { return o.booked, o.provisional }

// UnmarshalJSON reads the answer of CreateBooking. An answer that is neither kind, or both, is an error.
func (o *BookingOutcome) UnmarshalJSON(text []byte) error {
	var r result
	if err := json.Unmarshal(text, &r); err != nil {
		return err
	}
	return o.take(r)
}

func (o *BookingOutcome) take(r result) error {
	if err := r.check(r.AppointmentID != "" && r.Secret != ""); err != nil {
		return err
	}
	if o.booked, o.provisional = nil, r.provisional(); o.provisional == nil {
		o.booked = &Booked{AppointmentID: r.AppointmentID, Secret: r.Secret}
	}
	return nil
}

// MarshalJSON writes the kind it holds. The zero value holds none, which is an error.
func (o BookingOutcome) MarshalJSON() ([]byte, error) {
	if o.booked != nil {
		return json.Marshal(o.booked)
	}
	return writeProvisional(o.provisional)
}

// String gives the kind it holds with *** in place of the appointment's secret.
func (o BookingOutcome) String() string {
	switch {
	case o.booked != nil:
		return fmt.Sprintf("{AppointmentID:%q Secret:%q}", o.booked.AppointmentID, mask)
	case o.provisional != nil:
		return fmt.Sprintf("{Type:%q ID:%q}", o.provisional.Type, o.provisional.ID)
	default:
		return "{}"
	}
}

// GoString gives what String gives, so that %#v does not print the secret either.
func (o BookingOutcome) GoString() string { return "client.BookingOutcome" + o.String() }

// LogValue gives the kind it holds to slog with *** in place of the appointment's secret. MarshalJSON writes the secret, for those who store it.
func (o BookingOutcome) LogValue() slog.Value { return slog.StringValue(o.String()) }

// ApprovalOutcome is what became of an approval. What ApproveProvisionalBooking returns without an error holds exactly one of the two kinds.
type ApprovalOutcome struct {
	approved    *Approved
	provisional *Provisional
}

// Value gives the appointment, or the provisional booking when the attendee has to confirm next. Exactly one of them is not nil.
func (o *ApprovalOutcome) Value() (*Approved, *Provisional) { return o.approved, o.provisional }

// UnmarshalJSON reads the answer of ApproveProvisionalBooking. An answer that is neither kind, or both, is an error.
func (o *ApprovalOutcome) UnmarshalJSON(text []byte) error {
	var r result
	if err := json.Unmarshal(text, &r); err != nil {
		return err
	}
	if err := r.check(r.AppointmentID != ""); err != nil {
		return err
	}
	if o.approved, o.provisional = nil, r.provisional(); o.provisional == nil {
		o.approved = &Approved{AppointmentID: r.AppointmentID}
	}
	return nil
}

// MarshalJSON writes the kind it holds. The zero value holds none, which is an error.
func (o ApprovalOutcome) MarshalJSON() ([]byte, error) {
	if o.approved != nil {
		return json.Marshal(o.approved)
	}
	return writeProvisional(o.provisional)
}

// result has the properties of both kinds. The generated unions cannot tell the kinds apart: each reads the other as a value with empty fields.
type result struct {
	AppointmentID        string                 `json:"appointmentId"`
	Secret               string                 `json:"secret"`
	BookingType          ProvisionalBookingType `json:"bookingType"`
	ProvisionalBookingID string                 `json:"provisionalBookingId"`
}

// check refuses what is neither an appointment nor a provisional booking, or both.
func (r result) check(isAppointment bool) error {
	switch isProvisional := r.provisional() != nil; {
	case isAppointment && isProvisional:
		return errors.New("it is an appointment and a provisional booking at once")
	case !isAppointment && !isProvisional:
		return fmt.Errorf("it is neither an appointment nor a provisional booking (bookingType %q)", r.BookingType)
	}
	return nil
}

// provisional is nil when the answer is no provisional booking of a known type.
func (r result) provisional() *Provisional {
	if r.ProvisionalBookingID == "" || !r.BookingType.Valid() {
		return nil
	}
	return &Provisional{Type: spelled(r.BookingType), ID: r.ProvisionalBookingID}
}

func writeProvisional(p *Provisional) ([]byte, error) {
	if p == nil {
		return nil, errors.New("the outcome is empty")
	}
	return json.Marshal(p)
}

// spelled gives one spelling to the two that servers use.
func spelled(t ProvisionalBookingType) ProvisionalBookingType {
	switch t {
	case ProvisionalBookingTypeLowerDoubleOptIn:
		return ProvisionalBookingTypeDoubleOptIn
	case ProvisionalBookingTypeLowerRequireHostConfirmation:
		return ProvisionalBookingTypeRequireHostConfirmation
	default:
		return t
	}
}
