package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/job"
)

const (
	// maxAnswer is how much of an answer is read, and maxHeader how much of
	// its head. Nothing of it is kept but the status.
	maxAnswer = 64 << 10
	maxHeader = 64 << 10
	// maxRetryAfter is how long an endpoint may put off the next attempt.
	maxRetryAfter = 24 * time.Hour

	userAgent = "Meetwright-Webhook/1 (+https://github.com/meetwright/meetwright)"
)

// newClient returns a client that connects to addresses that are allowed,
// uses no proxy, and follows nothing.
func newClient(c Config) *http.Client {
	dialer := &net.Dialer{Control: guard(c.AllowPrivate), Resolver: c.Resolver}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, DisableCompression: true, MaxResponseHeaderBytes: maxHeader,
			MaxIdleConns: 256, MaxIdleConnsPerHost: job.PerLane, IdleConnTimeout: 30 * time.Second,
		},
	}
}

// reply is what is kept of an answer.
type reply struct {
	status int
	after  time.Duration // the endpoint wants no attempt before
}

func (r reply) success() bool { return r.status/100 == 2 }

func (r reply) failure() error {
	if r.status == http.StatusGone {
		return errors.New("the endpoint wants no more events; the webhook is disabled")
	}
	return fmt.Errorf("the endpoint answered with status %d", r.status)
}

// post sends a message. Its errors say why no answer came, and nothing of
// what was sent, to where, or what came back.
func (s *Sender) post(ctx context.Context, m message) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.hook.Endpoint, bytes.NewReader(m.body))
	if err != nil {
		return reply{}, errNoAnswer
	}
	now := s.Now()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", userAgent)
	r.Header.Set("Webhook-Id", m.id)
	r.Header.Set("Webhook-Timestamp", timestamp(now))
	r.Header.Set("Webhook-Signature", Sign(m.key, m.id, now, m.body))
	// Not sent; it says that the request may be sent again when a kept
	// connection turns out to be closed.
	r.Header["X-Idempotency-Key"] = []string{}

	answer, err := s.client.Do(r)
	if err != nil {
		return reply{}, s.whyNoAnswer(err)
	}
	defer func() { _ = answer.Body.Close() }() // there is nothing to lose
	// The status decides. The rest is read for the connection to be of use
	// again; but another protocol could go on for ever, as no timeout ends it.
	if answer.StatusCode != http.StatusSwitchingProtocols {
		_, _ = io.CopyN(io.Discard, answer.Body, maxAnswer)
	}
	return reply{status: answer.StatusCode, after: retryAfter(answer.Header.Get("Retry-After"), now)}, nil
}

// retryAfter reads a Retry-After of seconds or a date (RFC 9110 §10.2.3);
// what cannot be read is no wish.
func retryAfter(text string, now time.Time) time.Duration {
	text = strings.TrimSpace(text)
	var wait time.Duration
	if at, err := http.ParseTime(text); err == nil {
		wait = at.Sub(now)
	} else if text != "" && strings.Trim(text, "0123456789") == "" {
		seconds, err := strconv.ParseInt(text, 10, 32)
		if err != nil { // more than fits
			return maxRetryAfter
		}
		wait = time.Duration(seconds) * time.Second
	}
	return min(max(wait, 0), maxRetryAfter)
}
