package impl

import (
	"context"
	"net/http"
	"time"

	"github.com/meetwright/meetwright/impl/credential"
	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/page"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/stub"
	"github.com/meetwright/meetwright/server"
)

// world is a database with all that works on it. A server has one, a stub
// server one more for each tenant.
type world struct {
	*stub.World
	settings Settings
	bell     *job.Bell
	service  *Service
}

// newWorld begins a world, whose Store is still to be opened.
func newWorld(o Settings) *world {
	return &world{
		World:    &stub.World{Clock: &stub.Clock{}, Seed: o.Seed, Start: o.Clock, Ring: o.Ring, PublicURL: o.PublicURL, Log: o.Logger},
		settings: o, bell: job.NewBell(),
	}
}

// storeOptions are those that tie a store to the world.
func (w *world) storeOptions(exclusive bool) store.Options {
	return store.Options{Now: w.Clock.Now, Exclusive: exclusive, Committed: w.bell.Ring, Logger: w.Log}
}

// tenantPoll is how often the world of a tenant looks for jobs that the real
// time made due. Most tenants are idle, and there may be many.
const tenantPoll = 5 * time.Second

// build makes what works on the open Store, boots the world, and returns the
// handler of all its paths.
func (w *world) build(ctx context.Context) (http.Handler, error) {
	o := w.settings
	checker := credential.New(w.Store, o.Ring, w.Clock.Now, credential.Options{RefuseDemo: o.Live, PerMinute: o.RateLimit})
	w.service = New(Config{
		Store: w.Store, Ring: o.Ring, Credentials: checker, PublicURL: o.PublicURL, Tenant: o.tenant, Dialect: o.Dialect, AllowPrivate: !o.Live, Logger: o.Logger,
	})
	handlers, err := w.service.handlers(o)
	if err != nil {
		return nil, err
	}
	jobs := job.Config{Store: w.Store, Handlers: handlers, Bell: w.bell, Logger: o.Logger}
	if o.tenant != "" {
		jobs.Poll = tenantPoll
	}
	w.Jobs = job.New(jobs)
	w.Forget = checker.Reset
	if o.tenant != "" {
		w.Clock.Set(w.Start) // its database is of a world that was booted
	} else if err := w.Boot(ctx); err != nil {
		return nil, err
	}
	pages := page.New(page.Config{Store: w.Store, Credentials: checker, PublicURL: o.PublicURL, Logger: o.Logger})
	edge := server.Options{PublicURL: o.PublicURL, Logger: o.Logger, TrustedProxies: o.TrustedProxies, Mount: map[string]http.Handler{
		"/confirm/": pages, "/m/": pages, "/host/": pages, "/one-time/": pages,
	}}
	if !o.Live {
		if edge.Mount["/_/"], err = w.Handler(o.info()); err != nil {
			return nil, err
		}
		edge.Around = w.Around
	}
	return server.New(w.service, edge)
}
