package store

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	l := &loader{mover: m, ctx: ctx, company: done.Company, options: o, loaded: map[string]int64{}}
	// With a statement left the connection would stay open, and locked.
	if err := errors.Join(l.load(in), l.done()); err != nil {
		return done, err
	}
	if err := l.check(); err != nil {
		return done, err
	}
	done.Rows = l.rows
	if err := m.adopt(ctx, done.Header); err != nil {
		return done, err
	}
	if err := m.exec(ctx, `COMMIT`); err != nil {
		return done, err
	}
	if m.isPostgres() { // which plans for empty tables until it has looked, later if not now
		for _, t := range companyTables {
			_ = m.exec(ctx, `ANALYZE `+t.name)
		}
	}
	return done, nil
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
