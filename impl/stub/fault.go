package stub

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/meetwright/meetwright/server"
	"github.com/meetwright/meetwright/server/control"
)

// plan is what becomes of a call instead of what would.
type plan struct {
	delay   time.Duration
	drop    control.Drop // or ""
	code    int          // 0 for none
	example *server.Example
	// body is what a code answers: a text as it is, anything else as JSON;
	// nil is what the API would.
	body       any
	retryAfter *int     // seconds
	operation  string   // whose call it is
	applied    []string // the preferences that were followed
}

// run answers a call by the plan; a delay lasts until ending is closed at the
// most.
func (p *plan) run(w *recorder, r *http.Request, ending <-chan struct{}, next http.Handler) {
	if p.delay > 0 {
		// A delay may be longer than what the server gives a call.
		patient := http.NewResponseController(w.ResponseWriter)
		_ = patient.SetReadDeadline(time.Time{})  // not every writer has deadlines;
		_ = patient.SetWriteDeadline(time.Time{}) // one without needs none
		select {
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		case <-ending:
		case <-time.After(p.delay):
		}
	}
	for _, preference := range p.applied {
		w.Header().Add("Preference-Applied", preference)
	}
	w.call.dropped = p.drop
	switch {
	case p.drop != "":
		if p.drop == control.DropAfterWrite {
			w.ResponseWriter = nowhere{w.Header().Clone()}
			next.ServeHTTP(w, r)
		}
		panic(http.ErrAbortHandler) // closes the connection
	case p.example != nil:
		write(w, p.example.Status, "application/json", p.example.Body)
	case p.code != 0:
		p.answer(w)
	default:
		next.ServeHTTP(w, r)
	}
}

// answer writes the code of the plan.
func (p *plan) answer(w http.ResponseWriter) {
	switch {
	case p.retryAfter != nil:
		w.Header().Set("Retry-After", strconv.Itoa(*p.retryAfter))
	case p.code == http.StatusTooManyRequests, p.code == http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1") // the contract has one there
	}
	switch text, isText := p.body.(string); {
	case isText:
		write(w, p.code, "text/plain; charset=utf-8", []byte(text))
	case p.body != nil:
		body, _ := json.Marshal(p.body) // it was JSON
		write(w, p.code, "application/json", body)
	case p.code >= http.StatusBadRequest:
		(&server.Problem{Status: p.code, Message: "This answer was asked for; nothing was done"}).Answer(w)
	default:
		examples, _ := server.Examples(p.operation)
		if i := slices.IndexFunc(examples, func(e server.Example) bool { return e.Status == p.code }); i >= 0 {
			write(w, p.code, "application/json", examples[i].Body)
			return
		}
		w.WriteHeader(p.code)
	}
}

func write(w http.ResponseWriter, status int, contentType string, body []byte) {
	w.Header().Set("Cache-Control", "no-store")
	if status == http.StatusNoContent || status == http.StatusNotModified {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write(body) // whoever hung up does not care
}

// maxFaults bounds the faults that wait for their calls.
const maxFaults = 100

// maxFaultBody is how long the body of a fault may be, in bytes.
const maxFaultBody = 64 << 10

// sizeOf is how many bytes the body of a fault is answered with.
func sizeOf(body any) int {
	if text, isText := body.(string); isText {
		return len(text)
	}
	encoded, _ := json.Marshal(body) // it was JSON
	return len(encoded)
}

// faults are those that wait for their calls. The zero faults are none.
type faults struct {
	mu  sync.Mutex
	all []control.Fault
}

// add makes calls fail, after those before it. It reports false when there
// are too many.
func (f *faults) add(one control.Fault) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.all) >= maxFaults {
		return false
	}
	f.all = append(f.all, one)
	return true
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = nil
}

// list returns the faults with calls left.
func (f *faults) list() []control.Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]control.Fault{}, f.all...)
}

// take uses up one call of the first fault for an operation, and returns nil
// when there is none.
func (f *faults) take(operation string) *plan {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.all, func(one control.Fault) bool { return one.Operation == nil || *one.Operation == operation })
	if i < 0 {
		return nil
	}
	one := f.all[i]
	if f.all[i].Left--; f.all[i].Left == 0 {
		f.all = slices.Delete(f.all, i, i+1)
	}
	p := &plan{operation: operation, body: one.Body, retryAfter: one.RetryAfter}
	if one.Code != nil {
		p.code = *one.Code
	}
	if one.Drop != nil {
		p.drop = *one.Drop
	}
	if one.Delay != nil {
		p.delay = time.Duration(*one.Delay) * time.Millisecond
	}
	return p
}
