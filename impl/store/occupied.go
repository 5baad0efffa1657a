package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// Occupy claims the booking's time for each of its hosts. It reports false
// when the database found the time of some host taken; what was claimed
// until then must be rolled back by returning an error from the transaction.
//
// Between any two unforced rows of a host the guard holds, whatever the
// program believed. A forced booking is outside of it. The time of a host who
// left the company is taken.
func (tx *Tx) Occupy(b meet.Booking) (bool, error) {
	return tx.claim(claim{
		hosts: b.Hosts, Range: b.Occupied(), holder: string(b.ID), company: b.Company, kind: b.Type,
		before: b.Before, after: b.After, forced: b.Forced,
	})
}

// OccupyHold is Occupy for a hold, which blocks the time until it expires. A
// hold of a seat claims the time for its group.
func (tx *Tx) OccupyHold(h meet.Hold) (bool, error) {
	holder := string(h.ID)
	if h.Joins != "" {
		holder = string(h.Joins)
	}
	return tx.claim(claim{
		hosts: h.Hosts, Range: h.Occupied(), holder: holder, company: h.Company, kind: h.Type,
		before: h.Before, after: h.After, expires: h.ExpiresAt,
	})
}

// claim is the time that a booking or a hold wants of its hosts.
type claim struct {
	hosts []meet.UserID
	meet.Range
	holder        string
	company       meet.CompanyID
	kind          meet.MeetingTypeID
	before, after time.Duration
	forced        bool
	expires       time.Time // of a hold
}

// claim inserts the rows of one holder. What is in the way may have expired:
// then it is deleted, and the claim made again.
func (tx *Tx) claim(c claim) (bool, error) {
	var insert = `INSERT INTO occupied (host_id, start_at, end_at, booking_id, company_id, meeting_type_id, buffer_before, buffer_after,
				forced, expires_at)
			SELECT id, CAST($2 AS BIGINT), CAST($3 AS BIGINT), $4, $5, $6, CAST($7 AS BIGINT), CAST($8 AS BIGINT),
				CAST($9 AS BIGINT), CAST($10 AS BIGINT)
			FROM app_user WHERE id = $1 AND left_at IS NULL` + tx.locking(" FOR KEY SHARE") + ` ON CONFLICT DO NOTHING`
	const (
		expire = `DELETE FROM occupied WHERE host_id = $1 AND start_at > $2 - 43200000000 AND start_at < $3 AND end_at > $2 AND expires_at <= $4`
	)
	// In an order that all agree on, so that two who want the same hosts do
	// not wait for each other.
	for _, host := range slices.Sorted(slices.Values(c.hosts)) {
		args := []any{
			string(host), micros(c.Start), micros(c.End), c.holder, string(c.company), string(c.kind),
			c.before.Microseconds(), c.after.Microseconds(), bit(c.forced), micros(c.expires),
		}
		n, err := tx.exec(insert, args...)
		if err != nil {
			return false, err
		}
		if n == 1 {
			continue
		}
		gone, err := tx.exec(expire, string(host), micros(c.Start), micros(c.End), micros(tx.now))
		if err != nil || gone == 0 {
			return false, err
		}
		if n, err = tx.exec(insert, args...); err != nil || n == 0 {
			return false, err
		}
	}
	return true, nil
}

// Release frees all time that a booking occupies, or a group of which seats
// are only held.
func (tx *Tx) Release(id meet.BookingID) error { return tx.release(string(id)) }

// ReleaseHold frees all time that a hold occupies, other than of a seat.
func (tx *Tx) ReleaseHold(id meet.HoldID) error { return tx.release(string(id)) }

func (tx *Tx) release(holder string) error {
	const remove = `DELETE FROM occupied WHERE booking_id = $1`
	return tx.put(remove, holder)
}

// HasUpcoming reports whether a host has a meeting that ends after now; what
// is left of its buffer does not count.
func (tx *Tx) HasUpcoming(host meet.UserID) (bool, error) {
	const query = `SELECT 1 FROM occupied
		WHERE host_id = $1 AND start_at > $2 - 43200000000 AND end_at - buffer_after > $2 AND (expires_at IS NULL OR expires_at > $2) LIMIT 1`
	var found int
	return tx.row(query, []any{string(host), micros(tx.now)}, &found)
}

// OccupiedQuery asks for what is occupied of hosts' time.
type OccupiedQuery struct {
	Hosts []meet.UserID
	// Range is what the time must reach into.
	Range meet.Range
	// Except names a booking that is left out, about to be moved.
	Except meet.BookingID
	// Own names a meeting type whose bookings are told apart; "" is none.
	Own meet.MeetingTypeID
	// Seats counts the attendees of those, and tells groups apart of which
	// seats are only held.
	Seats bool
	// Holds tells holds apart; otherwise they are among the others.
	Holds bool
}

// Occupied is what bookings and holds occupy of a host's time, in no
// particular order.
type Occupied struct {
	Others []meet.Range // bookings, with buffers
	Holds  []meet.Range // those that have not expired, when told apart
	Own    []Taken
}

// Taken is a booking as the slots of its own meeting type see it.
type Taken struct {
	Booking  meet.BookingID
	Occupied meet.Range // with buffers
	Meeting  meet.Range
	Seats    int // attendees who have not left, and seats held, when asked for
	// Held groups have seats that are held, and no booking yet.
	Held bool
}

// Occupied returns what is occupied of the time of each host. Hosts with
// nothing are left out.
//
// The database answers with one row for each host, in which the bookings
// are joined to a text: a row for each booking would take twice as long.
func (tx *Tx) Occupied(q OccupiedQuery) (map[meet.UserID]Occupied, error) {
	query, args := q.sql(tx.now)
	occupied := make(map[meet.UserID]Occupied, len(q.Hosts))
	_, err := list(tx, query, args, func(row scanner) (host meet.UserID, err error) {
		var others, holds, own string
		if err := row.Scan(&host, &others, &holds, &own); err != nil {
			return host, err
		}
		occupied[host], err = readOccupied(others, holds, own)
		return host, err
	})
	return occupied, err
}

// sql is the query and its arguments. It asks for no more than it must,
// because it is asked of many rows.
func (q OccupiedQuery) sql(now time.Time) (query string, args []any) {
	args = append([]any{micros(q.Range.Start), micros(q.Range.End), micros(now)}, anys(q.Hosts)...)
	param := func(value string) string {
		args = append(args, value)
		return "$" + strconv.Itoa(len(args))
	}
	where := `host_id IN (` + params(4, len(q.Hosts)) + `) AND start_at > $1 - 43200000000 AND start_at < $2 AND end_at > $1
		AND (expires_at IS NULL OR expires_at > $3)`
	if q.Except != "" {
		where += ` AND booking_id <> ` + param(string(q.Except))
	}
	const (
		ranges = `string_agg(start_at || ' ' || end_at, ' ')`
		held   = `(SELECT count(*) FROM hold h WHERE h.joins_id = o.booking_id AND h.joins_id <> '' AND h.status = 'pending' AND h.expires_at > $3)`
	)
	others, holds, own := `TRUE`, `''`, `''`
	if q.Own != "" {
		ours, seats := `expires_at IS NULL`, `0`
		if q.Seats {
			ours = `(expires_at IS NULL OR ` + held + ` > 0)`
			seats = `(SELECT count(*) FROM attendee a WHERE a.booking_id = o.booking_id AND a.left_at IS NULL) + ` + held
		}
		ours += ` AND meeting_type_id = ` + param(string(q.Own))
		own = `string_agg(concat_ws(' ', start_at, end_at, buffer_before, buffer_after, booking_id, ` + seats + `,
			CASE WHEN expires_at IS NULL THEN 0 ELSE 1 END), ' ') FILTER (WHERE ` + ours + `)`
		others = `NOT (` + ours + `)`
	}
	if q.Holds {
		holds = ranges + ` FILTER (WHERE expires_at IS NOT NULL AND ` + others + `)`
		others += ` AND expires_at IS NULL`
	}
	return `SELECT host_id, coalesce(` + ranges + ` FILTER (WHERE ` + others + `), ''), coalesce(` + holds + `, ''),
			coalesce(` + own + `, '')
		FROM occupied o WHERE ` + where + ` GROUP BY host_id`, args
}

func readOccupied(others, holds, own string) (o Occupied, err error) {
	const takenWords = 7
	if o.Others, err = readRanges(others); err != nil {
		return o, err
	}
	if o.Holds, err = readRanges(holds); err != nil {
		return o, err
	}
	w := words{rest: own}
	o.Own = make([]Taken, w.count()/takenWords)
	for i := range o.Own {
		t := Taken{Occupied: w.span()}
		before, after := w.duration(), w.duration()
		t.Meeting = meet.Range{Start: t.Occupied.Start.Add(before), End: t.Occupied.End.Add(-after)}
		t.Booking, t.Seats, t.Held = meet.BookingID(w.next()), int(w.number()), w.number() > 0
		o.Own[i] = t
	}
	return o, w.err
}

func readRanges(text string) ([]meet.Range, error) {
	const rangeWords = 2
	w := words{rest: text}
	ranges := make([]meet.Range, w.count()/rangeWords)
	for i := range ranges {
		ranges[i] = w.span()
	}
	return ranges, w.err
}

// words reads a text that the database joined with blanks.
type words struct {
	rest string
	err  error
}

func (w *words) count() int {
	if w.rest == "" {
		return 0
	}
	return strings.Count(w.rest, " ") + 1
}

func (w *words) next() (word string) {
	word, w.rest, _ = strings.Cut(w.rest, " ")
	return word
}

func (w *words) number() int64 {
	n, err := strconv.ParseInt(w.next(), 10, 64)
	if err != nil {
		w.err = fmt.Errorf("occupied time: %w", err)
	}
	return n
}

func (w *words) span() meet.Range {
	start, end := w.number(), w.number()
	return meet.Range{Start: time.UnixMicro(start).UTC(), End: time.UnixMicro(end).UTC()}
}

func (w *words) duration() time.Duration { return time.Duration(w.number()) * time.Microsecond }
