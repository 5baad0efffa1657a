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
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/meetwright/meetwright/impl/meet"
)

// exportFormat names the format of exports: lines of JSON. The first is a
// [Header], each after it a row with its table, and the last says how many
// rows there are.
const exportFormat = "meetwright-company-1"

// Header is the first line of an export.
type Header struct {
	Format     string         `json:"format"`
	Schema     int64          `json:"schema"` // version of the tables
	Company    meet.CompanyID `json:"company"`
	Slug       string         `json:"slug"`
	ExportedAt time.Time      `json:"exportedAt"`
	// Key is the fingerprint of the server key under which the rows are
	// sealed; "" when no server has used the database.
	Key string `json:"key"`
	// Mode is "live" when the database has served live.
	Mode string `json:"mode"`
}

// ModeSetting names the setting that says how a database has been served.
const ModeSetting = "mode"

// MoveOptions say how Export and Import report.
type MoveOptions struct {
	// Now tells the time that a header is stamped with. Defaults to time.Now.
	Now func() time.Time
	// Progress is told now and then how many rows are done. Defaults to nobody.
	Progress func(rows int64)
}

func (o MoveOptions) tell(rows int64) {
	if o.Progress != nil {
		o.Progress(rows)
	}
}

// Export writes all that belongs to a company, as it is at one instant: its
// rows sorted by key, so that two exports of the same rows are the same. A
// server may be using the database. Leases of jobs are left out. It returns
// the number of rows.
func Export(ctx context.Context, source string, company meet.CompanyID, w io.Writer, o MoveOptions) (n int64, err error) {
	m, err := openMover(ctx, source)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	if err := m.exec(ctx, m.beginView()); err != nil {
		return 0, err
	}
	header, err := m.header(ctx, company, o)
	if err != nil {
		return 0, err
	}
	out := bufio.NewWriterSize(w, 1<<20)
	line, err := json.Marshal(header)
	if err != nil {
		return 0, err
	}
	_, _ = out.Write(append(line, '\n')) // Flush tells
	for _, t := range companyTables {
		if n, err = m.exportTable(ctx, t, company, out, n, o); err != nil {
			return n, fmt.Errorf("export %s: %w", t.name, err)
		}
	}
	fmt.Fprintf(out, "{\"rows\":%d}\n", n)
	return n, out.Flush()
}

func (m *mover) header(ctx context.Context, company meet.CompanyID, o MoveOptions) (h Header, err error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	h = Header{Format: exportFormat, Company: company, ExportedAt: o.Now().UTC().Truncate(time.Second)}
	if h.Schema, err = knownSchema(ctx, m.db, m.folder); err != nil {
		return h, err
	}
	if err := m.conn.QueryRowContext(ctx, `SELECT slug FROM company WHERE id = $1`, string(company)).Scan(&h.Slug); err != nil {
		return h, fmt.Errorf("read company: %w", err)
	}
	if h.Key, err = m.setting(ctx, KeySetting); err == nil {
		h.Mode, err = m.setting(ctx, ModeSetting)
	}
	return h, err
}

// exportTable writes the rows of a table; n counts on.
func (m *mover) exportTable(ctx context.Context, t companyTable, company meet.CompanyID, w *bufio.Writer, n int64, o MoveOptions) (int64, error) {
	columns, err := m.columns(ctx, t.name)
	if err != nil {
		return n, err
	}
	rows, err := m.conn.QueryContext(ctx, columns.selection(t), string(company))
	if err != nil {
		return n, err
	}
	defer rows.Close()
	values, into := make([]any, len(columns.names)), make([]any, len(columns.names))
	for i := range values {
		into[i] = &values[i]
	}
	var line []byte
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		if line, err = appendRow(line[:0], t.name, columns.names, values); err != nil {
			return n, err
		}
		if _, err := w.Write(line); err != nil {
			return n, err
		}
		if n++; n%progressRows == 0 {
			o.tell(n)
		}
	}
	return n, rows.Err()
}

const progressRows = 10_000

func appendRow(line []byte, table string, columns []string, values []any) ([]byte, error) {
	line = append(line, `{"table":"`+table+`","row":{`...)
	for i, name := range columns {
		if i > 0 {
			line = append(line, ',')
		}
		line = append(line, `"`+name+`":`...)
		switch v := values[i].(type) {
		case nil:
			line = append(line, "null"...)
		case int64:
			line = strconv.AppendInt(line, v, 10)
		case string:
			var err error
			if line, err = jsontext.AppendQuote(line, strings.ToValidUTF8(v, "\uFFFD")); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("%s is stored as %T", name, v)
		}
	}
	return append(line, "}}\n"...), nil
}

// mover is a connection to a database for work that takes its time. Unlike
// those of a [Store] it has no bounds, and it makes no tables.
type mover struct {
	db     *sql.DB
	conn   *sql.Conn
	folder string // of the migrations
}

func openMover(ctx context.Context, source string, settings ...string) (*mover, error) {
	m := &mover{folder: sqliteMigrations}
	var err error
	if isPostgres(source) {
		m.folder = postgresMigrations
		m.db, err = openPostgresDB(source)
	} else {
		m.db, err = sql.Open("sqlite", dsn(source, append(settings, "mode=rw", "_pragma=foreign_keys(1)")...))
	}
	if err != nil {
		return nil, err
	}
	if m.conn, err = m.db.Conn(ctx); err != nil {
		return nil, errors.Join(err, m.db.Close())
	}
	return m, nil
}

// close undoes a transaction that was not committed.
func (m *mover) close() error { return errors.Join(m.conn.Close(), m.db.Close()) }

func (m *mover) isPostgres() bool { return m.folder == postgresMigrations }

func (m *mover) exec(ctx context.Context, statement string, args ...any) error {
	_, err := m.conn.ExecContext(ctx, statement, args...)
	return err
}

func (m *mover) beginView() string {
	if m.isPostgres() {
		return `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`
	}
	return `BEGIN`
}

func (m *mover) beginChange() string {
	if m.isPostgres() {
		return `BEGIN`
	}
	return `BEGIN IMMEDIATE`
}

func (m *mover) setting(ctx context.Context, name string) (value string, err error) {
	err = m.conn.QueryRowContext(ctx, `SELECT value FROM setting WHERE name = $1`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return value, err
}

// columns are those of a table that are exported, by name, and those that
// sort its rows. A number that the database itself gives to each row sorts
// them and is not exported: the order is, and another database gives numbers
// of its own.
type columns struct{ names, key []string }

func (m *mover) columns(ctx context.Context, table string) (c columns, err error) {
	query := `SELECT name, pk, type = 'INTEGER' AND pk = 1 AND (SELECT max(pk) FROM pragma_table_info($1)) = 1 FROM pragma_table_info($1) ORDER BY pk, name`
	if m.isPostgres() {
		query = `SELECT c.attname::text, coalesce(array_position(i.indkey::smallint[], c.attnum), -1) + 1, CASE WHEN c.attidentity <> '' THEN 1 ELSE 0 END
			FROM pg_attribute c LEFT JOIN pg_index i ON i.indrelid = c.attrelid AND i.indisprimary
			WHERE c.attrelid = to_regclass($1) AND c.attnum > 0 AND NOT c.attisdropped ORDER BY 2, 1`
	}
	rows, err := m.conn.QueryContext(ctx, query, table)
	if err != nil {
		return c, err
	}
	defer rows.Close()
	var numbered []string
	for rows.Next() {
		var name string
		var place, given int
		if err := rows.Scan(&name, &place, &given); err != nil {
			return c, err
		}
		if place > 0 {
			c.key = append(c.key, name)
		}
		if given == 1 {
			numbered = append(numbered, name)
		} else {
			c.names = append(c.names, name)
		}
	}
	if numbered != nil {
		c.key = numbered
	}
	slices.Sort(c.names)
	return c, rows.Err()
}

func (c columns) selection(t companyTable) string {
	names := slices.Clone(c.names)
	if i := slices.Index(names, t.forget); i >= 0 {
		names[i] = `NULL AS ` + names[i]
	}
	return `SELECT ` + strings.Join(names, ", ") + ` FROM ` + t.name + ` WHERE ` + t.of + ` ORDER BY ` + strings.Join(c.key, ", ")
}
