package booking_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/storetest"
)

// month is what the tests list.
func month() meet.Range {
	return meet.Range{Start: meettest.Now(), End: meettest.Now().AddDate(0, 0, 31)}
}

func open(t testing.TB, log *slog.Logger) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), store.Options{Now: meettest.Now, Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// team is a meeting type whose queue has several hosts.
type team struct {
	kind  meet.MeetingType
	queue meet.Queue
}

// busyTeam stores a team each of whose hosts has bookings spread over the
// month.
func busyTeam(t testing.TB, s *store.Store, hosts, bookings int, change ...func(*meet.MeetingType)) team {
	t.Helper()
	company := meettest.Company()
	things := []any{company}
	var users []meet.UserID
	var m team
	for i := range hosts {
		u := meettest.User(company)
		users = append(users, u.ID)
		things = append(things, u, meettest.Schedule(u))
		if i == 0 {
			m.kind = meettest.MeetingType(u, change...)
		}
	}
	m.queue = meettest.Queue(m.kind, users)
	things = append(things, m.kind, m.queue)
	for i, user := range users {
		for n := range bookings {
			things = append(things, meettest.Booking(m.kind, func(b *meet.Booking) {
				b.Hosts = []meet.UserID{user}
				b.Start = month().Start.Add(time.Duration((n*7919+i*104729)%(31*48)) * 30 * time.Minute)
				b.End = b.Start.Add(30 * time.Minute)
			}))
		}
	}
	err := s.Update(t.Context(), func(tx *store.Tx) error { return storetest.Insert(tx, things...) })
	if err != nil {
		t.Fatal(err)
	}
	return m
}
