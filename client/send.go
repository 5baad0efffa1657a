package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

const (
	firstWait = 250 * time.Millisecond // at most, before the second try; doubled before each further one
	longWait  = 8 * time.Second        // at most, before any try
	// longestRetryAfter is how long a server may have a call wait. Whoever called decides about more.
	longestRetryAfter = time.Minute
)

// try is one request of a call, and what came of it. It has all of it in one piece, because a call has to cost little more than the generated client.
type try struct {
	number  int
	start   time.Time
	trace   httptrace.ClientTrace
	answer  answer
	refusal *APIError // the answer is not the documented one
	err     error     // why there is no answer

	brokenOff   bool // the refusal is a documented answer that did not arrive whole
	mayComeBack bool // the refusal has a Retry-After, be it 0

	asked, connected atomic.Bool // for a connection; was given one
}

// unsent reports a try without an answer that surely did not reach the server: the transport looked for a connection and got none.
func (t *try) unsent() bool { return t.asked.Load() && !t.connected.Load() }

// send makes the tries of a call.
func (a *API) send(ctx context.Context, c *call) (*answer, error) {
	if ctx == nil {
		return nil, fmt.Errorf("%s: %w: the context is nil, pass context.Background() for none", c.operation, ErrNotSent)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", c.operation, ErrNotSent, err)
	}
	rewind := c.guard()
	unknown := false
	for number := 1; ; number++ {
		t := a.try(ctx, c, number, rewind)
		if t.refusal == nil && t.err == nil {
			return &t.answer, nil
		}
		if c.settles(t) {
			unknown = false
		} else {
			unknown = unknown || c.mayHaveHappened(t)
		}
		wait, worth := t.wait(ctx)
		if number == a.config.MaxTries || !worth || !c.mayTryAgain(t) {
			return nil, c.failure(t, unknown)
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, fmt.Errorf("%w (not tried again: %w)", c.failure(t, unknown), err)
		}
	}
}

// guard keeps net/http from sending a change again on its own when the connection breaks: it does so for any request with one of these headers that has no body
// or one that it can rewind, whether or not the server honours them, and tells nobody that there was a first one. guard gives the function that rewinds the body
// between tries.
func (c *call) guard() (rewind func() (io.ReadCloser, error)) {
	r := c.request
	rewind = r.GetBody
	if c.safe() || len(c.header[headerIdempotencyKey]) == 0 && len(c.header["X-Idempotency-Key"]) == 0 {
		return rewind
	}
	if r.Body == nil {
		rewind = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("")), nil }
		r.Body, _ = rewind()
	}
	r.GetBody = nil
	return rewind
}

// try sends the request once and reads the answer.
func (a *API) try(ctx context.Context, c *call, number int, rewind func() (io.ReadCloser, error)) *try {
	t := &try{number: number, start: time.Now()}
	t.trace.GetConn = func(string) { t.asked.Store(true) }
	t.trace.GotConn = func(httptrace.GotConnInfo) { t.connected.Store(true) }
	r := c.request.WithContext(httptrace.WithClientTrace(ctx, &t.trace))
	if number > 1 && rewind != nil {
		r.Body, _ = rewind() // from memory, which does not fail
	}
	if resp, err := a.config.HTTPClient.Do(r); err != nil {
		t.err = withoutURL(err)
	} else {
		t.read(resp, c)
		_ = resp.Body.Close()
	}
	if a.config.Logger != nil {
		a.log(ctx, c, t)
	}
	return t
}

// withoutURL gives the cause of an error of net/http, which repeats the URL with all that the query says about people.
func withoutURL(err error) error {
	for {
		outer, ok := errors.AsType[*url.Error](err)
		if !ok {
			return err
		}
		err = outer.Err
	}
}

// wait is how long to wait before the next try: what the server asks for, and by chance up to a time that doubles with every try, so that many who were refused
// together do not come back together. worth is false when the server asks for too much, and when the context ends before.
func (t *try) wait(ctx context.Context) (wait time.Duration, worth bool) {
	wait = rand.N(min(longWait, firstWait<<min(t.number-1, 10)))
	if t.refusal != nil {
		if t.refusal.RetryAfter > longestRetryAfter {
			return 0, false
		}
		wait += t.refusal.RetryAfter
	}
	if deadline, limited := ctx.Deadline(); limited && time.Until(deadline) <= wait {
		return 0, false
	}
	return wait, ctx.Err() == nil
}

// sleep waits, unless the context ends first.
func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// read reads an answer to its end. One whose status is not the documented one, that breaks off or that is too large is a refusal.
func (t *try) read(resp *http.Response, c *call) {
	body, err := readAll(resp)
	t.answer = answer{status: resp.StatusCode, header: resp.Header, body: body, call: c}
	switch a := &t.answer; {
	case a.status != c.want:
		t.refusal = a.refusal(err)
		t.mayComeBack = resp.Header.Get("Retry-After") != ""
	case err != nil:
		t.refusal = a.apiError(fmt.Errorf("the answer breaks off: %w", err))
		t.brokenOff = true
	case len(body) > maxAnswer:
		t.refusal = a.apiError(fmt.Errorf("the answer is larger than %d bytes", maxAnswer))
	}
}
