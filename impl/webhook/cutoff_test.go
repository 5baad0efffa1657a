package webhook_test

import (
	"context"
	"net/http"
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
			claimed, err := tx.ClaimJobs(9, 9, time.Now().Add(-time.Minute), 0) // nobody settles it
			if len(claimed) != 1 {
				t.Errorf("claimed %d", len(claimed))
			}
			return err
		})
	}
	w.runner.RunDue(t.Context())
	state, attempts := w.state(t, j)
	if wait := state.RunAt.Sub(begin); state.State != meet.JobPending || wait < 4*time.Second || wait > 6*time.Second {
		t.Errorf("it is %s, and tried again after %v", state.State, wait)
	}
	if len(attempts) != 1 || attempts[0].Status != 500 {
		t.Errorf("the attempts are %+v", attempts)
	}
}

// Ensure an attempt under way ends as the endpoint has it when whoever had
// it made goes away.
func TestSender_Abandoned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, leave := context.WithCancel(t.Context())
	j := w.delivery(t, w.add(t, endpoint(t, func(rw http.ResponseWriter, _ *http.Request) {
		leave()
		rw.WriteHeader(http.StatusAccepted)
	})))
	w.runner.RunDue(ctx)
	if state, attempts := w.state(t, j); state.State != meet.JobDone || len(attempts) != 1 || attempts[0].Status != 202 {
		t.Errorf("it is %+v, %+v", state, attempts)
	}
}
