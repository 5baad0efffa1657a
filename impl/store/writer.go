package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/meetwright/meetwright/impl/meet"
)

// The bounds of a group. A change waits for those before it in its group and
// for one commit.
const (
	maxQueue = 1024                  // changes that wait before ErrBusy
	maxGroup = 128                   // changes in one commit
	maxDelay = 10 * time.Millisecond // after which a group takes no more
)

// writer makes all changes, in groups: one commit, and so one wait for the
// disk, serves every change that arrived meanwhile. Each change has a
// savepoint of its own and is answered after the commit.
type writer struct {
	store  *Store
	conns  *pool // of one connection
	queue  chan *change
	done   chan struct{}
	close  sync.Once
	mu     sync.RWMutex // guards closed against sends on queue
	closed bool
	// broken is set once the disk failed in a way that the next commit
	// cannot be trusted; reads go on.
	broken atomic.Pointer[error]
}

// change is one caller's function and its outcome.
type change struct {
	ctx      context.Context
	fn       func(*Tx) error
	err      error
	panicked any
	done     chan struct{}
}

// kept reports whether a change that was committed changed anything.
func (c *change) kept() bool { return c.err == nil && c.panicked == nil }

func startWriter(s *Store, conns *pool) *writer {
	w := &writer{store: s, conns: conns, queue: make(chan *change, maxQueue), done: make(chan struct{})}
	go w.run()
	return w
}

// do hands fn to the writer and waits for its outcome.
func (w *writer) do(ctx context.Context, fn func(*Tx) error) error {
	if err := w.refusal(); err != nil {
		return err
	}
	c := &change{ctx: ctx, fn: fn, done: make(chan struct{})}
	if err := w.enqueue(c); err != nil {
		return err
	}
	<-c.done
	if c.panicked != nil {
		panic(c.panicked)
	}
	return c.err
}

func (w *writer) enqueue(c *change) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return errClosed
	}
	select {
	case w.queue <- c:
		return nil
	default:
		return ErrBusy
	}
}

// stop lets the changes that wait finish and ends the writer.
func (w *writer) stop() {
	w.close.Do(func() {
		w.mu.Lock()
		w.closed = true
		w.mu.Unlock()
		close(w.queue)
	})
	<-w.done
}

func (w *writer) run() {
	defer close(w.done)
	for first := range w.queue {
		group := []*change{first}
		err := w.refusal()
		if err == nil {
			err = w.judge(w.commit(&group))
		}
		for _, c := range group {
			if err != nil {
				c.err = err // a refusal of its own was about what is undone now
			}
			close(c.done)
		}
		if err == nil && slices.ContainsFunc(group, (*change).kept) {
			w.store.told()
		}
	}
}

// refusal is why the writer takes no changes any more, or nil.
func (w *writer) refusal() error {
	if err := w.broken.Load(); err != nil {
		return *err
	}
	return nil
}

// commit runs the first change of the group and whatever else waits, and
// commits them together. The group grows by the changes it took.
func (w *writer) commit(group *[]*change) (err error) {
	conn, err := w.conns.get(background)
	if err != nil {
		return err
	}
	defer w.conns.put(conn)
	if err := conn.put("BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() {
		if err != nil {
			_ = conn.put("ROLLBACK") // the failure is reported already
		}
	}()
	began := time.Now()
	for next := (*group)[0]; ; {
		if err := w.apply(conn, next); err != nil {
			return err
		}
		if len(*group) == maxGroup || time.Since(began) > maxDelay {
			break
		}
		next = nil
		select {
		case next = <-w.queue:
		default:
		}
		if next == nil { // nobody waits, or the store is closing
			break
		}
		*group = append(*group, next)
	}
	if err := conn.put("COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// apply runs one change inside a savepoint. Its own error stays with it; the
// error returned is one that ends the group.
func (w *writer) apply(conn *conn, c *change) error {
	if c.err = c.ctx.Err(); c.err != nil {
		return nil // the caller left while it waited
	}
	tx := &Tx{session: conn, now: w.store.instant(), store: w.store, writable: true}
	defer tx.end()
	if err := conn.put("SAVEPOINT change"); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	c.run(tx)
	if diskFailed(c.err) {
		return c.err // whatever the group did before may be undone already
	}
	return release(conn, "change", c.kept())
}

func (c *change) run(tx *Tx) {
	defer func() {
		if c.panicked = recover(); c.panicked != nil { // the caller has another stack
			tx.store.log.Error("panic in a change", "panic", c.panicked, "stack", string(debug.Stack()))
		}
	}()
	c.err = c.fn(tx)
}

// judge decides what the failure of a group means: to its callers, and after
// a failure of the disk to all that follow.
func (w *writer) judge(err error) error {
	switch {
	case diskFailed(err):
		w.store.log.Error("the database takes no more changes; restart the server after mending the disk", "error", err)
		var later error = &meet.Error{Code: meet.CodeUnavailable, Message: "The server cannot store changes right now", RetryAfter: time.Minute, Err: err}
		w.broken.Store(&later)
		if code(err) == sqlite3.SQLITE_FULL { // which is undone
			return later
		}
		return outcomeUnknown(err)
	case code(err) == sqlite3.SQLITE_BUSY: // another process keeps the file
		err = &meet.Error{Code: ErrBusy.Code, Message: ErrBusy.Message, RetryAfter: ErrBusy.RetryAfter, Err: err}
	}
	return err
}

// diskFailed reports an error after which the next commit cannot be trusted.
func diskFailed(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return true
	}
	return false
}

// code is the primary result code of SQLite's that an error carries, or 0.
func code(err error) int {
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return 0
	}
	return failure.Code() & 0xff
}
