package stub

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/meetwright/meetwright/server/control"
)

// The bounds of a journal and of what it keeps of a body.
const (
	maxCalls   = 1000
	maxJournal = 16 << 20
	maxBody    = 64 << 10
)

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
	bytes  int64  // of the whole body
}

// add takes in a part of the body.
func (m *message) add(p []byte) {
	m.bytes += int64(len(p))
	if room := maxBody - len(m.body); room > 0 {
		m.body = append(m.body, p[:min(room, len(p))]...)
	}
}

// measure is about what a call takes of memory.
func (c *call) measure() int {
	n := 1024 + len(c.path) + len(c.query) + cap(c.sent.body) + cap(c.given.body)
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

// journal keeps the latest calls. The zero journal is empty.
type journal struct {
	mu    sync.Mutex
	calls []*call // the oldest first
	size  int
	last  int           // the number of calls ever, which is the id of the latest
	more  chan struct{} // closed when there is another call; nil when nobody waits
}

// add keeps a call and forgets those that are too old for it.
func (j *journal) add(c *call) {
	c.size = c.measure()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	c.id = strconv.Itoa(j.last)
	j.calls = append(j.calls, c)
	j.size += c.size
	for len(j.calls) > maxCalls || j.size > maxJournal && len(j.calls) > 1 {
		j.size -= j.calls[0].size
		j.calls[0] = nil
		j.calls = j.calls[1:]
	}
	if j.more != nil {
		close(j.more)
		j.more = nil
	}
}

// clear forgets all calls.
func (j *journal) clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.calls, j.size = nil, 0
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

// await is find, and waits up to a time for the first call.
func (j *journal) await(ctx context.Context, wait time.Duration, wanted func(*call) bool) []*call {
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
