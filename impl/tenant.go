package impl

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/stub"
)

// tenants are the worlds that a stub server has beside its own.
type tenants struct {
	*stub.Tenants
	settings Settings

	mu    sync.Mutex
	image store.Image
	taken time.Time // when image was made; zero before
}

// newTenants begins with none. Their clocks begin where that of the server
// did.
func newTenants(o Settings, start time.Time, main http.Handler) *tenants {
	o.Database, o.Clock = ":memory:", start
	s := &tenants{settings: o}
	s.Tenants = &stub.Tenants{Main: main, Open: s.open, PublicURL: o.PublicURL, Log: o.Logger}
	return s
}

// HoldTenant makes a tenant of a stub server and keeps it, however long nobody
// asks it anything, until release discards it.
func (a *App) HoldTenant(name string) (release func(), err error) {
	if a.tenants == nil {
		return nil, errLiveTenant
	}
	return a.tenants.Hold(name)
}

var errLiveTenant = errors.New("a live server has no tenants")

// tenant is the world of a tenant, at work.
type tenant struct {
	http.Handler
	world *world
	stop  func()
}

func (t *tenant) Close() error {
	t.stop()
	t.world.Discard()
	return t.world.Store.Close()
}

// open makes the world of a tenant, from a copy of a seeded database.
func (s *tenants) open(ctx context.Context, name string) (_ stub.Tenant, err error) {
	image, err := s.seeded(ctx)
	if err != nil {
		return nil, err
	}
	o := s.settings
	o.tenant = name
	o.Logger = o.Logger.With("tenant", name)
	w := newWorld(o)
	if w.Store, err = store.OpenImage(ctx, image, w.storeOptions(false)); err != nil {
		return nil, err
	}
	handler, err := w.build(ctx)
	if err != nil {
		return nil, errors.Join(err, w.Store.Close())
	}
	return &tenant{Handler: handler, world: w, stop: start(w.Jobs.Run)}, nil
}

// maxImage is how old the seed of a tenant may be on a clock that runs.
const maxImage = time.Hour

// seeded returns the database that every tenant begins with.
func (s *tenants) seeded(ctx context.Context) (store.Image, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.taken.IsZero() && (!s.settings.Clock.IsZero() || time.Since(s.taken) < maxImage) {
		return s.image, nil
	}
	w := newWorld(s.settings)
	db, err := store.Open(ctx, s.settings.Database, w.storeOptions(false))
	if err != nil {
		return store.Image{}, err
	}
	w.Store = db
	err = claim(ctx, db, s.settings.Ring, false)
	if err == nil {
		err = w.Boot(ctx)
	}
	if err == nil {
		s.image, err = db.Image(ctx)
	}
	if err = errors.Join(err, db.Close()); err == nil {
		s.taken = time.Now()
	}
	return s.image, err
}
