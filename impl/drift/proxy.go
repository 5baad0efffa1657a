package drift

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/meetwright/meetwright/server"
)

// Timeout is how long a call may take that is passed on.
const Timeout = 30 * time.Second

// Proxy passes calls on to another server. It is safe for concurrent use.
type Proxy struct {
	target    *url.URL
	transport http.RoundTripper

	mu    sync.Mutex
	calls map[string]*Tally // by operation
}

// Tally counts the calls of one operation.
type Tally struct {
	// Operation is the operationId, "" for calls that are not in the contract.
	Operation string
	// Calls are those that were passed on, and Left are the calls that left
	// the contract, by their request or their answer.
	Calls, Left int
	// Lost are the calls without an answer.
	Lost int
}

// NewProxy passes calls on to an http or https address, below its path.
func NewProxy(target *url.URL) *Proxy {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 64 // all calls go to one host
	return &Proxy{target: target, transport: final{t}, calls: map[string]*Tally{}}
}

// final is a transport that tells nobody of the informational answers before
// the final one (RFC 9110 §15.2): ReverseProxy would pass them on, and the
// edge takes the first status for that of the answer.
type final struct{ http.RoundTripper }

// RoundTrip sends one request.
func (f final) RoundTrip(r *http.Request) (*http.Response, error) {
	return f.RoundTripper.RoundTrip(r.WithContext(untraced{r.Context()}))
}

// untraced is a context without values, of which a trace is one.
type untraced struct{ context.Context }

// Value returns nil.
func (untraced) Value(any) any { return nil }

// Tallies returns what was passed on, by operation; calls that are not in
// the contract come last.
func (p *Proxy) Tallies() []Tally {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]Tally, 0, len(p.calls))
	for _, t := range p.calls {
		all = append(all, *t)
	}
	slices.SortFunc(all, func(a, b Tally) int {
		if (a.Operation == "") != (b.Operation == "") {
			return strings.Compare(b.Operation, a.Operation)
		}
		return strings.Compare(a.Operation, b.Operation)
	})
	return all
}

// Relay passes calls on, and reports how they leave the contract. Requests
// are passed on whatever is wrong with them, and answers given back, but that
// they tell so in a header.
func (p *Proxy) Relay(report *Report) server.Relay {
	return func(w http.ResponseWriter, r *http.Request, call server.Relayed) {
		ctx, cancel := context.WithTimeout(r.Context(), Timeout)
		defer cancel()
		x := &exchange{proxy: p, report: report, w: w, call: call, left: len(call.Violations), lost: true}
		defer x.count() // also when the connection is cut
		report.tell(ctx, w, call.Operation, inRequest, 0, call.Violations)
		relay := httputil.ReverseProxy{
			Rewrite: x.rewrite, Transport: p.transport, ModifyResponse: x.judge, ErrorHandler: x.fail,
			ErrorLog: slog.NewLogLogger(report.Log.Handler(), slog.LevelWarn),
		}
		relay.ServeHTTP(w, r.WithContext(ctx))
	}
}

// exchange is a call that is being passed on.
type exchange struct {
	proxy  *Proxy
	report *Report
	w      http.ResponseWriter
	call   server.Relayed
	left   int  // how many violations there are
	lost   bool // there is no answer
}

// rewrite addresses the request to the target. What concerns one connection
// only is left out already, but for a change of its protocol.
func (x *exchange) rewrite(r *httputil.ProxyRequest) {
	r.SetURL(x.proxy.target)
	r.Out.URL.RawQuery = r.In.URL.RawQuery // also what of it cannot be parsed
	r.Out.Header.Del("Accept-Encoding")    // a compressed answer could not be read
	r.Out.Header.Del("Expect")             // the body is here
	r.Out.Header.Del("Connection")         // nothing but calls is passed on
	r.Out.Header.Del("Upgrade")
	r.Out.Header.Set("X-Request-Id", x.w.Header().Get("X-Request-Id"))
	dropOwn(r.Out.Header, x.w.Header())
	for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key"} {
		if key := r.Out.Header[name]; key != nil { // written so, net/http does not send it again when a connection breaks
			delete(r.Out.Header, name)
			r.Out.Header[strings.ToLower(name)] = key
		}
	}
}

// judge holds the answer against the contract.
func (x *exchange) judge(answer *http.Response) error {
	if answer.StatusCode < http.StatusOK || answer.StatusCode > 999 {
		return noStatus(answer.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err != nil {
		return &brokenOff{err}
	}
	x.lost = false
	if len(text) > maxAnswer {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(text), answer.Body), answer.Body}
	} else {
		found := x.report.Answers.CheckOperation(x.call.Operation, answer.Request.Method,
			server.Answer{Status: answer.StatusCode, Header: answer.Header, Body: text})
		x.report.tell(answer.Request.Context(), x.w, x.call.Operation, inAnswer, answer.StatusCode, found)
		x.left += len(found)
		_ = answer.Body.Close() // it was read to its end
		answer.Body = io.NopCloser(bytes.NewReader(text))
	}
	x.report.mark(answer.Header, x.left)
	for name := range answer.Header {
		x.w.Header().Del(name) // that of the target counts
	}
	return nil
}

// brokenOff is why an answer could not be read to its end.
type brokenOff struct{ error }

// noStatus is a status that no final answer has, so that none can be given
// with it.
type noStatus int

func (s noStatus) Error() string {
	return fmt.Sprintf("answered the proxy with status %d, which is none for an answer", int(s))
}

// fail answers in place of a target that did not.
func (x *exchange) fail(w http.ResponseWriter, r *http.Request, err error) {
	host := x.proxy.target.Host
	problem := &server.Problem{Status: http.StatusBadGateway, Message: "The proxy could not reach " + host}
	broken, status := (*brokenOff)(nil), noStatus(0)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		problem = &server.Problem{Status: http.StatusGatewayTimeout, Message: fmt.Sprintf("%s did not answer the proxy within %.0f seconds", host, Timeout.Seconds())}
	case errors.As(err, &broken):
		problem.Message = "The proxy could not read the answer of " + host + " to its end"
	case errors.As(err, &status):
		problem.Message = host + " " + status.Error()
	}
	if !errors.Is(err, context.Canceled) { // the caller is gone
		x.report.Log.WarnContext(r.Context(), "call not passed on", "request_id", w.Header().Get("X-Request-Id"), "operation", x.call.Operation, "error", err)
	}
	x.report.mark(w.Header(), x.left)
	problem.Answer(w)
}

// count adds the call to those of its operation.
func (x *exchange) count() {
	x.proxy.mu.Lock()
	defer x.proxy.mu.Unlock()
	t := cmp.Or(x.proxy.calls[x.call.Operation], &Tally{Operation: x.call.Operation})
	x.proxy.calls[x.call.Operation] = t
	t.Calls++
	if x.left > 0 {
		t.Left++
	}
	if x.lost {
		t.Lost++
	}
}
