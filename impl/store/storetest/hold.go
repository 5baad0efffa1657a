package storetest

import (
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

func holds(s suite) {
	s.that("comes back as it was stored", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		want := m.hold(func(h *meet.Hold) {
			h.Hosts = []meet.UserID{m.users[1].ID, m.users[0].ID}
			h.Before, h.After, h.WaitsFor, h.ThenAttendee = 5*time.Minute, 10*time.Minute, meet.TheHost, true
			h.Request, h.Body, h.Joins, h.OneTimeLink, h.Generation = json.RawMessage(`{"a":1}`), json.RawMessage(`{"b":2}`), "group", "link", 3
			h.Choice = &meet.Choice{Users: []meet.UserID{m.users[0].ID}, Group: "group", Reason: "least"}
		})
		w.insert(t, want)
		if diff := cmp.Diff(want, w.hold(t, want), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("stored and read (-want +got):\n%s", diff)
		}
	})

	s.that("another company does not see it", func(t *testing.T, w *world) {
		m, other := w.team(t, 1), w.team(t, 1)
		h := m.hold()
		w.insert(t, h)
		err := refusal(t, w, func(tx *store.Tx) (meet.Hold, error) { return tx.Hold(other.company.ID, h.ID) })
		if !errors.Is(err, meet.ErrHoldNotFound) {
			t.Error(err)
		}
		for id, want := range map[meet.HoldID]meet.CompanyID{h.ID: m.company.ID, "unknown": ""} {
			var found bool
			got := read(t, w, func(tx *store.Tx) (company meet.CompanyID, err error) {
				company, found, err = tx.HoldCompany(id)
				return company, err
			})
			if got != want || found != (want != "") {
				t.Errorf("%s: %q, %v", id, got, found)
			}
		}
	})

	s.that("its hosts are replaced, and its tokens renewed", func(t *testing.T, w *world) {
		m := w.team(t, 3)
		h := m.hold(func(h *meet.Hold) { h.Hosts = userIDs(m.users[:2]) })
		w.insert(t, h)
		h.Hosts, h.Generation = []meet.UserID{m.users[2].ID, m.users[0].ID}, 4
		w.update(t, func(tx *store.Tx) error { return tx.SetHoldHosts(h) })
		if got := w.hold(t, h); !slices.Equal(got.Hosts, h.Hosts) || got.Generation != 4 {
			t.Errorf("hosts are %v, generation %d", got.Hosts, got.Generation)
		}
	})

	s.that("it goes from its host to its attendee and on", func(t *testing.T, w *world) {
		h := w.team(t, 1).hold(func(h *meet.Hold) { h.ThenAttendee = true })
		w.insert(t, h)
		h.WaitsFor, h.ThenAttendee, h.ApprovedAt, h.ExpiresAt = meet.TheAttendee, false, meettest.Now(), h.ExpiresAt.Add(time.Hour)
		w.advance(t, h, meet.TheAttendee, false) // it waits for the host
		w.advance(t, h, meet.TheHost, true)
		h.Status = meet.Confirmed
		w.advance(t, h, meet.TheHost, false)
		w.advance(t, h, meet.TheAttendee, true)
		if diff := cmp.Diff(h, w.hold(t, h), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("confirmed and read (-want +got):\n%s", diff)
		}
		h.Status, h.DeletedAt = meet.Declined, meettest.Now()
		w.advance(t, h, meet.TheAttendee, false)
	})

	s.that("of many answers at once one counts", func(t *testing.T, w *world) {
		h := w.team(t, 1).hold()
		w.insert(t, h)
		var counted atomic.Int32
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				answer := h
				answer.Status = []meet.HoldStatus{meet.Confirmed, meet.Declined}[i%2]
				var ok bool
				err := w.Update(t.Context(), func(tx *store.Tx) (err error) {
					ok, err = tx.AdvanceHold(answer, meet.TheHost)
					return err
				})
				if err != nil {
					t.Error(err)
				}
				if ok {
					counted.Add(1)
				}
			})
		}
		all.Wait()
		if n := counted.Load(); n != 1 {
			t.Errorf("%d answers counted", n)
		}
	})

	s.that("it expires once, at its instant, and takes no answer then", func(t *testing.T, w *world) {
		h := w.team(t, 1).hold()
		w.insert(t, h)
		w.set(h.ExpiresAt.Add(-time.Microsecond))
		w.expire(t, h, false)
		w.set(h.ExpiresAt)
		answer := h
		answer.Status = meet.Confirmed
		w.advance(t, answer, meet.TheHost, false)
		w.expire(t, h, true)
		w.expire(t, h, false)
		if got := w.hold(t, h); got.Status != meet.Expired || !got.DeletedAt.Equal(h.ExpiresAt) {
			t.Errorf("read %s, ended at %v", got.Status, got.DeletedAt)
		}
	})

	s.that("they are listed by host, type and status, the newest first", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		w.insert(t, w.team(t, 1).hold()) // of another company
		older := m.hold(func(h *meet.Hold) { h.CreatedAt = h.CreatedAt.Add(-time.Minute) })
		newer := meettest.Hold(m.types[1])
		w.insert(t, older, newer)
		w.advance(t, withStatus(older, meet.Declined), meet.TheHost, true)
		w.set(newer.ExpiresAt)
		for _, test := range []struct {
			name   string
			filter store.HoldFilter
			want   []meet.HoldID
			total  int
		}{
			{"all", store.HoldFilter{Limit: 9}, []meet.HoldID{newer.ID, older.ID}, 2},
			{"first page", store.HoldFilter{Limit: 1}, []meet.HoldID{newer.ID}, 2},
			{"second page", store.HoldFilter{Limit: 1, Offset: 1}, []meet.HoldID{older.ID}, 2},
			{"of a host", store.HoldFilter{Limit: 9, Host: m.users[0].ID}, []meet.HoldID{older.ID}, 1},
			{"of a type", store.HoldFilter{Limit: 9, Type: m.types[1].ID}, []meet.HoldID{newer.ID}, 1},
			{"declined", store.HoldFilter{Limit: 9, Status: meet.Declined}, []meet.HoldID{older.ID}, 1},
			{"expired, though nobody noted", store.HoldFilter{Limit: 9, Status: meet.Expired}, []meet.HoldID{newer.ID}, 1},
			{"pending", store.HoldFilter{Limit: 9, Status: meet.Pending}, nil, 0},
		} {
			total := 0
			page := read(t, w, func(tx *store.Tx) (page []meet.Hold, err error) {
				page, total, err = tx.Holds(m.company.ID, test.filter)
				return page, err
			})
			var got []meet.HoldID
			for _, h := range page {
				got = append(got, h.ID)
				if len(h.Hosts) != 1 {
					t.Errorf("%s: hosts are %v", test.name, h.Hosts)
				}
			}
			if !slices.Equal(got, test.want) || total != test.total {
				t.Errorf("%s: %v of %d, want %v of %d", test.name, got, total, test.want, test.total)
			}
		}
	})
}

// hold returns a provisional booking of the first user's type that is not
// stored.
func (m team) hold(change ...func(*meet.Hold)) meet.Hold { return meettest.Hold(m.types[0], change...) }

func withStatus(h meet.Hold, status meet.HoldStatus) meet.Hold {
	h.Status = status
	return h
}

// hold stores a hold with its time; when that is taken it is
// [meet.ErrSlotOccupied].
func hold(tx *store.Tx, h meet.Hold) error {
	if err := tx.InsertHold(h); err != nil {
		return err
	}
	claimed, err := tx.OccupyHold(h)
	if err == nil && !claimed {
		err = meet.ErrSlotOccupied
	}
	return err
}

func (w *world) hold(t tb, h meet.Hold) meet.Hold {
	t.Helper()
	return read(t, w, func(tx *store.Tx) (meet.Hold, error) { return tx.Hold(h.Company, h.ID) })
}

// advance answers a hold and checks whether the answer counts.
func (w *world) advance(t tb, h meet.Hold, from meet.Party, want bool) {
	t.Helper()
	w.update(t, func(tx *store.Tx) error {
		ok, err := tx.AdvanceHold(h, from)
		if ok != want {
			t.Errorf("%s, from the %s: %v", h.Status, from, ok)
		}
		return err
	})
}

// expire notes that a hold has expired and checks whether that was news.
func (w *world) expire(t tb, h meet.Hold, want bool) {
	t.Helper()
	w.update(t, func(tx *store.Tx) error {
		ok, err := tx.ExpireHold(h.ID)
		if ok != want {
			t.Errorf("expired: %v", ok)
		}
		return err
	})
}
