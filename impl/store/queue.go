package store

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// InsertQueue gives a meeting type several hosts, in their order.
func (tx *Tx) InsertQueue(q meet.Queue) error {
	const insert = `INSERT INTO queue (id, company_id, meeting_type_id, everyone, kind, period, max_lead, near_term, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	err := tx.put(insert, string(q.ID), string(q.Company), string(q.Type), bit(q.Everyone), string(q.Kind), string(q.Period),
		q.MaxLead, bit(q.NearTerm), micros(tx.now))
	if err != nil {
		return err
	}
	return tx.setMembers(q)
}

// UpdateQueue stores the settings and the users of a queue. Groups are
// changed by functions of their own.
func (tx *Tx) UpdateQueue(q meet.Queue) error {
	const (
		update = `UPDATE queue SET everyone = $1, kind = $2, period = $3, max_lead = $4, near_term = $5 WHERE id = $6`
		clear  = `DELETE FROM queue_member WHERE queue_id = $1`
	)
	if err := tx.put(update, bit(q.Everyone), string(q.Kind), string(q.Period), q.MaxLead, bit(q.NearTerm), string(q.ID)); err != nil {
		return err
	}
	if err := tx.put(clear, string(q.ID)); err != nil {
		return err
	}
	return tx.setMembers(q)
}

func (tx *Tx) setMembers(q meet.Queue) error {
	const insert = `INSERT INTO queue_member (queue_id, user_id, position, priority, capacity, calibration, joined_at, link)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	for i, m := range q.Members {
		if m.Group != "" {
			continue
		}
		err := tx.put(insert, string(q.ID), string(m.User), i, m.Priority, m.Capacity, m.Calibration, micros(m.JoinedAt), m.Link)
		if err != nil {
			return err
		}
	}
	return nil
}

// InsertGroup adds a group to a queue, as its last member.
func (tx *Tx) InsertGroup(q meet.QueueID, m meet.QueueMember) error {
	const (
		insert = `INSERT INTO queue_group (id, queue_id, name, position, priority, capacity, calibration, joined_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
		user = `INSERT INTO queue_group_user (group_id, user_id, position) VALUES ($1, $2, $3)`
	)
	err := tx.put(insert, string(m.Group), string(q), m.Name, m.Position, m.Priority, m.Capacity, m.Calibration, micros(m.JoinedAt))
	if err != nil {
		return err
	}
	for i, id := range m.Users {
		if err := tx.put(user, string(m.Group), string(id), i); err != nil {
			return err
		}
	}
	return nil
}

const queueColumns = `q.id, q.company_id, q.meeting_type_id, q.everyone, q.kind, q.period, q.max_lead, q.near_term`

func scanQueue(row scanner) (q meet.Queue, err error) {
	err = row.Scan(&q.ID, &q.Company, &q.Type, &q.Everyone, &q.Kind, &q.Period, &q.MaxLead, &q.NearTerm)
	return q, err
}

// Queue returns a queue of the company with its members; an unknown or
// foreign one is [meet.ErrQueueNotFound]. What members were given is counted
// from since on. Changes that read a queue take turns, so that no two give
// the same turn away.
func (tx *Tx) Queue(company meet.CompanyID, id meet.QueueID, since func(meet.Queue) (time.Time, error)) (meet.Queue, error) {
	query := `SELECT ` + queueColumns + ` FROM queue q WHERE q.id = $1 AND q.company_id = $2` + tx.locking(" FOR NO KEY UPDATE")
	q, err := one(tx, query, []any{string(id), string(company)}, scanQueue, meet.ErrQueueNotFound)
	if err != nil {
		return q, err
	}
	begin, err := since(q)
	if err != nil {
		return q, err
	}
	q.Members, err = tx.members(q.ID, begin)
	return q, err
}

// QueueIDs returns the queues of the company's meeting types.
func (tx *Tx) QueueIDs(company meet.CompanyID) ([]meet.QueueID, error) {
	const query = `SELECT q.id FROM queue q JOIN meeting_type t ON t.id = q.meeting_type_id AND t.deleted_at IS NULL
		WHERE q.company_id = $1 ORDER BY q.created_at, q.id`
	return list(tx, query, []any{string(company)}, func(row scanner) (id meet.QueueID, err error) {
		err = row.Scan(&id)
		return id, err
	})
}

// members returns users and groups of a queue in queue order, with what they
// were given since an instant.
func (tx *Tx) members(id meet.QueueID, since time.Time) ([]meet.QueueMember, error) {
	const query = `SELECT m.user_id, '', '', m.position, m.priority, m.capacity, m.link, m.calibration, m.joined_at,
			(SELECT count(*) FROM assignment a WHERE a.queue_id = m.queue_id AND a.member_id = m.user_id AND a.returned_at IS NULL AND a.assigned_at >= $2),
			(SELECT max(a.assigned_at) FROM assignment a WHERE a.queue_id = m.queue_id AND a.member_id = m.user_id AND a.returned_at IS NULL),
			coalesce((SELECT max(a.turn) FROM assignment a WHERE a.queue_id = m.queue_id AND a.member_id = m.user_id AND a.returned_at IS NULL), 0)
		FROM queue_member m JOIN app_user u ON u.id = m.user_id AND u.left_at IS NULL WHERE m.queue_id = $1
		UNION ALL
		SELECT '', g.id, g.name, g.position, g.priority, g.capacity, '', g.calibration, g.joined_at,
			(SELECT count(*) FROM assignment a WHERE a.queue_id = g.queue_id AND a.member_id = g.id AND a.returned_at IS NULL AND a.assigned_at >= $2),
			(SELECT max(a.assigned_at) FROM assignment a WHERE a.queue_id = g.queue_id AND a.member_id = g.id AND a.returned_at IS NULL),
			coalesce((SELECT max(a.turn) FROM assignment a WHERE a.queue_id = g.queue_id AND a.member_id = g.id AND a.returned_at IS NULL), 0)
		FROM queue_group g WHERE g.queue_id = $1
		ORDER BY 4, 1, 2`
	members, err := list(tx, query, []any{string(id), micros(since)}, func(row scanner) (m meet.QueueMember, err error) {
		err = row.Scan(&m.User, &m.Group, &m.Name, &m.Position, &m.Priority, &m.Capacity, &m.Link, &m.Calibration, instant{&m.JoinedAt},
			&m.Count, instant{&m.LastAt}, &m.LastTurn)
		return m, err
	})
	if err != nil {
		return nil, err
	}
	for i := range members {
		if members[i].Group == "" {
			continue
		}
		if members[i].Users, err = tx.groupUsers(members[i].Group); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(members, func(m meet.QueueMember) bool { return len(m.Hosts()) == 0 }), nil
}

func (tx *Tx) groupUsers(id meet.GroupID) ([]meet.UserID, error) {
	const query = `SELECT g.user_id FROM queue_group_user g JOIN app_user u ON u.id = g.user_id AND u.left_at IS NULL
		WHERE g.group_id = $1 ORDER BY g.position`
	return list(tx, query, []any{string(id)}, func(row scanner) (user meet.UserID, err error) {
		err = row.Scan(&user)
		return user, err
	})
}

// Assign records that it was a member's turn at an instant, and why. It
// replaces what was recorded of the subject before.
func (tx *Tx) Assign(subject string, q meet.QueueID, member string, at time.Time, trace any) error {
	const insert = `INSERT INTO assignment (subject_id, queue_id, member_id, assigned_at, turn, trace)
		VALUES ($1, $2, $3, $4, (SELECT coalesce(max(turn), 0) + 1 FROM assignment WHERE queue_id = $2), $5)`
	text, err := json.Marshal(trace)
	if err != nil {
		return err
	}
	if err := tx.put(`DELETE FROM assignment WHERE subject_id = $1`, subject); err != nil {
		return err
	}
	return tx.put(insert, subject, string(q), member, micros(at), string(text))
}

// ReturnTurn gives a turn back, if there was one. Why it was given stays.
func (tx *Tx) ReturnTurn(subject string) error {
	return tx.put(`UPDATE assignment SET returned_at = $2 WHERE subject_id = $1 AND returned_at IS NULL`, subject, micros(tx.now))
}

// MoveAssignment hands the turn of a hold to the booking made of it.
func (tx *Tx) MoveAssignment(from, to string) error {
	return tx.put(`UPDATE assignment SET subject_id = $2 WHERE subject_id = $1`, from, to)
}

// Traces returns why turns were given, by subject; one that no queue chose
// for is left out.
func (tx *Tx) Traces(subjects []string) (map[string]json.RawMessage, error) {
	traces := map[string]json.RawMessage{}
	if len(subjects) == 0 {
		return traces, nil
	}
	query := `SELECT subject_id, trace FROM assignment WHERE subject_id IN (` + params(1, len(subjects)) + `)`
	_, err := list(tx, query, anys(subjects), func(row scanner) (subject string, err error) {
		var text string
		err = row.Scan(&subject, &text)
		traces[subject] = json.RawMessage(text)
		return subject, err
	})
	return traces, err
}

// Turns returns the numbers of turns in their queues, by subject, also of
// those that were given back.
func (tx *Tx) Turns(subjects []string) (map[string]int, error) {
	turns := map[string]int{}
	if len(subjects) == 0 {
		return turns, nil
	}
	query := `SELECT subject_id, turn FROM assignment WHERE subject_id IN (` + params(1, len(subjects)) + `)`
	_, err := list(tx, query, anys(subjects), func(row scanner) (turn int, err error) {
		var subject string
		err = row.Scan(&subject, &turn)
		turns[subject] = turn
		return turn, err
	})
	return turns, err
}
