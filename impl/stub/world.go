package stub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// World is what a stub server starts from and goes back to.
type World struct {
	Store *store.Store
	Clock *Clock
	// Seed is the content of a fresh database; nil is none.
	Seed *fixture.Fixture
	// Start is what the clock of a fresh database shows; the zero time is
	// the real time. From Boot on it is what the clock showed then.
	Start time.Time
	Log   *slog.Logger
	// Ring opens captured mail.
	Ring *secret.Keyring
	// Jobs runs what is due when the clock is advanced.
	Jobs *job.Runner
	// PublicURL is where clients reach the world.
	PublicURL string
	// changing is held while the clock or the content is changed, so that
	// memory and database agree.
	changing sync.Mutex
	// Forget drops whatever the program remembers of the database.
	Forget func()
	// Relays says that calls are passed on to another server.
	Relays bool
	// Edge serves the world, for calls that are made again.
	Edge http.Handler

	journal journal
	faults  faults
}

// Boot seeds an empty database and sets its clock. A database that has
// something in it keeps that, and the clock that was set in it. Of several
// programs that boot at once, one seeds.
func (w *World) Boot(ctx context.Context) error {
	fresh, err := w.recall(ctx)
	if err != nil || !fresh {
		return err
	}
	err = w.begin(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("seed"); err != nil {
			return err
		}
		companies, err := tx.Companies()
		if err == nil && len(companies) > 0 {
			err = errSeeded
		}
		return err
	})
	if errors.Is(err, errSeeded) {
		_, err = w.recall(ctx)
	}
	return err
}

// errSeeded says that another program was faster.
var errSeeded = errors.New("the database was filled meanwhile")

// recall shows on the clock what a database remembers, unless it is fresh.
func (w *World) recall(ctx context.Context) (fresh bool, err error) {
	var stored time.Time
	err = w.Store.View(ctx, func(tx *store.Tx) error {
		companies, err := tx.Companies()
		if err != nil {
			return err
		}
		fresh = len(companies) == 0
		stored, err = LoadClock(tx)
		return err
	})
	if err == nil && !fresh {
		w.Start = stored
		w.Clock.Set(stored)
	}
	return fresh, err
}

// Reset goes back to the seed and to the clock of the start, and forgets
// calls and faults. It may run beside requests.
func (w *World) Reset(ctx context.Context) error {
	w.changing.Lock()
	defer w.changing.Unlock()
	defer w.Forget()
	if err := w.begin(ctx, (*store.Tx).Wipe); err != nil {
		return err
	}
	w.journal.clear()
	w.faults.clear()
	return nil
}

// begin clears what is there and stores the seed, on the clock of the start.
func (w *World) begin(ctx context.Context, clear func(*store.Tx) error) error {
	before := w.Clock.fixed()
	w.Clock.Set(w.Start)
	err := w.Store.Update(ctx, func(tx *store.Tx) error {
		if err := clear(tx); err != nil {
			return err
		}
		if err := SaveClock(tx, w.Start); err != nil || w.Seed == nil {
			return err
		}
		return w.Seed.Apply(tx, w.Ring)
	})
	if err != nil {
		w.Clock.Set(before)
		return fmt.Errorf("seed: %w", err)
	}
	return nil
}

// SetClock makes the clock stand at t, over restarts; the zero time releases
// it to the real time.
func (w *World) SetClock(ctx context.Context, t time.Time) error {
	w.changing.Lock()
	defer w.changing.Unlock()
	err := w.Store.Update(ctx, func(tx *store.Tx) error { return SaveClock(tx, t) })
	if err == nil {
		w.Clock.Set(t)
	}
	return err
}
