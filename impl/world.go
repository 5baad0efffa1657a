package impl

import (
	"context"
	"net/http"
	"time"

	"github.com/meetwright/meetwright/impl/console"
	"github.com/meetwright/meetwright/impl/credential"
	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/stub"
	"github.com/meetwright/meetwright/server/control"
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
		World: &stub.World{
			Clock: &stub.Clock{}, Seed: o.Seed, Start: o.Clock, Ring: o.Ring, PublicURL: o.PublicURL, Budget: o.budget, Ending: o.ending, Log: o.Logger,
		},
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
		Booked: o.metrics.booked,
	})
	handlers, err := w.service.handlers(o)
	if err != nil {
		return nil, err
	}
	for kind, h := range handlers {
		handlers[kind] = o.metrics.counted(kind, h)
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
	w.Edge, err = w.edge(checker)
	return w.Edge, err
}

// console puts pages for people before the operations of the control plane.
func (w *world) console(plane control.StrictServerInterface, operations http.Handler) http.Handler {
	return console.New(console.Config{
		World: w.World, Plane: plane, Operations: operations, Tenant: w.settings.tenant, Problem: w.service.Problem,
		Sample: func(ctx context.Context, address string) (string, bool) {
			return w.service.SampleBooking(ctx, w.Seed, address, w.settings.tenant)
		},
	})
}
