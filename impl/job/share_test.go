package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
)

// Ensure that a mail server that hangs, and many endpoints that do, delay no
// delivery to another endpoint.
func TestRunner_Hanging(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := meettest.Company()
		var jobs []meet.Job
		add := func(n int, kind meet.JobKind, lane string, at time.Time) {
			for range n {
				jobs = append(jobs, meettest.Job(c, func(j *meet.Job) { j.Kind, j.Lane, j.RunAt = kind, lane, at }))
			}
		}
		began := time.Now()
		add(300, meet.SendMail, "", began)
		for i := range 30 {
			add(20, meet.SendWebhook, fmt.Sprint("hangs", i), began)
		}
		const healthy = 10
		add(healthy, meet.SendWebhook, "healthy", began.Add(time.Second)) // when all workers are taken that can be
		s := storeOf(t, time.Now, c, jobs...)
		var mu sync.Mutex
		var late time.Duration
		delivered, mails, most := 0, 0, 0
		hangs := lasting(15*time.Second, errors.New("no answer"))
		r := job.New(job.Config{Store: s, Logger: slog.New(slog.DiscardHandler), Handlers: map[meet.JobKind]job.Handler{
			meet.SendMail: func(ctx context.Context, j meet.Job) job.Outcome {
				mu.Lock()
				mails++
				most = max(most, mails)
				mu.Unlock()
				defer func() {
					mu.Lock()
					mails--
					mu.Unlock()
				}()
				return hangs(ctx, j)
			},
			meet.SendWebhook: func(ctx context.Context, j meet.Job) job.Outcome {
				if j.Lane != "healthy" {
					return hangs(ctx, j)
				}
				mu.Lock()
				defer mu.Unlock()
				delivered++
				late = max(late, time.Since(j.RunAt))
				return job.Outcome{}
			},
		}})
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
		defer stop()
		r.Run(ctx)
		if delivered != healthy || late > time.Second { // the next look at what is due
			t.Errorf("%d were delivered, up to %v late", delivered, late)
		}
		if most != r.Workers/4 {
			t.Errorf("up to %d mails went out at once", most)
		}
	})
}

// Ensure that whoever moves the clock waits once for an endpoint that hangs,
// and that the others hear all there is.
func TestRunner_Alone_Hanging(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := meettest.Company()
		var jobs []meet.Job
		for i := range 60 {
			lane := []string{"hangs", "hangs too", "healthy"}[i%3]
			jobs = append(jobs, meettest.Job(c, func(j *meet.Job) { j.Lane = lane }))
		}
		s := storeOf(t, meettest.Now, c, jobs...)
		hangs := lasting(15*time.Second, errors.New("no answer"))
		r := runner(s, func(ctx context.Context, j meet.Job) job.Outcome {
			if j.Lane != "healthy" {
				return hangs(ctx, j)
			}
			return job.Outcome{}
		})
		began, ran := time.Now(), map[string]int{}
		for _, j := range runDue(t, r) {
			ran[j.Lane]++
		}
		if took := time.Since(began); took != 15*time.Second || ran["healthy"] != 20 || ran["hangs"] != job.PerLane {
			t.Errorf("after %v there ran %v", took, ran)
		}
	})
}

// Ensure that who moves the clock while the Runner is stopped learns it, and
// that what runs is cut off after the grace and released.
func TestRunner_Alone_Stop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := jobStore(t)
		started := make(chan struct{})
		r := runner(s, func(ctx context.Context, j meet.Job) job.Outcome {
			close(started)
			return lasting(time.Minute, nil)(ctx, j)
		})
		var told error
		var all sync.WaitGroup
		ctx, stop := context.WithCancel(t.Context())
		all.Go(func() {
			told = r.Alone(func(runDue func() ([]meet.Job, error)) error {
				all.Go(func() { r.Run(ctx) })
				_, err := runDue()
				return err
			})
		})
		<-started
		began := time.Now()
		stop()
		all.Wait()
		if took := time.Since(began); took != 5*time.Second || !errors.Is(told, job.ErrStopped) {
			t.Errorf("it took %v to stop, with %v", took, told)
		}
		if got, attempts := state(t, s, j); got.State != meet.JobPending || len(attempts) != 0 {
			t.Errorf("it is %s after %v", got.State, attempts)
		}
	})
}

// Ensure that every text of an error can be kept by every database.
func TestRunner_LongError(t *testing.T) {
	t.Parallel()
	s, j := jobStore(t)
	runDue(t, runner(s, func(context.Context, meet.Job) job.Outcome {
		return job.Outcome{Err: errors.New("\x00\xff" + strings.Repeat("ü", 1000) + "!")}
	}))
	got, _ := state(t, s, j)
	if text := got.LastError; !utf8.ValidString(text) || strings.Contains(text, "\x00") || !strings.HasPrefix(text, "ü") || len(text) < 1000 || len(text) > 1024 {
		t.Errorf("kept %d bytes, %q", len(text), text)
	}
}
