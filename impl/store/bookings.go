package store

import (
	"strconv"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// BookingFilter selects bookings of a company, and a page of them. The zero
// value of a condition selects all.
type BookingFilter struct {
	Host       meet.UserID
	Type       meet.MeetingTypeID
	StartFrom  time.Time // those that start in [StartFrom, StartUntil)
	StartUntil time.Time
	Search     string // part of an attendee's name or email, or of the meeting's name
	Status     BookingStatus

	ByCreation bool // order by creation instead of start
	Descending bool
	Limit      int // of the page; 0 is none at all
	Offset     int
}

// BookingStatus is where a booking stands at the transaction's instant.
type BookingStatus string

// The states.
const (
	Upcoming  BookingStatus = "upcoming" // not over, not cancelled
	Past      BookingStatus = "past"     // over, not cancelled
	Cancelled BookingStatus = "cancelled"
)

// Bookings returns a page of bookings and how many there are in all. The
// order is stable: ties are broken by id.
func (tx *Tx) Bookings(company meet.CompanyID, f BookingFilter) ([]meet.Booking, int, error) {
	where, args := f.where(company, tx.now)
	var total int
	if _, err := tx.row(`SELECT count(*) FROM booking b WHERE `+where, args, &total); err != nil {
		return nil, 0, err
	}
	column, direction := "b.start_at", " ASC"
	if f.ByCreation {
		column = "b.created_at"
	}
	if f.Descending {
		direction = " DESC"
	}
	n := len(args)
	query := `SELECT ` + bookingColumns + ` FROM booking b WHERE ` + where +
		` ORDER BY ` + column + direction + `, b.id` + direction +
		` LIMIT $` + strconv.Itoa(n+1) + ` OFFSET $` + strconv.Itoa(n+2)
	page, err := list(tx, query, append(args, f.Limit, f.Offset), scanBooking)
	if err != nil {
		return nil, 0, err
	}
	return page, total, tx.fill(page)
}

// where builds the condition from the fields that are set.
func (f BookingFilter) where(company meet.CompanyID, now time.Time) (string, []any) {
	conditions, args := []string{"b.company_id = $1"}, []any{string(company)}
	// add appends a condition in which ? stands for the value.
	add := func(condition string, value any) {
		args = append(args, value)
		conditions = append(conditions, strings.ReplaceAll(condition, "?", "$"+strconv.Itoa(len(args))))
	}
	if f.Host != "" {
		add(`EXISTS (SELECT 1 FROM booking_host h WHERE h.booking_id = b.id AND h.user_id = ?)`, string(f.Host))
	}
	if f.Type != "" {
		add(`b.meeting_type_id = ?`, string(f.Type))
	}
	if !f.StartFrom.IsZero() {
		add(`b.start_at >= ?`, micros(f.StartFrom))
	}
	if !f.StartUntil.IsZero() {
		add(`b.start_at < ?`, micros(f.StartUntil))
	}
	if f.Search != "" {
		add(`EXISTS (SELECT 1 FROM attendee a WHERE a.booking_id = b.id AND a.left_at IS NULL AND a.search LIKE ? ESCAPE '\')`, containing(f.Search))
	}
	switch f.Status {
	case Cancelled:
		conditions = append(conditions, `b.cancelled_at IS NOT NULL`)
	case Upcoming:
		add(`b.cancelled_at IS NULL AND b.end_at > ?`, micros(now))
	case Past:
		add(`b.cancelled_at IS NULL AND b.end_at <= ?`, micros(now))
	}
	return strings.Join(conditions, " AND "), args
}

// containing is a LIKE pattern for texts that contain s, without regard to
// case, with s taken literally.
func containing(s string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(s)) + "%"
}

// CurrentBooking returns the meeting of a host that runs at the
// transaction's instant, else the next one; found is false when there is
// none.
func (tx *Tx) CurrentBooking(company meet.CompanyID, host meet.UserID) (b meet.Booking, found bool, err error) {
	page, _, err := tx.Bookings(company, BookingFilter{Host: host, Status: Upcoming, Limit: 1})
	if err != nil || len(page) == 0 {
		return b, false, err
	}
	return page[0], true, nil
}

// HostDay returns the meetings of a host that start in r and were not
// cancelled, by start.
func (tx *Tx) HostDay(company meet.CompanyID, host meet.UserID, r meet.Range) ([]meet.Booking, error) {
	const query = `SELECT ` + bookingColumns + ` FROM booking b JOIN booking_host h ON h.booking_id = b.id
		WHERE b.company_id = $1 AND h.user_id = $2 AND b.start_at >= $3 AND b.start_at < $4 AND b.cancelled_at IS NULL
		ORDER BY b.start_at, b.id`
	day, err := list(tx, query, []any{string(company), string(host), micros(r.Start), micros(r.End)}, scanBooking)
	if err != nil {
		return nil, err
	}
	return day, tx.fill(day)
}
