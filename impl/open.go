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
	"net/url"
	"sync"
	"time"

	"github.com/meetwright/meetwright"
	"github.com/meetwright/meetwright/impl/drift"
	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/mail"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/stub"
	"github.com/meetwright/meetwright/server"
	"github.com/meetwright/meetwright/server/control"
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
	Seed *fixture.Fixture
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
	// StrictResponses holds each answer of an operation against the contract
	// and tells where it leaves that.
	StrictResponses bool
	// Proxy, when set, is another server that claims to keep the contract.
	// Calls are passed on to it, and what leaves the contract is told. It is
	// for a stub server in memory, without content.
	Proxy *url.URL
	// Version is what the server calls itself.
	Version string
	// Logger receives one record a request, and what an operator should
	// know. Defaults to slog.Default.
	Logger *slog.Logger

	// metrics, budget, proxy and ending are those of all worlds of the server;
	// proxy is nil when calls are answered, and ending is closed by Drain.
	metrics *metrics
	budget  *stub.Budget
	ending  chan struct{}
	proxy   *drift.Proxy
	// tenant names the world of a tenant in links, "" that of the server
	// itself.
	tenant string
}

// App is a whole server: the handler of all its paths with what is behind
// them. In stub mode it serves the worlds of tenants as well; Service, Store
// and Jobs are those of the server itself.
type App struct {
	*Service
	http.Handler
	Store *store.Store
	// Seed is what the database was filled with, nil when that is unknown.
	Seed *fixture.Fixture
	// Jobs does the work that requests leave behind, from Open to Close.
	Jobs *job.Runner
	// Proxy is what passes calls on, nil when they are answered.
	Proxy *drift.Proxy

	stop func() // the jobs
	end  func() // what waits
	// tenants are the other worlds of a stub server, nil in live mode.
	tenants *tenants
}

// Open opens the database, fills a fresh one, and builds the handler. The
// caller must Close the App.
func Open(ctx context.Context, o Settings) (_ *App, err error) {
	o = o.withDefaults()
	go server.Preload() // beside the opening of the database
	o.metrics, o.budget = newMetrics(o.Version), &stub.Budget{}
	o.ending = make(chan struct{})
	if o.Proxy != nil {
		o.proxy = drift.NewProxy(o.Proxy)
	}
	w := newWorld(o)
	if w.Store, err = store.Open(ctx, o.Database, w.storeOptions(true)); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Store.Close())
		}
	}()
	if err := claim(ctx, w.Store, o.Ring, o.Live); err != nil {
		return nil, err
	}
	handler, err := w.build(ctx)
	if err != nil {
		return nil, err
	}
	o.metrics.Register(stored{w.Store, o.Logger})
	app := &App{Service: w.service, Handler: handler, Store: w.Store, Seed: w.Seed, Jobs: w.Jobs, Proxy: o.proxy}
	app.end = sync.OnceFunc(func() { close(o.ending) })
	if o.Live {
		if err := requireKey(ctx, w.Store); err != nil {
			return nil, err
		}
		if err := enlist(ctx, w.Store); err != nil {
			return nil, err
		}
	} else {
		app.tenants = newTenants(o, w.Start, handler)
		app.Handler = app.tenants
	}
	app.stop = start(w.Jobs.Run, func(ctx context.Context) { w.service.tidyHourly(ctx, o.Logger) })
	return app, nil
}

// start does work on goroutines of its own, and returns how to stop: what is
// under way ends first.
func start(work ...func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, w := range work {
		running.Go(func() { w(ctx) })
	}
	return func() {
		cancel()
		running.Wait()
	}
}

// Drain makes /ready say no, so that a load balancer sends requests elsewhere,
// and ends what only waits: a wait of the control plane, and the delay of a
// call. Requests that come all the same are served.
func (a *App) Drain() {
	a.Service.Drain()
	a.end()
}

// Close lets the jobs and the changes under way finish, and closes the
// database.
func (a *App) Close() error {
	if a.tenants != nil {
		a.tenants.Close()
	}
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
func (o Settings) info() control.Info {
	if o.Proxy != nil {
		return control.Info{
			Version: o.Version, Mode: "proxy", Dialect: o.Dialect, SpecHash: specHash(), Engine: "none",
			Features: []string{"requests", "faults", "prefer", "tenants"},
		}
	}
	engine := "sqlite"
	if store.IsServer(o.Database) {
		engine = "postgres"
	}
	return control.Info{
		Version: o.Version, Mode: "stub", Dialect: o.Dialect, SpecHash: specHash(), Engine: engine,
		Features: []string{"clock", "inbox", "requests", "faults", "prefer", "tenants", "reset"},
	}
}

var specHash = sync.OnceValue(func() string {
	hash := sha256.Sum256(meetwright.OpenAPI)
	return hex.EncodeToString(hash[:])
})

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
