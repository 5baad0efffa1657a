package storetest

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

func jobs(s suite) {
	s.that("comes back as it was stored, and once only", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		want := meettest.Job(c, func(j *meet.Job) {
			j.Kind, j.Lane, j.Chain, j.Subject = meet.SendWebhook, "lane", "chain", "subject"
			j.Payload, j.RunAt = json.RawMessage(`{"a":1}`), j.RunAt.Add(time.Hour)
		})
		double := meettest.Job(c, func(j *meet.Job) { j.Dedup, j.Lane = want.Dedup, want.Lane })
		w.insert(t, want, double)
		want.State, want.CreatedAt, want.Number = meet.JobPending, meettest.Now(), w.jobs(t, "lane")[0].Number
		if diff := cmp.Diff([]meet.Job{want}, w.jobs(t, "lane")); diff != "" {
			t.Errorf("stored and read (-want +got):\n%s", diff)
		}
	})

	s.that("one that is done or given up is settled once, by the last who claimed it", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		for _, state := range []meet.JobState{meet.JobDone, meet.JobDead} {
			lane := string(state)
			w.insert(t, meettest.Job(c, func(j *meet.Job) { j.Lane = lane }))
			first := w.claim(t, 1)[0]
			w.leased = w.leased.Add(leaseTime) // it ran out
			second := w.claim(t, 1)[0]
			overtaken, last := meet.JobAttempt{At: meettest.Now(), Error: "overtaken"}, meet.JobAttempt{At: meettest.Now(), Status: 500, Error: "last"}
			w.update(t, func(tx *store.Tx) error { return tx.FinishJob(first, meet.JobDone, overtaken) })
			w.update(t, func(tx *store.Tx) error { return tx.RetryJob(first, meettest.Now(), overtaken) })
			w.update(t, func(tx *store.Tx) error { return tx.FinishJob(second, state, last) })
			w.update(t, func(tx *store.Tx) error { return tx.FinishJob(second, meet.JobDone, overtaken) })
			got := w.jobs(t, lane)[0]
			if got.State != state || got.Attempt != 2 || got.LastError != "last" {
				t.Errorf("settled as %+v", got)
			}
			if diff := cmp.Diff([]meet.JobAttempt{last}, w.attempts(t, got)); diff != "" {
				t.Errorf("attempts (-want +got):\n%s", diff)
			}
			if again := w.claim(t, 9); len(again) != 0 {
				t.Errorf("claimed after it was settled: %v", again)
			}
		}
	})

	s.that("one that failed waits until it is tried again", func(t *testing.T, w *world) {
		w.insert(t, meettest.Job(w.team(t, 1).company))
		failed := meet.JobAttempt{At: meettest.Now(), Status: 503, Error: "try later"}
		first, later := w.claim(t, 1)[0], meettest.Now().Add(time.Minute)
		w.update(t, func(tx *store.Tx) error { return tx.RetryJob(first, later, failed) })
		w.set(later.Add(-time.Microsecond))
		if early := w.claim(t, 1); len(early) != 0 {
			t.Errorf("claimed early: %v", early)
		}
		w.set(later)
		again := w.claim(t, 1)
		if len(again) != 1 || again[0].Attempt != 2 || again[0].LastError != "try later" {
			t.Fatalf("claimed %+v", again)
		}
		w.update(t, func(tx *store.Tx) error {
			return tx.FinishJob(again[0], meet.JobDone, meet.JobAttempt{At: later, Status: 204})
		})
		if diff := cmp.Diff([]meet.JobAttempt{failed, {At: later, Status: 204}}, w.attempts(t, again[0])); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
	})

	s.that("it is known when one is due, and whether", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		soon, late := meettest.Now().Add(time.Minute), meettest.Now().Add(time.Hour)
		for _, at := range []time.Time{late, soon} {
			w.insert(t, meettest.Job(c, func(j *meet.Job) { j.RunAt = at }))
		}
		for _, test := range []struct {
			after time.Time
			want  time.Time
			due   bool
		}{
			{meettest.Now(), soon, false},
			{soon, late, true},
			{late, time.Time{}, true},
		} {
			w.set(test.after)
			var found bool
			got := read(t, w, func(tx *store.Tx) (at time.Time, err error) {
				at, found, err = tx.NextJobAt(test.after)
				return at, err
			})
			if !got.Equal(test.want) || found == test.want.IsZero() {
				t.Errorf("after %v comes %v, %v", test.after, got, found)
			}
			if due := read(t, w, func(tx *store.Tx) (bool, error) { return tx.JobsDue(room(9), w.leased) }); due != test.due {
				t.Errorf("at %v some are due: %v", test.after, due)
			}
		}
	})

	s.that("those of a lane that wait are given up", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		gone, stays := meettest.Job(c, func(j *meet.Job) { j.Lane = "hook" }), meettest.Job(c)
		w.insert(t, gone, stays)
		w.update(t, func(tx *store.Tx) error { return tx.DropJobs("hook", "disabled") })
		if got := w.jobs(t, "hook")[0]; got.State != meet.JobDead || got.LastError != "disabled" {
			t.Errorf("given up as %+v", got)
		}
		if got := w.claim(t, 9); len(got) != 1 || got[0].ID != stays.ID {
			t.Errorf("claimed %v", got)
		}
	})

	s.that("the reminders of one booking are dropped", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		for _, dedup := range []string{"reminder:b1:1", "reminder:b1:2", "reminder:b10:1", "reminder:b:1", "mail:b1"} {
			w.insert(t, meettest.Job(c, func(j *meet.Job) { j.ID, j.Dedup = meet.JobID(dedup), dedup }))
		}
		w.update(t, func(tx *store.Tx) error { return tx.DropReminders("b1") })
		var left []meet.JobID
		for _, j := range w.claim(t, 9) {
			left = append(left, j.ID)
		}
		slices.Sort(left)
		if diff := cmp.Diff([]meet.JobID{"mail:b1", "reminder:b10:1", "reminder:b:1"}, left); diff != "" {
			t.Errorf("left (-want +got):\n%s", diff)
		}
	})

	s.that("old ones of a state are deleted, with their attempts", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		for _, state := range []meet.JobState{meet.JobDone, meet.JobDead, meet.JobDone} {
			w.insert(t, meettest.Job(c))
			j := w.claim(t, 1)[0]
			w.update(t, func(tx *store.Tx) error { return tx.FinishJob(j, state, meet.JobAttempt{At: meettest.Now()}) })
		}
		for _, test := range []struct {
			before time.Time
			want   int
		}{{meettest.Now(), 0}, {meettest.Now().Add(time.Microsecond), 1}, {meettest.Now().Add(time.Hour), 1}, {meettest.Now().Add(time.Hour), 0}} {
			var n int
			w.update(t, func(tx *store.Tx) (err error) {
				n, err = tx.DeleteFinishedJobs(meet.JobDone, test.before, 1)
				return err
			})
			if n != test.want {
				t.Errorf("%d deleted, want %d", n, test.want)
			}
		}
		if left := w.jobs(t, "mail"); len(left) != 1 || left[0].State != meet.JobDead {
			t.Errorf("left are %v", left)
		}
	})

	s.that("a finished one is made to run again", func(t *testing.T, w *world) {
		w.insert(t, meettest.Job(w.team(t, 1).company))
		j := w.claim(t, 1)[0]
		w.update(t, func(tx *store.Tx) error { return tx.FinishJob(j, meet.JobDead, meet.JobAttempt{At: meettest.Now()}) })
		for lane, want := range map[string]bool{"mail": true, "other": false} {
			var found bool
			w.update(t, func(tx *store.Tx) (err error) {
				_, found, err = tx.ReviveJob(lane, j.ID)
				return err
			})
			if found != want {
				t.Errorf("in lane %s: %v", lane, found)
			}
		}
		if again := w.claim(t, 1); len(again) != 1 || again[0].Attempt != 2 {
			t.Errorf("claimed %v", again)
		}
	})

	s.that("they are listed by state, the newest first, in pages", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		var ids []meet.JobID
		for i := range 4 {
			w.set(meettest.Now().Add(time.Duration(i) * time.Second))
			j := meettest.Job(c)
			w.insert(t, j)
			ids = append([]meet.JobID{j.ID}, ids...)
		}
		w.insert(t, meettest.Job(c, func(j *meet.Job) { j.Lane = "other" }))
		for _, test := range []struct {
			state         meet.JobState
			limit, offset int
			want          []meet.JobID
			total         int
		}{
			{"", 9, 0, ids, 4},
			{meet.JobPending, 2, 0, ids[:2], 4},
			{"", 2, 3, ids[3:], 4},
			{meet.JobDone, 9, 0, nil, 0},
		} {
			total := 0
			page := read(t, w, func(tx *store.Tx) (page []meet.Job, err error) {
				page, total, err = tx.Jobs("mail", test.state, test.limit, test.offset)
				return page, err
			})
			if got := jobIDs(page); !slices.Equal(got, test.want) || total != test.total {
				t.Errorf("%+v: %v of %d", test, got, total)
			}
		}
	})

	s.that("those due and dead are counted by kind", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		job := func(kind meet.JobKind, after time.Duration) meet.Job {
			return meettest.Job(c, func(j *meet.Job) { j.Kind, j.RunAt = kind, meettest.Now().Add(after) })
		}
		if got := read(t, w, (*store.Tx).JobCounts); len(got) != 0 {
			t.Errorf("without jobs: %+v", got)
		}
		w.insert(t, job(meet.SendMail, -2*time.Minute), job(meet.ExpireHold, -time.Minute))
		dead, done := w.claim(t, 1)[0], w.claim(t, 1)[0]
		w.update(t, func(tx *store.Tx) error { return tx.FinishJob(dead, meet.JobDead, meet.JobAttempt{At: tx.Now()}) })
		w.update(t, func(tx *store.Tx) error { return tx.FinishJob(done, meet.JobDone, meet.JobAttempt{At: tx.Now()}) })
		w.insert(t, job(meet.SendMail, -time.Minute), job(meet.SendMail, 0), job(meet.SendReminder, time.Minute), job(meet.SendWebhook, -time.Hour))
		w.claim(t, 1) // what runs is due
		want := []store.JobCount{
			{Kind: meet.SendMail, Due: 2, Dead: 1, Oldest: meettest.Now().Add(-time.Minute)},
			{Kind: meet.SendWebhook, Due: 1, Oldest: meettest.Now().Add(-time.Hour)},
		}
		if diff := cmp.Diff(want, read(t, w, (*store.Tx).JobCounts)); diff != "" {
			t.Errorf("counted (-want +got):\n%s", diff)
		}
		if l := w.Load(); l.Waiting != 0 || l.Used != 0 || l.Idle == 0 {
			t.Errorf("at rest the load is %+v", l)
		}
	})

	s.that("the mails that a user wrote are counted", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		for i, user := range []meet.User{m.users[0], m.users[1], m.users[0]} {
			w.set(meettest.Now().Add(time.Duration(i) * time.Minute))
			w.insert(t, meettest.Job(m.company, func(j *meet.Job) { j.Dedup = store.QuickMail(user.ID, j.ID) }))
		}
		for since, want := range map[time.Time]int{meettest.Now().Add(-time.Second): 2, meettest.Now(): 1, meettest.Now().Add(time.Hour): 0} {
			got := read(t, w, func(tx *store.Tx) (int, error) { return tx.QuickMailsSince(m.users[0].ID, since) })
			if got != want {
				t.Errorf("since %v: %d, want %d", since, got, want)
			}
		}
	})
}

// jobs returns the jobs of a lane, the newest first.
func (w *world) jobs(t tb, lane string) []meet.Job {
	t.Helper()
	return read(t, w, func(tx *store.Tx) ([]meet.Job, error) {
		all, _, err := tx.Jobs(lane, "", 1000, 0)
		return all, err
	})
}

func (w *world) attempts(t tb, j meet.Job) []meet.JobAttempt {
	t.Helper()
	return read(t, w, func(tx *store.Tx) ([]meet.JobAttempt, error) {
		all, err := tx.JobAttempts(j.ID)
		return all[j.ID], err
	})
}

func jobIDs(all []meet.Job) []meet.JobID {
	var ids []meet.JobID
	for _, j := range all {
		ids = append(ids, j.ID)
	}
	return ids
}
