package client

import (
	"encoding/json"
	"errors"
	"fmt"
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

// Value gives the appointment or the provisional booking. Exactly one of them is not nil.
func (o *BookingOutcome) Value() (*Booked, *Provisional) { return o.booked, o.provisional }

// UnmarshalJSON reads the answer of CreateBooking. An answer that is neither kind, or both, is an error.
func (o *BookingOutcome) UnmarshalJSON(text []byte) error {
	r, err := readResult(text, func(r result) bool { return r.AppointmentID != "" && r.Secret != "" })
	if err != nil {
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

// ApprovalOutcome is what became of an approval. What ApproveProvisionalBooking returns without an error holds exactly one of the two kinds.
type ApprovalOutcome struct {
	approved    *Approved
	provisional *Provisional
}

// Value gives the appointment, or the provisional booking when the attendee has to confirm next. Exactly one of them is not nil.
func (o *ApprovalOutcome) Value() (*Approved, *Provisional) { return o.approved, o.provisional }

// UnmarshalJSON reads the answer of ApproveProvisionalBooking. An answer that is neither kind, or both, is an error.
func (o *ApprovalOutcome) UnmarshalJSON(text []byte) error {
	r, err := readResult(text, func(r result) bool { return r.AppointmentID != "" })
	if err != nil {
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

// readResult reads an answer that is either an appointment, as isAppointment says, or a provisional booking.
func readResult(text []byte, isAppointment func(result) bool) (result, error) {
	var r result
	if err := json.Unmarshal(text, &r); err != nil {
		return result{}, err
	}
	switch appointment, provisional := isAppointment(r), r.provisional() != nil; {
	case appointment && provisional:
		return result{}, errors.New("it is an appointment and a provisional booking at once")
	case !appointment && !provisional:
		return result{}, fmt.Errorf("it is neither an appointment nor a provisional booking (bookingType %q)", r.BookingType)
	}
	return r, nil
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
