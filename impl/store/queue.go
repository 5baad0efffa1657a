package store

import "github.com/meetwright/meetwright/impl/meet"

// InsertQueue gives a meeting type several hosts, in their order.
func (tx *Tx) InsertQueue(q meet.Queue) error {
	const (
		insert = `INSERT INTO queue (id, company_id, meeting_type_id, everyone, created_at) VALUES ($1, $2, $3, $4, $5)`
		member = `INSERT INTO queue_member (queue_id, user_id, position) VALUES ($1, $2, $3)`
	)
	if _, err := tx.exec(insert, string(q.ID), string(q.Company), string(q.Type), bit(q.Everyone), micros(tx.now)); err != nil {
		return err
	}
	for i, user := range q.Members {
		if _, err := tx.exec(member, string(q.ID), string(user), i); err != nil {
			return err
		}
	}
	return nil
}
