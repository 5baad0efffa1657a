package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// The reasons why Import takes nothing in.
var (
	// ErrNoExport refuses a file that is none, or not a whole one.
	ErrNoExport = errors.New("the file is no export, or only a part of one")
	// ErrOlder refuses an export of older tables, which would lack what
	// migrations made of them.
	ErrOlder = errors.New("an older meetwright wrote it")
	// ErrCompanyExists refuses a company that is there already, or one whose
	// slug is.
	ErrCompanyExists = errors.New("the database has this company already")
	// ErrOtherKey refuses rows whose secrets hang on another server key.
	ErrOtherKey = errors.New("the database belongs to another secret key")
)

// Imported is what Import has taken in.
type Imported struct {
	Header
	Rows int64
}

// Import takes an export into a database, whose tables it makes when there
// are none: all of it or, on an error, nothing. A database file must not be
// in use, because no server could make a change meanwhile; a database server
// may.
//
// Refusals: [ErrNoExport], [ErrNewer], [ErrOlder], [ErrCompanyExists],
// [ErrOtherKey], [ErrLocked].
func Import(ctx context.Context, source string, r io.Reader, o MoveOptions) (done Imported, err error) {
	in := json.NewDecoder(bufio.NewReaderSize(r, 1<<20))
	in.UseNumber()
	if err := in.Decode(&done.Header); err != nil || done.Format != exportFormat {
		return done, ErrNoExport
	}
	if !isPostgres(source) {
		lock, err := lockFile(source)
		if err != nil {
			return done, err
		}
		defer func() { _ = lock.Unlock() }()
	}
	if _, _, err := Migrate(ctx, source, true); err != nil {
		return done, err
	}
	// The indexes of a company's bookings fit into 64 MB for long.
	m, err := openMover(ctx, source, "_pragma=synchronous(FULL)", "_pragma=cache_size(-65536)")
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	if err := m.exec(ctx, m.beginChange()); err != nil {
		return done, err
	}
	if err := m.admit(ctx, done.Header); err != nil {
		return done, err
	}
	l := &loader{mover: m, ctx: ctx, company: done.Company, options: o}
	// With a statement left the connection would stay open, and locked.
	if err := errors.Join(l.load(in), l.done()); err != nil {
		return done, err
	}
	done.Rows = l.rows
	if err := m.adopt(ctx, done.Header); err != nil {
		return done, err
	}
	return done, m.exec(ctx, `COMMIT`)
}

// admit refuses what the database cannot take in.
func (m *mover) admit(ctx context.Context, h Header) error {
	switch ours, err := latestSchema(m.folder, m.db); {
	case err != nil:
		return err
	case h.Schema > ours:
		return fmt.Errorf("%w: it has schema %d, and this program knows %d", ErrNewer, h.Schema, ours)
	case h.Schema < ours:
		return fmt.Errorf("%w: it has schema %d, and this program has %d", ErrOlder, h.Schema, ours)
	}
	key, err := m.setting(ctx, KeySetting)
	if err != nil {
		return err
	}
	if key != "" && h.Key != "" && key != h.Key {
		return ErrOtherKey
	}
	var there int
	err = m.conn.QueryRowContext(ctx, `SELECT count(*) FROM company WHERE id = $1 OR slug = $2`, string(h.Company), h.Slug).Scan(&there)
	if err == nil && there > 0 {
		err = ErrCompanyExists
	}
	return err
}

// adopt notes what the database belongs to from now on.
func (m *mover) adopt(ctx context.Context, h Header) error {
	const insert = `INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2`
	for name, value := range map[string]string{KeySetting: h.Key, ModeSetting: h.Mode} {
		if value == "" {
			continue
		}
		if err := m.exec(ctx, insert, name, value); err != nil {
			return err
		}
	}
	return nil
}

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
