package job

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Handler does one kind of job, until ctx is done at the latest.
type Handler func(ctx context.Context, j meet.Job) Outcome

// Outcome is how an attempt ended. The zero value is success.
type Outcome struct {
	// Err is why it failed. It is kept with the job and shown to those who
	// may see that.
	Err    error
	Status int // of the answer, 0 when there was none
	// After is how long to wait at least before the next attempt.
	After time.Duration
	// GiveUp makes the job dead at once.
	GiveUp bool
}

// cutOff reports an attempt that came to nothing.
func (o Outcome) cutOff() bool { return o.Err != nil && o.Status == 0 && !o.GiveUp }

// settle notes how an attempt ended, and what follows.
func (r *Runner) settle(tx *store.Tx, j meet.Job, o Outcome) error {
	a := meet.JobAttempt{At: tx.Now(), Status: o.Status}
	if o.Err == nil {
		return tx.FinishJob(j, meet.JobDone, a)
	}
	a.Error = shorten(o.Err.Error())
	attempts, err := tx.JobAttempts(j.ID) // those that ended; others were cut off by an end of ours
	if err != nil {
		return err
	}
	before := len(attempts[j.ID])
	if o.GiveUp || before >= len(backoff) {
		r.Logger.Warn("job given up", "job", string(j.ID), "kind", string(j.Kind), "attempts", before+1, "error", a.Error)
		return tx.FinishJob(j, meet.JobDead, a)
	}
	return tx.RetryJob(j, tx.Now().Add(max(jitter(backoff[before]), o.After)), a)
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

// maxError bounds what is kept of an error, in bytes.
const maxError = 1024

// shorten makes a text fit to be kept: PostgreSQL takes neither a part of a
// character nor a zero byte.
func shorten(text string) string {
	if len(text) > maxError {
		text = text[:maxError]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
}
