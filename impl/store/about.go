package store

import "github.com/meetwright/meetwright/impl/meet"

// JobsAbout returns the jobs whose subject is this event, booking or hold, in
// the order in which they were added.
func (tx *Tx) JobsAbout(subject string) ([]meet.Job, error) {
	const query = `SELECT ` + jobColumns + ` FROM job WHERE subject_id = $1 ORDER BY created_at, id`
	return list(tx, query, []any{subject}, scanJob)
}
