package webhook_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/webhook"
)

func (w *world) remove(t testing.TB, h hook) {
	t.Helper()
	w.update(t, func(tx *store.Tx) error { return webhook.Remove(tx, w.owner, string(h.ID)) })
}

func (w *world) edit(t testing.TB, h hook, c webhook.Change) {
	t.Helper()
	w.update(t, func(tx *store.Tx) error {
		_, err := w.sender.Edit(tx, w.owner, string(h.ID), c)
		return err
	})
}

// Ensure 410 disables a webhook, ends what waits for it, and leaves others
// alone; it can be enabled again.
func TestSender_Gone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gone, other := w.add(t, answering(t, http.StatusGone)), w.add(t, answering(t, http.StatusOK))
	later := func(j *meet.Job) { j.RunAt = j.RunAt.Add(time.Hour) }
	first, waiting, elsewhere := w.delivery(t, gone), w.delivery(t, gone, later), w.delivery(t, other, later)
	w.runDue(t)
	if w.webhook(t, gone).Enabled || !w.webhook(t, other).Enabled {
		t.Fatal("the wrong webhook is disabled")
	}
	state, attempts := w.state(t, first)
	if state.State != meet.JobDead || len(attempts) != 1 || attempts[0].Status != http.StatusGone {
		t.Errorf("the delivery is %+v, %+v", state, attempts)
	}
	if state, attempts := w.state(t, waiting); state.State != meet.JobDead || len(attempts) != 0 || state.LastError != "the webhook was disabled" {
		t.Errorf("what waited is %+v, %+v", state, attempts)
	}
	if state, _ := w.state(t, elsewhere); state.State != meet.JobPending {
		t.Errorf("what waited for another is %+v", state)
	}
	w.edit(t, gone, webhook.Change{Enabled: new(true), Endpoint: new(answering(t, 200))})
	next := w.delivery(t, gone)
	w.runDue(t)
	if state, _ := w.state(t, next); state.State != meet.JobDone {
		t.Errorf("revived, the delivery is %+v", state)
	}
}

// Ensure the answer of an endpoint that was left does not end the new one.
func TestSender_GoneElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var h hook
	h = w.add(t, endpoint(t, func(rw http.ResponseWriter, _ *http.Request) {
		w.edit(t, h, webhook.Change{Endpoint: new("https://hooks.example.com/new")})
		rw.WriteHeader(http.StatusGone)
	}))
	w.delivery(t, h)
	w.runDue(t)
	if stored := w.webhook(t, h); !stored.Enabled || stored.Endpoint != "https://hooks.example.com/new" {
		t.Errorf("the webhook is %+v", stored)
	}
}

// Ensure nothing is sent for webhooks that are deleted or disabled, nor to
// endpoints that are not allowed any more.
func TestSender_GivesUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(*testing.T, *world, hook)
		want string
	}{
		"deleted":     {func(t *testing.T, w *world, h hook) { w.remove(t, h) }, "the webhook was deleted"},
		"disabled":    {func(t *testing.T, w *world, h hook) { w.edit(t, h, webhook.Change{Enabled: new(false)}) }, "the webhook is disabled"},
		"not allowed": {func(_ *testing.T, w *world, _ hook) { w.sends(func(c *webhook.Config) { c.AllowPrivate = false }) }, "the endpoint is not one that events may be sent to"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			h := w.add(t, endpoint(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") }))
			j := w.delivery(t, h)
			c.end(t, w, h)
			if o := w.attempt(t, j); o.Err == nil || !o.GiveUp || o.Err.Error() != c.want {
				t.Errorf("gave %+v, want %q", o, c.want)
			}
			w.set(begin.Add(time.Minute))
			w.runDue(t) // what the webhook's end has left
		})
	}
}
