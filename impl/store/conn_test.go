package store

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/meetwright/meetwright/impl/meettest"
)

// Ensure that each connection has the settings on which durability and the
// checks of the database rest.
func TestOpen_Settings(t *testing.T) {
	t.Parallel()
	s := openFile(t)
	for _, test := range []struct {
		name string
		pool *pool
		want map[string]string
	}{
		{"the writer", lite(s).writers, map[string]string{
			"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "query_only": "0", "busy_timeout": "5000",
			"journal_size_limit": "67108864",
		}},
		{"a reader", lite(s).readers, map[string]string{"journal_mode": "wal", "query_only": "1", "busy_timeout": "5000", "mmap_size": "0"}},
	} {
		each(t, test.pool, func(c *conn) {
			for name, want := range test.want {
				var got string
				if err := c.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&got); err != nil || got != want {
					t.Errorf("%s of %s is %s, want %s (%v)", name, test.name, got, want, err)
				}
			}
		})
	}
}

// each calls fn with every connection that a pool can have.
func each(t *testing.T, p *pool, fn func(*conn)) {
	t.Helper()
	for range cap(p.free) {
		c, err := p.get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer p.put(c)
		fn(c)
	}
}

// Ensure that connections are opened when they are needed, up to the limit,
// and then waited for.
func TestPool_Get(t *testing.T) {
	t.Parallel()
	p := lite(openFile(t)).readers
	opened := 0
	each(t, p, func(*conn) {
		opened++
		if n := p.db.Stats().OpenConnections; n != opened {
			t.Errorf("%d are open when %d are needed", n, opened)
		}
		if opened == cap(p.free) {
			left, leave := context.WithCancel(t.Context())
			leave()
			if _, err := p.get(left); !errors.Is(err, context.Canceled) {
				t.Errorf("one more: %v", err)
			}
		}
	})
	each(t, p, func(*conn) {})
	if n := p.db.Stats().OpenConnections; n != opened {
		t.Errorf("%d are open, want the same %d", n, opened)
	}
}

// Ensure that a connection which reads is refused by the database too.
func TestOpen_ReadersCannotWrite(t *testing.T) {
	t.Parallel()
	s := openFile(t)
	c, err := lite(s).readers.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer lite(s).readers.put(c)
	if err := c.put("DELETE FROM setting"); err == nil {
		t.Error("a reader wrote")
	}
}

// Ensure that lists of any number of lengths do not pile up statements, and
// that those dropped work again.
func TestConn_PrepareIsBounded(t *testing.T) {
	t.Parallel()
	err := openFile(t).Update(t.Context(), func(tx *Tx) error {
		for i := range 2 * maxStatements {
			want := i % (maxStatements + 10)
			var got int
			if _, err := tx.row(fmt.Sprint("SELECT ", want), nil, &got); err != nil || got != want {
				t.Errorf("read %d, want %d (%v)", got, want, err)
			}
			if n := len(tx.session.(*conn).statements); n > maxStatements {
				t.Errorf("%d statements are kept", n)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Ensure that the database itself never lets occupied time be updated: the
// guard sees inserted rows only.
func TestOccupied_IsNeverUpdated(t *testing.T) {
	t.Parallel()
	s := openFile(t)
	company := meettest.Company()
	host := meettest.User(company)
	kind := meettest.MeetingType(host)
	b := meettest.Booking(kind)
	err := s.Update(t.Context(), func(tx *Tx) error {
		if err := tx.InsertCompany(company); err != nil {
			return err
		}
		if err := tx.InsertUser(host); err != nil {
			return err
		}
		if err := tx.InsertMeetingType(kind); err != nil {
			return err
		}
		return book(b)(tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	occupied := func() string {
		var rows string
		err := s.View(t.Context(), func(tx *Tx) error {
			_, err := tx.row("SELECT group_concat(host_id || start_at || ' ' || end_at || forced) FROM occupied", nil, &rows)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	before := occupied()
	for _, statement := range []string{
		"UPDATE occupied SET start_at = start_at + 1",
		"UPDATE occupied SET host_id = 'other'",
		"UPDATE occupied SET forced = 1",
		"INSERT INTO occupied SELECT * FROM occupied WHERE true ON CONFLICT DO UPDATE SET end_at = excluded.end_at + 1",
	} {
		err := s.Update(t.Context(), func(tx *Tx) error {
			_, err := tx.exec(statement)
			return err
		})
		if after := occupied(); after != before {
			t.Errorf("%s: %v, now %s", statement, err, after)
		}
	}
}

// lite is the engine of a store on SQLite.
func lite(s *Store) *sqliteEngine { return s.engine.(*sqliteEngine) }
