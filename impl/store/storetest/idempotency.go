package storetest

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

// keepKey is how long the cases keep a key.
const keepKey = time.Hour

func idempotency(s suite) {
	s.that("the first takes the key, a repeat is told the answer", func(t *testing.T, w *world) {
		w.take(t, "key", "body", store.Answer{}, true)
		w.update(t, func(tx *store.Tx) error { return tx.SaveAnswer("key", "sealed") })
		w.take(t, "key", "body", store.Answer{BodyHash: "body", Sealed: "sealed"}, false)
		w.take(t, "key", "another body", store.Answer{BodyHash: "body", Sealed: "sealed"}, false)
		w.take(t, "another key", "body", store.Answer{}, true)
	})

	s.that("a key that was rolled back is free", func(t *testing.T, w *world) {
		failed := errors.New("failed")
		err := w.Update(t.Context(), func(tx *store.Tx) error {
			_, _, err := tx.TakeKey("key", "body", tx.Now().Add(-keepKey))
			return errors.Join(failed, err)
		})
		if !errors.Is(err, failed) {
			t.Error(err)
		}
		w.take(t, "key", "body", store.Answer{}, true)
	})

	s.that("a key is kept until it is old, to the microsecond", func(t *testing.T, w *world) {
		w.take(t, "key", "body", store.Answer{}, true)
		w.set(meettest.Now().Add(keepKey - time.Microsecond))
		w.take(t, "key", "new", store.Answer{BodyHash: "body"}, false)
		w.set(meettest.Now().Add(keepKey))
		w.take(t, "key", "new", store.Answer{}, true)
		w.take(t, "key", "newer", store.Answer{BodyHash: "new"}, false)
	})

	s.that("of many repeats at once one works, the others see its answer", func(t *testing.T, w *world) {
		const repeats, keys = 16, 10
		for k := range keys {
			key := "key" + strconv.Itoa(k)
			var worked atomic.Int32
			var all sync.WaitGroup
			for range repeats {
				all.Go(func() {
					var answer store.Answer
					var taken bool
					err := w.Update(t.Context(), func(tx *store.Tx) (err error) {
						if answer, taken, err = tx.TakeKey(key, "body", tx.Now().Add(-keepKey)); err != nil || !taken {
							return err
						}
						return tx.SaveAnswer(key, "sealed")
					})
					switch {
					case err != nil:
						t.Error(err)
					case taken:
						worked.Add(1)
					case answer.Sealed != "sealed":
						t.Errorf("a repeat was told %+v", answer)
					}
				})
			}
			all.Wait()
			if n := worked.Load(); n != 1 {
				t.Errorf("%d worked", n)
			}
		}
	})
}

// take takes an idempotency key and checks what it is told.
func (w *world) take(t tb, key, body string, want store.Answer, wantTaken bool) {
	t.Helper()
	var answer store.Answer
	var taken bool
	w.update(t, func(tx *store.Tx) (err error) {
		answer, taken, err = tx.TakeKey(key, body, tx.Now().Add(-keepKey))
		return err
	})
	if answer != want || taken != wantTaken {
		t.Errorf("%s: told %+v, taken %v; want %+v, %v", key, answer, taken, want, wantTaken)
	}
}
