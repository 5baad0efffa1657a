package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// How many rows one statement inserts: on a server each statement is a round
// trip; in a file each parameter costs as much as there are others.
const (
	serverBatch = 200
	fileBatch   = 1
	maxValues   = 65_535 // that PostgreSQL takes
)

// loader inserts rows, those of a table together.
type loader struct {
	*mover
	ctx     context.Context
	company meet.CompanyID
	options MoveOptions
	rows    int64
	loaded  map[string]int64 // rows by table

	table   string
	columns columns
	full    *sql.Stmt // inserts as many rows as go at once
	values  []any
	waiting int // rows in values
}

// load reads rows to the line that counts them.
func (l *loader) load(in *json.Decoder) error {
	for {
		var line struct {
			Table string         `json:"table"`
			Row   map[string]any `json:"row"`
			Rows  *int64         `json:"rows"`
		}
		if err := in.Decode(&line); err != nil {
			return fmt.Errorf("%w: after row %d", ErrNoExport, l.rows)
		}
		if line.Rows != nil {
			if *line.Rows != l.rows || in.More() {
				return fmt.Errorf("%w: it has %d rows of %d", ErrNoExport, l.rows, *line.Rows)
			}
			return l.flush()
		}
		if line.Table != l.table {
			if err := l.turnTo(line.Table); err != nil {
				return err
			}
		}
		if err := l.add(line.Row); err != nil {
			return err
		}
	}
}

func (l *loader) turnTo(table string) error {
	if err := l.flush(); err != nil {
		return err
	}
	if !slices.ContainsFunc(companyTables, func(t companyTable) bool { return t.name == table }) {
		return fmt.Errorf("%w: %.40q is no table", ErrNoExport, table)
	}
	if err := l.done(); err != nil {
		return err
	}
	var err error
	l.table = table
	if l.columns, err = l.mover.columns(l.ctx, table); err != nil {
		return err
	}
	l.full, err = l.conn.PrepareContext(l.ctx, l.insertion(l.batch()))
	return err
}

// done closes what was prepared for a table.
func (l *loader) done() error {
	if l.full == nil {
		return nil
	}
	full := l.full
	l.full = nil
	return full.Close()
}

func (l *loader) batch() int {
	if l.isPostgres() {
		return min(serverBatch, maxValues/len(l.columns.names))
	}
	return fileBatch
}

// insertion is the statement that inserts n rows of the table.
func (l *loader) insertion(n int) string {
	width := len(l.columns.names)
	groups := make([]string, n)
	for i := range groups {
		groups[i] = "(" + params(i*width+1, width) + ")"
	}
	return `INSERT INTO ` + l.table + ` (` + strings.Join(l.columns.names, ", ") + `) VALUES ` + strings.Join(groups, ", ") + ` ON CONFLICT DO NOTHING`
}

func (l *loader) add(row map[string]any) error {
	if len(row) != len(l.columns.names) {
		return fmt.Errorf("%w: row %d has other columns than %s", ErrNoExport, l.rows+1, l.table)
	}
	for _, name := range l.columns.names {
		value, there := row[name]
		if number, ok := value.(json.Number); ok {
			n, err := number.Int64()
			if err != nil {
				return fmt.Errorf("%w: %s of row %d is no whole number", ErrNoExport, name, l.rows+1)
			}
			value = n
		}
		if !there || name == "company_id" && value != string(l.company) {
			return fmt.Errorf("%w: row %d has no right %s", ErrNoExport, l.rows+1, name)
		}
		l.values = append(l.values, value)
	}
	l.rows++
	l.loaded[l.table]++
	l.waiting++
	if l.waiting == l.batch() {
		return l.flush()
	}
	return nil
}

// flush inserts the rows that wait. A row that finds its key or its time
// taken is not one of a company that was missing.
func (l *loader) flush() error {
	if l.waiting == 0 {
		return nil
	}
	var result sql.Result
	var err error
	if l.waiting == l.batch() {
		result, err = l.full.ExecContext(l.ctx, l.values...)
	} else {
		result, err = l.conn.ExecContext(l.ctx, l.insertion(l.waiting), l.values...)
	}
	if err != nil {
		return fmt.Errorf("import %s: %w", l.table, err)
	}
	n, err := result.RowsAffected()
	if err == nil && n != int64(l.waiting) {
		err = fmt.Errorf("%w: rows of %s up to %d collide with others", ErrCompanyExists, l.table, l.rows)
	}
	if l.rows%progressRows < int64(l.waiting) {
		l.options.tell(l.rows)
	}
	l.values, l.waiting = l.values[:0], 0
	return err
}

// check refuses rows that hang on what another company has: all that were
// loaded are to be rows of theirs, of which there were none before.
func (l *loader) check() error {
	for _, t := range companyTables {
		if t.unowned {
			continue
		}
		var n int64
		if err := l.conn.QueryRowContext(l.ctx, `SELECT count(*) FROM `+t.name+` WHERE `+t.of, string(l.company)).Scan(&n); err != nil {
			return err
		}
		if n != l.loaded[t.name] {
			return fmt.Errorf("%w: of %d rows of %s, %d are rows of its company", ErrNoExport, l.loaded[t.name], t.name, n)
		}
	}
	return nil
}
