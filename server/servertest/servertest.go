// Package servertest holds answers against the contract, for tests of whatever stands behind the edge.
package servertest

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"testing"
)

// Validate passes requests on to next and fails the test for each answer that the contract does not describe: a status
// the operation does not document, a missing header, another content type, a body that its schema refuses, formats
// included. Of paths that are not in the contract it only checks that errors, when they are JSON, have the contract's
// shape. The answer itself is passed through as it is; a connection that is cut or taken over is not an answer.
func Validate(t testing.TB, next http.Handler) http.Handler {
	t.Helper()
	c, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &recorder{ResponseWriter: w}
		method, path := r.Method, r.URL.Path
		next.ServeHTTP(seen, r)
		if seen.hijacked {
			return
		}
		for _, wrong := range c.check(method, path, seen.answer()) {
			t.Errorf("%s %s answered %d: %s\n%s", method, path, seen.answer().status, wrong, shortened(seen.body.Bytes()))
		}
	})
}

func shortened(body []byte) []byte {
	const most = 2000
	if len(body) > most {
		return append(body[:most:most], "…"...)
	}
	return body
}

// answer is what a handler answered.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// recorder keeps a copy of what passes through.
type recorder struct {
	http.ResponseWriter
	status   int
	header   http.Header
	body     bytes.Buffer
	hijacked bool
}

// WriteHeader notes the first final status and the headers as they are then.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status, r.header = status, r.Header().Clone()
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	r.body.Write(p)
	return r.ResponseWriter.Write(p)
}

// Flush sends what is buffered.
func (r *recorder) Flush() { _ = http.NewResponseController(r.ResponseWriter).Flush() }

// Hijack hands the connection over.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	r.hijacked = true
	return http.NewResponseController(r.ResponseWriter).Hijack()
}

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) answer() answer {
	if r.status == 0 {
		return answer{http.StatusOK, r.Header(), nil}
	}
	return answer{r.status, r.header, r.body.Bytes()}
}
