package store

import (
	"encoding/json"
	"fmt"
	"slices"
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

const jobColumns = `id, number, company_id, kind, lane, chain, dedup, subject_id, payload, state, attempt, run_at, created_at, last_error`

func scanJob(row scanner) (j meet.Job, err error) {
	var payload string
	err = row.Scan(&j.ID, &j.Number, &j.Company, &j.Kind, &j.Lane, &j.Chain, &j.Dedup, &j.Subject, &payload, &j.State, &j.Attempt,
		instant{&j.RunAt}, instant{&j.CreatedAt}, &j.LastError)
	j.Payload = json.RawMessage(payload)
	return j, err
}

// JobsAbout returns the jobs whose subject is this event, booking or hold, in
// the order in which they were added.
func (tx *Tx) JobsAbout(subject string) ([]meet.Job, error) {
	const query = `SELECT ` + jobColumns + ` FROM job WHERE subject_id = $1 ORDER BY number`
	return list(tx, query, []any{subject}, scanJob)
}

// Room is how many jobs may be claimed.
type Room struct {
	// Workers are those that have nothing to do. Of them, Reserved take no
	// second job of a lane, so that lanes whose jobs take long leave
	// something to the others.
	Workers, Reserved int
	// Common is how many jobs of lane "" may be out at a time, and PerLane
	// how many of each other one.
	Common, PerLane int
	// Except are lanes of which nothing is claimed.
	Except map[string]bool
}

// lanes finds the lanes with a job that is due and how many of each are out
// and may be out, the lane that has waited longest first. It goes from one
// lane to the next, and so does not read what waits in each.
const lanes = `WITH RECURSIVE lane (name) AS (
		SELECT min(lane) FROM job WHERE state = 'pending' AND lease_until IS NULL
		UNION ALL
		SELECT (SELECT min(j.lane) FROM job j WHERE j.state = 'pending' AND j.lease_until IS NULL AND j.lane > lane.name)
		FROM lane WHERE lane.name IS NOT NULL
	), busy AS (
		SELECT lane, count(*) AS running FROM job WHERE state = 'pending' AND lease_until IS NOT NULL GROUP BY lane
	), due AS (
		SELECT name, (SELECT min(j.run_at) FROM job j WHERE j.state = 'pending' AND j.lease_until IS NULL AND j.lane = lane.name) AS oldest,
			coalesce(running, 0) AS running,
			CASE WHEN name = '' THEN $2
				WHEN EXISTS (SELECT 1 FROM job j WHERE j.state = 'pending' AND j.lease_until IS NULL AND j.last_error <> '' AND j.lane = lane.name) THEN 1
				ELSE $3 END AS share
		FROM lane LEFT JOIN busy ON busy.lane = lane.name WHERE name IS NOT NULL
	)
	SELECT name, running, share FROM due WHERE oldest <= $1 AND running < share ORDER BY oldest, name`

// lane is a lane of which jobs can be claimed.
type lane struct {
	name           string
	running, share int // jobs of it
}

// of is how many more jobs of the lane may be claimed.
func (r Room) of(l lane) int {
	if r.Except[l.name] {
		return 0
	}
	workers := r.Workers
	if l.name != "" {
		workers = min(workers, max(workers-r.Reserved, 1-l.running))
	}
	return max(0, min(workers, l.share-l.running))
}

// ClaimJobs takes jobs that are due, as many as there is room for, each for
// the length of the lease, and counts their attempt. A job whose lease ran
// out may be taken again, which is no failure of it. Of a lane one is out at
// a time while a job of it that failed waits for another try; of a chain,
// always one, the first.
//
// leased is the real time at which the lease is counted, which goes on when
// the clock of the transaction stands still.
func (tx *Tx) ClaimJobs(r Room, leased time.Time, lease time.Duration) ([]meet.Job, error) {
	const (
		release = `UPDATE job SET lease_until = NULL WHERE state = 'pending' AND lease_until IS NOT NULL AND lease_until <= $1`
		// SQLite prepares a statement anew for each value of a parameter that
		// stands alone in LIMIT. PostgreSQL, having waited for who settled a
		// job meanwhile, asks the outer conditions again, and only those.
		claim = `UPDATE job SET attempt = attempt + 1, lease_until = $3
			WHERE id IN (
				SELECT d.id FROM job d
				WHERE d.state = 'pending' AND d.lease_until IS NULL AND d.lane = $1 AND d.run_at <= $2
					AND (d.chain = '' OR NOT EXISTS (
						SELECT 1 FROM job e WHERE e.lane = d.lane AND e.chain = d.chain AND e.state = 'pending' AND e.number < d.number))
				ORDER BY d.run_at, d.number LIMIT $4 + 0
			) AND state = 'pending' AND lease_until IS NULL RETURNING ` + jobColumns
	)
	// Of two who look at the same time neither would see what the other takes.
	if err := tx.Lock("job"); err != nil {
		return nil, err
	}
	if err := tx.put(release, micros(leased)); err != nil {
		return nil, err
	}
	ready, err := tx.lanes(r)
	if err != nil {
		return nil, err
	}
	var claimed []meet.Job
	for _, l := range ready {
		n := r.of(l)
		if n == 0 {
			continue
		}
		jobs, err := list(tx, claim, []any{l.name, micros(tx.now), micros(leased.Add(lease)), n}, scanJob)
		if err != nil {
			return nil, err
		}
		claimed = append(claimed, jobs...)
		r.Workers -= len(jobs)
	}
	return claimed, nil
}

func (tx *Tx) lanes(r Room) ([]lane, error) {
	return list(tx, lanes, []any{micros(tx.now), r.Common, r.PerLane}, func(row scanner) (l lane, err error) {
		err = row.Scan(&l.name, &l.running, &l.share)
		return l, err
	})
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
		follow = `UPDATE job SET run_at = $1 WHERE lane = $2 AND chain = $3 AND state = 'pending' AND run_at < $1 AND number > $4`
	)
	n, err := tx.exec(update, micros(at), a.Error, string(j.ID), j.Attempt)
	if err == nil && n > 0 && j.Chain != "" {
		err = tx.put(follow, micros(at), j.Lane, j.Chain, j.Number)
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
func (tx *Tx) JobsDue(r Room, leased time.Time) (bool, error) {
	const expired = `SELECT 1 FROM job WHERE state = 'pending' AND lease_until IS NOT NULL AND lease_until <= $1 LIMIT 1`
	var found int
	if due, err := tx.row(expired, []any{micros(leased)}, &found); due || err != nil {
		return due, err
	}
	ready, err := tx.lanes(r)
	return slices.ContainsFunc(ready, func(l lane) bool { return r.of(l) > 0 }), err
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
func (tx *Tx) DropReminders(id meet.BookingID) error { return tx.dropPending("reminder:" + string(id)) }

// DropExpiry settles what waits to end a hold, when it was answered.
func (tx *Tx) DropExpiry(id meet.HoldID) error { return tx.dropPending("expire:" + string(id)) }

// dropPending settles the jobs that wait whose dedup begins with a name and a
// colon.
func (tx *Tx) dropPending(name string) error {
	const update = `UPDATE job SET state = 'done', finished_at = $3, lease_until = NULL
		WHERE dedup >= $1 AND dedup < $2 AND state = 'pending'`
	return tx.put(update, name+":", name+";", micros(tx.now)) // ';' follows ':'
}

// DeleteFinishedJobs removes jobs that came to a state before an instant,
// with their attempts, up to limit of them; it returns how many.
func (tx *Tx) DeleteFinishedJobs(state meet.JobState, before time.Time, limit int) (int, error) {
	const (
		query    = `SELECT id FROM job WHERE state = $1 AND finished_at < $2 ORDER BY finished_at LIMIT $3`
		attempts = `DELETE FROM job_attempt WHERE job_id IN (`
		jobs     = `DELETE FROM job WHERE id IN (`
	)
	ids, err := list(tx, query+tx.locking(" FOR UPDATE"), []any{string(state), micros(before), limit}, func(row scanner) (id meet.JobID, err error) {
		err = row.Scan(&id)
		return id, err
	})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	these := params(1, len(ids)) + ")"
	if err := tx.put(attempts+these, anys(ids)...); err != nil {
		return 0, err
	}
	return len(ids), tx.put(jobs+these, anys(ids)...)
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

// Job returns a job of a lane; found is false when the lane has no such job.
func (tx *Tx) Job(lane string, id meet.JobID) (j meet.Job, found bool, err error) {
	const query = `SELECT ` + jobColumns + ` FROM job WHERE id = $1 AND lane = $2`
	jobs, err := list(tx, query, []any{string(id), lane}, scanJob)
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
		query = `SELECT ` + jobColumns + where + ` ORDER BY number DESC LIMIT $3 OFFSET $4`
	)
	var total int
	if _, err := tx.row(count, []any{lane, string(state)}, &total); err != nil {
		return nil, 0, err
	}
	jobs, err := list(tx, query, []any{lane, string(state), limit, offset}, scanJob)
	return jobs, total, err
}

// JobAttempts returns the attempts at jobs, by job and in order.
func (tx *Tx) JobAttempts(ids ...meet.JobID) (map[meet.JobID][]meet.JobAttempt, error) {
	all := map[meet.JobID][]meet.JobAttempt{}
	if len(ids) == 0 {
		return all, nil
	}
	query := `SELECT job_id, at, status, error FROM job_attempt WHERE job_id IN (` + params(1, len(ids)) + `) ORDER BY job_id, number`
	_, err := list(tx, query, anys(ids), func(row scanner) (id meet.JobID, err error) {
		var a meet.JobAttempt
		err = row.Scan(&id, instant{&a.At}, &a.Status, &a.Error)
		all[id] = append(all[id], a)
		return id, err
	})
	return all, err
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
