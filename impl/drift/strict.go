package drift

import (
	"bytes"
	"net/http"

	"github.com/meetwright/meetwright/server"
)

// maxAnswer is how large an answer may be to be checked. A larger one passes
// unchecked, without being kept in memory.
const maxAnswer = 8 << 20

// Around is what surrounds the operations of a server; see [server.Options].
type Around = func(operation string, w http.ResponseWriter, r *http.Request, next http.Handler)

// Strict checks the answers of operations, within what surrounds them
// already, nil when nothing does: an answer that was asked for in place of
// the operation's own is not checked. Answers go out as they are.
func (r *Report) Strict(around Around) Around {
	if around == nil {
		return r.check
	}
	return func(operation string, w http.ResponseWriter, req *http.Request, next http.Handler) {
		around(operation, w, req, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			r.check(operation, w, req, next)
		}))
	}
}

func (r *Report) check(operation string, w http.ResponseWriter, req *http.Request, next http.Handler) {
	h := &held{ResponseWriter: w, status: http.StatusOK}
	next.ServeHTTP(h, req)
	if h.passing {
		return
	}
	found := r.Answers.CheckOperation(operation, req.Method, server.Answer{Status: h.status, Header: w.Header(), Body: h.body.Bytes()})
	r.tell(req.Context(), w, operation, inAnswer, h.status, found)
	r.mark(w.Header(), len(found))
	h.pass()
}

// held is an answer that is kept until it was checked, or is too large to be.
type held struct {
	http.ResponseWriter
	status  int
	written bool
	body    bytes.Buffer
	passing bool
}

func (h *held) WriteHeader(status int) {
	if !h.written {
		h.status, h.written = status, true
	}
}

func (h *held) Write(p []byte) (int, error) {
	h.written = true
	if !h.passing && h.body.Len()+len(p) > maxAnswer {
		h.pass()
	}
	if h.passing {
		return h.ResponseWriter.Write(p)
	}
	return h.body.Write(p)
}

// pass sends what is kept, and from then on all that is written.
func (h *held) pass() {
	h.passing = true
	h.ResponseWriter.WriteHeader(h.status)
	_, _ = h.ResponseWriter.Write(h.body.Bytes()) // whoever hung up does not care
	h.body.Reset()
}
