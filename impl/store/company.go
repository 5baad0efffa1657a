package store

import (
	"encoding/json"
	"fmt"

	"github.com/meetwright/meetwright/impl/meet"
)

// InsertCompany adds a company; a slug that is taken is
// [meet.CodeSlugTaken].
func (tx *Tx) InsertCompany(c meet.Company) error {
	const insert = `INSERT INTO company (id, name, slug, owner_id, created_at, settings) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (slug) DO NOTHING`
	settings, err := json.Marshal(c.Settings)
	if err != nil {
		return err
	}
	n, err := tx.exec(insert, string(c.ID), c.Name, c.Slug, string(c.Owner), micros(c.CreatedAt), string(settings))
	if err == nil && n == 0 {
		return meet.Refuse(meet.CodeSlugTaken, "A company with this slug exists already")
	}
	return err
}

const companyColumns = `id, name, slug, owner_id, created_at, settings`

func scanCompany(row scanner) (c meet.Company, err error) {
	var settings string
	if err := row.Scan(&c.ID, &c.Name, &c.Slug, &c.Owner, instant{&c.CreatedAt}, &settings); err != nil {
		return c, err
	}
	if err := json.Unmarshal([]byte(settings), &c.Settings); err != nil {
		return c, fmt.Errorf("company %s: %w", c.ID, err)
	}
	return c, nil
}

// Companies returns all companies in the order they were made.
func (tx *Tx) Companies() ([]meet.Company, error) {
	const query = `SELECT ` + companyColumns + ` FROM company ORDER BY created_at, id`
	return list(tx, query, nil, scanCompany)
}

// Company returns a company; an unknown one is [meet.CodeNotFound].
func (tx *Tx) Company(id meet.CompanyID) (meet.Company, error) {
	const query = `SELECT ` + companyColumns + ` FROM company WHERE id = $1`
	return one(tx, query, []any{string(id)}, scanCompany, meet.Refuse(meet.CodeNotFound, "Company not found"))
}
