package store

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
)

// callers is how many book at the same time, each with a host of their own.
const callers = 64

// BenchmarkBookings measures bookings that are on disk, with their host,
// attendee and claim: grouped as the store makes them, with a commit for
// each, and in a loop that does nothing but execute the statements.
func BenchmarkBookings(b *testing.B) {
	b.Run("grouped", func(b *testing.B) {
		s, bookings := benchStore(b)
		var next atomic.Int64
		var all sync.WaitGroup
		for range callers {
			all.Go(func() {
				for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
					if err := s.Update(b.Context(), book(bookings[i])); err != nil {
						b.Error(err)
					}
				}
			})
		}
		all.Wait()
		report(b)
	})

	b.Run("single-commit", func(b *testing.B) {
		s, bookings := benchStore(b)
		var next atomic.Int64
		var all sync.WaitGroup
		for range callers {
			all.Go(func() {
				for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
					if err := s.commitOne(book(bookings[i])); err != nil {
						b.Error(err)
					}
				}
			})
		}
		all.Wait()
		report(b)
	})

	b.Run("bare-grouped", func(b *testing.B) {
		s, bookings := benchStore(b)
		bare := newBare(b, s)
		for i, one := range bookings {
			if i%callers == 0 {
				bare.exec("BEGIN IMMEDIATE")
			}
			bare.book(one)
			if (i+1)%callers == 0 || i+1 == len(bookings) {
				bare.exec("COMMIT")
			}
		}
		report(b)
	})
}

func report(b *testing.B) { b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "bookings/s") }

// benchStore opens a database file with b.N bookings to make, none of which
// is in the way of another, and starts the clock.
func benchStore(b *testing.B) (*Store, []meet.Booking) {
	b.Helper()
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"), Options{Now: meettest.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	types := make([]meet.MeetingType, callers)
	company := meettest.Company()
	err = s.Update(b.Context(), func(tx *Tx) error {
		if err := tx.InsertCompany(company); err != nil {
			return err
		}
		for i := range types {
			host := meettest.User(company)
			types[i] = meettest.MeetingType(host)
			if err := tx.InsertUser(host); err != nil {
				return err
			}
			if err := tx.InsertMeetingType(types[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	bookings := make([]meet.Booking, b.N)
	for i := range bookings {
		bookings[i] = meettest.Booking(types[i%callers], func(b *meet.Booking) {
			b.Start = meettest.Now().Add(time.Duration(i/callers) * 30 * time.Minute)
			b.End = b.Start.Add(30 * time.Minute)
		})
	}
	b.ResetTimer()
	return s, bookings
}

func book(one meet.Booking) func(*Tx) error {
	return func(tx *Tx) error {
		if err := tx.InsertBooking(one); err != nil {
			return err
		}
		if claimed, err := tx.Occupy(one); err != nil || !claimed {
			return meet.ErrSlotOccupied
		}
		return nil
	}
}

// commitOne runs a change in a commit of its own.
func (s *Store) commitOne(fn func(*Tx) error) error {
	c, err := lite(s).writers.get(background)
	if err != nil {
		return err
	}
	defer lite(s).writers.put(c)
	if err := c.put("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := fn(&Tx{session: c, now: s.instant(), store: s, writable: true}); err != nil {
		return err
	}
	return c.put("COMMIT")
}

// bare executes the statements of a booking on a connection of the driver.
type bare struct {
	b    *testing.B
	conn *conn
}

func newBare(b *testing.B, s *Store) bare {
	b.Helper()
	c, err := lite(s).writers.get(background)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { lite(s).writers.put(c) })
	return bare{b, c}
}

func (r bare) exec(query string, args ...any) {
	r.b.Helper()
	stmt, err := r.conn.prepare(query)
	if err == nil {
		_, err = stmt.ExecContext(background, args...)
	}
	if err != nil {
		r.b.Fatal(err)
	}
}

func (r bare) book(one meet.Booking) {
	a, o := one.Attendees[0], one.Occupied()
	r.exec(`INSERT INTO booking (id, company_id, meeting_type_id, start_at, end_at, buffer_before, buffer_after, forced,
			name, channel, location, meeting_link, uid, sequence, ics_title, ics_description, skip_mail,
			notes, transcription, summary, reschedule_count, cancel_source, cancelled_by, cancel_reason,
			extra, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6, $7, '', '', $8, 0, '', '', 0, '', '', '', 0, '', '', '', '{}', $9, $9)`,
		string(one.ID), string(one.Company), string(one.Type), one.Start.UnixMicro(), one.End.UnixMicro(),
		one.Name, string(one.Channel), one.UID, one.CreatedAt.UnixMicro())
	r.exec(`INSERT INTO booking_host (booking_id, user_id, position) VALUES ($1, $2, 0)`, string(one.ID), string(one.Hosts[0]))
	r.exec(`INSERT INTO attendee (id, booking_id, position, email, first_name, last_name, full_name, phone, phone_raw,
			zone, language, notes, receive_reminders, guests, utm_source, utm_medium, utm_campaign, utm_content, utm_term,
			generation, search)
		VALUES ($1, $2, 0, $3, $4, $5, '', $6, $7, $8, $9, '{}', 1, 'null', '', '', '', '', '', 0, $10)`,
		string(a.ID), string(one.ID), a.Email, a.FirstName, a.LastName, a.Phone, a.PhoneRaw, a.Zone, a.Language,
		"jane smith\n"+a.Email+"\nintro call")
	r.exec(`INSERT INTO occupied (host_id, start_at, end_at, booking_id, company_id, meeting_type_id, buffer_before, buffer_after, forced)
		VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0) ON CONFLICT DO NOTHING`,
		string(one.Hosts[0]), o.Start.UnixMicro(), o.End.UnixMicro(), string(one.ID), string(one.Company), string(one.Type))
}
