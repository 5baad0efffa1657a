package impl_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

// Ensure that what only looks back is deleted when its time is over, and not
// before, and that events stay while a job tells of them.
func TestTidy(t *testing.T) {
	t.Parallel()
	const mails, keys = 10_000, 1200 // the second more than are deleted at once
	w := newWorld(t)
	company := meet.Company{ID: w.demo.CompanyID()}
	day := 24 * time.Hour
	w.update(t, func(tx *store.Tx) error {
		finish := func(name string, state meet.JobState) error {
			e := meet.Event{ID: meet.EventID(name), Company: company.ID, Kind: meet.BookingCreated, Subject: "tidy", Snapshot: json.RawMessage(`{}`), At: tx.Now()}
			if err := tx.InsertEvent(e); err != nil || state == "" {
				return err
			}
			j := meettest.Job(company, func(j *meet.Job) { j.Lane, j.Subject, j.RunAt, j.Attempt = name, name, tx.Now().Add(200*day), 0 })
			if err := tx.InsertJob(j); err != nil || state == meet.JobPending {
				return err
			}
			return tx.FinishJob(j, state, meet.JobAttempt{At: tx.Now(), Status: 200})
		}
		for name, state := range map[string]meet.JobState{"nothing": "", "done": meet.JobDone, "dead": meet.JobDead, "waits": meet.JobPending} {
			if err := finish(name, state); err != nil {
				return err
			}
		}
		for i := range keys {
			if _, _, err := tx.TakeKey(fmt.Sprint("key", i), "", tx.Now()); err != nil {
				return err
			}
		}
		for i := range mails + 1 {
			if err := tx.InsertMessage(store.Message{ID: fmt.Sprintf("m%05d", i), Recipient: "tidy@example.com"}); err != nil {
				return err
			}
		}
		return nil
	})
	for _, c := range []struct {
		after  time.Duration
		events []string // and the lanes with a job but "nothing"
		keys   bool
	}{
		{day, []string{"dead", "done", "nothing", "waits"}, true},
		{day + time.Second, []string{"dead", "done", "nothing", "waits"}, false},
		{30 * day, []string{"dead", "done", "nothing", "waits"}, false},
		{30*day + time.Second, []string{"dead", "waits"}, false},
		{90 * day, []string{"dead", "waits"}, false},
		{90*day + time.Second, []string{"waits"}, false},
	} {
		w.setClock(t, morning.Add(c.after).Format(time.RFC3339))
		if err := w.Tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.update(t, func(tx *store.Tx) error {
			all, err := tx.Events("tidy")
			if err != nil {
				return err
			}
			var events []string
			for _, e := range all {
				events = append(events, string(e.ID))
				_, jobs, err := tx.Jobs(string(e.ID), "", 1, 0)
				if err != nil || (jobs == 0) != (e.ID == "nothing") {
					t.Errorf("after %v there are %d jobs about %s, %v", c.after, jobs, e.ID, err)
				}
			}
			if slices.Sort(events); !slices.Equal(events, c.events) {
				t.Errorf("after %v there are the events %v, want %v", c.after, events, c.events)
			}
			if c.keys {
				_, taken, err := tx.TakeKey("key0", "", tx.Now().Add(-2*day))
				if taken {
					t.Errorf("after %v the keys are gone", c.after)
				}
				return err
			}
			left, err := tx.DeleteKeys(tx.Now().Add(day), keys)
			if left != 0 {
				t.Errorf("after %v there are %d keys", c.after, left)
			}
			return err
		})
	}
	w.update(t, func(tx *store.Tx) error {
		all, err := tx.Messages("tidy@example.com")
		if len(all) != mails || all[0].ID != fmt.Sprintf("m%05d", mails) {
			t.Errorf("%d mails are kept, the newest %s", len(all), all[0].ID)
		}
		return err
	})
}
