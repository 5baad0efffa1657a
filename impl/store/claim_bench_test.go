package store

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
)

// BenchmarkClaim measures a claim of one job of each of 50 lanes, and its
// settlement, while a dead lane has jobs waiting: for their next attempt,
// for the one under way, or for one of the same chain. It must not grow with
// them.
func BenchmarkClaim(b *testing.B) {
	room := Room{Workers: 64, Common: 16, PerLane: 8}
	for _, kind := range []string{"retry", "lane", "chain"} {
		for _, waiting := range []int{1000, 100_000} {
			if testing.Short() {
				waiting /= 100
			}
			b.Run(fmt.Sprintf("%s/waiting=%d", kind, waiting), func(b *testing.B) {
				s := claimStore(b, kind, waiting)
				for b.Loop() {
					err := s.Update(b.Context(), func(tx *Tx) error {
						due, err := tx.JobsDue(room, meettest.Now())
						if err != nil || !due {
							return fmt.Errorf("due: %v, %w", due, err)
						}
						claimed, err := tx.ClaimJobs(room, meettest.Now(), time.Minute)
						if err != nil || len(claimed) < 50 {
							return fmt.Errorf("claimed %d: %w", len(claimed), err)
						}
						for _, j := range claimed {
							if err := tx.ReleaseJob(j); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// claimStore opens a store with 50 lanes of one job each, and a dead one.
func claimStore(b *testing.B, kind string, waiting int) *Store {
	b.Helper()
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "claim.db"), Options{Now: meettest.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	c := meettest.Company()
	add := func(tx *Tx, lane, chain string) error {
		return tx.InsertJob(meettest.Job(c, func(j *meet.Job) { j.Lane, j.Chain = lane, chain }))
	}
	chain := 1 // how many are in one
	if kind == "chain" {
		chain = 4
	}
	update := func(fn func(tx *Tx) error) {
		b.Helper()
		if err := s.Update(b.Context(), fn); err != nil {
			b.Fatal(err)
		}
	}
	// some calls fn for numbers below n, a few in each transaction: what
	// SQLite remembers of a long one makes it slow.
	some := func(n int, fn func(tx *Tx, i int) error) {
		const few = 200
		for first := 0; first < n; first += few {
			update(func(tx *Tx) error {
				for i := first; i < min(first+few, n); i++ {
					if err := fn(tx, i); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	fails := func(n int) {
		var claimed []meet.Job
		update(func(tx *Tx) (err error) {
			claimed, err = tx.ClaimJobs(Room{Workers: n, PerLane: n}, meettest.Now(), time.Hour)
			return err
		})
		some(len(claimed), func(tx *Tx, i int) error {
			return tx.RetryJob(claimed[i], meettest.Now().Add(time.Hour), meet.JobAttempt{At: meettest.Now(), Error: "down"})
		})
	}
	update(func(tx *Tx) error { return tx.InsertCompany(c) })
	some(waiting, func(tx *Tx, i int) error { return add(tx, "dead", fmt.Sprint(i/chain)) })
	switch kind {
	case "retry":
		fails(waiting)
	case "chain":
		fails(waiting / chain)
	case "lane":
		fails(1)
		update(func(tx *Tx) error {
			_, err := tx.ClaimJobs(Room{Workers: 1, PerLane: 1}, meettest.Now(), time.Hour) // it stays out
			return err
		})
	}
	some(50, func(tx *Tx, i int) error { return add(tx, fmt.Sprint("lane", i), "") })
	return s
}
