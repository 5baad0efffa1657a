// Package webhook tells endpoints of events: it keeps the webhooks of a
// company, signs what is sent as Standard Webhooks 1.0 describes, and sends
// it to public addresses only.
//
// A delivery is one event for one webhook, a job of kind [meet.SendWebhook]
// whose lane is the webhook and whose subject is the event. It is made at
// least once, and every attempt carries the same webhook-id.
package webhook

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// Config says how a Sender works. Store, Ring and Render are required.
type Config struct {
	Store *store.Store
	// Ring seals the signing keys.
	Ring *secret.Keyring
	// Render writes the body that tells of an event. It must not wait for
	// the network.
	Render func(ctx context.Context, tx *store.Tx, e meet.Event) ([]byte, error)
	// AllowPrivate lets endpoints be http, and lie on the machine itself or
	// in a private network. Set it where only those who run the server can
	// register endpoints. Defaults to https and public addresses.
	AllowPrivate bool
	// Timeout is how long an attempt may take in all, from the look-up of
	// the name to the end of the answer. Defaults to 15 seconds.
	Timeout time.Duration
	// Now tells the real time that attempts are stamped with, whatever the
	// clock of the store shows: receivers refuse old stamps. Defaults to
	// time.Now.
	Now func() time.Time
	// Resolver looks up the names of endpoints. Defaults to the system's.
	Resolver *net.Resolver
	// Logger receives what hinders deliveries inside the server, which is
	// not told to those who read the delivery log. Defaults to slog.Default.
	Logger *slog.Logger
}

// Sender keeps webhooks and delivers to them. It is safe for concurrent use.
type Sender struct {
	Config
	client *http.Client
}

// New returns a Sender.
func New(c Config) *Sender {
	if c.Timeout == 0 {
		c.Timeout = 15 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return &Sender{Config: c, client: newClient(c)}
}

// Handlers does the jobs of this package.
func (s *Sender) Handlers() map[meet.JobKind]job.Handler {
	return map[meet.JobKind]job.Handler{meet.SendWebhook: s.deliver}
}

// message is what one attempt sends, and to whom.
type message struct {
	hook meet.Webhook
	at   time.Time // by the clock of the store
	id   string    // the webhook-id
	key  []byte
	body []byte
}

// deliver makes one attempt at a delivery. A webhook that is gone or
// disabled gets nothing any more.
func (s *Sender) deliver(ctx context.Context, j meet.Job) job.Outcome {
	m, err := s.load(ctx, j)
	var never hopeless
	switch {
	case errors.As(err, &never):
		return job.Outcome{Err: never, GiveUp: true}
	case err != nil:
		return s.hindered(j, err)
	}
	reply, err := s.post(ctx, m)
	if err == nil && reply.success() {
		if err := s.worked(ctx, m); err != nil { // the delivery is made all the same
			s.Logger.Error("webhook not noted as working", "webhook", j.Lane, "error", err)
		}
		return job.Outcome{Status: reply.status}
	}
	if errors.Is(ctx.Err(), context.Canceled) { // by us, which says nothing of the endpoint
		return job.Outcome{Err: ctx.Err()}
	}
	outcome := job.Outcome{Err: err, Status: reply.status, After: reply.after}
	if err == nil {
		outcome.Err = reply.failure()
	}
	if reply.status == http.StatusGone {
		outcome.GiveUp, err = true, s.gone(ctx, m)
	} else {
		outcome.GiveUp, err = s.failed(ctx, m)
	}
	if err != nil {
		return s.hindered(j, err)
	}
	return outcome
}

// hopeless says why a delivery can never succeed.
type hopeless string

func (h hopeless) Error() string { return string(h) }

// hindered keeps the cause of a failure inside the server and has the
// delivery tried again.
func (s *Sender) hindered(j meet.Job, err error) job.Outcome {
	s.Logger.Error("webhook delivery hindered", "job", string(j.ID), "webhook", j.Lane, "error", err)
	return job.Outcome{Err: errors.New("internal error")}
}

// load reads what an attempt sends.
func (s *Sender) load(ctx context.Context, j meet.Job) (m message, err error) {
	m.id = string(j.ID)
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		m.at = tx.Now()
		m.hook, err = tx.Webhook(j.Company, meet.WebhookID(j.Lane))
		switch {
		case errors.Is(err, meet.ErrWebhookNotFound):
			return hopeless("the webhook was deleted")
		case err != nil:
			return err
		case !m.hook.Enabled:
			return hopeless("the webhook is disabled")
		case CheckEndpoint(m.hook.Endpoint, s.AllowPrivate) != nil:
			return hopeless("the endpoint is not one that events may be sent to")
		}
		event, found, err := tx.Event(meet.EventID(j.Subject))
		switch {
		case err != nil:
			return err
		case !found:
			return hopeless("the event is gone")
		}
		m.body, err = s.Render(ctx, tx, event)
		return err
	})
	if err != nil {
		return m, err
	}
	m.key, err = openKey(s.Ring, m.hook)
	return m, err
}

// save stores a webhook; what waits for a disabled one is given up.
func save(tx *store.Tx, w meet.Webhook) error {
	if !w.Enabled {
		if err := tx.DropJobs(string(w.ID), "the webhook was disabled"); err != nil {
			return err
		}
	}
	return tx.UpdateWebhook(w)
}
