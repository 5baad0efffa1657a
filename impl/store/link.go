package store

import (
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// InsertOneTimeLink adds a link by which a meeting type is booked once.
func (tx *Tx) InsertOneTimeLink(id string, company meet.CompanyID, t meet.MeetingTypeID, name string) error {
	const insert = `INSERT INTO one_time_link (id, company_id, meeting_type_id, name, created_at) VALUES ($1, $2, $3, $4, $5)`
	return tx.put(insert, id, string(company), string(t), name, micros(tx.now))
}

// OneTimeLink is a link by which a meeting type is booked once.
type OneTimeLink struct {
	Company meet.CompanyID
	Type    meet.MeetingTypeID
	UsedAt  time.Time // zero for a fresh one
}

// OneTimeLink returns a link of any company; found is false when there is no
// such link.
func (tx *Tx) OneTimeLink(id string) (l OneTimeLink, found bool, err error) {
	const query = `SELECT company_id, meeting_type_id, used_at FROM one_time_link WHERE id = $1`
	found, err = tx.row(query, []any{id}, &l.Company, &l.Type, instant{&l.UsedAt})
	return l, found, err
}

// ReturnOneTimeLink makes a link that was used fresh again.
func (tx *Tx) ReturnOneTimeLink(id string) error {
	return tx.put(`UPDATE one_time_link SET used_at = NULL WHERE id = $1`, id)
}

// SpendOneTimeLink uses a link up, and reports false when it was used
// already or is not of the type.
func (tx *Tx) SpendOneTimeLink(company meet.CompanyID, id string, t meet.MeetingTypeID) (bool, error) {
	const update = `UPDATE one_time_link SET used_at = $4 WHERE id = $1 AND company_id = $2 AND meeting_type_id = $3 AND used_at IS NULL`
	n, err := tx.exec(update, id, string(company), string(t), micros(tx.now))
	return n == 1, err
}
