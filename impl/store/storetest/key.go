package storetest

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

func keys(s suite) {
	s.that("comes back as it was stored", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		for _, want := range []meet.Key{
			meettest.Key(m.users[0]),
			meettest.Key(m.users[0], func(k *meet.Key) {
				k.Scopes, k.Demo, k.ExpiresAt = []meet.Scope{meet.Scheduling, meet.Account}, true, meettest.Now().Add(time.Hour)
			}),
			meettest.Key(m.users[0], func(k *meet.Key) { k.User, k.Platform = "", true }),
		} {
			w.insert(t, want)
			got, found := w.key(t, want)
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || !found {
				t.Errorf("stored and read (-want +got):\n%s", diff)
			}
		}
	})

	s.that("an unknown digest is not found", func(t *testing.T, w *world) {
		w.insert(t, meettest.Key(w.team(t, 1).users[0]))
		if k, found := w.key(t, meet.Key{Digest: sha256.Sum256(nil)}); found {
			t.Errorf("found %v", k)
		}
	})

	s.that("a key that is there stays as it is", func(t *testing.T, w *world) {
		first := meettest.Key(w.team(t, 1).users[0])
		second := first
		second.ID, second.Hint = "another", "another"
		w.insert(t, first, second)
		if got, _ := w.key(t, first); got.ID != first.ID || got.Hint != first.Hint {
			t.Errorf("the key is %v", got)
		}
	})

	s.that("a key is revoked once", func(t *testing.T, w *world) {
		k := meettest.Key(w.team(t, 1).users[0])
		w.insert(t, k)
		for i, want := range []bool{true, false} {
			w.set(meettest.Now().Add(time.Duration(i) * time.Hour))
			var alive bool
			w.update(t, func(tx *store.Tx) (err error) {
				alive, err = tx.RevokeKey(k.ID)
				return err
			})
			if alive != want {
				t.Errorf("try %d: %v", i, alive)
			}
		}
		if got, _ := w.key(t, k); !got.RevokedAt.Equal(meettest.Now()) {
			t.Errorf("revoked at %v", got.RevokedAt)
		}
	})

	s.that("they are listed as they were made, for one company or all", func(t *testing.T, w *world) {
		m, other := w.team(t, 1), w.team(t, 1)
		made := func(after time.Duration) func(*meet.Key) {
			return func(k *meet.Key) { k.CreatedAt = k.CreatedAt.Add(after) }
		}
		late, early, foreign := meettest.Key(m.users[0], made(time.Hour)), meettest.Key(m.users[0], made(-time.Hour)), meettest.Key(other.users[0])
		w.insert(t, late, foreign, early)
		for company, want := range map[meet.CompanyID][]meet.KeyID{
			m.company.ID: {early.ID, late.ID},
			"":           {early.ID, foreign.ID, late.ID},
			"unknown":    nil,
		} {
			var got []meet.KeyID
			for _, k := range read(t, w, func(tx *store.Tx) ([]meet.Key, error) { return tx.Keys(company) }) {
				got = append(got, k.ID)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("of %q (-want +got):\n%s", company, diff)
			}
		}
	})
}

// key looks a key up by its digest.
func (w *world) key(t tb, k meet.Key) (got meet.Key, found bool) {
	t.Helper()
	got = read(t, w, func(tx *store.Tx) (got meet.Key, err error) {
		got, found, err = tx.KeyByDigest(k.Digest)
		return got, err
	})
	return got, found
}
