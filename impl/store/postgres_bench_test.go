package store_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/postgrestest"
	"github.com/meetwright/meetwright/impl/store/storetest"
)

// BenchmarkPostgres measures bookings that are on the disk of a PostgreSQL
// server: as the store makes them, and in a loop that does nothing but
// execute the same statements on the same number of connections.
func BenchmarkPostgres(b *testing.B) {
	const callers, connections = 64, "16"
	_, url := postgrestest.Own(b, postgrestest.Durable)
	url += "?pool_max_conns=" + connections

	measure := func(b *testing.B, book func(meet.Booking) error) {
		b.Helper()
		s, err := store.Open(b.Context(), url, store.Options{Now: meettest.Now})
		if err != nil {
			b.Fatal(err)
		}
		company := meettest.Company()
		types := make([]meet.MeetingType, callers)
		err = s.Update(b.Context(), func(tx *store.Tx) error {
			if err := storetest.Insert(tx, company); err != nil {
				return err
			}
			for i := range types {
				host := meettest.User(company)
				types[i] = meettest.MeetingType(host)
				if err := storetest.Insert(tx, host, types[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		shut(b, s)
		bookings := make([]meet.Booking, b.N)
		for i := range bookings {
			bookings[i] = meettest.Booking(types[i%callers], func(b *meet.Booking) {
				b.Start = meettest.Now().Add(time.Duration(i/callers) * 30 * time.Minute)
				b.End = b.Start.Add(30 * time.Minute)
			})
		}
		b.ResetTimer()
		var next atomic.Int64
		var all sync.WaitGroup
		for range callers {
			all.Go(func() {
				for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
					if err := book(bookings[i]); err != nil {
						b.Error(err)
					}
				}
			})
		}
		all.Wait()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "bookings/s")
	}

	b.Run("store", func(b *testing.B) {
		s, err := store.Open(b.Context(), url, store.Options{Now: meettest.Now})
		if err != nil {
			b.Fatal(err)
		}
		defer shut(b, s)
		measure(b, func(one meet.Booking) error {
			return s.Update(b.Context(), func(tx *store.Tx) error { return storetest.Insert(tx, one) })
		})
	})

	b.Run("bare", func(b *testing.B) {
		pool, err := pgxpool.New(b.Context(), url)
		if err != nil {
			b.Fatal(err)
		}
		defer pool.Close()
		measure(b, func(one meet.Booking) error { return bookBare(b.Context(), pool, one) })
	})
}

// bookBare executes the statements of a booking, one after the other.
func bookBare(ctx context.Context, pool *pgxpool.Pool, one meet.Booking) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	a, o := one.Attendees[0], one.Occupied()
	for _, statement := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO booking (id, company_id, meeting_type_id, start_at, end_at, buffer_before, buffer_after, forced,
				name, channel, location, meeting_link, uid, sequence, ics_title, ics_description, skip_mail,
				notes, transcription, summary, reschedule_count, cancel_source, cancelled_by, cancel_reason,
				extra, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6, $7, '', '', $8, 0, '', '', 0, '', '', '', 0, '', '', '', '{}', $9, $9)`, []any{
			string(one.ID), string(one.Company), string(one.Type), one.Start.UnixMicro(), one.End.UnixMicro(),
			one.Name, string(one.Channel), one.UID, one.CreatedAt.UnixMicro(),
		}},
		{`INSERT INTO booking_host (booking_id, user_id, position) VALUES ($1, $2, 0)`, []any{string(one.ID), string(one.Hosts[0])}},
		{`INSERT INTO attendee (id, booking_id, position, email, first_name, last_name, full_name, phone, phone_raw,
				zone, language, notes, receive_reminders, guests, utm_source, utm_medium, utm_campaign, utm_content, utm_term,
				generation, search)
			VALUES ($1, $2, 0, $3, $4, $5, '', $6, $7, $8, $9, '{}', 1, 'null', '', '', '', '', '', 0, $10)`, []any{
			string(a.ID), string(one.ID), a.Email, a.FirstName, a.LastName, a.Phone, a.PhoneRaw, a.Zone, a.Language,
			"jane smith\n" + a.Email + "\nintro call",
		}},
		{`INSERT INTO occupied (host_id, start_at, end_at, booking_id, company_id, meeting_type_id, buffer_before, buffer_after, forced)
			VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0) ON CONFLICT DO NOTHING`, []any{
			string(one.Hosts[0]), o.Start.UnixMicro(), o.End.UnixMicro(), string(one.ID), string(one.Company), string(one.Type),
		}},
	} {
		if _, err := tx.Exec(ctx, statement.query, statement.args...); err != nil {
			return err
		}
	}
	return tx.Commit(ctx)
}
