package webhook_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Ensure attempts that ended with their process are not told as failures of
// the endpoint, and do not use up its tries or lengthen the waits.
func TestSender_CutOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	j := w.delivery(t, w.add(t, answering(t, http.StatusInternalServerError)))
	for range 12 { // more than there are tries
		w.update(t, func(tx *store.Tx) error {
			claimed, err := tx.ClaimJobs(store.Room{Workers: 9, PerLane: 9}, time.Now().Add(-time.Minute), 0) // nobody settles it
			if len(claimed) != 1 {
				t.Errorf("claimed %d", len(claimed))
			}
			return err
		})
	}
	w.runDue(t)
	state, attempts := w.state(t, j)
	if wait := state.RunAt.Sub(begin); state.State != meet.JobPending || wait < 4*time.Second || wait > 6*time.Second {
		t.Errorf("it is %s, and tried again after %v", state.State, wait)
	}
	if len(attempts) != 1 || attempts[0].Status != 500 {
		t.Errorf("the attempts are %+v", attempts)
	}
}

// Ensure an attempt that ends because this server does is not told as a
// failure of the endpoint.
func TestSender_Stopped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	h := w.add(t, endpoint(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or it does not see who leaves
		stop()
		<-r.Context().Done()
	}))
	j := w.delivery(t, h)
	w.runner.Grace = time.Millisecond
	w.runner.Run(ctx)
	if state, attempts := w.state(t, j); state.State != meet.JobPending || state.LastError != "" || len(attempts) != 0 || !state.RunAt.Equal(begin) {
		t.Errorf("it is %+v after %+v", state, attempts)
	}
	if stored := w.webhook(t, h); !stored.FailingSince.IsZero() || strings.Contains(w.logs.String(), "ERROR") {
		t.Errorf("the webhook fails since %v, the log says %s", stored.FailingSince, w.logs)
	}
}
