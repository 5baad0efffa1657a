package store

import (
	"encoding/json"
	"fmt"

	"github.com/meetwright/meetwright/impl/meet"
)

// InsertMeetingType adds a meeting type; a slug that is taken in the company
// is [meet.CodeSlugTaken].
func (tx *Tx) InsertMeetingType(t meet.MeetingType) error {
	const insert = `INSERT INTO meeting_type (id, company_id, owner_id, schedule_id, slug, enabled, settings, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`
	settings, err := json.Marshal(t.Settings)
	if err != nil {
		return err
	}
	n, err := tx.exec(insert, string(t.ID), string(t.Company), string(t.Owner), text(t.Schedule), t.Slug, bit(t.Enabled),
		string(settings), micros(t.CreatedAt), micros(t.UpdatedAt))
	if err == nil && n == 0 {
		return errSlugTaken
	}
	return err
}

// UpdateMeetingType stores everything that can change in a meeting type; a
// slug that is taken is [meet.CodeSlugTaken].
func (tx *Tx) UpdateMeetingType(t meet.MeetingType) error {
	const update = `UPDATE meeting_type SET schedule_id = $1, slug = $2, enabled = $3, settings = $4, updated_at = $5, owner_id = $8
		WHERE id = $6 AND NOT EXISTS (
			SELECT 1 FROM meeting_type o WHERE o.company_id = $7 AND o.slug = $2 AND o.id <> $6 AND o.deleted_at IS NULL)`
	if err := tx.lockSlugs(t.Company); err != nil {
		return err
	}
	settings, err := json.Marshal(t.Settings)
	if err != nil {
		return err
	}
	n, err := tx.exec(update, text(t.Schedule), t.Slug, bit(t.Enabled), string(settings), micros(t.UpdatedAt),
		string(t.ID), string(t.Company), string(t.Owner))
	if err == nil && n == 0 {
		return errSlugTaken
	}
	return err
}

// DeleteMeetingType takes a type out of sight; its bookings stay.
func (tx *Tx) DeleteMeetingType(id meet.MeetingTypeID) error {
	const update = `UPDATE meeting_type SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL`
	return tx.put(update, string(id), micros(tx.now))
}

// MeetingTypeSlugTaken reports whether a meeting type of the company has the
// slug. A change that asks has the slugs of the company to itself until it
// ends.
func (tx *Tx) MeetingTypeSlugTaken(company meet.CompanyID, slug string) (bool, error) {
	const query = `SELECT 1 FROM meeting_type WHERE company_id = $1 AND slug = $2 AND deleted_at IS NULL`
	if err := tx.lockSlugs(company); err != nil {
		return false, err
	}
	var found int
	return tx.row(query, []any{string(company), slug}, &found)
}

const meetingTypeQuery = `SELECT t.id, t.company_id, t.owner_id, coalesce(q.id, ''), coalesce(q.everyone, 0),
		q.id IS NOT NULL AND q.max_lead = 0 AND NOT EXISTS (SELECT 1 FROM queue_group g WHERE g.queue_id = q.id),
		coalesce(t.schedule_id, ''), t.slug,
		t.enabled, t.settings, t.created_at, t.updated_at
	FROM meeting_type t LEFT JOIN queue q ON q.meeting_type_id = t.id`

func scanMeetingType(row scanner) (t meet.MeetingType, err error) {
	var settings string
	err = row.Scan(&t.ID, &t.Company, &t.Owner, &t.Queue, &t.CoHosted, &t.PlainQueue, &t.Schedule, &t.Slug, &t.Enabled, &settings,
		instant{&t.CreatedAt}, instant{&t.UpdatedAt})
	if err != nil {
		return t, err
	}
	if err := json.Unmarshal([]byte(settings), &t.Settings); err != nil {
		return t, fmt.Errorf("meeting type %s: %w", t.ID, err)
	}
	return t, nil
}

// MeetingType returns a meeting type of the company; an unknown, foreign or
// deleted one is [meet.ErrMeetingTypeNotFound].
func (tx *Tx) MeetingType(company meet.CompanyID, id meet.MeetingTypeID) (meet.MeetingType, error) {
	const query = meetingTypeQuery + ` WHERE t.id = $1 AND t.company_id = $2 AND t.deleted_at IS NULL`
	return one(tx, query, []any{string(id), string(company)}, scanMeetingType, meet.ErrMeetingTypeNotFound)
}

// LockMeetingType lets no other change touch a meeting type until this one
// ends, nor one that is judged by the other bookings and holds of the type.
// What is read after it is what the one before has left. A change locks types
// before holds and bookings, those before users, and users before what is
// made anew, so that no two wait for each other.
func (tx *Tx) LockMeetingType(id meet.MeetingTypeID) error {
	return tx.lockRows(`SELECT 1 FROM meeting_type WHERE id = $1`, string(id))
}

// LockTypeOf is LockMeetingType for the type of a booking.
func (tx *Tx) LockTypeOf(id meet.BookingID) error {
	return tx.lockRows(`SELECT 1 FROM meeting_type WHERE id = (SELECT meeting_type_id FROM booking WHERE id = $1)`, string(id))
}

// LockTypeOfHold is LockMeetingType for the type of a hold.
func (tx *Tx) LockTypeOfHold(id meet.HoldID) error {
	return tx.lockRows(`SELECT 1 FROM meeting_type WHERE id = (SELECT meeting_type_id FROM hold WHERE id = $1)`, string(id))
}

// MeetingTypesByID returns those of the types that exist in the company,
// also the deleted ones, in no particular order.
func (tx *Tx) MeetingTypesByID(company meet.CompanyID, ids []meet.MeetingTypeID) ([]meet.MeetingType, error) {
	query := meetingTypeQuery + ` WHERE t.company_id = $1 AND t.id IN (` + params(2, len(ids)) + `)`
	return list(tx, query, append([]any{string(company)}, anys(ids)...), scanMeetingType)
}

// MeetingTypes returns the meeting types of the company, or only those of an
// owner unless owner is "", in the order they were made.
func (tx *Tx) MeetingTypes(company meet.CompanyID, owner meet.UserID) ([]meet.MeetingType, error) {
	const query = meetingTypeQuery + ` WHERE t.company_id = $1 AND ($2 = '' OR t.owner_id = $2) AND t.deleted_at IS NULL
		ORDER BY t.created_at, t.id`
	return list(tx, query, []any{string(company), string(owner)}, scanMeetingType)
}

// DeletedMeetingTypes returns the deleted types of the company that were
// booked, in no particular order.
func (tx *Tx) DeletedMeetingTypes(company meet.CompanyID) ([]meet.MeetingType, error) {
	const query = meetingTypeQuery + ` WHERE t.company_id = $1 AND t.deleted_at IS NOT NULL
		AND EXISTS (SELECT 1 FROM booking b WHERE b.meeting_type_id = t.id)`
	return list(tx, query, []any{string(company)}, scanMeetingType)
}
