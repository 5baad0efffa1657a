package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// InsertEvent records that something happened.
func (tx *Tx) InsertEvent(e meet.Event) error {
	const insert = `INSERT INTO event (id, company_id, kind, subject_id, snapshot, created_at) VALUES ($1, $2, $3, $4, $5, $6)`
	err := tx.put(insert, string(e.ID), string(e.Company), string(e.Kind), e.Subject, string(e.Snapshot), micros(e.At))
	if err != nil {
		return fmt.Errorf("insert event: %w", err)
	}
	tx.event = e.ID
	return nil
}

func scanEvent(row scanner) (e meet.Event, err error) {
	var snapshot string
	err = row.Scan(&e.ID, &e.Company, &e.Kind, &e.Subject, &snapshot, instant{&e.At})
	e.Snapshot = json.RawMessage(snapshot)
	return e, err
}

const eventColumns = `id, company_id, kind, subject_id, snapshot, created_at`

// EventsByID returns those of some events that are there, in any order.
func (tx *Tx) EventsByID(ids []meet.EventID) ([]meet.Event, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	query := `SELECT ` + eventColumns + ` FROM event WHERE id IN (` + params(1, len(ids)) + `)`
	return list(tx, query, anys(ids), scanEvent)
}

// Event returns an event; found is false when there is none.
func (tx *Tx) Event(id meet.EventID) (e meet.Event, found bool, err error) {
	const query = `SELECT ` + eventColumns + ` FROM event WHERE id = $1`
	events, err := list(tx, query, []any{string(id)}, scanEvent)
	if err != nil || len(events) == 0 {
		return e, false, err
	}
	return events[0], true, nil
}

// Events returns what happened to a subject, in the order of the commits.
func (tx *Tx) Events(subject string) ([]meet.Event, error) {
	const query = `SELECT ` + eventColumns + ` FROM event WHERE subject_id = $1 ORDER BY number`
	return list(tx, query, []any{subject}, scanEvent)
}

// DeleteEvents removes events from before an instant of which no job tells,
// up to limit of them; it returns how many.
func (tx *Tx) DeleteEvents(before time.Time, limit int) (int, error) {
	const remove = `DELETE FROM event WHERE id IN (
		SELECT e.id FROM event e WHERE e.created_at < $1 AND NOT EXISTS (SELECT 1 FROM job j WHERE j.subject_id = e.id)
		ORDER BY e.created_at LIMIT $2)`
	n, err := tx.exec(remove, micros(before), limit)
	return int(n), err
}
