package bench_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // to fill a database by its own means

	"github.com/meetwright/meetwright/impl/credential"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/storetest"
)

// The hosts of the company that all servers have, each with a meeting type
// that can be booked around the clock.
const (
	bookable = 100      // hosts who are booked
	listed   = bookable // the one whose slots are listed
	upcoming = 500      // the meetings that one has in the month that is listed
)

// hostID and typeID are the ids of a host and of that host's meeting type.
func hostID(host int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", host) }
func typeID(host int) string { return fmt.Sprintf("00000000-0000-4000-8001-%012d", host) }

// firstDay is when what is booked and listed begins: tomorrow.
func firstDay() time.Time { return time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 1) }

// furnish makes a key, and on the first start all that it opens.
func furnish(ctx context.Context, s *store.Store, p place) (key string, err error) {
	const company = "00000000-0000-4000-8002-000000000000"
	var fresh bool
	var sample meet.BookingID
	err = s.Update(ctx, func(tx *store.Tx) error {
		companies, err := tx.Companies()
		if err != nil {
			return err
		}
		if fresh = len(companies) == 0; fresh {
			if sample, err = found(tx, company); err != nil {
				return err
			}
		}
		var k meet.Key
		k, key = credential.NewPlatform(company, tx.Now())
		return tx.InsertKey(k)
	})
	if err == nil && fresh && p.Stored > upcoming {
		err = multiply(ctx, p, sample)
	}
	return key, err
}

// found makes the company with its hosts, and the meetings of the one whose
// slots are listed. One of these is returned.
func found(tx *store.Tx, id meet.CompanyID) (sample meet.BookingID, err error) {
	c := meettest.Company(func(c *meet.Company) { c.ID, c.Owner = id, meet.UserID(hostID(0)) })
	things := []any{c}
	for i := range listed + 1 {
		u := meettest.User(c, func(u *meet.User) { u.ID, u.Role = meet.UserID(hostID(i)), meet.Admin })
		kind := meettest.MeetingType(u, func(t *meet.MeetingType) { t.ID = meet.MeetingTypeID(typeID(i)) })
		things = append(things, u, meettest.Schedule(u, func(s *meet.Schedule) {
			for day := range s.Hours.Week {
				s.Hours.Week[day] = meet.Day{Enabled: true, Windows: []meet.Window{{Start: 0, End: meet.EndOfDay}}}
			}
		}), kind)
		if i != listed {
			continue
		}
		for n := range upcoming {
			one := meettest.Booking(kind, func(b *meet.Booking) {
				const starts, apart = 31 * 48, 719 // have no common divisor
				b.Start = firstDay().Add(time.Duration(n*apart%starts) * 30 * time.Minute)
				b.End = b.Start.Add(30 * time.Minute)
			})
			things, sample = append(things, one), one.ID
		}
	}
	return sample, storetest.Insert(tx, things...)
}

// multiply makes bookings of the past out of one, until there are as many as
// the place says: an hour after the other, of all hosts in turn. It copies
// what remains of a booking for good, and leaves out the events and jobs.
func multiply(ctx context.Context, p place, sample meet.BookingID) (err error) {
	driver, source := "sqlite", "file:"+p.Database+"?_pragma=synchronous(OFF)&_pragma=cache_size(-200000)"
	if store.IsServer(p.Database) {
		driver, source = "pgx", p.Database
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		return err
	}
	defer func() {
		if closed := db.Close(); err == nil {
			err = closed
		}
	}()
	db.SetMaxOpenConns(1)
	if driver == "pgx" { // which then trusts what it is given
		if _, err := db.ExecContext(ctx, `SET session_replication_role = replica`); err != nil {
			return err
		}
	}
	const (
		id    = `substr(CAST(1000000000000 + i AS TEXT), 2)` // twelve digits
		host  = `substr(CAST(1000000000000 + i % 101 AS TEXT), 2)`
		start = `(CAST($3 AS BIGINT) - CAST(3600000000 AS BIGINT) * (1 + i / 101))`
	)
	booking := `'01000000-0000-7000-8000-' || ` + id
	user, kind := `'00000000-0000-4000-8000-' || `+host, `'00000000-0000-4000-8001-' || `+host
	for _, t := range []struct {
		table, key string
		with       map[string]string
	}{
		{"booking", "id", map[string]string{
			"id": booking, "uid": booking + ` || '@meetwright'`, "meeting_type_id": kind, "start_at": start, "end_at": start + ` + 1800000000`,
		}},
		{"booking_host", "booking_id", map[string]string{"booking_id": booking, "user_id": user}},
		{"attendee", "booking_id", map[string]string{"id": booking, "booking_id": booking, "email": `'past' || ` + id + ` || '@example.com'`}},
		{"occupied", "booking_id", map[string]string{
			"booking_id": booking, "host_id": user, "meeting_type_id": kind, "start_at": start, "end_at": start + ` + 1800000000`,
		}},
	} {
		columns, err := columnsOf(ctx, db, t.table)
		if err != nil {
			return err
		}
		values := make([]string, len(columns))
		for i, c := range columns {
			if values[i] = t.with[c]; values[i] == "" {
				values[i] = c
			}
		}
		statement := `WITH RECURSIVE number(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM number WHERE i < $1)
			INSERT INTO ` + t.table + ` (` + strings.Join(columns, ", ") + `)
			SELECT ` + strings.Join(values, ", ") + ` FROM number, ` + t.table + ` WHERE ` + t.key + ` = $2 AND CAST($3 AS BIGINT) > 0`
		if _, err := db.ExecContext(ctx, statement, p.Stored-upcoming, string(sample), time.Now().UTC().Truncate(time.Hour).UnixMicro()); err != nil {
			return fmt.Errorf("fill %s: %w", t.table, err)
		}
	}
	if driver == "pgx" { // as it does by itself, a little later
		_, err = db.ExecContext(ctx, `VACUUM (ANALYZE)`)
	}
	return err
}

func columnsOf(ctx context.Context, db *sql.DB, table string) ([]string, error) {
	rows, err := db.QueryContext(ctx, `SELECT * FROM `+table+` LIMIT 0`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	return columns, rows.Err()
}
