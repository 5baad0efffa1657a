package impl

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/meetwright/meetwright"
	"github.com/meetwright/meetwright/impl/credential"
	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/mail"
	"github.com/meetwright/meetwright/impl/page"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/stub"
	"github.com/meetwright/meetwright/server"
)

// Settings say how a whole server is put together. The zero value is a stub
// server in memory, without content, on the real time.
type Settings struct {
	// Database is a SQLite file or ":memory:". Defaults to ":memory:".
	Database string
	// Live mode has no demo keys, no clock that can be set and no control
	// plane.
	Live bool
	// Seed is the content of a fresh database; nil is none.
	Seed *stub.Fixture
	// Clock is what the clock of a fresh database shows in stub mode; the
	// zero time is the real time.
	Clock time.Time
	// Ring makes and checks secrets. Defaults to one that lives as long as
	// the process.
	Ring *secret.Keyring
	// Dialect is "docs" to answer as the contract is published, or
	// "production" to answer as it is seen to be spoken. Defaults to "docs".
	Dialect string
	// PublicURL is where clients reach the server.
	PublicURL string
	// RateLimit is how many requests a minute each key may make, with
	// bursts of twice as many; 0 is no limit.
	RateLimit int
	// TrustedProxies are the networks of the proxies in front of the server;
	// see [server.Options].
	TrustedProxies []netip.Prefix
	// SMTP is how mail leaves. Without it, mail is captured in stub mode,
	// and not sent in live mode.
	SMTP *mail.SMTP
	// MailFrom is who mails are from. Defaults to a name of the demo in
	// stub mode; live mode needs it with SMTP.
	MailFrom string
	// Version is what the server calls itself.
	Version string
	// Logger receives one record a request, and what an operator should
	// know. Defaults to slog.Default.
	Logger *slog.Logger
}

// App is a whole server: the handler of all its paths with what is behind
// them.
type App struct {
	*Service
	http.Handler
	Store *store.Store
	// Jobs does the work that requests leave behind, from Open to Close.
	Jobs *job.Runner

	stop func()
}

// Open opens the database, fills a fresh one, and builds the handler. The
// caller must Close the App.
func Open(ctx context.Context, o Settings) (_ *App, err error) {
	o = o.withDefaults()
	go server.Preload() // beside the opening of the database
	clock := &stub.Clock{}
	bell := job.NewBell()
	s, err := store.Open(ctx, o.Database, store.Options{Now: clock.Now, Exclusive: true, Committed: bell.Ring, Logger: o.Logger})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if err := claim(ctx, s, o.Ring, o.Live); err != nil {
		return nil, err
	}
	checker := credential.New(s, o.Ring, clock.Now, credential.Options{RefuseDemo: o.Live, PerMinute: o.RateLimit})
	service := New(Config{
		Store: s, Ring: o.Ring, Credentials: checker, PublicURL: o.PublicURL, Dialect: o.Dialect, AllowPrivate: !o.Live, Logger: o.Logger,
	})
	handlers, err := service.handlers(o)
	if err != nil {
		return nil, err
	}
	jobs := job.New(job.Config{Store: s, Handlers: handlers, Bell: bell, Logger: o.Logger})
	world := &stub.World{Store: s, Clock: clock, Seed: o.Seed, Start: o.Clock, Ring: o.Ring, Jobs: jobs, Log: o.Logger, Forget: checker.Forget}
	pages := page.New(page.Config{Store: s, Credentials: checker, PublicURL: o.PublicURL, Logger: o.Logger})
	edge := server.Options{PublicURL: o.PublicURL, Logger: o.Logger, TrustedProxies: o.TrustedProxies, Mount: map[string]http.Handler{
		"/confirm/": pages, "/m/": pages, "/host/": pages,
	}}
	if err := world.Boot(ctx); err != nil {
		return nil, err
	}
	if o.Live {
		if err := requireKey(ctx, s); err != nil {
			return nil, err
		}
		if err := enlist(ctx, s); err != nil {
			return nil, err
		}
	} else {
		edge.Mount["/_/"] = world.Handler(o.info())
	}
	handler, err := server.New(service, edge)
	if err != nil {
		return nil, err
	}
	return &App{Service: service, Handler: handler, Store: s, Jobs: jobs, stop: start(jobs)}, nil
}

// start runs jobs on a goroutine of their own, and returns how to stop: the
// attempts under way end first.
func start(jobs *job.Runner) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		jobs.Run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// Close lets the jobs and the changes under way finish, and closes the
// database.
func (a *App) Close() error {
	a.stop()
	return a.Store.Close()
}

func (o Settings) withDefaults() Settings {
	if o.Database == "" {
		o.Database = ":memory:"
	}
	if o.Ring == nil {
		o.Ring = secret.New()
	}
	if o.Dialect == "" {
		o.Dialect = "docs"
	}
	if o.MailFrom == "" && !o.Live {
		o.MailFrom = "Meetwright <meetings@meetwright.example>"
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}

// info is what the control plane tells about the server.
func (o Settings) info() stub.Info {
	hash := sha256.Sum256(meetwright.OpenAPI)
	return stub.Info{
		Version: o.Version, Mode: "stub", Dialect: o.Dialect, SpecHash: hex.EncodeToString(hash[:]), Engine: "sqlite",
		Features: []string{"clock", "inbox", "reset"},
	}
}

// requireKey refuses a database in which no key could be used.
func requireKey(ctx context.Context, s *store.Store) error {
	return s.View(ctx, func(tx *store.Tx) error {
		keys, err := tx.Keys("")
		if err != nil {
			return fmt.Errorf("read keys: %w", err)
		}
		for _, k := range keys {
			if !k.Demo && k.RevokedAt.IsZero() && (k.ExpiresAt.IsZero() || k.ExpiresAt.After(tx.Now())) {
				return nil
			}
		}
		return ErrNoKey
	})
}
