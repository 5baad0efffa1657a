package job_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

// Ensure that what runs when a Runner is stopped ends or is released, and
// that only what really failed counts as a failure.
func TestRunner_Stop(t *testing.T) {
	t.Parallel()
	failed := job.Outcome{Err: errors.New("the endpoint answered with status 500"), Status: 500}
	for _, test := range []struct {
		name     string
		handler  job.Handler
		takes    time.Duration // to stop
		state    meet.JobState
		attempts int // that count
	}{
		{"ends in time", lasting(4*time.Second, nil), 4 * time.Second, meet.JobDone, 1},
		{"fails in time", lasting(4*time.Second, errors.New("down")), 4 * time.Second, meet.JobPending, 1},
		{"is cut off", lasting(time.Minute, nil), 5 * time.Second, meet.JobPending, 0},
		{"is cut off after an answer", func(ctx context.Context, _ meet.Job) job.Outcome {
			<-ctx.Done()
			return failed
		}, 5 * time.Second, meet.JobPending, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, j := jobStore(t)
				started := make(chan struct{})
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					runner(s, func(ctx context.Context, j meet.Job) job.Outcome {
						close(started)
						return test.handler(ctx, j)
					}).Run(ctx)
				}()
				<-started
				began := time.Now()
				stop()
				<-ended
				if took := time.Since(began); took != test.takes {
					t.Errorf("it took %v to stop, want %v", took, test.takes)
				}
				got, attempts := state(t, s, j)
				if got.State != test.state || len(attempts) != test.attempts || (got.LastError != "") != (test.state == meet.JobPending && test.attempts > 0) {
					t.Errorf("it is %s after %v, last error %q", got.State, attempts, got.LastError)
				}
			})
		})
	}
}

// Ensure that the next Runner takes up at once what was cut off.
func TestRunner_TakesUpReleased(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := jobStore(t)
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		runner(s, lasting(time.Minute, nil)).Run(ctx)
		var again []meet.JobID
		for _, ran := range runDue(t, runner(s, lasting(0, nil))) {
			again = append(again, ran.ID)
		}
		if diff := cmp.Diff([]meet.JobID{j.ID}, again); diff != "" {
			t.Errorf("ran (-want +got):\n%s", diff)
		}
		if got, attempts := state(t, s, j); got.State != meet.JobDone || len(attempts) != 1 {
			t.Errorf("it is %s after %v", got.State, attempts)
		}
	})
}

// lasting is a handler that ends with err after a while, or when it is cut
// off.
func lasting(d time.Duration, err error) job.Handler {
	return func(ctx context.Context, _ meet.Job) job.Outcome {
		select {
		case <-time.After(d):
			return job.Outcome{Err: err}
		case <-ctx.Done():
			return job.Outcome{Err: ctx.Err()}
		}
	}
}

func runner(s *store.Store, h job.Handler) *job.Runner {
	return job.New(job.Config{Store: s, Handlers: map[meet.JobKind]job.Handler{meet.SendMail: h}, Logger: slog.New(slog.DiscardHandler)})
}

// jobStore opens a store with one job that is due.
func jobStore(t *testing.T) (*store.Store, meet.Job) {
	t.Helper()
	c := meettest.Company()
	j := meettest.Job(c)
	return storeOf(t, meettest.Now, c, j), j
}

// storeOf opens a store with jobs of a company.
func storeOf(t *testing.T, now func() time.Time, c meet.Company, jobs ...meet.Job) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), ":memory:", store.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	err = s.Update(t.Context(), func(tx *store.Tx) error {
		err := tx.InsertCompany(c)
		for _, j := range jobs {
			err = errors.Join(err, tx.InsertJob(j))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func runDue(t *testing.T, r *job.Runner) (ran []meet.Job) {
	t.Helper()
	err := r.Alone(func(runDue func() ([]meet.Job, error)) (err error) {
		ran, err = runDue()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ran
}

// state is where a job stands, with the attempts that count.
func state(t *testing.T, s *store.Store, j meet.Job) (got meet.Job, attempts []meet.JobAttempt) {
	t.Helper()
	err := s.View(t.Context(), func(tx *store.Tx) error {
		jobs, _, err := tx.Jobs(j.Lane, "", 1, 0)
		if err == nil && len(jobs) == 1 {
			got = jobs[0]
		}
		if err == nil {
			var all map[meet.JobID][]meet.JobAttempt
			all, err = tx.JobAttempts(j.ID)
			attempts = all[j.ID]
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got, attempts
}
