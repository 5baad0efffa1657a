package stub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// World is what a stub server starts from and goes back to.
type World struct {
	Store *store.Store
	Clock *Clock
	// Seed is the content of a fresh database; nil is none. From Boot on it
	// is nil, too, when the database was filled otherwise.
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
	// kept says that the database was filled before, otherwise than by the seed.
	kept bool
	// changing is held while the clock or the content is changed, so that
	// memory and database agree.
	changing sync.Mutex
	// resets counts how often the world went back to the start.
	resets int
	// Forget drops whatever the program remembers of the database.
	Forget func()
	// Relays says that calls are passed on to another server.
	Relays bool
	// Ending is closed when nobody shall wait any longer: answers of waits
	// and delays are then given at once. Nil is never closed.
	Ending <-chan struct{}
	// Edge serves the world, for calls that are made again.
	Edge http.Handler
	// Budget is what the journal shares with those of other worlds, or nil.
	Budget *Budget

	journal journal
	faults  faults
}

// Boot seeds an empty database and sets its clock. A database that has
// something in it keeps that, and the clock that was set in it; the log says
// so when that is not what was asked for. Of several programs that boot at
// once, one seeds.
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
	var companies []meet.Company
	err = w.Store.View(ctx, func(tx *store.Tx) (err error) {
		if companies, err = tx.Companies(); err == nil {
			stored, err = LoadClock(tx)
		}
		return err
	})
	if err != nil || len(companies) == 0 {
		return err == nil, err
	}
	w.kept = w.Seed == nil || !slices.ContainsFunc(companies, func(c meet.Company) bool { return c.ID == w.Seed.CompanyID() })
	if w.kept && w.Seed != nil {
		w.Log.WarnContext(ctx, "the database was filled otherwise and keeps what it has; a seed is for an empty one", "seed", w.Seed.Company.Slug)
		w.Seed = nil
	}
	if !w.Start.IsZero() && !w.Start.Equal(stored) {
		w.Log.WarnContext(ctx, "the database keeps its own clock; the one that was asked for is for an empty one")
	}
	w.Start = stored
	w.Clock.Set(stored)
	return false, nil
}

// Reset goes back to the seed and to the clock of the start, and forgets
// calls and faults. It may run beside requests, and ends an advance of the
// clock. A database that was filled before, otherwise than by the seed, is
// left alone, which is a *server.Problem.
func (w *World) Reset(ctx context.Context) error {
	if w.kept {
		return errKept
	}
	w.changing.Lock()
	defer w.changing.Unlock()
	defer w.Forget()
	if err := w.begin(ctx, (*store.Tx).Wipe); err != nil {
		return err
	}
	w.resets++
	w.journal.clear()
	w.faults.clear()
	return nil
}

// Discard gives back what the journal takes of the budget. The world must
// not be asked any more.
func (w *World) Discard() { w.journal.clear() }

// errKept refuses to replace what did not come from the seed.
var errKept = &server.Problem{
	Status: http.StatusConflict, Message: "This server's seed did not fill the database and would not bring back what it has; start the server with the --seed that did, or with another --db",
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
	return w.moveClock(ctx, t)
}

// moveClock is SetClock for whoever holds changing.
func (w *World) moveClock(ctx context.Context, t time.Time) error {
	err := w.Store.Update(ctx, func(tx *store.Tx) error { return SaveClock(tx, t) })
	if err == nil {
		w.Clock.Set(t)
	}
	return err
}
