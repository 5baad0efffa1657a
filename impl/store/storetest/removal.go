package storetest

import (
	"errors"
	"slices"
	"testing"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

// removal checks what becomes of a user who leaves.
func removal(s suite) {
	s.that("who left is not found, and still named by past bookings", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		u := m.users[1]
		b := m.booking(with(u.ID))
		w.insert(t, b)
		w.update(t, func(tx *store.Tx) error { return tx.RemoveUser(u.ID) })
		for how, find := range map[string]func(*store.Tx) (meet.User, error){
			"id":      func(tx *store.Tx) (meet.User, error) { return tx.User(u.Company, u.ID) },
			"address": func(tx *store.Tx) (meet.User, error) { return tx.UserByEmail(u.Company, u.Email) },
		} {
			if err := refusal(t, w, find); !errors.Is(err, meet.ErrUserNotFound) {
				t.Errorf("by %s: %v", how, err)
			}
		}
		total := 0
		listed := read(t, w, func(tx *store.Tx) (page []meet.User, err error) {
			page, total, err = tx.Users(u.Company, "", 10, 0)
			return page, err
		})
		if len(listed) != 1 || total != 1 {
			t.Errorf("listed are %d of %d", len(listed), total)
		}
		past := w.booking(t, b)
		named := read(t, w, func(tx *store.Tx) ([]meet.User, error) { return tx.UsersByID(u.Company, past.Hosts) })
		if len(named) != 1 || named[0].ID != u.ID {
			t.Errorf("the host of the booking is %v", named)
		}
	})

	s.that("address and slug are free again", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		u := m.users[1]
		w.update(t, func(tx *store.Tx) error { return tx.RemoveUser(u.ID) })
		heir := m.users[0]
		heir.Slug = u.Slug
		w.update(t, func(tx *store.Tx) error { return tx.UpdateUser(heir) })
		w.update(t, func(tx *store.Tx) error { return tx.UpdateUser(m.users[0]) })
		w.insert(t, meettest.User(m.company, func(n *meet.User) { n.Email, n.Slug = u.Email, u.Slug }))
	})

	s.that("keys stop to work", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		gone, stays := meettest.Key(m.users[1]), meettest.Key(m.users[0])
		w.insert(t, gone, stays)
		w.update(t, func(tx *store.Tx) error { return tx.RemoveUser(m.users[1].ID) })
		if k, _ := w.key(t, gone); !k.RevokedAt.Equal(meettest.Now()) {
			t.Errorf("revoked at %v", k.RevokedAt)
		}
		if k, _ := w.key(t, stays); !k.RevokedAt.IsZero() {
			t.Error("the key of another was revoked")
		}
	})

	s.that("the types of one's own go, those of a queue stay without the member", func(t *testing.T, w *world) {
		m := w.team(t, 3)
		u := m.users[1]
		shared := meettest.MeetingType(u)
		w.insert(t, shared, meettest.Queue(shared, []meet.UserID{u.ID, m.users[2].ID}))
		w.update(t, func(tx *store.Tx) error { return tx.RemoveUser(u.ID) })
		own := func(tx *store.Tx) (meet.MeetingType, error) { return tx.MeetingType(u.Company, m.types[1].ID) }
		if err := refusal(t, w, own); !errors.Is(err, meet.ErrMeetingTypeNotFound) {
			t.Errorf("the type of one's own: %v", err)
		}
		if got := w.hosts(t, shared); !slices.Equal(got, []meet.UserID{m.users[2].ID}) {
			t.Errorf("the hosts of the queue are %v", got)
		}
	})
}
