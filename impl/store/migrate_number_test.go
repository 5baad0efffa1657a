package store_test

import (
	"slices"
	"testing"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Ensure jobs and events that had no numbers get them in the order in which
// they were made, and keep their attempts.
func TestMigrate_Numbers(t *testing.T) {
	t.Parallel()
	path := migratedTo(t, 4)
	execute(t, path, "INSERT INTO company (id, name, slug, owner_id, settings, created_at) VALUES ('c', '', 'c', '', '{}', 0)")
	for _, made := range []string{"'z', 3", "'b', 2", "'a', 2", "'y', 1"} {
		execute(t, path, "INSERT INTO event (id, created_at, company_id, kind, subject_id, snapshot) VALUES ("+made+", 'c', 'booking_created', 'b', '{}')")
		execute(t, path, `INSERT INTO job (id, created_at, company_id, kind, lane, chain, dedup, subject_id, payload, state, attempt, run_at, last_error)
			SELECT id, created_at, 'c', 'webhook', 'hook', '', id, id, '{}', 'pending', 1, 0, '' FROM event WHERE (id, created_at) = (`+made+`)`)
		execute(t, path, "INSERT INTO job_attempt (job_id, number, at, status, error) SELECT id, 1, 0, 500, id FROM event WHERE (id, created_at) = ("+made+")")
	}
	s := open(t, path, store.Options{})
	err := s.View(t.Context(), func(tx *store.Tx) error {
		events, err := tx.Events("b")
		if err != nil {
			return err
		}
		jobs, _, err := tx.Jobs("hook", "", 9, 0)
		if err != nil {
			return err
		}
		slices.Reverse(jobs)
		attempts, err := tx.JobAttempts("y", "a", "b", "z")
		if len(events) != 4 || len(jobs) != 4 {
			t.Fatalf("kept %v and %v", events, jobs)
		}
		for i, want := range []meet.JobID{"y", "a", "b", "z"} {
			if jobs[i].ID != want || jobs[i].Number != int64(i+1) || string(events[i].ID) != string(want) {
				t.Errorf("%s is job %d, and event %s is there", jobs[i].ID, jobs[i].Number, events[i].ID)
			}
			if tries := attempts[want]; len(tries) != 1 || tries[0].Error != string(want) {
				t.Errorf("%s has the attempts %v", want, tries)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
