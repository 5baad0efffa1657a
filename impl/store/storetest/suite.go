// Package storetest is the conformance suite of package store. It says what
// every engine must do, so nothing in it is about one of them.
package storetest

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
)

// Open opens an empty store with the options for one case and closes it when
// the case is over.
type Open func(t testing.TB, o store.Options) *store.Store

// Run runs every case, each on a store of its own.
func Run(t *testing.T, open Open) {
	for _, theme := range []struct {
		name  string
		cases func(suite)
	}{
		{"Booking", bookings},
		{"Attendee", attendees},
		{"Guard", guard},
		{"GuardUnderLoad", guardUnderLoad},
		{"Occupied", occupied},
		{"Company", companies},
		{"User", users},
		{"RemoveUser", removal},
		{"Host", hosts},
		{"Hold", holds},
		{"HoldGuard", holdGuard},
		{"Queue", queues},
		{"Job", jobs},
		{"ClaimJobs", claims},
		{"Key", keys},
		{"MeetingType", meetingTypes},
		{"Schedule", schedules},
		{"Idempotency", idempotency},
		{"Transaction", transactions},
		{"NestedTransaction", nesting},
		{"Order", order},
		{"Filter", filters},
		{"Setting", settings},
		{"Record", records},
	} {
		t.Run(theme.name, func(t *testing.T) {
			t.Parallel()
			theme.cases(suite{t, open})
		})
	}
}

type suite struct {
	t    *testing.T
	open Open
}

// that runs a case, which is named for its outcome.
func (s suite) that(outcome string, check func(t *testing.T, w *world)) {
	s.t.Run(outcome, func(t *testing.T) {
		t.Parallel()
		w := &world{leased: meettest.Now()}
		w.set(meettest.Now())
		w.Store = s.open(t, store.Options{Now: w.now, Logger: slog.New(slog.DiscardHandler)})
		check(t, w)
	})
}

// tb is a test, or one draw of a property.
type tb interface {
	Helper()
	Context() context.Context
	Error(...any)
	Errorf(string, ...any)
	Fatal(...any)
}

// world is a store whose clock the case sets.
type world struct {
	*store.Store
	instant atomic.Pointer[time.Time]
	leased  time.Time // when the leases of jobs are counted
}

func (w *world) set(now time.Time) { w.instant.Store(&now) }

func (w *world) now() time.Time { return *w.instant.Load() }

// update makes a change that must succeed.
func (w *world) update(t tb, fn func(*store.Tx) error) {
	t.Helper()
	if err := w.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// insert stores things in the order given.
func (w *world) insert(t tb, things ...any) {
	t.Helper()
	w.update(t, func(tx *store.Tx) error { return Insert(tx, things...) })
}

// Insert stores companies, users, schedules, meeting types, queues, keys,
// jobs, and holds and bookings with the time they occupy, in the order given.
// Time that is taken is [meet.ErrSlotOccupied].
func Insert(tx *store.Tx, things ...any) error {
	for _, thing := range things {
		if err := insert(tx, thing); err != nil {
			return err
		}
	}
	return nil
}

func insert(tx *store.Tx, thing any) error {
	switch v := thing.(type) {
	case meet.Company:
		return tx.InsertCompany(v)
	case meet.User:
		return tx.InsertUser(v)
	case meet.Schedule:
		return tx.InsertSchedule(v)
	case meet.MeetingType:
		return tx.InsertMeetingType(v)
	case meet.Queue:
		return tx.InsertQueue(v)
	case meet.Key:
		return tx.InsertKey(v)
	case meet.Job:
		return tx.InsertJob(v)
	case meet.Hold:
		return hold(tx, v)
	default:
		return book(tx, thing.(meet.Booking))
	}
}

// book stores a booking with its time; when that is taken it is
// [meet.ErrSlotOccupied].
func book(tx *store.Tx, b meet.Booking) error {
	if err := tx.InsertBooking(b); err != nil {
		return err
	}
	return occupy(tx, b)
}

func occupy(tx *store.Tx, b meet.Booking) error {
	claimed, err := tx.Occupy(b)
	if err == nil && !claimed {
		err = meet.ErrSlotOccupied
	}
	return err
}

// team is a company with users, each with a schedule and a meeting type.
type team struct {
	company   meet.Company
	users     []meet.User
	schedules []meet.Schedule
	types     []meet.MeetingType
}

// team stores a company with users, the first of whom owns it.
func (w *world) team(t tb, size int) team {
	t.Helper()
	m := team{company: meettest.Company()}
	things := []any{m.company}
	for i := range size {
		user := meettest.User(m.company, func(u *meet.User) {
			if i == 0 {
				u.ID, u.Role = m.company.Owner, meet.Owner
			}
		})
		schedule, kind := meettest.Schedule(user), meettest.MeetingType(user)
		m.users, m.schedules, m.types = append(m.users, user), append(m.schedules, schedule), append(m.types, kind)
		things = append(things, user, schedule, kind)
	}
	w.insert(t, things...)
	return m
}

// booking returns a meeting of the first user's type that is not stored.
func (m team) booking(change ...func(*meet.Booking)) meet.Booking {
	return meettest.Booking(m.types[0], change...)
}

// on moves a booking to a time.
func on(r meet.Range) func(*meet.Booking) {
	return func(b *meet.Booking) { b.Start, b.End = r.Start, r.End }
}

// with gives a booking other hosts.
func with(hosts ...meet.UserID) func(*meet.Booking) {
	return func(b *meet.Booking) { b.Hosts = hosts }
}

// during reads a time like "10:00-10:30", in UTC on the day of the fixtures.
func during(t tb, s string) meet.Range {
	t.Helper()
	from, to, _ := strings.Cut(s, "-")
	return meet.Range{Start: at(t, from), End: at(t, to)}
}

// at reads a time like "10:00".
func at(t tb, s string) time.Time {
	t.Helper()
	clock, err := time.Parse("15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	midnight := meettest.Now().Truncate(24 * time.Hour)
	return midnight.Add(time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute)
}

// read returns what a view finds, which must succeed.
func read[T any](t tb, w *world, find func(*store.Tx) (T, error)) T {
	t.Helper()
	var found T
	err := w.View(t.Context(), func(tx *store.Tx) (err error) {
		found, err = find(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// refusal returns the error of a view that must fail.
func refusal[T any](t tb, w *world, find func(*store.Tx) (T, error)) error {
	t.Helper()
	err := w.View(t.Context(), func(tx *store.Tx) error {
		_, err := find(tx)
		return err
	})
	if err == nil {
		t.Fatal("found, want an error")
	}
	return err
}
