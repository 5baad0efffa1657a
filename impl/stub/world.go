package stub

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// World is what a stub server starts from and goes back to.
type World struct {
	Store *store.Store
	Clock *Clock
	// Seed is the content of a fresh database; nil is none.
	Seed *Fixture
	// Start is what the clock of a fresh database shows; the zero time is
	// the real time. From Boot on it is what the clock showed then.
	Start time.Time
	Log   *slog.Logger
	// Ring opens captured mail.
	Ring *secret.Keyring
	// Jobs runs what is due when the clock is advanced.
	Jobs *job.Runner
	// changing is held while the clock or the content is changed, so that
	// memory and database agree.
	changing sync.Mutex
	// Forget drops whatever the program remembers of the database.
	Forget func()
}

// Boot seeds an empty database and sets its clock. A database that has
// something in it keeps that, and the clock that was set in it.
func (w *World) Boot(ctx context.Context) error {
	var fresh bool
	var stored time.Time
	err := w.Store.View(ctx, func(tx *store.Tx) error {
		companies, err := tx.Companies()
		if err != nil {
			return err
		}
		fresh = len(companies) == 0
		stored, err = LoadClock(tx)
		return err
	})
	if err != nil {
		return err
	}
	if fresh {
		return w.begin(ctx, func(*store.Tx) error { return nil })
	}
	w.Start = stored
	w.Clock.Set(stored)
	return nil
}

// Reset goes back to the seed and to the clock of the start. It may run
// beside requests.
func (w *World) Reset(ctx context.Context) error {
	w.changing.Lock()
	defer w.changing.Unlock()
	defer w.Forget()
	return w.begin(ctx, (*store.Tx).Wipe)
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
		return w.Seed.Apply(tx)
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
