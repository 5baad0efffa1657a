package stub

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// fired is a job that ran because the clock moved.
type fired struct {
	Kind    meet.JobKind `json:"kind"`
	At      time.Time    `json:"at"`
	Subject string       `json:"subject"`
}

// maxAdvance is how far one request moves the clock.
const maxAdvance = 10 * 366 * 24 * time.Hour

func (w *World) postAdvance(rw http.ResponseWriter, r *http.Request) {
	var request struct {
		By string `json:"by"`
	}
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxControlBody))
	if err == nil {
		err = json.Unmarshal(body, &request)
	}
	by, ok := parseSpan(request.By)
	if err != nil || !ok || by <= 0 || by > maxAdvance {
		refuse(rw, http.StatusBadRequest, `Send {"by": "24h"}: a duration such as 90m, or P1D for a day, at most ten years`)
		return
	}
	// A client that gives up must not leave the clock half way, nor cut off
	// what runs.
	ran, err := w.Advance(context.WithoutCancel(r.Context()), by)
	if err != nil {
		w.fail(rw, "The clock could not be advanced", err)
		return
	}
	answer(rw, struct {
		Now   time.Time `json:"now"`
		Fired []fired   `json:"fired"`
	}{w.Clock.Now(), ran})
}

// Advance moves the clock on, stopping at each instant at which a job is
// due, so that everything in between happens at its time and before Advance
// returns. A clock that ran on real time stands still from then on.
func (w *World) Advance(ctx context.Context, by time.Duration) ([]fired, error) {
	ran := []fired{}
	err := w.Jobs.Alone(func(runDue func(context.Context) []meet.Job) error {
		target := w.Clock.Now().Add(by)
		for {
			at := w.Clock.Now()
			for _, j := range runDue(ctx) {
				ran = append(ran, fired{Kind: j.Kind, At: at, Subject: j.Subject})
			}
			if !at.Before(target) {
				return nil
			}
			next, err := w.nextStop(ctx, target)
			if err != nil {
				return err
			}
			if err := w.SetClock(ctx, next); err != nil {
				return err
			}
		}
	})
	return ran, err
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
