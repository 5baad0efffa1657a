// Package servertest holds answers against the contract, for tests of whatever stands behind the edge.
package servertest

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/meetwright/meetwright/server"
	"github.com/meetwright/meetwright/server/control"
)

// plane is what the contract of the control plane says of answers.
var plane = sync.OnceValues(func() (*server.Answers, error) { return server.NewAnswers(control.OpenAPI) })

// Validate passes requests on to next and fails the test for each answer that the contract does not describe: a status
// the operation does not document, a missing header, another content type, a body that its schema refuses, formats
// included. Of paths that are not in the contract it only checks that errors, when they are JSON, have the contract's
// shape. The answer itself is passed through as it is; a connection that is cut or taken over is not an answer.
func Validate(t testing.TB, next http.Handler) http.Handler {
	t.Helper()
	own, err := server.OwnAnswers()
	if err != nil {
		t.Fatal(err)
	}
	beside, err := plane()
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
		described := own
		if strings.HasPrefix(path, "/_/") {
			if isPage(seen.answer()) {
				return
			}
			described = beside
		}
		for _, wrong := range described.Check(method, path, seen.answer()) {
			t.Errorf("%s %s answered %d: %s\n%s", method, path, seen.answer().Status, wrong, shortened(seen.body.Bytes()))
		}
	})
}

// isPage reports whether an answer is for people: a page, which may have the path of an operation, or that which leads to
// one.
func isPage(a server.Answer) bool {
	return strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || a.Status == http.StatusSeeOther
}

func shortened(body []byte) []byte {
	const most = 2000
	if len(body) > most {
		return append(body[:most:most], "…"...)
	}
	return body
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

func (r *recorder) answer() server.Answer {
	if r.status == 0 {
		return server.Answer{Status: http.StatusOK, Header: r.Header()}
	}
	return server.Answer{Status: r.status, Header: r.header, Body: r.body.Bytes()}
}
