package store

import (
	"errors"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// InsertUser adds a user. An address or a slug that another user of the
// company has is [meet.CodeEmailTaken] or [meet.CodeSlugTaken].
func (tx *Tx) InsertUser(u meet.User) error {
	const insert = `INSERT INTO app_user (id, company_id, email, email_key, given_name, family_name, slug, picture,
			zone, language, role, schedule_id, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT DO NOTHING`
	n, err := tx.exec(insert, string(u.ID), string(u.Company), u.Email, strings.ToLower(u.Email), u.GivenName, u.FamilyName,
		u.Slug, u.Picture, u.Zone, u.Language, string(u.Role), string(u.Schedule), micros(u.CreatedAt), micros(u.UpdatedAt))
	if err != nil || n == 1 {
		return err
	}
	switch taken, err := tx.emailTaken(u.Company, u.Email); {
	case err != nil:
		return err
	case taken:
		return meet.Refuse(meet.CodeEmailTaken, "A user with this email exists already")
	}
	return errSlugTaken
}

// lockSlugs lets no other change give a slug away until this one ends.
func (tx *Tx) lockSlugs(company meet.CompanyID) error { return tx.Lock("slugs " + string(company)) }

var errSlugTaken = meet.Refuse(meet.CodeSlugTaken, "This slug is already in use")

func (tx *Tx) emailTaken(company meet.CompanyID, email string) (bool, error) {
	const query = `SELECT 1 FROM app_user WHERE company_id = $1 AND email_key = $2 AND left_at IS NULL`
	var found int
	return tx.row(query, []any{string(company), strings.ToLower(email)}, &found)
}

// UserSlugTaken reports whether a user of the company has the slug. A change
// that asks has the slugs of the company to itself until it ends.
func (tx *Tx) UserSlugTaken(company meet.CompanyID, slug string) (bool, error) {
	const query = `SELECT 1 FROM app_user WHERE company_id = $1 AND slug = $2 AND left_at IS NULL`
	if err := tx.lockSlugs(company); err != nil {
		return false, err
	}
	var found int
	return tx.row(query, []any{string(company), slug}, &found)
}

const userColumns = `id, company_id, email, given_name, family_name, slug, picture, zone, language, role, schedule_id, created_at, updated_at`

func scanUser(row scanner) (u meet.User, err error) {
	err = row.Scan(&u.ID, &u.Company, &u.Email, &u.GivenName, &u.FamilyName, &u.Slug, &u.Picture, &u.Zone, &u.Language,
		&u.Role, &u.Schedule, instant{&u.CreatedAt}, instant{&u.UpdatedAt})
	return u, err
}

// User returns a user of the company; one who is unknown, foreign or has
// left is [meet.ErrUserNotFound]. Nobody books a user whom a change has
// read, until it ends.
func (tx *Tx) User(company meet.CompanyID, id meet.UserID) (meet.User, error) {
	query := `SELECT ` + userColumns + ` FROM app_user WHERE id = $1 AND company_id = $2 AND left_at IS NULL` + tx.locking(" FOR UPDATE")
	return one(tx, query, []any{string(id), string(company)}, scanUser, meet.ErrUserNotFound)
}

// LockHosted keeps the meeting types of a user as they are, and the holds and
// bookings to come that the user hosts, until the change ends: before the
// user, as those who book do.
func (tx *Tx) LockHosted(company meet.CompanyID, id meet.UserID) error {
	const (
		types    = `SELECT 1 FROM meeting_type WHERE company_id = $1 AND owner_id = $2 AND deleted_at IS NULL ORDER BY id`
		holds    = `SELECT 1 FROM hold WHERE company_id = $1 AND id IN (SELECT hold_id FROM hold_host WHERE user_id = $2) AND status = 'pending' ORDER BY id`
		bookings = `SELECT 1 FROM booking WHERE company_id = $1 AND id IN (SELECT booking_id FROM booking_host WHERE user_id = $2)
			AND cancelled_at IS NULL AND end_at > $3 ORDER BY id`
	)
	return errors.Join(
		tx.lockRows(types, string(company), string(id)),
		tx.lockRows(holds, string(company), string(id)),
		tx.lockRows(bookings, string(company), string(id), micros(tx.now)))
}

// UserByEmail is User by address, without regard to case.
func (tx *Tx) UserByEmail(company meet.CompanyID, email string) (meet.User, error) {
	const query = `SELECT ` + userColumns + ` FROM app_user WHERE company_id = $1 AND email_key = $2 AND left_at IS NULL`
	return one(tx, query, []any{string(company), strings.ToLower(email)}, scanUser, meet.ErrUserNotFound)
}

// UsersByID returns those of the users that exist in the company, also those
// who have left, in no particular order.
func (tx *Tx) UsersByID(company meet.CompanyID, ids []meet.UserID) ([]meet.User, error) {
	query := `SELECT ` + userColumns + ` FROM app_user WHERE company_id = $1 AND id IN (` + params(2, len(ids)) + `)`
	return list(tx, query, append([]any{string(company)}, anys(ids)...), scanUser)
}

// Users returns a page of the company's users in the order they were made,
// and how many there are. A role of "" is any.
func (tx *Tx) Users(company meet.CompanyID, role meet.Role, limit, offset int) ([]meet.User, int, error) {
	const (
		where = ` FROM app_user WHERE company_id = $1 AND left_at IS NULL AND ($2 = '' OR role = $2)`
		count = `SELECT count(*)` + where
		query = `SELECT ` + userColumns + where + ` ORDER BY created_at, id LIMIT $3 OFFSET $4`
	)
	var total int
	if _, err := tx.row(count, []any{string(company), string(role)}, &total); err != nil {
		return nil, 0, err
	}
	users, err := list(tx, query, []any{string(company), string(role), limit, offset}, scanUser)
	return users, total, err
}

// UpdateUser stores the names and the slug of a user; a slug that is taken
// is [meet.CodeSlugTaken].
func (tx *Tx) UpdateUser(u meet.User) error {
	const update = `UPDATE app_user SET given_name = $1, family_name = $2, slug = $3, updated_at = $4
		WHERE id = $5 AND NOT EXISTS (
			SELECT 1 FROM app_user o WHERE o.company_id = $6 AND o.slug = $3 AND o.id <> $5 AND o.left_at IS NULL)`
	if err := tx.lockSlugs(u.Company); err != nil {
		return err
	}
	n, err := tx.exec(update, u.GivenName, u.FamilyName, u.Slug, micros(u.UpdatedAt), string(u.ID), string(u.Company))
	if err == nil && n == 0 {
		return errSlugTaken
	}
	return err
}

// RemoveUser marks a user as gone: keys stop working, queues lose the
// member, meeting types of the user's own are deleted. Past bookings keep
// their host.
func (tx *Tx) RemoveUser(id meet.UserID) error {
	for _, statement := range []string{
		`UPDATE app_user SET left_at = $2 WHERE id = $1`,
		`UPDATE api_key SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL`,
		`UPDATE meeting_type SET deleted_at = $2 WHERE owner_id = $1 AND deleted_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM queue WHERE queue.meeting_type_id = meeting_type.id)`,
	} {
		if err := tx.put(statement, string(id), micros(tx.now)); err != nil {
			return err
		}
	}
	return tx.put(`DELETE FROM queue_member WHERE user_id = $1`, string(id))
}
