// Package job does the work that requests leave behind: it claims jobs that
// are due, runs them, and settles them, until they are done or given up.
//
// Jobs are rows that were written with whatever caused them. An attempt may
// die with its process; its lease then runs out and another one follows, so
// whatever a job does, it may do more than once.
package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Handler does one kind of job. It returns nil when the job is done, and an
// error to have it tried again; an [*Outcome] says more.
type Handler func(ctx context.Context, j meet.Job) error

// Outcome is an error that says how an attempt failed.
type Outcome struct {
	Err    error
	Status int // of the answer, 0 when there was none
	// After is how long to wait at least before the next attempt.
	After time.Duration
	// GiveUp makes the job dead at once.
	GiveUp bool
}

func (o *Outcome) Error() string { return o.Err.Error() }

func (o *Outcome) Unwrap() error { return o.Err }

// Succeeded is an outcome without an error, for handlers that know the
// status of the answer.
type succeeded struct{ status int }

func (s *succeeded) Error() string { return fmt.Sprintf("done with status %d", s.status) }

// Done reports success with the status of an answer.
func Done(status int) error { return &succeeded{status} }

// Config says how a Runner works. Store and Handlers are required.
type Config struct {
	Store    *store.Store
	Handlers map[meet.JobKind]Handler
	// Workers is how many jobs run at once. Defaults to 64.
	Workers int
	// PerLane is how many jobs of one lane run at once. Defaults to 8.
	PerLane int
	// Poll is how often to look for jobs that became due without a signal.
	// Defaults to one second.
	Poll time.Duration
	// Lease is how long an attempt may take before another one starts. It
	// must be longer than any handler's own timeout. Defaults to 60
	// seconds.
	Lease time.Duration
	// Grace is how long the attempts under way may go on when Run is to
	// end. What has not ended by then is cut off and released, which is no
	// failure of it. Defaults to 5 seconds.
	Grace time.Duration
	// Bell says that there may be jobs. Defaults to one that only the
	// Runner rings.
	Bell *Bell
	// Logger receives the jobs that are given up. Defaults to slog.Default.
	Logger *slog.Logger
}

// Bell wakes a Runner. It is made before the store, whose commits ring it,
// and so before the Runner.
type Bell struct{ rung chan struct{} }

// NewBell returns a Bell.
func NewBell() *Bell { return &Bell{make(chan struct{}, 1)} }

// Ring wakes the Runner, now or as soon as it listens. It never blocks.
func (b *Bell) Ring() {
	select {
	case b.rung <- struct{}{}:
	default:
	}
}

// Runner runs jobs. One runs in each process; several share a database.
type Runner struct {
	Config
	// turn is held while jobs are claimed: by Run for a moment, by Alone
	// until all that was claimed have ended.
	turn    sync.Mutex
	running sync.WaitGroup // the attempts of Run; added to under turn
}

// New returns a Runner that does nothing before Run.
func New(c Config) *Runner {
	if c.Workers == 0 {
		c.Workers = 64
	}
	if c.PerLane == 0 {
		c.PerLane = 8
	}
	if c.Poll == 0 {
		c.Poll = time.Second
	}
	if c.Lease == 0 {
		c.Lease = time.Minute
	}
	if c.Grace == 0 {
		c.Grace = 5 * time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Bell == nil {
		c.Bell = NewBell()
	}
	return &Runner{Config: c}
}

// Run works until ctx is done, and returns when the attempts under way have
// ended or were cut off after the grace.
func (r *Runner) Run(ctx context.Context) {
	attempts, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(r.Grace, cut) })() // after the wait that it bounds
	defer r.running.Wait()
	slots := make(chan struct{}, r.Workers)
	poll := time.NewTicker(r.Poll)
	defer poll.Stop()
	for {
		r.turn.Lock()
		claimed := r.claim(ctx, cap(slots)-len(slots))
		for _, j := range claimed {
			slots <- struct{}{}
			r.running.Go(func() {
				r.attempt(attempts, j)
				<-slots
				r.Bell.Ring()
			})
		}
		r.turn.Unlock()
		if len(claimed) > 0 && len(slots) < cap(slots) {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-r.Bell.rung:
		case <-poll.C:
		}
	}
}

// RunDue runs the jobs that are due at the store's instant, and those that
// become due by them, until none is left. Run pauses meanwhile, its attempts
// having ended.
func (r *Runner) RunDue(ctx context.Context) (ran []meet.Job) {
	_ = r.Alone(func(runDue func(context.Context) []meet.Job) error {
		ran = runDue(ctx)
		return nil
	})
	return ran
}

// Alone calls fn while jobs run only by the function that fn is given, which
// is RunDue. It is how a clock that is moved by hand keeps its promises.
func (r *Runner) Alone(fn func(runDue func(context.Context) []meet.Job) error) error {
	r.turn.Lock()
	defer r.turn.Unlock()
	r.running.Wait()
	return fn(r.runDue)
}

func (r *Runner) runDue(ctx context.Context) []meet.Job {
	var ran []meet.Job
	for {
		claimed := r.claim(ctx, r.Workers)
		if len(claimed) == 0 {
			return ran
		}
		var running sync.WaitGroup
		for _, j := range claimed {
			running.Go(func() { r.attempt(context.WithoutCancel(ctx), j) })
		}
		running.Wait()
		ran = append(ran, claimed...)
	}
}

func (r *Runner) claim(ctx context.Context, limit int) (jobs []meet.Job) {
	if limit == 0 || ctx.Err() != nil {
		return nil
	}
	due, err := r.due(ctx)
	if err == nil && due {
		err = r.Store.Update(ctx, func(tx *store.Tx) (err error) {
			jobs, err = tx.ClaimJobs(limit, r.PerLane, time.Now(), r.Lease)
			return err
		})
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		r.Logger.Error("jobs cannot be claimed", "error", err)
	}
	return jobs
}

// due reports whether some job may be claimed, without keeping the writer
// busy.
func (r *Runner) due(ctx context.Context) (due bool, err error) {
	err = r.Store.View(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.JobsDue(r.PerLane, time.Now())
		return err
	})
	return due, err
}

// attempt runs one job and settles it. One that ctx cut off before it came to
// anything is released.
func (r *Runner) attempt(ctx context.Context, j meet.Job) {
	limited, cancel := context.WithTimeout(ctx, r.Lease*3/4)
	defer cancel()
	err := r.run(limited, j)
	settle := func(tx *store.Tx) error {
		a := meet.JobAttempt{At: tx.Now()}
		var ok *succeeded
		if err == nil || errors.As(err, &ok) {
			if ok != nil {
				a.Status = ok.status
			}
			return tx.FinishJob(j, meet.JobDone, a)
		}
		var o *Outcome
		if !errors.As(err, &o) {
			o = &Outcome{Err: err}
		}
		if ctx.Err() != nil && o.Status == 0 && !o.GiveUp {
			return tx.ReleaseJob(j)
		}
		a.Status, a.Error = o.Status, shorten(o.Err.Error())
		before, err := tx.JobAttempts(j.ID) // those that ended; others were cut off by an end of ours
		if err != nil {
			return err
		}
		if o.GiveUp || len(before) >= len(backoff) {
			r.Logger.Warn("job given up", "job", string(j.ID), "kind", string(j.Kind), "attempts", len(before)+1, "error", a.Error)
			return tx.FinishJob(j, meet.JobDead, a)
		}
		return tx.RetryJob(j, tx.Now().Add(max(jitter(backoff[len(before)]), o.After)), a)
	}
	if err := r.Store.Update(context.WithoutCancel(ctx), settle); err != nil {
		r.Logger.Error("job cannot be settled; it runs again when its lease ends", "job", string(j.ID), "error", err)
	}
}

// run calls the handler of a job. A panic is an error of that job alone.
func (r *Runner) run(ctx context.Context, j meet.Job) (err error) {
	defer func() {
		if v := recover(); v != nil {
			r.Logger.Error("job panicked", "job", string(j.ID), "kind", string(j.Kind), "panic", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("internal error")
		}
	}()
	handler, ok := r.Handlers[j.Kind]
	if !ok {
		return &Outcome{Err: fmt.Errorf("no handler for jobs of kind %q", j.Kind), GiveUp: true}
	}
	return handler(ctx, j)
}

// backoff is how long to wait after each failed attempt; after the last one
// the job is given up.
var backoff = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// jitter spreads a wait by a fifth to both sides, so that what failed
// together does not come back together.
func jitter(d time.Duration) time.Duration {
	return d + time.Duration((rand.Float64()*0.4-0.2)*float64(d))
}

// maxError bounds what is kept of an error.
const maxError = 1024

func shorten(text string) string {
	if len(text) > maxError {
		return text[:maxError]
	}
	return text
}
