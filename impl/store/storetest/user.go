package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

func users(s suite) {
	s.that("comes back as it was stored", func(t *testing.T, w *world) {
		c := meettest.Company()
		want := meettest.User(c, func(u *meet.User) {
			u.Role, u.Picture, u.UpdatedAt = meet.Admin, "https://example.com/p.png", u.UpdatedAt.Add(time.Hour)
		})
		w.insert(t, c, want)
		for how, find := range map[string]func(*store.Tx) (meet.User, error){
			"id":                    func(tx *store.Tx) (meet.User, error) { return tx.User(c.ID, want.ID) },
			"address":               func(tx *store.Tx) (meet.User, error) { return tx.UserByEmail(c.ID, want.Email) },
			"address in lower case": func(tx *store.Tx) (meet.User, error) { return tx.UserByEmail(c.ID, strings.ToLower(want.Email)) },
		} {
			if diff := cmp.Diff(want, read(t, w, find)); diff != "" {
				t.Errorf("by %s (-want +got):\n%s", how, diff)
			}
		}
	})

	s.that("another company does not see it", func(t *testing.T, w *world) {
		m, other := w.team(t, 1), w.team(t, 1)
		u := m.users[0]
		for how, find := range map[string]func(*store.Tx) (meet.User, error){
			"id":      func(tx *store.Tx) (meet.User, error) { return tx.User(other.company.ID, u.ID) },
			"address": func(tx *store.Tx) (meet.User, error) { return tx.UserByEmail(other.company.ID, u.Email) },
		} {
			if err := refusal(t, w, find); !errors.Is(err, meet.ErrUserNotFound) {
				t.Errorf("by %s: %v", how, err)
			}
		}
		found := read(t, w, func(tx *store.Tx) ([]meet.User, error) {
			return tx.UsersByID(other.company.ID, []meet.UserID{u.ID, other.users[0].ID})
		})
		if len(found) != 1 || found[0].ID != other.users[0].ID {
			t.Errorf("by ids: %v", found)
		}
	})

	s.that("an address is taken whatever its case", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		double := meettest.User(m.company, func(u *meet.User) { u.Email = strings.ToUpper(m.users[0].Email) })
		err := w.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertUser(double) })
		wantCode(t, err, meet.CodeEmailTaken)
	})

	s.that("a slug is taken in its company only", func(t *testing.T, w *world) {
		m, other := w.team(t, 1), w.team(t, 1)
		slug := func(u *meet.User) { u.Slug = m.users[0].Slug }
		w.insert(t, meettest.User(other.company, slug, func(u *meet.User) { u.Email = m.users[0].Email }))
		err := w.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertUser(meettest.User(m.company, slug)) })
		wantCode(t, err, meet.CodeSlugTaken)
		for company, want := range map[meet.CompanyID]bool{m.company.ID: true, "unknown": false} {
			got := read(t, w, func(tx *store.Tx) (bool, error) { return tx.UserSlugTaken(company, m.users[0].Slug) })
			if got != want {
				t.Errorf("taken in %s is %v", company, got)
			}
		}
	})

	s.that("an unknown role is an error", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		u := meettest.User(m.company, func(u *meet.User) { u.Role = "king" })
		if err := w.Update(t.Context(), func(tx *store.Tx) error { return tx.InsertUser(u) }); err == nil {
			t.Error("stored")
		}
	})

	s.that("names and slug are changed", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		want := m.users[0]
		want.GivenName, want.FamilyName, want.Slug, want.UpdatedAt = "Zoë", "Ørsted", "zoe-oersted", want.UpdatedAt.Add(time.Hour)
		w.update(t, func(tx *store.Tx) error { return tx.UpdateUser(want) })
		got := read(t, w, func(tx *store.Tx) (meet.User, error) { return tx.User(want.Company, want.ID) })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("changed and read (-want +got):\n%s", diff)
		}
	})

	s.that("a slug can be kept but not be that of another", func(t *testing.T, w *world) {
		m := w.team(t, 2)
		u := m.users[0]
		w.update(t, func(tx *store.Tx) error { return tx.UpdateUser(u) })
		u.Slug = m.users[1].Slug
		err := w.Update(t.Context(), func(tx *store.Tx) error { return tx.UpdateUser(u) })
		wantCode(t, err, meet.CodeSlugTaken)
	})

	s.that("they are listed by role, in pages", func(t *testing.T, w *world) {
		m := w.team(t, 1)
		w.team(t, 3) // of another company
		want := []meet.UserID{m.users[0].ID}
		for i := range 4 {
			u := meettest.User(m.company, func(u *meet.User) { u.CreatedAt = u.CreatedAt.Add(time.Duration(1+i) * time.Second) })
			w.insert(t, u)
			want = append(want, u.ID)
		}
		for _, test := range []struct {
			role          meet.Role
			limit, offset int
			want          []meet.UserID
			total         int
		}{
			{"", 10, 0, want, 5},
			{"", 2, 0, want[:2], 5},
			{"", 2, 4, want[4:], 5},
			{"", 2, 6, nil, 5},
			{meet.Member, 10, 0, want[1:], 4},
			{meet.Owner, 10, 0, want[:1], 1},
			{meet.Admin, 10, 0, nil, 0},
		} {
			total := 0
			page := read(t, w, func(tx *store.Tx) (page []meet.User, err error) {
				page, total, err = tx.Users(m.company.ID, test.role, test.limit, test.offset)
				return page, err
			})
			if got := userIDs(page); !slices.Equal(got, test.want) || total != test.total {
				t.Errorf("%+v: %v of %d", test, got, total)
			}
		}
	})
}

func userIDs(all []meet.User) []meet.UserID {
	var ids []meet.UserID
	for _, u := range all {
		ids = append(ids, u.ID)
	}
	return ids
}
