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

// ClaimJobs takes up to limit jobs that are due, each for the length of the
// lease, and counts their attempt. A job whose lease ran out may be taken
// again. Of a lane at most perLane are out at a time, and one while a job of
// it waits for another try; of a chain, one, the oldest.
//
// leased is the real time at which the lease is counted, which goes on when
// the clock of the transaction stands still.
func (tx *Tx) ClaimJobs(limit, perLane int, leased time.Time, lease time.Duration) ([]meet.Job, error) {
	const claim = `UPDATE job SET attempt = attempt + 1, lease_until = $3
		WHERE id IN (
			WITH due AS (
				SELECT d.id, d.run_at, d.lane FROM job d
				WHERE d.state = 'pending' AND d.run_at <= $1 AND (d.lease_until IS NULL OR d.lease_until <= $2)
					AND (d.chain = '' OR NOT EXISTS (
						SELECT 1 FROM job e WHERE e.lane = d.lane AND e.chain = d.chain AND e.state = 'pending'
							AND (e.created_at < d.created_at OR e.created_at = d.created_at AND e.id < d.id)))
				ORDER BY d.run_at, d.id LIMIT 2000
			), busy AS (
				SELECT lane, count(*) FILTER (WHERE lease_until > $2) AS running,
					count(*) FILTER (WHERE attempt > 0 AND (lease_until IS NULL OR lease_until <= $2)) AS failing
				FROM job WHERE state = 'pending' AND lane <> '' GROUP BY lane
			), ranked AS (
				SELECT due.id, due.run_at, due.lane, coalesce(busy.running, 0) AS running, coalesce(busy.failing, 0) AS failing,
					row_number() OVER (PARTITION BY due.lane ORDER BY due.run_at, due.id) AS place
				FROM due LEFT JOIN busy ON busy.lane = due.lane
			)
			SELECT id FROM ranked
			WHERE lane = '' OR place + running <= CASE WHEN failing > 0 THEN 1 ELSE $5 END
			ORDER BY run_at, id LIMIT $4
		) RETURNING ` + jobColumns
	if err := tx.Lock("job"); err != nil { // of two who look at the same time neither would see what the other takes
		return nil, err
	}
	return list(tx, claim, []any{micros(tx.now), micros(leased), micros(leased.Add(lease)), limit, perLane}, scanJob)
}

// FinishJob settles a job that was claimed: done, or dead when it is given
// up. An attempt that was overtaken by another changes nothing.
func (tx *Tx) FinishJob(j meet.Job, state meet.JobState, a meet.JobAttempt) error {
	const update = `UPDATE job SET state = $1, finished_at = $2, lease_until = NULL, last_error = $3
		WHERE id = $4 AND attempt = $5 AND state = 'pending'`
	n, err := tx.exec(update, string(state), micros(tx.now), a.Error, string(j.ID), j.Attempt)
	if err != nil || n == 0 {
		return err
	}
	return tx.insertAttempt(j, a)
}

// RetryJob puts a job that was claimed back for another attempt at an
// instant. An attempt that was overtaken by another changes nothing.
func (tx *Tx) RetryJob(j meet.Job, at time.Time, a meet.JobAttempt) error {
	const update = `UPDATE job SET run_at = $1, lease_until = NULL, last_error = $2 WHERE id = $3 AND attempt = $4 AND state = 'pending'`
	n, err := tx.exec(update, micros(at), a.Error, string(j.ID), j.Attempt)
	if err != nil || n == 0 {
		return err
	}
	return tx.insertAttempt(j, a)
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

// JobsDue reports whether some job is due.
func (tx *Tx) JobsDue() (bool, error) {
	const query = `SELECT 1 FROM job WHERE state = 'pending' AND run_at <= $1 LIMIT 1`
	var found int
	return tx.row(query, []any{micros(tx.now)}, &found)
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

// ReviveJob makes a finished job wait again, to run at once; found is false
// when the lane has no such job.
func (tx *Tx) ReviveJob(lane string, id meet.JobID) (j meet.Job, found bool, err error) {
	const update = `UPDATE job SET state = 'pending', finished_at = NULL, run_at = $3 WHERE id = $1 AND lane = $2
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
		where = ` FROM job WHERE lane = $1 AND ($2 = '' OR state = $2)`
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
