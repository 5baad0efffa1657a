package impl_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/postgrestest"
)

// Ensure servers that start at once on an empty database fill it once.
func TestReplicas_Begin(t *testing.T) {
	t.Parallel()
	for name, clock := range map[string]time.Time{"on the real time": {}, "on a set clock": morning} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, ring := postgrestest.Database(t), secret.New()
			startAtOnce(t, 6, impl.Settings{Database: url + "?pool_max_conns=2", Ring: ring, Seed: fixture.Demo(), Clock: clock}, func(app *impl.App) {
				err := app.Store.View(t.Context(), func(tx *store.Tx) error {
					companies, err := tx.Companies()
					if err == nil && len(companies) != 1 {
						t.Errorf("%d companies", len(companies))
					}
					if !clock.IsZero() && !tx.Now().Equal(clock) {
						t.Errorf("its clock shows %s", tx.Now())
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// Ensure servers that go live at once do.
func TestReplicas_Live(t *testing.T) {
	t.Parallel()
	url, ring := postgrestest.Database(t), secret.New()
	seed := fixture.Demo()
	seed.Keys[1].Key = "ak_live:00000000-0000-4000-8000-00000000cafe:not-the-published-one"
	live := impl.Settings{Database: url + "?pool_max_conns=2", Ring: ring, Seed: seed}
	startAtOnce(t, 1, live, func(app *impl.App) {
		err := app.Store.Update(t.Context(), func(tx *store.Tx) error {
			return tx.InsertKey(meet.Key{ID: meet.KeyID(uuid.NewString()), Company: seed.CompanyID(), Platform: true, CreatedAt: tx.Now()})
		})
		if err != nil {
			t.Error(err)
		}
	})
	live.Live, live.Seed = true, nil
	startAtOnce(t, 6, live, func(*impl.App) {})
}

// startAtOnce opens servers at the same time, has a look at each and closes
// it.
func startAtOnce(t *testing.T, n int, s impl.Settings, look func(*impl.App)) {
	t.Helper()
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			app, err := impl.Open(t.Context(), s)
			if err != nil {
				t.Error(err)
				return
			}
			look(app)
			if err := app.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// Ensure a server goes back to the start beside requests to another.
func TestReplicas_Reset(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	for range 4 {
		answers := r.race(t, 12, func(i int, w *world) (*http.Response, error) {
			if i == 0 {
				return w.owner.send(t, http.MethodPost, "/_/reset", "")
			}
			return w.owner.tryBook(t, onDay(15, 7+i%6))
		})
		if answers[0].status != http.StatusNoContent {
			t.Errorf("the reset was answered %d %s", answers[0].status, answers[0].body)
		}
		r.checkApart(t)
	}
}
