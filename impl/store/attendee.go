package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// InsertAttendee adds an attendee to a booking at a position among the
// others.
func (tx *Tx) InsertAttendee(b meet.Booking, position int, a meet.Attendee) error {
	const insert = `INSERT INTO attendee (id, booking_id, position, email, first_name, last_name, full_name, phone, phone_raw,
			zone, language, notes, receive_reminders, guests, utm_source, utm_medium, utm_campaign, utm_content, utm_term,
			policy_accepted_at, generation, search)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`
	search := strings.ToLower(a.DisplayName() + "\n" + a.Email + "\n" + b.Name)
	guests, err := json.Marshal(a.Guests)
	if err != nil {
		return err
	}
	err = tx.put(insert, string(a.ID), string(b.ID), position, a.Email, a.FirstName, a.LastName, a.FullName,
		a.Phone, a.PhoneRaw, a.Zone, a.Language, string(a.Notes), bit(a.ReceiveReminders), string(guests),
		a.UTM.Source, a.UTM.Medium, a.UTM.Campaign, a.UTM.Content, a.UTM.Term, micros(a.PolicyAcceptedAt), a.Generation, search)
	if err != nil {
		return fmt.Errorf("insert attendee: %w", err)
	}
	return nil
}

// SetGuests stores the addresses that an attendee brings along.
func (tx *Tx) SetGuests(id meet.AttendeeID, guests []string) error {
	const update = `UPDATE attendee SET guests = $1 WHERE id = $2`
	text, err := json.Marshal(guests)
	if err != nil {
		return err
	}
	return tx.put(update, string(text), string(id))
}

// attendees returns those who have not left the bookings of a list, in their
// order.
func (tx *Tx) attendees(these string, args []any) ([]meet.Attendee, error) {
	query := `SELECT id, booking_id, email, first_name, last_name, full_name, phone, phone_raw, zone, language, notes,
			receive_reminders, guests, utm_source, utm_medium, utm_campaign, utm_content, utm_term, policy_accepted_at, generation
		FROM attendee WHERE booking_id IN ` + these + ` AND left_at IS NULL ORDER BY booking_id, position, id`
	return list(tx, query, args, func(row scanner) (a meet.Attendee, err error) {
		var notes, guests string
		err = row.Scan(&a.ID, &a.Booking, &a.Email, &a.FirstName, &a.LastName, &a.FullName, &a.Phone, &a.PhoneRaw,
			&a.Zone, &a.Language, &notes, &a.ReceiveReminders, &guests,
			&a.UTM.Source, &a.UTM.Medium, &a.UTM.Campaign, &a.UTM.Content, &a.UTM.Term,
			instant{&a.PolicyAcceptedAt}, &a.Generation)
		if err != nil {
			return a, err
		}
		a.Notes = json.RawMessage(notes)
		if err := json.Unmarshal([]byte(guests), &a.Guests); err != nil {
			return a, fmt.Errorf("attendee %s: %w", a.ID, err)
		}
		return a, nil
	})
}

// RemoveAttendee frees the seat of an attendee.
func (tx *Tx) RemoveAttendee(id meet.AttendeeID) error {
	const update = `UPDATE attendee SET left_at = $2 WHERE id = $1 AND left_at IS NULL`
	return tx.put(update, string(id), micros(tx.now))
}

// Seat is an attendee of a booking, with what it takes to check a secret.
type Seat struct {
	Company    meet.CompanyID
	Attendee   meet.AttendeeID
	Generation int
	Left       bool
}

// Seats returns the attendees of a booking of any company, also those who
// left.
func (tx *Tx) Seats(id meet.BookingID) ([]Seat, error) {
	const query = `SELECT b.company_id, a.id, a.generation, a.left_at IS NOT NULL FROM attendee a
		JOIN booking b ON b.id = a.booking_id WHERE a.booking_id = $1 ORDER BY a.position, a.id`
	return list(tx, query, []any{string(id)}, func(row scanner) (s Seat, err error) {
		err = row.Scan(&s.Company, &s.Attendee, &s.Generation, &s.Left)
		return s, err
	})
}

// RenewSecret raises the generation of an attendee's secret, which revokes
// the one before.
func (tx *Tx) RenewSecret(id meet.AttendeeID) error {
	return tx.put(`UPDATE attendee SET generation = generation + 1 WHERE id = $1`, string(id))
}

// AttendeeBooking returns the booking of an attendee who has not left; found
// is false when the company has none.
func (tx *Tx) AttendeeBooking(company meet.CompanyID, id meet.AttendeeID) (booking meet.BookingID, found bool, err error) {
	const query = `SELECT a.booking_id FROM attendee a JOIN booking b ON b.id = a.booking_id
		WHERE a.id = $1 AND b.company_id = $2 AND a.left_at IS NULL`
	found, err = tx.row(query, []any{string(id), string(company)}, &booking)
	return booking, found, err
}
