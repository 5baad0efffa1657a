package stub

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"

	"github.com/meetwright/meetwright/server"
)

var errNoCall = &server.Problem{Status: http.StatusNotFound, Message: "Request not found; only the latest ones are kept"}

// Resend makes a call again as it came, with the credential that it came
// with, and returns the id of the new one. remote is the address that asks
// for it. Refusals are a [server.Problem]: 404 for a call that is not kept,
// 400 for one whose body is not, or not all of it.
func (w *World) Resend(ctx context.Context, id, remote string) (string, error) {
	c := w.journal.get(id)
	if c == nil {
		return "", errNoCall
	}
	if c.sent.bytes > int64(len(c.sent.body)) {
		return "", refused("The body of this call is longer than what is kept of it; send it once more from where it came")
	}
	if length, err := strconv.ParseInt(c.sent.header.Get("Content-Length"), 10, 64); err == nil && length > c.sent.bytes {
		return "", refused("This call was answered before its body was read, so there is nothing to send again; send it from where it came")
	}
	target := url.URL{Path: c.path, RawQuery: c.query}
	r, err := http.NewRequestWithContext(ctx, c.method, target.String(), bytes.NewReader(c.sent.body))
	if err != nil {
		return "", err
	}
	mark := rand.Text() // by which the journal finds it
	r.Header, r.Host, r.RemoteAddr = c.sent.header.Clone(), c.host, remote
	r.Header.Set("X-Request-Id", mark)
	w.serve(r)
	made, _ := w.journal.find(func(c *call) bool { return c.given.header.Get("X-Request-Id") == mark })
	if len(made) == 0 {
		return "", refused("The call reached no operation")
	}
	return made[0].id, nil
}

// serve answers a request to nobody. A fault may cut what is no connection.
func (w *World) serve(r *http.Request) {
	defer func() {
		if v := recover(); v != nil && v != any(http.ErrAbortHandler) {
			panic(v)
		}
	}()
	w.Edge.ServeHTTP(nowhere{http.Header{}}, r)
}
