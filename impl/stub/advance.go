package stub

import (
	"context"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
	"github.com/meetwright/meetwright/server/control"
)

// maxAdvance is how far one request moves the clock.
const maxAdvance = 10 * 366 * 24 * time.Hour

// Advance moves the clock on, stopping at each instant at which a job is
// due, so that everything in between happens at its time and before Advance
// returns. Only for an endpoint that hangs it waits but once. A clock that
// ran on real time stands still from then on. When the world is reset
// meanwhile, Advance ends and leaves it alone; that is a [server.Problem] of
// 409.
func (w *World) Advance(ctx context.Context, by time.Duration) ([]control.Fired, error) {
	ran, resets := []control.Fired{}, w.countResets()
	err := w.Jobs.Alone(func(runDue func() ([]meet.Job, error)) error {
		target := w.Clock.Now().Add(by)
		for {
			at := w.Clock.Now()
			jobs, err := runDue()
			for _, j := range jobs {
				ran = append(ran, control.Fired{Kind: string(j.Kind), At: at, Subject: j.Subject})
			}
			if err != nil {
				return err
			}
			if w.countResets() != resets {
				return errReset
			}
			if !at.Before(target) {
				return nil
			}
			next, err := w.nextStop(ctx, target)
			if err != nil {
				return err
			}
			if err := w.step(ctx, next, resets); err != nil {
				return err
			}
		}
	})
	return ran, err
}

var errReset = &server.Problem{Status: http.StatusConflict, Message: "The world was reset while its clock was advanced, so the clock is back at the start; advance it again"}

func (w *World) countResets() int {
	w.changing.Lock()
	defer w.changing.Unlock()
	return w.resets
}

// step moves the clock of a world that was reset so many times and no more.
func (w *World) step(ctx context.Context, t time.Time, resets int) error {
	w.changing.Lock()
	defer w.changing.Unlock()
	if w.resets != resets {
		return errReset
	}
	return w.moveClock(ctx, t)
}

// nextStop is when the next job is due, the target at the latest.
func (w *World) nextStop(ctx context.Context, target time.Time) (time.Time, error) {
	stop := target
	err := w.Store.View(ctx, func(tx *store.Tx) error {
		at, found, err := tx.NextJobAt(tx.Now())
		if found && at.Before(target) {
			stop = at
		}
		return err
	})
	return stop, err
}

var isoSpan = regexp.MustCompile(`^P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$`)

// parseSpan reads a Go duration or one of ISO 8601 in weeks, days, hours,
// minutes and seconds, a day being 24 hours.
func parseSpan(text string) (time.Duration, bool) {
	if d, err := time.ParseDuration(text); err == nil {
		return d, true
	}
	parts := isoSpan.FindStringSubmatch(text)
	if parts == nil {
		return 0, false
	}
	var total time.Duration
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if parts[i+1] == "" {
			continue
		}
		n, err := strconv.Atoi(parts[i+1])
		if err != nil {
			return 0, false
		}
		total += time.Duration(n) * unit
	}
	return total, true
}
