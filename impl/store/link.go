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

// OneTimeLink returns the meeting type of a link and when it was used, the
// zero time for a fresh one; found is false when the company has no such
// link.
func (tx *Tx) OneTimeLink(company meet.CompanyID, id string) (t meet.MeetingTypeID, used time.Time, found bool, err error) {
	const query = `SELECT meeting_type_id, used_at FROM one_time_link WHERE id = $1 AND company_id = $2`
	found, err = tx.row(query, []any{id, string(company)}, &t, instant{&used})
	return t, used, found, err
}

// SpendOneTimeLink uses a link up, and reports false when it was used
// already or is not of the type.
func (tx *Tx) SpendOneTimeLink(company meet.CompanyID, id string, t meet.MeetingTypeID) (bool, error) {
	const update = `UPDATE one_time_link SET used_at = $4 WHERE id = $1 AND company_id = $2 AND meeting_type_id = $3 AND used_at IS NULL`
	n, err := tx.exec(update, id, string(company), string(t), micros(tx.now))
	return n == 1, err
}
