package stub

import (
	"io"
	"net/http"
	"strings"
	"time"
)

// Around answers a request to an operation as a preference or a fault has
// it, else by next, and keeps the call in the journal. It is an option of
// the edge.
func (w *World) Around(operation string, rw http.ResponseWriter, r *http.Request, next http.Handler) {
	c := &call{
		operation: operation, at: w.Clock.Now(), began: time.Now(), method: r.Method, host: r.Host, path: r.URL.Path, query: r.URL.RawQuery,
		target: targetOf(r), sent: message{header: r.Header.Clone()}, relayed: w.Relays,
	}
	rec := &recorder{ResponseWriter: rw, call: c}
	defer func() { // also when the connection is cut
		c.took = time.Since(c.began)
		if c.given.header == nil {
			c.given.header = rw.Header().Clone()
		}
		w.journal.add(c)
		if made, again := r.Context().Value(resent{}).(*string); again {
			*made = c.id
		}
	}()
	if r.Body != nil && r.ContentLength != 0 {
		r = r.WithContext(r.Context())
		c.sent.unread = true
		r.Body = &tap{ReadCloser: r.Body, sent: &c.sent, length: r.ContentLength}
	}
	p, problem := preferred(operation, r.Header)
	if problem != nil {
		problem.Answer(rec)
		return
	}
	if p == nil {
		p = w.faults.take(operation)
	}
	if p == nil {
		next.ServeHTTP(rec, r)
		return
	}
	p.run(rec, r, w.Ending, next)
}

// targetOf is the path of a request with its query, as it was sent.
func targetOf(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		return r.RequestURI
	}
	return r.URL.RequestURI() // that of a whole address
}

// tap keeps a copy of what is read of a request.
type tap struct {
	io.ReadCloser
	sent   *message
	length int64 // -1 when it is unknown
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.sent.add(p[:n])
	if err == io.EOF || t.sent.bytes == t.length {
		t.sent.unread = false
	}
	return n, err
}

// recorder keeps a copy of an answer.
type recorder struct {
	http.ResponseWriter
	call *call
}

func (r *recorder) WriteHeader(status int) {
	if r.call.status == 0 && status >= http.StatusOK {
		r.call.status, r.call.given.header = status, r.Header().Clone()
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.call.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	r.call.given.add(p)
	return r.ResponseWriter.Write(p)
}

// Note keeps what was found about the call: sentences on how it broke the
// contract.
func (r *recorder) Note(sentences []string) { r.call.noted = append(r.call.noted, sentences...) }

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// nowhere is where an answer goes that is to be lost.
type nowhere struct{ header http.Header }

func (n nowhere) Header() http.Header       { return n.header }
func (nowhere) WriteHeader(int)             {}
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
