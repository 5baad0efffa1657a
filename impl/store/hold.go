package store

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// InsertHold adds a hold with its hosts. It does not claim their time: see
// [Tx.OccupyHold].
func (tx *Tx) InsertHold(h meet.Hold) error {
	const insert = `INSERT INTO hold (id, company_id, meeting_type_id, start_at, end_at, buffer_before, buffer_after,
				waits_for, then_attendee, status, request, body, attendee, generation, choice, created_at, expires_at, joins_id, link_id)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`
	attendee, err := json.Marshal(h.Attendee)
	if err != nil {
		return err
	}
	var choice []byte
	if h.Choice != nil {
		if choice, err = json.Marshal(h.Choice); err != nil {
			return err
		}
	}
	err = tx.put(insert, string(h.ID), string(h.Company), string(h.Type), micros(h.Start), micros(h.End),
		h.Before.Microseconds(), h.After.Microseconds(), string(h.WaitsFor), bit(h.ThenAttendee), string(h.Status),
		string(h.Request), string(h.Body), string(attendee), h.Generation, string(choice), micros(h.CreatedAt), micros(h.ExpiresAt), string(h.Joins), h.OneTimeLink)
	if err != nil {
		return fmt.Errorf("insert hold: %w", err)
	}
	return tx.insertHoldHosts(h)
}

func (tx *Tx) insertHoldHosts(h meet.Hold) error {
	const insert = `INSERT INTO hold_host (hold_id, user_id, position) VALUES ($1, $2, $3)`
	for i, user := range h.Hosts {
		if err := tx.put(insert, string(h.ID), string(user), i); err != nil {
			return fmt.Errorf("insert hold host: %w", err)
		}
	}
	return nil
}

// SetHoldHosts replaces the hosts of a hold and stores the generation of its
// tokens. It does not claim their time.
func (tx *Tx) SetHoldHosts(h meet.Hold) error {
	if err := tx.put(`UPDATE hold SET generation = $2 WHERE id = $1`, string(h.ID), h.Generation); err != nil {
		return err
	}
	if err := tx.put(`DELETE FROM hold_host WHERE hold_id = $1`, string(h.ID)); err != nil {
		return err
	}
	return tx.insertHoldHosts(h)
}

// AdvanceHold stores where a hold went from Pending, and reports false when
// it was no longer pending or had expired: of several who try at once, one
// succeeds. The hold given is what it becomes; from is whose answer it
// waited for.
func (tx *Tx) AdvanceHold(h meet.Hold, from meet.Party) (bool, error) {
	const update = `UPDATE hold SET status = $1, waits_for = $2, then_attendee = $3, approved_at = $4, expires_at = $5, deleted_at = $6
		WHERE id = $7 AND status = 'pending' AND waits_for = $8 AND expires_at > $9`
	n, err := tx.exec(update, string(h.Status), string(h.WaitsFor), bit(h.ThenAttendee), micros(h.ApprovedAt), micros(h.ExpiresAt),
		micros(h.DeletedAt), string(h.ID), string(from), micros(tx.now))
	return n == 1, err
}

// ExpireHold notes that nobody answered a hold in time, and reports false
// when it was answered, moved on, or noted before.
func (tx *Tx) ExpireHold(id meet.HoldID) (bool, error) {
	const update = `UPDATE hold SET status = 'expired', deleted_at = $2 WHERE id = $1 AND status = 'pending' AND expires_at <= $2`
	n, err := tx.exec(update, string(id), micros(tx.now))
	return n == 1, err
}

// MoveSeats makes the holds that wait for seats of a group wait for seats of
// another.
func (tx *Tx) MoveSeats(from, to meet.BookingID) error {
	return tx.put(`UPDATE hold SET joins_id = $2 WHERE joins_id <> '' AND joins_id = $1 AND status = 'pending'`, string(from), string(to))
}

const holdColumns = `h.id, h.company_id, h.meeting_type_id, h.start_at, h.end_at, h.buffer_before, h.buffer_after, h.waits_for, h.then_attendee,
	h.status, h.approved_at, h.request, h.body, h.attendee, h.generation, h.choice, h.created_at, h.expires_at, h.deleted_at, h.joins_id, h.link_id`

func scanHold(row scanner) (h meet.Hold, err error) {
	var before, after int64
	var request, body, attendee, choice string
	err = row.Scan(&h.ID, &h.Company, &h.Type, instant{&h.Start}, instant{&h.End}, &before, &after, &h.WaitsFor, &h.ThenAttendee,
		&h.Status, instant{&h.ApprovedAt}, &request, &body, &attendee, &h.Generation, &choice,
		instant{&h.CreatedAt}, instant{&h.ExpiresAt}, instant{&h.DeletedAt}, &h.Joins, &h.OneTimeLink)
	if err != nil {
		return h, err
	}
	h.Before, h.After = time.Duration(before)*time.Microsecond, time.Duration(after)*time.Microsecond
	h.Request, h.Body = json.RawMessage(request), json.RawMessage(body)
	if err := json.Unmarshal([]byte(attendee), &h.Attendee); err != nil {
		return h, fmt.Errorf("hold %s: %w", h.ID, err)
	}
	if choice != "" {
		h.Choice = &meet.Choice{}
		if err := json.Unmarshal([]byte(choice), h.Choice); err != nil {
			return h, fmt.Errorf("hold %s: %w", h.ID, err)
		}
	}
	return h, nil
}

// Hold returns a hold of the company with its hosts; an unknown or foreign
// one is [meet.ErrHoldNotFound]. Nobody else changes it until a change that
// read it ends.
func (tx *Tx) Hold(company meet.CompanyID, id meet.HoldID) (meet.Hold, error) {
	query := `SELECT ` + holdColumns + ` FROM hold h WHERE h.id = $1 AND h.company_id = $2` + tx.locking(" FOR NO KEY UPDATE")
	h, err := one(tx, query, []any{string(id), string(company)}, scanHold, meet.ErrHoldNotFound)
	if err != nil {
		return h, err
	}
	found := []meet.Hold{h}
	err = tx.fillHolds(found)
	return found[0], err
}

// HoldCompany returns the company of a hold; found is false when there is no
// such hold.
func (tx *Tx) HoldCompany(id meet.HoldID) (company meet.CompanyID, found bool, err error) {
	const query = `SELECT company_id FROM hold WHERE id = $1`
	found, err = tx.row(query, []any{string(id)}, &company)
	return company, found, err
}

// HoldFilter selects holds of a company. The zero value of a field selects
// all.
type HoldFilter struct {
	Host   meet.UserID
	Type   meet.MeetingTypeID
	Status meet.HoldStatus // at the transaction's instant
	Joins  meet.BookingID
	Limit  int
	Offset int
}

// Holds returns a page of holds, newest first, and how many there are.
func (tx *Tx) Holds(company meet.CompanyID, f HoldFilter) ([]meet.Hold, int, error) {
	conditions, args := []string{"h.company_id = $1"}, []any{string(company)}
	add := func(condition string, value any) {
		args = append(args, value)
		conditions = append(conditions, strings.ReplaceAll(condition, "?", "$"+strconv.Itoa(len(args))))
	}
	if f.Host != "" {
		add(`EXISTS (SELECT 1 FROM hold_host u WHERE u.hold_id = h.id AND u.user_id = ?)`, string(f.Host))
	}
	if f.Type != "" {
		add(`h.meeting_type_id = ?`, string(f.Type))
	}
	if f.Joins != "" {
		add(`h.joins_id <> '' AND h.joins_id = ?`, string(f.Joins))
	}
	switch f.Status {
	case "":
	case meet.Pending:
		add(`h.status = 'pending' AND h.expires_at > ?`, micros(tx.now))
	case meet.Expired:
		add(`(h.status = 'expired' OR h.status = 'pending' AND h.expires_at <= ?)`, micros(tx.now))
	default:
		add(`h.status = ?`, string(f.Status))
	}
	where := strings.Join(conditions, " AND ")
	var total int
	if _, err := tx.row(`SELECT count(*) FROM hold h WHERE `+where, args, &total); err != nil {
		return nil, 0, err
	}
	n := len(args)
	query := `SELECT ` + holdColumns + ` FROM hold h WHERE ` + where +
		` ORDER BY h.created_at DESC, h.id DESC LIMIT $` + strconv.Itoa(n+1) + ` OFFSET $` + strconv.Itoa(n+2)
	page, err := list(tx, query, append(args, f.Limit, f.Offset), scanHold)
	if err != nil {
		return nil, 0, err
	}
	return page, total, tx.fillHolds(page)
}

// fillHolds loads the hosts of holds.
func (tx *Tx) fillHolds(holds []meet.Hold) error {
	const query = `SELECT user_id FROM hold_host WHERE hold_id = $1 ORDER BY position`
	for i := range holds {
		hosts, err := list(tx, query, []any{string(holds[i].ID)}, func(row scanner) (id meet.UserID, err error) {
			err = row.Scan(&id)
			return id, err
		})
		if err != nil {
			return err
		}
		holds[i].Hosts = hosts
	}
	return nil
}
