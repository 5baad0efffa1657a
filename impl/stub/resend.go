package stub

import (
	"bytes"
	"context"
	"net/http"
	"net/url"

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
	if c.sent.unread {
		return "", refused("This call was answered before its body was read to its end, so there is not all of it to send again; send it from where it came")
	}
	if !c.sent.whole() {
		return "", refused("The body of this call is longer than what is kept of it; send it once more from where it came")
	}
	target, err := url.ParseRequestURI(c.target)
	if err != nil {
		return "", err
	}
	made := ""
	r, err := http.NewRequestWithContext(context.WithValue(ctx, resent{}, &made), c.method, "", bytes.NewReader(c.sent.body))
	if err != nil {
		return "", err
	}
	r.URL, r.RequestURI = target, c.target
	r.Header, r.Host, r.RemoteAddr = c.sent.header.Clone(), c.host, remote
	r.Header.Del("X-Request-Id") // it names one call
	w.serve(r)
	if made == "" {
		return "", refused("The call reached no operation")
	}
	return made, nil
}

// resent is the key of the context of a call that is made again, under which
// the journal leaves its id.
type resent struct{}

// serve answers a request to nobody. A fault may cut what is no connection.
func (w *World) serve(r *http.Request) {
	defer func() {
		if v := recover(); v != nil && v != any(http.ErrAbortHandler) {
			panic(v)
		}
	}()
	w.Edge.ServeHTTP(nowhere{http.Header{}}, r)
}
