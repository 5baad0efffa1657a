package postgrestest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/meetwright/meetwright/impl/store"
)

// shared is the server of the tests of a process, and the databases on it
// that nobody uses: making one anew takes longer than most tests.
var shared struct {
	once   sync.Once
	server *Server
	err    error
	free   chan string
	number atomic.Int64
}

// Main runs the tests of a package and removes the server they shared.
func Main(m *testing.M) {
	code := m.Run()
	if shared.server != nil {
		if err := shared.server.Remove(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// Database returns the address of a database of the test's own, which has
// the tables and nothing in them.
func Database(t testing.TB) string {
	t.Helper()
	shared.once.Do(func() {
		shared.server, shared.err = Start(!Durable)
		shared.free = make(chan string, 64)
	})
	need(t, shared.err)
	var url string
	select {
	case url = <-shared.free:
	default:
		name := fmt.Sprintf("test%d", shared.number.Add(1))
		url = shared.server.URL + "/" + name
		Execute(t, shared.server.URL+"/postgres", "CREATE DATABASE "+name)
		if _, _, err := store.Migrate(t.Context(), url, true); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		wipe(t, url)
		select {
		case shared.free <- url:
		default:
		}
	})
	return url
}

// Own returns a server of the test's own, which it may kill, and the address
// of an empty database on it.
func Own(t testing.TB, durable bool) (*Server, string) {
	t.Helper()
	s, err := Start(durable)
	need(t, err)
	t.Cleanup(func() {
		if err := s.Remove(); err != nil {
			t.Error(err)
		}
	})
	Execute(t, s.URL+"/postgres", "CREATE DATABASE test")
	return s, s.URL + "/test"
}

// wipe empties all tables but the one that says which there are.
func wipe(t testing.TB, url string) {
	t.Helper()
	c := connect(t, url)
	names, err := c.Query(context.Background(), `SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'goose_db_version'`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(names, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	// A replica does not check references, which it trusts the origin to do.
	statements := "SET session_replication_role = replica; SELECT pg_stat_reset();"
	for _, table := range tables {
		statements += "DELETE FROM " + table + ";"
	}
	if _, err := c.Exec(context.Background(), strings.TrimSuffix(statements, ";")); err != nil {
		t.Fatal(err)
	}
}

// Execute runs statements on a database behind the back of whoever uses it.
func Execute(t testing.TB, url, statement string) {
	t.Helper()
	c := connect(t, url)
	if _, err := c.Exec(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
}

func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) }) // the server may have died
	return c
}

// Deadlocks returns how many deadlocks the server broke in a database.
func Deadlocks(t testing.TB, url string) (n int) {
	t.Helper()
	c := connect(t, url)
	const query = `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`
	deadline := time.Now().Add(2 * time.Second) // the server counts with a delay
	for ; n == 0 && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if err := c.QueryRow(context.Background(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// Constraint returns what a constraint of a database demands.
func Constraint(t testing.TB, url, name string) (definition string) {
	t.Helper()
	const query = `SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1`
	if err := connect(t, url).QueryRow(context.Background(), query, name).Scan(&definition); err != nil {
		t.Fatal(err)
	}
	return definition
}
