package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// InsertBooking adds a booking with its hosts and attendees. It does not
// claim their time: see [Tx.Occupy].
func (tx *Tx) InsertBooking(b meet.Booking) error {
	const (
		insert = `INSERT INTO booking (id, company_id, meeting_type_id, start_at, end_at, buffer_before, buffer_after, forced,
				name, channel, location, meeting_link, uid, sequence, ics_title, ics_description, skip_mail,
				notes, transcription, summary, reschedule_count, cancel_source, cancelled_by, cancel_reason,
				extra, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, '', '', '', 0, '', '', '', $18, $19, $19)`
		host = `INSERT INTO booking_host (booking_id, user_id, position) VALUES ($1, $2, $3)`
	)
	err := tx.put(insert, string(b.ID), string(b.Company), string(b.Type), micros(b.Start), micros(b.End),
		b.Before.Microseconds(), b.After.Microseconds(), bit(b.Forced), b.Name, string(b.Channel), b.Location, b.MeetingLink,
		b.UID, b.Sequence, b.ICSTitle, b.ICSDescription, bit(b.SkipMail), string(b.Extra), micros(b.CreatedAt))
	if err != nil {
		return fmt.Errorf("insert booking: %w", err)
	}
	for i, user := range b.Hosts {
		if err := tx.put(host, string(b.ID), string(user), i); err != nil {
			return fmt.Errorf("insert booking host: %w", err)
		}
	}
	for i, a := range b.Attendees {
		if err := tx.InsertAttendee(b, i, a); err != nil {
			return err
		}
	}
	return nil
}

// UpdateBooking stores what can change in a booking: time, buffers,
// revision, texts and cancellation. The occupied time and the attendees are changed by
// functions of their own.
func (tx *Tx) UpdateBooking(b meet.Booking) error {
	const update = `UPDATE booking SET start_at = $1, end_at = $2, forced = $3, sequence = $4, notes = $5,
			transcription = $6, summary = $7, rescheduled_at = $8, reschedule_count = $9,
			cancelled_at = $10, cancel_source = $11, cancelled_by = $12, cancel_reason = $13, updated_at = $14,
			buffer_before = $16, buffer_after = $17
		WHERE id = $15`
	err := tx.put(update, micros(b.Start), micros(b.End), bit(b.Forced), b.Sequence, b.Notes,
		b.Transcription, b.Summary, micros(b.RescheduledAt), b.RescheduleCount,
		micros(b.Cancellation.At), string(b.Cancellation.Source), b.Cancellation.By, b.Cancellation.Reason, micros(b.UpdatedAt),
		string(b.ID), b.Before.Microseconds(), b.After.Microseconds())
	if err != nil {
		return fmt.Errorf("update booking: %w", err)
	}
	return nil
}

// SetHosts replaces the hosts of a booking. It does not claim their time.
func (tx *Tx) SetHosts(id meet.BookingID, hosts []meet.UserID) error {
	const insert = `INSERT INTO booking_host (booking_id, user_id, position) VALUES ($1, $2, $3)`
	if err := tx.put(`DELETE FROM booking_host WHERE booking_id = $1`, string(id)); err != nil {
		return err
	}
	for i, host := range hosts {
		if err := tx.put(insert, string(id), string(host), i); err != nil {
			return err
		}
	}
	return nil
}

const bookingColumns = `b.id, b.company_id, b.meeting_type_id, b.start_at, b.end_at, b.buffer_before, b.buffer_after, b.forced,
	b.name, b.channel, b.location, b.meeting_link, b.uid, b.sequence, b.ics_title, b.ics_description, b.skip_mail,
	b.notes, b.transcription, b.summary, b.rescheduled_at, b.reschedule_count,
	b.cancelled_at, b.cancel_source, b.cancelled_by, b.cancel_reason, b.extra, b.created_at, b.updated_at`

func scanBooking(row scanner) (b meet.Booking, err error) {
	var before, after int64
	var extra string
	err = row.Scan(&b.ID, &b.Company, &b.Type, instant{&b.Start}, instant{&b.End}, &before, &after, &b.Forced,
		&b.Name, &b.Channel, &b.Location, &b.MeetingLink, &b.UID, &b.Sequence, &b.ICSTitle, &b.ICSDescription, &b.SkipMail,
		&b.Notes, &b.Transcription, &b.Summary, instant{&b.RescheduledAt}, &b.RescheduleCount,
		instant{&b.Cancellation.At}, &b.Cancellation.Source, &b.Cancellation.By, &b.Cancellation.Reason, &extra,
		instant{&b.CreatedAt}, instant{&b.UpdatedAt})
	b.Before, b.After = time.Duration(before)*time.Microsecond, time.Duration(after)*time.Microsecond
	b.Extra = json.RawMessage(extra)
	return b, err
}

// Booking returns a booking of the company with its hosts and attendees; an
// unknown or foreign one is [meet.ErrAppointmentNotFound]. Nobody else
// changes it until a change that read it ends.
func (tx *Tx) Booking(company meet.CompanyID, id meet.BookingID) (meet.Booking, error) {
	query := `SELECT ` + bookingColumns + ` FROM booking b WHERE b.id = $1 AND b.company_id = $2` + tx.locking(" FOR NO KEY UPDATE")
	b, err := one(tx, query, []any{string(id), string(company)}, scanBooking, meet.ErrAppointmentNotFound)
	if err != nil {
		return b, err
	}
	found := []meet.Booking{b}
	err = tx.fill(found)
	return found[0], err
}

// fill loads the hosts and attendees of bookings.
func (tx *Tx) fill(bookings []meet.Booking) error {
	index := make(map[meet.BookingID]*meet.Booking, len(bookings))
	ids := make([]meet.BookingID, len(bookings))
	for i := range bookings {
		ids[i] = bookings[i].ID
		index[ids[i]] = &bookings[i]
	}
	type hosting struct {
		booking meet.BookingID
		host    meet.UserID
	}
	return withIDs(ids, 1, func(these string, args []any) error {
		query := `SELECT booking_id, user_id FROM booking_host WHERE booking_id IN ` + these + ` ORDER BY booking_id, position`
		hosts, err := list(tx, query, args, func(row scanner) (h hosting, err error) {
			err = row.Scan(&h.booking, &h.host)
			return h, err
		})
		if err != nil {
			return err
		}
		for _, h := range hosts {
			b := index[h.booking]
			b.Hosts = append(b.Hosts, h.host)
		}
		attendees, err := tx.attendees(these, args)
		if err != nil {
			return err
		}
		for _, a := range attendees {
			b := index[a.Booking]
			b.Attendees = append(b.Attendees, a)
		}
		return nil
	})
}
