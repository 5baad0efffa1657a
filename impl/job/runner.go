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
	"runtime/debug"
	"sync"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// PerLane is how many jobs of one lane run at once, over all processes. Lane
// "" may hold a quarter of one process's workers.
const PerLane = 8

// patience is how long an attempt may take before [Runner.Alone] waits for no
// more of its lane.
const patience = 5 * time.Second

// Config says how a Runner works. Store and Handlers are required.
type Config struct {
	Store    *store.Store
	Handlers map[meet.JobKind]Handler
	// Workers is how many jobs run at once. Defaults to 256, which wait for
	// the network most of the time.
	Workers int
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
	// turn is full while jobs are claimed: by Run for a moment, by Alone
	// until all that was claimed have ended.
	turn    chan struct{}
	running sync.WaitGroup // the attempts of Run; added to under turn
	// attempts is what attempts run under: it is done when Run has ended,
	// and after the grace.
	attempts context.Context
	cut      context.CancelFunc
}

// ErrStopped is returned when Run has ended or is about to.
var ErrStopped = errors.New("the jobs were stopped")

// New returns a Runner that does nothing before Run.
func New(c Config) *Runner {
	if c.Workers == 0 {
		c.Workers = 256
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
	r := &Runner{Config: c, turn: make(chan struct{}, 1)}
	r.attempts, r.cut = context.WithCancel(context.Background())
	return r
}

// Run works until ctx is done, and returns when the attempts under way have
// ended or were cut off after the grace. It is called once.
func (r *Runner) Run(ctx context.Context) {
	defer r.cut()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(r.Grace, r.cut) })() // after the wait that it bounds
	defer r.running.Wait()
	slots := make(chan struct{}, r.Workers)
	poll := time.NewTicker(r.Poll)
	defer poll.Stop()
	for {
		r.turn <- struct{}{}
		claimed := r.claim(ctx, r.room(cap(slots)-len(slots)))
		for _, j := range claimed {
			slots <- struct{}{}
			r.running.Go(func() {
				r.attempt(j)
				<-slots
				r.Bell.Ring()
			})
		}
		<-r.turn
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

// Alone calls fn while jobs run only by the function that fn is given, Run
// pausing with its attempts ended. That function runs the jobs that are due
// at the store's instant, and those that become due by them, until none is
// left; it is how a clock that is moved by hand keeps its promises.
//
// A lane of which an attempt takes longer than a few seconds is left to Run,
// so that an endpoint that hangs is waited for once. When Run ends the error
// is [ErrStopped].
func (r *Runner) Alone(fn func(runDue func() ([]meet.Job, error)) error) error {
	r.turn <- struct{}{}
	defer func() { <-r.turn }()
	r.running.Wait()
	defer r.Bell.Ring() // for what is left
	room := r.room(r.Workers)
	room.Except = map[string]bool{}
	return fn(func() ([]meet.Job, error) { return r.runDue(room) })
}

func (r *Runner) runDue(room store.Room) ([]meet.Job, error) {
	var ran []meet.Job
	for r.attempts.Err() == nil {
		claimed := r.claim(r.attempts, room)
		if len(claimed) == 0 {
			break
		}
		began := time.Now()
		took := make([]time.Duration, len(claimed))
		var running sync.WaitGroup
		for i, j := range claimed {
			running.Go(func() {
				r.attempt(j)
				took[i] = time.Since(began)
			})
		}
		running.Wait()
		for i, j := range claimed {
			if j.Lane != "" && took[i] > patience {
				room.Except[j.Lane] = true
			}
		}
		ran = append(ran, claimed...)
	}
	if r.attempts.Err() != nil {
		return ran, ErrStopped
	}
	return ran, nil
}

// room shares out the workers that have nothing to do: a quarter of all is as
// many as lane "" may hold, and the last half is for lanes of which no job is
// running.
func (r *Runner) room(workers int) store.Room {
	return store.Room{Workers: workers, Reserved: r.Workers / 2, Common: max(1, r.Workers/4), PerLane: PerLane}
}

// errNone is what a claim comes to when all jobs that are due wait for others.
var errNone = errors.New("no job can be claimed")

func (r *Runner) claim(ctx context.Context, room store.Room) (jobs []meet.Job) {
	if room.Workers == 0 || ctx.Err() != nil {
		return nil
	}
	due, err := r.due(ctx, room)
	if err == nil && due {
		err = r.Store.Update(ctx, func(tx *store.Tx) (err error) {
			jobs, err = tx.ClaimJobs(room, time.Now(), r.Lease)
			if err == nil && len(jobs) == 0 {
				err = errNone // a commit would ring the bell
			}
			return err
		})
	}
	if err != nil { // nothing was claimed, whatever the function had seen
		if !errors.Is(err, context.Canceled) && !errors.Is(err, errNone) {
			r.Logger.Log(ctx, gravity(err), "jobs cannot be claimed", "error", err)
		}
		return nil
	}
	return jobs
}

// gravity is the level of an error: a database that is busy or away comes
// back, and says so by itself.
func gravity(err error) slog.Level {
	if meet.CodeOf(err) == meet.CodeUnavailable {
		return slog.LevelWarn
	}
	return slog.LevelError
}

// due reports whether some job may be claimed, without keeping the writer
// busy.
func (r *Runner) due(ctx context.Context, room store.Room) (due bool, err error) {
	err = r.Store.View(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.JobsDue(room, time.Now())
		return err
	})
	return due, err
}

// attempt runs one job and settles it. One that came to nothing when it was
// cut off is released.
func (r *Runner) attempt(j meet.Job) {
	limited, cancel := context.WithTimeout(r.attempts, r.Lease*3/4)
	defer cancel()
	o := r.run(limited, j)
	settle := func(tx *store.Tx) error {
		if o.cutOff() && r.attempts.Err() != nil {
			return tx.ReleaseJob(j)
		}
		return r.settle(tx, j, o)
	}
	if err := r.Store.Update(context.WithoutCancel(limited), settle); err != nil {
		r.Logger.Log(context.Background(), gravity(err), "job cannot be settled; it runs again when its lease ends", "job", string(j.ID), "error", err)
	}
}

// run calls the handler of a job. A panic is an error of that job alone.
func (r *Runner) run(ctx context.Context, j meet.Job) (o Outcome) {
	defer func() {
		if v := recover(); v != nil {
			r.Logger.Error("job panicked", "job", string(j.ID), "kind", string(j.Kind), "panic", v, "stack", string(debug.Stack()))
			o = Outcome{Err: errors.New("internal error")}
		}
	}()
	handler, ok := r.Handlers[j.Kind]
	if !ok {
		return Outcome{Err: fmt.Errorf("no handler for jobs of kind %q", j.Kind), GiveUp: true}
	}
	return handler(ctx, j)
}
