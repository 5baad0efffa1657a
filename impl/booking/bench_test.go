package booking_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/storetest"
)

// month is what the benchmarks list.
func month() meet.Range {
	return meet.Range{Start: meettest.Now(), End: meettest.Now().AddDate(0, 0, 31)}
}

// BenchmarkSlots measures a listing with all it reads from a database file.
// A type with limits tells its own bookings from others'.
func BenchmarkSlots(b *testing.B) {
	for _, size := range []struct{ hosts, bookings int }{{1, 500}, {100, 200}} {
		for _, limit := range []int{0, 20} {
			b.Run(fmt.Sprintf("hosts=%d/bookings=%d/perDay=%d", size.hosts, size.bookings, limit), func(b *testing.B) {
				s := open(b)
				m := busyTeam(b, s, size.hosts, size.bookings, func(t *meet.MeetingType) { t.MaxPerDay = limit })
				for b.Loop() {
					err := s.View(b.Context(), func(tx *store.Tx) error {
						found, err := booking.Slots(tx, m.kind.Company, booking.SlotQuery{Type: m.kind.ID, Queue: m.queue.ID, Range: month()})
						if len(found.Slots) == 0 {
							b.Error("no slots")
						}
						return err
					})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func open(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), store.Options{Now: meettest.Now})
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
