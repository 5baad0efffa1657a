package storetest

import (
	"maps"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

// leaseTime is the lease with which the cases claim.
const leaseTime = time.Minute

// room is for some jobs, three of each lane but "".
func room(workers int) store.Room { return store.Room{Workers: workers, Common: 99, PerLane: 3} }

// claims checks which jobs a worker is given.
func claims(s suite) {
	s.that("those that are due, the oldest first, up to the limit", func(t *testing.T, w *world) {
		w.addJobs(t, w.team(t, 1).company, "", "", 3*time.Second, time.Second, 2*time.Second, time.Hour)
		w.set(meettest.Now().Add(3 * time.Second))
		w.wantClaim(t, 2, "1", "2")
		w.wantClaim(t, 2, "0")
		w.wantClaim(t, 2)
	})

	s.that("one whose lease ran out, once more", func(t *testing.T, w *world) {
		w.addJobs(t, w.team(t, 1).company, "", "", 0)
		w.wantClaim(t, 9, "0")
		w.set(meettest.Now().Add(time.Hour)) // the clock of the store is not that of leases
		w.wantClaim(t, 9)
		w.leased = w.leased.Add(leaseTime - time.Microsecond)
		w.wantClaim(t, 9)
		w.leased = w.leased.Add(time.Microsecond)
		w.wantClaim(t, 9, "0")
	})

	s.that("no more of a lane than its share", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		w.addJobs(t, c, "slow", "", 0, 0, 0, 0, 0)
		w.addJobs(t, c, "other", "", 0)
		w.addJobs(t, c, "", "", 0, 0, 0, 0)
		running := w.wantClaim(t, 20, "0", "1", "2", "3", "other0", "slow0", "slow1", "slow2")
		w.wantClaim(t, 20)
		w.finish(t, running["slow1"])
		w.wantClaim(t, 20, "slow3")
	})

	s.that("one of a lane that fails", func(t *testing.T, w *world) {
		w.addJobs(t, w.team(t, 1).company, "down", "", 0, 0, 0, 0)
		for _, j := range w.wantClaim(t, 9, "down0", "down1", "down2") {
			w.retry(t, j, meettest.Now())
		}
		w.wantClaim(t, 9, "down0")
		w.wantClaim(t, 9)
	})

	s.that("as many as before of a lane whose attempts were cut off", func(t *testing.T, w *world) {
		w.addJobs(t, w.team(t, 1).company, "hook", "", 0, 0, 0, 0)
		w.wantClaim(t, 9, "hook0", "hook1", "hook2")
		w.leased = w.leased.Add(leaseTime) // nobody settled them
		w.wantClaim(t, 9, "hook0", "hook1", "hook2")
	})

	s.that("as many as before of a lane whose dead jobs are made again", func(t *testing.T, w *world) {
		w.addJobs(t, w.team(t, 1).company, "hook", "", 0, 0, 0)
		for _, j := range w.wantClaim(t, 9, "hook0", "hook1", "hook2") {
			w.update(t, func(tx *store.Tx) error {
				return tx.FinishJob(j, meet.JobDead, meet.JobAttempt{At: meettest.Now(), Error: "down"})
			})
			w.update(t, func(tx *store.Tx) error {
				_, _, err := tx.ReviveJob("hook", j.ID)
				return err
			})
		}
		w.wantClaim(t, 9, "hook0", "hook1", "hook2")
	})

	s.that("of every lane, whatever waits in the others", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		w.addJobs(t, c, "down", "", make([]time.Duration, 3000)...)
		w.addJobs(t, c, "up", "", time.Second)
		w.set(meettest.Now().Add(time.Second))
		w.retry(t, w.wantClaim(t, 1, "down0")["down0"], meettest.Now().Add(time.Hour))
		w.wantClaim(t, 9, "down1", "up0")
	})

	s.that("first of the lane that waited longest", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		w.addJobs(t, c, "a", "", 2*time.Second, 2*time.Second)
		w.addJobs(t, c, "b", "", time.Second, 3*time.Second)
		w.set(meettest.Now().Add(3 * time.Second))
		w.finish(t, w.wantClaim(t, 1, "b0")["b0"])
		w.wantClaim(t, 1, "a0")
	})

	s.that("those that were released, which did not fail", func(t *testing.T, w *world) {
		w.addJobs(t, w.team(t, 1).company, "hook", "", 0, 0)
		first := w.wantClaim(t, 1, "hook0")["hook0"]
		w.update(t, func(tx *store.Tx) error { return tx.ReleaseJob(first) })
		second := w.wantClaim(t, 9, "hook0", "hook1")["hook0"]
		w.update(t, func(tx *store.Tx) error { return tx.ReleaseJob(first) }) // overtaken
		w.wantClaim(t, 9)
		w.finish(t, second)
	})

	s.that("of lane \"\" no more than its share", func(t *testing.T, w *world) {
		w.addJobs(t, w.team(t, 1).company, "", "", 0, 0, 0)
		claim := func() (n int) {
			w.update(t, func(tx *store.Tx) error {
				claimed, err := tx.ClaimJobs(store.Room{Workers: 9, Common: 2, PerLane: 9}, w.leased, leaseTime)
				n = len(claimed)
				return err
			})
			return n
		}
		if first, second := claim(), claim(); first != 2 || second != 0 {
			t.Errorf("claimed %d and %d", first, second)
		}
	})

	s.that("of the last workers, each for a lane that has none", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		for _, lane := range []string{"a", "b", "c"} {
			w.addJobs(t, c, lane, "", 0, 0, 0, 0)
		}
		left := store.Room{Workers: 6, Reserved: 4, Common: 1, PerLane: 4}
		for _, want := range []map[string]int{{"a": 2, "b": 1, "c": 1}, {}} {
			got := map[string]int{}
			if due := read(t, w, func(tx *store.Tx) (bool, error) { return tx.JobsDue(left, w.leased) }); due != (len(want) > 0) {
				t.Errorf("with room for %v some are due: %v", want, due)
			}
			w.update(t, func(tx *store.Tx) error {
				claimed, err := tx.ClaimJobs(left, w.leased, leaseTime)
				clear(got)
				for _, j := range claimed {
					got[j.Lane]++
				}
				return err
			})
			if !maps.Equal(got, want) {
				t.Errorf("claimed %v, want %v", got, want)
			}
			left.Workers = 2
		}
	})

	s.that("none of a lane that is left alone", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		w.addJobs(t, c, "slow", "", 0)
		w.addJobs(t, c, "other", "", 0)
		w.update(t, func(tx *store.Tx) error {
			r := room(9)
			r.Except = map[string]bool{"slow": true}
			claimed, err := tx.ClaimJobs(r, w.leased, leaseTime)
			if len(claimed) != 1 || claimed[0].Lane != "other" {
				t.Errorf("claimed %v", claimed)
			}
			return err
		})
	})

	s.that("of a chain the one that was stored first, whatever the clocks showed", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		for i, id := range []meet.JobID{"c", "b", "a"} { // ids go down, and so does the clock
			w.set(meettest.Now().Add(-time.Duration(i) * time.Minute))
			w.insert(t, meettest.Job(c, func(j *meet.Job) {
				j.ID, j.Lane, j.Chain, j.Subject, j.RunAt = id, "hook", "booking", string(id), w.now()
			}))
		}
		w.set(meettest.Now())
		for _, want := range []string{"c", "b", "a"} {
			w.finish(t, w.wantClaim(t, 9, want)[want])
		}
	})

	s.that("of a chain the one that was stored first, also when its transaction waited for another", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		add := func(tx *store.Tx, name string) error {
			if err := tx.Lock("booking"); err != nil {
				return err
			}
			return tx.InsertJob(meettest.Job(c, func(j *meet.Job) { j.Lane, j.Chain, j.Subject = "hook", "booking", name }))
		}
		second := make(chan error, 1)
		w.update(t, func(tx *store.Tx) error {
			if err := tx.Lock("booking"); err != nil {
				return err
			}
			if _, err := tx.Companies(); err != nil { // so that the lock is taken
				return err
			}
			go func() {
				second <- w.Update(t.Context(), func(tx *store.Tx) error { return add(tx, "second") })
			}()
			time.Sleep(20 * time.Millisecond) // it has begun, and waits
			w.set(meettest.Now().Add(time.Hour))
			return add(tx, "first")
		})
		if err := <-second; err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"first", "second"} {
			w.finish(t, w.wantClaim(t, 9, want)[want])
		}
	})

	s.that("of a chain the oldest, until it is settled", func(t *testing.T, w *world) {
		w.addJobs(t, w.team(t, 1).company, "hook", "booking", 0, 0, 0)
		running := w.wantClaim(t, 9, "hook0")
		w.wantClaim(t, 9)
		w.finish(t, running["hook0"])
		running = w.wantClaim(t, 9, "hook1")
		w.retry(t, running["hook1"], meettest.Now().Add(time.Hour))
		w.wantClaim(t, 9) // the third waits for the second
	})

	s.that("of a chain the next, as soon as the one that failed is done after all", func(t *testing.T, w *world) {
		w.addJobs(t, w.team(t, 1).company, "hook", "booking", 0, 0)
		first := w.wantClaim(t, 9, "hook0")["hook0"]
		w.retry(t, first, meettest.Now().Add(time.Hour))
		if at := w.jobs(t, "hook")[0].RunAt; !at.Equal(meettest.Now().Add(time.Hour)) {
			t.Errorf("what waits for it is due at %v", at)
		}
		w.update(t, func(tx *store.Tx) error {
			_, _, err := tx.ReviveJob("hook", first.ID)
			return err
		})
		w.finish(t, w.wantClaim(t, 9, "hook0")["hook0"])
		w.wantClaim(t, 9, "hook1")
	})

	s.that("chains of different lanes do not wait for each other", func(t *testing.T, w *world) {
		c := w.team(t, 1).company
		w.addJobs(t, c, "one", "booking", 0)
		w.addJobs(t, c, "two", "booking", 0)
		w.wantClaim(t, 9, "one0", "two0")
	})

	s.that("each to one of many workers", func(t *testing.T, w *world) {
		const workers, jobs = 8, 60
		c := w.team(t, 1).company
		w.addJobs(t, c, "", "", make([]time.Duration, jobs)...)
		var mu sync.Mutex
		claimed := map[meet.JobID]int{}
		var all sync.WaitGroup
		for range workers {
			all.Go(func() {
				for {
					var got []meet.Job
					err := w.Update(t.Context(), func(tx *store.Tx) (err error) {
						got, err = tx.ClaimJobs(room(4), meettest.Now(), leaseTime)
						return err
					})
					if err != nil {
						t.Error(err)
					}
					if len(got) == 0 {
						return
					}
					mu.Lock()
					for _, j := range got {
						claimed[j.ID]++
					}
					mu.Unlock()
				}
			})
		}
		all.Wait()
		for id, n := range claimed {
			if n != 1 {
				t.Errorf("job %s was claimed %d times", id, n)
			}
		}
		if len(claimed) != jobs {
			t.Errorf("%d jobs were claimed", len(claimed))
		}
	})
}

// addJobs stores jobs of a lane and chain in the order of their making, each
// to run some time after Now. Their subject is the lane and a number.
func (w *world) addJobs(t tb, c meet.Company, lane, chain string, after ...time.Duration) {
	t.Helper()
	var all []any
	for i, d := range after {
		all = append(all, meettest.Job(c, func(j *meet.Job) {
			j.Lane, j.Chain, j.Subject, j.RunAt = lane, chain, lane+strconv.Itoa(i), meettest.Now().Add(d)
		}))
	}
	w.insert(t, all...)
}

// claim claims jobs as a worker does.
func (w *world) claim(t tb, limit int) (claimed []meet.Job) {
	t.Helper()
	w.update(t, func(tx *store.Tx) (err error) {
		claimed, err = tx.ClaimJobs(room(limit), w.leased, leaseTime)
		return err
	})
	return claimed
}

// wantClaim claims jobs and checks their subjects, by which it returns them.
func (w *world) wantClaim(t tb, limit int, want ...string) map[string]meet.Job {
	t.Helper()
	claimed := map[string]meet.Job{}
	for _, j := range w.claim(t, limit) {
		claimed[j.Subject] = j
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(claimed))); diff != "" {
		t.Errorf("claimed (-want +got):\n%s", diff)
	}
	return claimed
}

// finish settles a job as done.
func (w *world) finish(t tb, j meet.Job) {
	t.Helper()
	w.update(t, func(tx *store.Tx) error { return tx.FinishJob(j, meet.JobDone, meet.JobAttempt{At: meettest.Now()}) })
}

// retry puts a job back after an attempt that failed.
func (w *world) retry(t tb, j meet.Job, at time.Time) {
	t.Helper()
	w.update(t, func(tx *store.Tx) error {
		return tx.RetryJob(j, at, meet.JobAttempt{At: meettest.Now(), Error: "down"})
	})
}
