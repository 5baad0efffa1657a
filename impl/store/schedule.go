package store

import (
	"encoding/json"
	"fmt"

	"github.com/meetwright/meetwright/impl/meet"
)

// InsertSchedule adds a schedule.
func (tx *Tx) InsertSchedule(s meet.Schedule) error {
	const insert = `INSERT INTO schedule (id, company_id, owner_id, name, zone, hours, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	hours, err := json.Marshal(s.Hours)
	if err != nil {
		return err
	}
	err = tx.put(insert, string(s.ID), string(s.Company), string(s.Owner), s.Name, s.Zone, string(hours),
		micros(s.CreatedAt), micros(s.UpdatedAt))
	return err
}

// UpdateSchedule stores the name, the zone and the hours of a schedule.
func (tx *Tx) UpdateSchedule(s meet.Schedule) error {
	const update = `UPDATE schedule SET name = $1, zone = $2, hours = $3, updated_at = $4 WHERE id = $5`
	hours, err := json.Marshal(s.Hours)
	if err != nil {
		return err
	}
	return tx.put(update, s.Name, s.Zone, string(hours), micros(s.UpdatedAt), string(s.ID))
}

const scheduleColumns = `id, company_id, owner_id, name, zone, hours, created_at, updated_at`

func scanSchedule(row scanner) (s meet.Schedule, err error) {
	var hours string
	err = row.Scan(&s.ID, &s.Company, &s.Owner, &s.Name, &s.Zone, &hours, instant{&s.CreatedAt}, instant{&s.UpdatedAt})
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal([]byte(hours), &s.Hours); err != nil {
		return s, fmt.Errorf("schedule %s: %w", s.ID, err)
	}
	return s, nil
}

// Schedule returns a schedule of the company; an unknown or foreign one is
// [meet.ErrScheduleNotFound]. Nobody else changes it until a change that read
// it ends.
func (tx *Tx) Schedule(company meet.CompanyID, id meet.ScheduleID) (meet.Schedule, error) {
	query := `SELECT ` + scheduleColumns + ` FROM schedule WHERE id = $1 AND company_id = $2` + tx.locking(" FOR NO KEY UPDATE")
	return one(tx, query, []any{string(id), string(company)}, scanSchedule, meet.ErrScheduleNotFound)
}

// Schedules returns the schedules of a company, in no particular order.
func (tx *Tx) Schedules(company meet.CompanyID) ([]meet.Schedule, error) {
	const query = `SELECT ` + scheduleColumns + ` FROM schedule WHERE company_id = $1`
	return list(tx, query, []any{string(company)}, scanSchedule)
}
