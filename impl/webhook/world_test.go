package webhook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/webhook"
)

// realTime is what the receivers' clocks show; the store's shows begin until
// it is moved by hand.
var (
	realTime = time.Date(2026, time.November, 22, 7, 35, 0, 0, time.UTC)
	begin    = time.Date(2024, time.January, 10, 8, 0, 0, 0, time.UTC)
)

// world is a store with a company, a Sender, and a Runner of its jobs.
type world struct {
	*store.Store
	sender *webhook.Sender
	runner *job.Runner
	owner  meet.Principal
	logs   *bytes.Buffer
	now    atomic.Pointer[time.Time]
}

// newWorld makes one whose endpoints may be on this machine; the functions
// change how it sends.
func newWorld(t *testing.T, change ...func(*webhook.Config)) *world {
	t.Helper()
	w := &world{logs: &bytes.Buffer{}}
	w.set(begin)
	var err error
	w.Store, err = store.Open(t.Context(), ":memory:", store.Options{Now: func() time.Time { return *w.now.Load() }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	company := meettest.Company()
	owner := meettest.User(company, func(u *meet.User) { u.ID, u.Role = company.Owner, meet.Owner })
	w.update(t, func(tx *store.Tx) error {
		if err := tx.InsertCompany(company); err != nil {
			return err
		}
		return tx.InsertUser(owner)
	})
	w.owner = meet.Principal{Company: company.ID, User: owner.ID, Role: owner.Role}
	log := slog.New(slog.NewTextHandler(&locked{w: w.logs}, nil))
	c := webhook.Config{
		Store: w.Store, Ring: secret.New(), AllowPrivate: true, Now: func() time.Time { return realTime }, Logger: log,
		Render: func(_ context.Context, _ *store.Tx, e meet.Event) ([]byte, error) { return e.Snapshot, nil },
	}
	for _, f := range change {
		f(&c)
	}
	w.sender = webhook.New(c)
	w.runner = job.New(job.Config{Store: w.Store, Logger: log, Handlers: map[meet.JobKind]job.Handler{
		meet.SendWebhook: func(ctx context.Context, j meet.Job) job.Outcome {
			return w.sender.Handlers()[meet.SendWebhook](ctx, j)
		},
	}})
	return w
}

// sends replaces the Sender by one that is changed.
func (w *world) sends(change ...func(*webhook.Config)) {
	c := w.sender.Config
	for _, f := range change {
		f(&c)
	}
	w.sender = webhook.New(c)
}

type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func (w *world) set(now time.Time) { w.now.Store(&now) }

func (w *world) update(t testing.TB, fn func(*store.Tx) error) {
	t.Helper()
	if err := w.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// hook is a webhook with its signing key as the receiver was told it.
type hook struct {
	meet.Webhook
	key string
}

// add registers an endpoint.
func (w *world) add(t testing.TB, endpoint string) (h hook) {
	t.Helper()
	w.update(t, func(tx *store.Tx) (err error) {
		h.Webhook, h.key, err = w.sender.Add(tx, w.owner, endpoint, "", []meet.EventKind{meet.BookingCreated})
		return err
	})
	return h
}

// payload is the body that events of these tests have.
const payload = `{"webhookType":"booking_created","id":"appt-uuid-456","note":"Grüße & <b>"}`

// delivery puts an event up for a webhook.
func (w *world) delivery(t testing.TB, h hook, change ...func(*meet.Job)) meet.Job {
	t.Helper()
	e := meet.Event{
		ID: meet.EventID(uuid.NewString()), Company: h.Company, Kind: meet.BookingCreated, Subject: "appt-uuid-456",
		Snapshot: json.RawMessage(payload), At: begin,
	}
	id := uuid.NewString()
	j := meet.Job{
		ID: meet.JobID(id), Company: h.Company, Kind: meet.SendWebhook, Lane: string(h.ID), Dedup: id, Subject: string(e.ID),
		Payload: json.RawMessage(`{}`), RunAt: begin,
	}
	for _, f := range change {
		f(&j)
	}
	w.update(t, func(tx *store.Tx) error {
		if err := tx.InsertEvent(e); err != nil {
			return err
		}
		return tx.InsertJob(j)
	})
	return j
}

// runDue does the jobs that are due.
func (w *world) runDue(t testing.TB) {
	t.Helper()
	runDue(t, w.runner)
}

func runDue(t testing.TB, r *job.Runner) {
	t.Helper()
	err := r.Alone(func(runDue func() ([]meet.Job, error)) error {
		_, err := runDue()
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// attempt makes one attempt outside the Runner.
func (w *world) attempt(t testing.TB, j meet.Job) job.Outcome {
	t.Helper()
	return w.sender.Handlers()[meet.SendWebhook](t.Context(), j)
}

// state is where a delivery stands, with its attempts.
func (w *world) state(t testing.TB, j meet.Job) (state meet.Job, attempts []meet.JobAttempt) {
	t.Helper()
	err := w.View(t.Context(), func(tx *store.Tx) error {
		jobs, _, err := tx.Jobs(j.Lane, "", 100, 0)
		for _, other := range jobs {
			if other.ID == j.ID {
				state = other
			}
		}
		if err == nil {
			all, err := tx.JobAttempts(j.ID)
			attempts = all[j.ID]
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return state, attempts
}

// webhook reads a webhook as it is stored.
func (w *world) webhook(t testing.TB, h hook) (stored meet.Webhook) {
	t.Helper()
	err := w.View(t.Context(), func(tx *store.Tx) (err error) {
		stored, err = tx.Webhook(h.Company, h.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// endpoint is a receiver that answers as the function does.
func endpoint(t testing.TB, answer http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL + "/hook?token=hush"
}

// answering is a receiver that always answers with a status.
func answering(t testing.TB, status int) string {
	return endpoint(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
}
