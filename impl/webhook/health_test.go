package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/webhook"
)

// told returns what the owner is mailed about webhooks and was not before.
// What waits for endpoints is done by that.
func (w *world) told(t testing.TB) (all []meet.Happening) {
	t.Helper()
	var mu sync.Mutex
	mailed := func(ctx context.Context, j meet.Job) job.Outcome {
		mu.Lock()
		defer mu.Unlock()
		return job.Outcome{Err: w.View(ctx, func(tx *store.Tx) error {
			var letter meet.Letter
			var told meet.Happening
			e, _, err := tx.Event(meet.EventID(j.Subject))
			if err := errors.Join(err, json.Unmarshal(j.Payload, &letter), json.Unmarshal(e.Snapshot, &told)); err != nil {
				t.Error(err)
			}
			if letter != (meet.Letter{Template: meet.MailWebhookDisabled, Host: w.owner.User}) || told.Webhook.SealedKey != "" || told.Webhook.Enabled {
				t.Errorf("told %+v of %s", letter, e.Snapshot)
			}
			all = append(all, told)
			return nil
		})}
	}
	runDue(t, job.New(job.Config{Store: w.Store, Handlers: map[meet.JobKind]job.Handler{
		meet.SendMail: mailed, meet.SendWebhook: func(context.Context, meet.Job) job.Outcome { return job.Outcome{} },
	}}))
	return all
}

// Ensure the owner of the company hears once of a webhook whose endpoint
// wants no more, however many deliveries hear it, and not of one that
// somebody disabled.
func TestSender_Gone_Told(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.add(t, answering(t, http.StatusGone))
	var all sync.WaitGroup
	for range 5 { // all under way at once
		j := w.delivery(t, h)
		all.Go(func() { _ = w.attempt(t, j) })
	}
	all.Wait()
	if told := w.told(t); len(told) != 1 || !told[0].Webhook.FailingSince.IsZero() || told[0].Webhook.Endpoint != h.Endpoint {
		t.Errorf("told %+v", told)
	}
	w.edit(t, h, webhook.Change{Enabled: new(true)})
	w.edit(t, h, webhook.Change{Enabled: new(false)})
	if told := w.told(t); len(told) != 0 {
		t.Errorf("told %+v", told)
	}
}

// Ensure a webhook that had nothing but failures for five days is disabled,
// and its owner told once; any success, and any change that may mend it,
// begins the time anew.
func TestSender_Fails(t *testing.T) {
	t.Parallel()
	days := func(n float64) time.Time { return begin.Add(time.Duration(n * float64(24*time.Hour))) }
	for name, c := range map[string]struct {
		mend  func(*testing.T, *world, hook, *atomic.Int32) // on the third day
		fails bool
	}{
		"for five days":       {func(*testing.T, *world, hook, *atomic.Int32) {}, true},
		"but for one success": {func(_ *testing.T, _ *world, _ hook, status *atomic.Int32) { status.Store(http.StatusOK) }, false},
		"and was disabled once": {func(t *testing.T, w *world, h hook, _ *atomic.Int32) {
			w.edit(t, h, webhook.Change{Enabled: new(false)})
		}, false},
		"and was described": {func(t *testing.T, w *world, h hook, _ *atomic.Int32) {
			w.edit(t, h, webhook.Change{Description: new("x")})
		}, true},
		"and moved": {func(t *testing.T, w *world, h hook, _ *atomic.Int32) {
			w.edit(t, h, webhook.Change{Endpoint: &h.Endpoint})
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			var status atomic.Int32
			h := w.add(t, endpoint(t, func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(int(status.Load())) }))
			attempt := func(now time.Time, answer int) {
				w.set(now)
				status.Store(int32(answer))
				_ = w.attempt(t, w.delivery(t, h))
			}
			attempt(days(0), 500)
			attempt(days(1), 302)
			w.set(days(3))
			c.mend(t, w, h, &status)
			if status.Load() == http.StatusOK {
				attempt(days(3), http.StatusOK)
			}
			w.edit(t, h, webhook.Change{Enabled: new(true)}) // it may be disabled
			attempt(days(4.99), 500)
			if !w.webhook(t, h).Enabled || len(w.told(t)) != 0 {
				t.Fatal("disabled too early")
			}
			attempt(days(5), 500)
			attempt(days(5), 500)
			all := w.told(t)
			if w.webhook(t, h).Enabled == c.fails || (len(all) == 1) != c.fails {
				t.Fatalf("it is %+v, told %+v", w.webhook(t, h), all)
			}
			if !c.fails {
				return
			}
			if !all[0].Webhook.FailingSince.Equal(begin) {
				t.Errorf("told %+v", all[0].Webhook)
			}
			w.edit(t, h, webhook.Change{Enabled: new(true)})
			attempt(days(6), 500)
			if !w.webhook(t, h).Enabled {
				t.Error("revived, it was disabled at its first failure")
			}
		})
	}
}

// Ensure what hinders deliveries inside the server is not held against the
// endpoint.
func TestSender_Fails_Within(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *webhook.Config) {
		c.Render = func(context.Context, *store.Tx, meet.Event) ([]byte, error) { return nil, errors.New("broken") }
	})
	h := w.add(t, answering(t, http.StatusOK))
	_ = w.attempt(t, w.delivery(t, h))
	if stored := w.webhook(t, h); !stored.FailingSince.IsZero() {
		t.Errorf("it is %+v", stored)
	}
}
