package store_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/postgrestest"
	"github.com/meetwright/meetwright/impl/store/storetest"
)

// Ensure that a change whose commit gets no answer is made once, and that the
// caller hears so, or hears that nobody knows when nothing can tell.
func TestPostgres_Outcome(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		loses  loss
		event  bool // that tells whether the change was made
		want   meet.Code
		stored bool
		runs   int
	}{
		{"the answer, which an event replaces", answer, true, "", true, 1},
		{"the answer", answer, false, meet.CodeOutcomeUnknown, true, 1},
		{"the commit, which an event shows", commit, true, "", true, 2},
		{"the commit", commit, false, meet.CodeOutcomeUnknown, false, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			source := postgrestest.Database(t)
			way := newLossy(t, source)
			s := open(t, way.source, store.Options{Now: meettest.Now})
			company := meettest.Company()
			host := meettest.User(company)
			if err := s.Update(t.Context(), func(tx *store.Tx) error { return storetest.Insert(tx, company, host) }); err != nil {
				t.Fatal(err)
			}

			way.loses.Store(int32(test.loses))
			var runs int
			err := s.Update(t.Context(), func(tx *store.Tx) error {
				runs++
				if _, err := tx.Setting("change"); err != nil {
					return err // like all changes, it looks first
				}
				if test.event {
					e := meet.Event{ID: meet.EventID(uuid.NewString()), Company: company.ID, Kind: meet.BookingCreated, Subject: "x", Snapshot: []byte(`{}`), At: tx.Now()}
					if err := tx.InsertEvent(e); err != nil {
						return err
					}
				}
				return tx.SetSetting("change", "made")
			})
			if code := meet.CodeOf(err); (err == nil) != (test.want == "") || err != nil && code != test.want || runs != test.runs {
				t.Errorf("%v after %d runs, want %q after %d", err, runs, test.want, test.runs)
			}
			if way.loses.Load() != int32(nothing) {
				t.Error("nothing was lost")
			}
			err = s.View(t.Context(), func(tx *store.Tx) error {
				made, err := tx.Setting("change")
				if (made == "made") != test.stored {
					t.Errorf("the change is %q", made)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// loss is what a lossy way loses next, together with the connection.
type loss int32

const (
	nothing loss = iota
	commit       // before the server hears of it
	answer       // to a commit
)

// lossy is a way to a server that loses something once.
type lossy struct {
	net.Listener
	source string // of the database by this way
	target string
	loses  atomic.Int32 // a loss
}

func newLossy(t *testing.T, source string) *lossy {
	t.Helper()
	u, err := url.Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // nobody comes any more
	way := &lossy{Listener: l, target: u.Host}
	u.Host = l.Addr().String()
	query := u.Query()
	query.Set("default_query_exec_mode", "exec") // each statement goes by its text
	u.RawQuery = query.Encode()
	way.source = u.String()
	go way.accept()
	return way
}

func (l *lossy) accept() {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go l.connect(c)
	}
}

func (l *lossy) connect(c net.Conn) {
	defer func() { _ = c.Close() }()
	server, err := new(net.Dialer).DialContext(context.Background(), "tcp", l.target)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	var mute atomic.Bool // what the server says is not passed on
	go func() {
		defer func() { _ = c.Close() }()
		for buffer := make([]byte, 32<<10); ; {
			n, err := server.Read(buffer)
			if err != nil || mute.Load() {
				return
			}
			if _, err := c.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	for buffer := make([]byte, 32<<10); ; {
		n, err := c.Read(buffer)
		if err != nil {
			return
		}
		if bytes.Contains(buffer[:n], []byte("COMMIT")) {
			switch loss(l.loses.Swap(int32(nothing))) {
			case commit:
				return
			case answer:
				mute.Store(true)
			}
		}
		if _, err := io.Copy(server, bytes.NewReader(buffer[:n])); err != nil {
			return
		}
	}
}
