package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// InsertJob adds a job, unless one with the same dedup is there.
func (tx *Tx) InsertJob(j meet.Job) error {
	const insert = `INSERT INTO job (id, company_id, kind, lane, chain, dedup, subject_id, payload, state, attempt, run_at, last_error, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', 0, $9, '', $10) ON CONFLICT (dedup) DO NOTHING`
	err := tx.put(insert, string(j.ID), string(j.Company), string(j.Kind), j.Lane, j.Chain, j.Dedup, j.Subject, string(j.Payload),
		micros(j.RunAt), micros(tx.now))
	if err != nil {
		return fmt.Errorf("insert job: %w", err)
	}
	return nil
}

const jobColumns = `id, company_id, kind, lane, chain, dedup, subject_id, payload, state, attempt, run_at, created_at, last_error`

func scanJob(row scanner) (j meet.Job, err error) {
	var payload string
	err = row.Scan(&j.ID, &j.Company, &j.Kind, &j.Lane, &j.Chain, &j.Dedup, &j.Subject, &payload, &j.State, &j.Attempt,
		instant{&j.RunAt}, instant{&j.CreatedAt}, &j.LastError)
	j.Payload = json.RawMessage(payload)
	return j, err
}

// lanes finds the lanes with a job that is due and the number of jobs that
// each may have claimed besides those that are out, the lane that has waited
// longest first. It goes from one lane to the next, and so does not read
// what waits in each.
const lanes = `WITH RECURSIVE lane (name) AS (
		SELECT min(lane) FROM job WHERE state = 'pending' AND lease_until IS NULL
		UNION ALL
		SELECT (SELECT min(j.lane) FROM job j WHERE j.state = 'pending' AND j.lease_until IS NULL AND j.lane > lane.name)
		FROM lane WHERE lane.name IS NOT NULL
	), busy AS (
		SELECT lane, count(*) AS running FROM job WHERE state = 'pending' AND lease_until IS NOT NULL GROUP BY lane
	), due AS (
		SELECT name, (SELECT min(j.run_at) FROM job j WHERE j.state = 'pending' AND j.lease_until IS NULL AND j.lane = lane.name) AS oldest,
			CASE WHEN name = '' THEN $2
				WHEN EXISTS (SELECT 1 FROM job j WHERE j.state = 'pending' AND j.lease_until IS NULL AND j.last_error <> '' AND j.lane = lane.name) THEN 1
				ELSE $3 END - CASE WHEN name = '' THEN 0 ELSE coalesce(running, 0) END AS room
		FROM lane LEFT JOIN busy ON busy.lane = lane.name WHERE name IS NOT NULL
	)
	SELECT name, room FROM due WHERE oldest <= $1 AND room > 0 ORDER BY oldest, name`

// lane is a lane that jobs can be claimed of, and how many.
type lane struct {
	name string
	room int
}

// ClaimJobs takes up to limit jobs that are due, each for the length of the
// lease, and counts their attempt. A job whose lease ran out may be taken
// again, which is no failure of it. Of a lane at most perLane are out at a
// time, and one while a job of it that failed waits for another try; of a
// chain, one, the oldest.
//
// leased is the real time at which the lease is counted, which goes on when
// the clock of the transaction stands still.
func (tx *Tx) ClaimJobs(limit, perLane int, leased time.Time, lease time.Duration) ([]meet.Job, error) {
	const (
		release = `UPDATE job SET lease_until = NULL WHERE state = 'pending' AND lease_until IS NOT NULL AND lease_until <= $1`
		claim   = `UPDATE job SET attempt = attempt + 1, lease_until = $3
			WHERE id IN (
				SELECT d.id FROM job d
				WHERE d.state = 'pending' AND d.lease_until IS NULL AND d.lane = $1 AND d.run_at <= $2
					AND (d.chain = '' OR NOT EXISTS (
						SELECT 1 FROM job e WHERE e.lane = d.lane AND e.chain = d.chain AND e.state = 'pending'
							AND (e.created_at < d.created_at OR e.created_at = d.created_at AND e.id < d.id)))
				ORDER BY d.run_at, d.id LIMIT $4
			) RETURNING ` + jobColumns
	)
	// Of two who look at the same time neither would see what the other takes.
	if err := tx.Lock("job"); err != nil {
		return nil, err
	}
	if err := tx.put(release, micros(leased)); err != nil {
		return nil, err
	}
	ready, err := list(tx, lanes, []any{micros(tx.now), limit, perLane}, func(row scanner) (l lane, err error) {
		err = row.Scan(&l.name, &l.room)
		return l, err
	})
	if err != nil {
		return nil, err
	}
	var claimed []meet.Job
	for _, l := range ready {
		room := min(l.room, limit-len(claimed))
		if room == 0 {
			break
		}
		jobs, err := list(tx, claim, []any{l.name, micros(tx.now), micros(leased.Add(lease)), room}, scanJob)
		if err != nil {
			return nil, err
		}
		claimed = append(claimed, jobs...)
	}
	return claimed, nil
}

// FinishJob settles a job that was claimed: done, or dead when it is given
// up. What waited for it in its chain is due. An attempt that was overtaken
// by another changes nothing.
func (tx *Tx) FinishJob(j meet.Job, state meet.JobState, a meet.JobAttempt) error {
	const (
		update = `UPDATE job SET state = $1, finished_at = $2, lease_until = NULL, last_error = $3
			WHERE id = $4 AND attempt = $5 AND state = 'pending'`
		follow = `UPDATE job SET run_at = $1 WHERE lane = $2 AND chain = $3 AND state = 'pending' AND last_error = '' AND run_at > $1`
	)
	n, err := tx.exec(update, string(state), micros(tx.now), a.Error, string(j.ID), j.Attempt)
	if err == nil && n > 0 && j.Chain != "" {
		err = tx.put(follow, micros(tx.now), j.Lane, j.Chain)
	}
	if err != nil || n == 0 {
		return err
	}
	return tx.insertAttempt(j, a)
}

// RetryJob puts a job that was claimed back for another attempt at an
// instant, before which nothing that waits for it in its chain is due. An
// attempt that was overtaken by another changes nothing.
func (tx *Tx) RetryJob(j meet.Job, at time.Time, a meet.JobAttempt) error {
	const (
		update = `UPDATE job SET run_at = $1, lease_until = NULL, last_error = $2 WHERE id = $3 AND attempt = $4 AND state = 'pending'`
		// So that claims need not look at what cannot start.
		follow = `UPDATE job SET run_at = $1 WHERE lane = $2 AND chain = $3 AND state = 'pending' AND run_at < $1
			AND (created_at > $4 OR created_at = $4 AND id > $5)`
	)
	n, err := tx.exec(update, micros(at), a.Error, string(j.ID), j.Attempt)
	if err == nil && n > 0 && j.Chain != "" {
		err = tx.put(follow, micros(at), j.Lane, j.Chain, micros(j.CreatedAt), string(j.ID))
	}
	if err != nil || n == 0 {
		return err
	}
	return tx.insertAttempt(j, a)
}

// ReleaseJob puts a job that was claimed back as if it had not been tried. An
// attempt that was overtaken by another changes nothing.
func (tx *Tx) ReleaseJob(j meet.Job) error {
	const update = `UPDATE job SET lease_until = NULL WHERE id = $1 AND attempt = $2 AND state = 'pending'`
	return tx.put(update, string(j.ID), j.Attempt)
}

func (tx *Tx) insertAttempt(j meet.Job, a meet.JobAttempt) error {
	const insert = `INSERT INTO job_attempt (job_id, number, at, status, error) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	return tx.put(insert, string(j.ID), j.Attempt, micros(a.At), a.Status, a.Error)
}

// NextJobAt returns when the next job after an instant is due; found is
// false when none waits.
func (tx *Tx) NextJobAt(after time.Time) (at time.Time, found bool, err error) {
	const query = `SELECT run_at FROM job WHERE state = 'pending' AND run_at > $1 ORDER BY run_at, id LIMIT 1`
	found, err = tx.row(query, []any{micros(after)}, instant{&at})
	return at, found, err
}

// JobsDue reports whether ClaimJobs may find some job.
func (tx *Tx) JobsDue(perLane int, leased time.Time) (bool, error) {
	const expired = `SELECT 1 FROM job WHERE state = 'pending' AND lease_until IS NOT NULL AND lease_until <= $1 LIMIT 1`
	var found int
	if due, err := tx.row(expired, []any{micros(leased)}, &found); due || err != nil {
		return due, err
	}
	var l lane
	return tx.row(lanes+` LIMIT 1`, []any{micros(tx.now), 1, perLane}, &l.name, &l.room)
}

// DropJobs gives up the jobs of a lane that wait, such as those of a webhook
// that was disabled.
func (tx *Tx) DropJobs(lane, reason string) error {
	const update = `UPDATE job SET state = 'dead', finished_at = $2, lease_until = NULL, last_error = $3
		WHERE lane = $1 AND state = 'pending' AND lease_until IS NULL`
	return tx.put(update, lane, micros(tx.now), reason)
}

// DropReminders settles the reminders of a booking that wait, when it no
// longer takes place at the time they are for.
func (tx *Tx) DropReminders(id meet.BookingID) error {
	const update = `UPDATE job SET state = 'done', finished_at = $3, lease_until = NULL
		WHERE dedup >= $1 AND dedup < $2 AND state = 'pending'`
	prefix := "reminder:" + string(id)
	err := tx.put(update, prefix+":", prefix+";", micros(tx.now)) // ';' follows ':'
	return err
}

// DeleteFinishedJobs removes jobs that were done before an instant, with
// their attempts, up to limit of them; it returns how many. Dead jobs stay.
func (tx *Tx) DeleteFinishedJobs(before time.Time, limit int) (int64, error) {
	const (
		attempts = `DELETE FROM job_attempt WHERE job_id IN (SELECT id FROM job WHERE state = 'done' AND finished_at < $1 ORDER BY finished_at LIMIT $2)`
		jobs     = `DELETE FROM job WHERE id IN (SELECT id FROM job WHERE state = 'done' AND finished_at < $1 ORDER BY finished_at LIMIT $2)`
	)
	if err := tx.put(attempts, micros(before), limit); err != nil {
		return 0, err
	}
	return tx.exec(jobs, micros(before), limit)
}

// ReviveJob makes a finished job wait again, to run at once, as if it had not
// failed; found is false when the lane has no such job.
func (tx *Tx) ReviveJob(lane string, id meet.JobID) (j meet.Job, found bool, err error) {
	const update = `UPDATE job SET state = 'pending', finished_at = NULL, run_at = $3, last_error = '' WHERE id = $1 AND lane = $2
		AND (lease_until IS NULL OR state <> 'pending') RETURNING ` + jobColumns
	jobs, err := list(tx, update, []any{string(id), lane, micros(tx.now)}, scanJob)
	if err != nil || len(jobs) == 0 {
		return j, false, err
	}
	return jobs[0], true, nil
}

// Jobs returns a page of the jobs of a lane, newest first, and how many
// there are. A state of "" is any.
func (tx *Tx) Jobs(lane string, state meet.JobState, limit, offset int) ([]meet.Job, int, error) {
	const (
		where = ` FROM job WHERE lane = $1 AND lane <> '' AND ($2 = '' OR state = $2)`
		count = `SELECT count(*)` + where
		query = `SELECT ` + jobColumns + where + ` ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4`
	)
	var total int
	if _, err := tx.row(count, []any{lane, string(state)}, &total); err != nil {
		return nil, 0, err
	}
	jobs, err := list(tx, query, []any{lane, string(state), limit, offset}, scanJob)
	return jobs, total, err
}

// JobAttempts returns the attempts at a job, in order.
func (tx *Tx) JobAttempts(id meet.JobID) ([]meet.JobAttempt, error) {
	const query = `SELECT at, status, error FROM job_attempt WHERE job_id = $1 ORDER BY number`
	return list(tx, query, []any{string(id)}, func(row scanner) (a meet.JobAttempt, err error) {
		err = row.Scan(instant{&a.At}, &a.Status, &a.Error)
		return a, err
	})
}

// QuickMail is the dedup of a mail that a user wrote, by which those of one
// user are counted.
func QuickMail(user meet.UserID, id meet.JobID) string {
	return "quick:" + string(user) + ":" + string(id)
}

// QuickMailsSince counts the mails that a user wrote from an instant on.
func (tx *Tx) QuickMailsSince(user meet.UserID, since time.Time) (n int, err error) {
	const query = `SELECT count(*) FROM job WHERE dedup >= $1 AND dedup < $2 AND created_at > $3`
	_, err = tx.row(query, []any{"quick:" + string(user) + ":", "quick:" + string(user) + ";", micros(since)}, &n)
	return n, err
}
