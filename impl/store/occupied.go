package store

import "github.com/meetwright/meetwright/impl/meet"

// Occupy claims the booking's time for each of its hosts. It reports false
// when the database found the time of some host taken; what was claimed
// until then must be rolled back by returning an error from the transaction.
//
// Between any two unforced rows of a host the guard holds, whatever the
// program believed. A forced booking is outside of it.
func (tx *Tx) Occupy(b meet.Booking) (bool, error) {
	return tx.claim(b.Hosts, b.Occupied(), string(b.ID), nil, b.Company, b.Forced, nil)
}

// OccupyHold is Occupy for a hold, which blocks the time until it expires.
func (tx *Tx) OccupyHold(h meet.Hold) (bool, error) {
	return tx.claim(h.Hosts, h.Occupied(), nil, string(h.ID), h.Company, false, micros(h.ExpiresAt))
}

// claim inserts the rows of one owner. What is in the way may have expired:
// then it is deleted, and the claim made again.
func (tx *Tx) claim(hosts []meet.UserID, r meet.Range, booking, hold any, company meet.CompanyID, forced bool, expires any) (bool, error) {
	const (
		insert = `INSERT INTO occupied (host_id, start_at, end_at, booking_id, hold_id, company_id, forced, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`
		expire = `DELETE FROM occupied WHERE host_id = $1 AND start_at > $2 - 43200000000 AND start_at < $3 AND end_at > $2 AND expires_at <= $4`
	)
	for _, host := range hosts {
		args := []any{string(host), micros(r.Start), micros(r.End), booking, hold, string(company), bit(forced), expires}
		n, err := tx.exec(insert, args...)
		if err != nil {
			return false, err
		}
		if n == 1 {
			continue
		}
		gone, err := tx.exec(expire, string(host), micros(r.Start), micros(r.End), micros(tx.now))
		if err != nil || gone == 0 {
			return false, err
		}
		if n, err = tx.exec(insert, args...); err != nil || n == 0 {
			return false, err
		}
	}
	return true, nil
}

// Release frees all time that a booking occupies.
func (tx *Tx) Release(id meet.BookingID) error {
	const remove = `DELETE FROM occupied WHERE booking_id = $1`
	_, err := tx.exec(remove, string(id))
	return err
}

// ReleaseHold frees all time that a hold occupies.
func (tx *Tx) ReleaseHold(id meet.HoldID) error {
	const remove = `DELETE FROM occupied WHERE hold_id = $1`
	_, err := tx.exec(remove, string(id))
	return err
}

// Occupied is a stretch of a host's time that a booking or a hold blocks,
// buffers included.
type Occupied struct {
	Host    meet.UserID
	Booking meet.BookingID // or the id of the hold
	Hold    bool
	meet.Range
}

// Occupied returns what is occupied of the hosts' time within r, ordered by
// host and start. Holds that have expired are left out.
func (tx *Tx) Occupied(hosts []meet.UserID, r meet.Range) ([]Occupied, error) {
	query := `SELECT host_id, coalesce(booking_id, hold_id), hold_id IS NOT NULL, start_at, end_at FROM occupied
		WHERE host_id IN (` + params(4, len(hosts)) + `) AND start_at > $1 - 43200000000 AND start_at < $2 AND end_at > $1
			AND (expires_at IS NULL OR expires_at > $3)
		ORDER BY host_id, start_at`
	return list(tx, query, append([]any{micros(r.Start), micros(r.End), micros(tx.now)}, anys(hosts)...),
		func(row scanner) (o Occupied, err error) {
			err = row.Scan(&o.Host, &o.Booking, &o.Hold, instant{&o.Start}, instant{&o.End})
			return o, err
		})
}

// Taken is a booking of one meeting type as its slots see it.
type Taken struct {
	Host    meet.UserID
	Booking meet.BookingID
	meet.Range
	Seats int // attendees who have not left, and seats held
}

// TakenOfType returns the meetings of a type that were not cancelled, once
// per host, with starts in r.
func (tx *Tx) TakenOfType(id meet.MeetingTypeID, r meet.Range) ([]Taken, error) {
	const query = `SELECT h.user_id, b.id, b.start_at, b.end_at,
			(SELECT count(*) FROM attendee a WHERE a.booking_id = b.id AND a.left_at IS NULL)
				+ (SELECT count(*) FROM hold o WHERE o.joins_id = b.id AND o.joins_id <> '' AND o.status = 'pending' AND o.expires_at > $4)
		FROM booking b JOIN booking_host h ON h.booking_id = b.id
		WHERE b.meeting_type_id = $1 AND b.start_at >= $2 AND b.start_at < $3 AND b.cancelled_at IS NULL
		ORDER BY b.start_at, b.id, h.position`
	return list(tx, query, []any{string(id), micros(r.Start), micros(r.End), micros(tx.now)}, func(row scanner) (t Taken, err error) {
		err = row.Scan(&t.Host, &t.Booking, instant{&t.Start}, instant{&t.End}, &t.Seats)
		return t, err
	})
}

// HasUpcoming reports whether a host has a meeting that ends after now; what
// is left of its buffer does not count.
func (tx *Tx) HasUpcoming(host meet.UserID) (bool, error) {
	const query = `SELECT 1 FROM occupied o JOIN booking b ON b.id = o.booking_id
		WHERE o.host_id = $1 AND o.start_at > $2 - 43200000000 AND o.end_at > $2 AND b.end_at > $2 LIMIT 1`
	var found int
	return tx.row(query, []any{string(host), micros(tx.now)}, &found)
}
