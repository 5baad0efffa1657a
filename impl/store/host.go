package store

import (
	"encoding/json"
	"fmt"

	"github.com/meetwright/meetwright/impl/meet"
)

// Host is a user who hosts a meeting type, with the hours that count there.
type Host struct {
	meet.User
	HoursZone string
	Hours     meet.Hours
}

// TypeHosts returns the users who host a meeting type: the members of its
// queue in queue order, those of its groups included, or else its owner. Their hours are those of the
// type's schedule when it has one, else their own.
func (tx *Tx) TypeHosts(id meet.MeetingTypeID) ([]Host, error) {
	const query = `SELECT u.id, u.company_id, u.email, u.given_name, u.family_name, u.slug, u.picture, u.zone, u.language,
			u.role, u.schedule_id, u.created_at, u.updated_at, s.zone, s.hours
		FROM (
			SELECT t.owner_id AS user_id, 0 AS position, t.schedule_id AS schedule_id FROM meeting_type t
			WHERE t.id = $1 AND NOT EXISTS (SELECT 1 FROM queue q WHERE q.meeting_type_id = t.id)
			UNION ALL
			SELECT m.user_id, min(m.position), m.schedule_id FROM (
				SELECT m.user_id, m.position, t.schedule_id FROM meeting_type t
				JOIN queue q ON q.meeting_type_id = t.id JOIN queue_member m ON m.queue_id = q.id
				WHERE t.id = $1
				UNION ALL
				SELECT u.user_id, g.position, t.schedule_id FROM meeting_type t
				JOIN queue q ON q.meeting_type_id = t.id JOIN queue_group g ON g.queue_id = q.id JOIN queue_group_user u ON u.group_id = g.id
				WHERE t.id = $1
			) m GROUP BY m.user_id, m.schedule_id
		) h
		JOIN app_user u ON u.id = h.user_id AND u.left_at IS NULL
		JOIN schedule s ON s.id = coalesce(h.schedule_id, u.schedule_id)
		ORDER BY h.position, u.id`
	return list(tx, query, []any{string(id)}, scanHost)
}

func scanHost(row scanner) (h Host, err error) {
	var hours string
	err = row.Scan(&h.ID, &h.Company, &h.Email, &h.GivenName, &h.FamilyName, &h.Slug, &h.Picture, &h.Zone, &h.Language,
		&h.Role, &h.Schedule, instant{&h.CreatedAt}, instant{&h.UpdatedAt}, &h.HoursZone, &hours)
	if err != nil {
		return h, err
	}
	if err := json.Unmarshal([]byte(hours), &h.Hours); err != nil {
		return h, fmt.Errorf("hours of host %s: %w", h.ID, err)
	}
	return h, nil
}

// BookingHosts is TypeHosts for the hosts of one booking, whether or not
// they still host its type. Those who left the company are left out.
func (tx *Tx) BookingHosts(id meet.BookingID) ([]Host, error) {
	const query = `SELECT u.id, u.company_id, u.email, u.given_name, u.family_name, u.slug, u.picture, u.zone, u.language,
			u.role, u.schedule_id, u.created_at, u.updated_at, s.zone, s.hours
		FROM booking b JOIN meeting_type t ON t.id = b.meeting_type_id
		JOIN booking_host h ON h.booking_id = b.id
		JOIN app_user u ON u.id = h.user_id AND u.left_at IS NULL
		JOIN schedule s ON s.id = coalesce(t.schedule_id, u.schedule_id)
		WHERE b.id = $1 ORDER BY h.position`
	return list(tx, query, []any{string(id)}, scanHost)
}

// GiveTypes hands the meeting types of one owner to another.
func (tx *Tx) GiveTypes(from, to meet.UserID) error {
	const update = `UPDATE meeting_type SET owner_id = $2 WHERE owner_id = $1 AND deleted_at IS NULL`
	return tx.put(update, string(from), string(to))
}
