package store

import (
	"encoding/json"
	"strings"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/meet"
)

// KeepContact makes a contact of an attendee, known by the address or, for
// want of one, by the phone. Of a contact that is there already it fills in
// what was missing, and the campaign of the newest booking.
func (tx *Tx) KeepContact(company meet.CompanyID, a meet.Attendee) error {
	// In place of email_key = $2 the update says it twice: SQLite prepares a
	// statement anew each time when a parameter decides about a partial index.
	const (
		insert = `INSERT INTO contact (id, company_id, email, email_key, phone, first_name, last_name, source, owner_id, details, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, 'booking', '', $8, $9) ON CONFLICT DO NOTHING`
		update = `UPDATE contact SET
				phone = CASE WHEN phone = '' THEN $3 ELSE phone END,
				first_name = CASE WHEN first_name = '' AND last_name = '' THEN $4 ELSE first_name END,
				last_name = CASE WHEN first_name = '' AND last_name = '' THEN $5 ELSE last_name END,
				details = CASE WHEN $6 = '' THEN details ELSE $6 END
			WHERE company_id = $1 AND email_key >= $2 AND email_key <= $2 AND email_key <> ''
				OR company_id = $1 AND $2 = '' AND email_key = '' AND phone = $3 AND phone <> ''`
	)
	if a.Email == "" && a.Phone == "" {
		return nil
	}
	details, utm := "{}", ""
	if a.UTM != (meet.UTM{}) {
		text, err := json.Marshal(map[string]meet.UTM{"utm": a.UTM})
		if err != nil {
			return err
		}
		details, utm = string(text), string(text)
	}
	first, last := a.FirstName, a.LastName
	if first == "" && last == "" {
		first = a.FullName
	}
	key := strings.ToLower(a.Email)
	n, err := tx.exec(insert, uuid.Must(uuid.NewV7()).String(), string(company), a.Email, key, a.Phone, first, last, details, micros(tx.now))
	if err != nil || n == 1 {
		return err
	}
	return tx.put(update, string(company), key, a.Phone, first, last, utm)
}
