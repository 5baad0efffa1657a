package stub

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/server/control"
)

// The bounds of a journal, of all journals of a server, of a journal when
// these have spent that, and of what is kept of a body.
const (
	maxCalls    = 1000
	maxJournal  = 16 << 20
	maxJournals = 64 << 20
	minJournal  = 64 << 10
	maxBody     = 64 << 10
)

// Budget is what the journals of one server take of memory together. The
// zero Budget is unspent; it is safe for concurrent use.
type Budget struct{ spent atomic.Int64 }

// call is a request to an operation and its answer, as they were: secrets
// are masked by whoever shows them.
type call struct {
	id        string
	operation string
	at        time.Time // by the clock of the world
	began     time.Time // in real time
	took      time.Duration
	method    string
	host      string // as the caller wrote it
	path      string
	target    string // path and query as they came (RFC 9112 §3.2.1)
	query     string
	sent      message
	status    int // 0 when there is no answer
	given     message
	dropped   control.Drop // or ""
	noted     []string     // how it broke the contract, beside what the answer says
	relayed   bool         // the answer is another server's, whose word does not count
	size      int          // about what it takes of memory
}

// message is a request or an answer.
type message struct {
	header http.Header
	body   []byte // its first maxBody bytes
	bytes  int64  // of the body, as far as it was read
	unread bool   // there may be more that was not read
}

// whole reports whether all of the body is kept.
func (m *message) whole() bool { return !m.unread && m.bytes == int64(len(m.body)) }

// add takes in a part of the body.
func (m *message) add(p []byte) {
	m.bytes += int64(len(p))
	if room := maxBody - len(m.body); room > 0 {
		m.body = append(m.body, p[:min(room, len(p))]...)
	}
}

// measure is about what a call takes of memory.
func (c *call) measure() int {
	n := 1024 + len(c.path) + len(c.target) + cap(c.sent.body) + cap(c.given.body)
	for _, h := range []http.Header{c.sent.header, c.given.header} {
		for name, values := range h {
			n += len(name) + 64
			for _, v := range values {
				n += len(v)
			}
		}
	}
	for _, sentence := range c.noted {
		n += len(sentence)
	}
	return n
}

// journal keeps the latest calls. The zero journal is empty, and has a budget
// of its own.
type journal struct {
	mu     sync.Mutex
	calls  []*call // the oldest first
	size   int
	budget *Budget       // shared with other journals, or nil
	more   chan struct{} // closed when there is another call; nil when nobody waits
}

// add keeps a call and forgets those that are too old for it. Its id is that
// of no other call, in whichever journal, so that it never leads to another.
func (j *journal) add(c *call) {
	c.size, c.id = c.measure(), uuid.Must(uuid.NewV7()).String()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.calls = append(j.calls, c)
	j.grow(c.size)
	for len(j.calls) > maxCalls || j.isFull() && len(j.calls) > 1 {
		j.grow(-j.calls[0].size)
		j.calls[0] = nil
		j.calls = j.calls[1:]
	}
	if j.more != nil {
		close(j.more)
		j.more = nil
	}
}

// grow counts memory that is taken, or given back.
func (j *journal) grow(by int) {
	j.size += by
	if j.budget != nil {
		j.budget.spent.Add(int64(by))
	}
}

// isFull reports whether the journal takes more memory than it may.
func (j *journal) isFull() bool {
	spent := j.budget != nil && j.budget.spent.Load() > maxJournals
	return j.size > maxJournal || spent && j.size > minJournal
}

// clear forgets all calls.
func (j *journal) clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.grow(-j.size)
	j.calls = nil
}

// get returns the call of an id, or nil.
func (j *journal) get(id string) *call {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range j.calls {
		if c.id == id {
			return c
		}
	}
	return nil
}

// find returns the calls that are wanted, newest first, and a channel that
// is closed when there may be more.
func (j *journal) find(wanted func(*call) bool) ([]*call, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	found := []*call{}
	for _, c := range slices.Backward(j.calls) {
		if wanted(c) {
			found = append(found, c)
		}
	}
	if j.more == nil {
		j.more = make(chan struct{})
	}
	return found, j.more
}

// await is find, and waits up to a time, or until ending is closed, for the
// first call.
func (j *journal) await(ctx context.Context, ending <-chan struct{}, wait time.Duration, wanted func(*call) bool) []*call {
	over := time.NewTimer(wait)
	defer over.Stop()
	for {
		found, more := j.find(wanted)
		if len(found) > 0 || wait == 0 {
			return found
		}
		select {
		case <-more:
		case <-over.C:
			return found
		case <-ending:
			return found
		case <-ctx.Done():
			return found
		}
	}
}

// hasStatus reports whether a status is the one that is asked for, or of the
// class: 404 or 4xx.
func hasStatus(status int, asked string) bool {
	text := strconv.Itoa(status)
	if class, ok := strings.CutSuffix(asked, "xx"); ok {
		return len(text) == 3 && text[:1] == class
	}
	return text == asked
}
