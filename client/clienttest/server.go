package clienttest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/client/control"
)

// What the demo has: its first meeting type, half an hour on weekdays from 8 to 17 in Berlin, and its host, who owns the company. ListMeetingTypes lists the rest, a
// type for each outcome that a client should meet.
var (
	IntroCall = uuid.MustParse("770e8400-e29b-41d4-a716-446655440002")
	Olivia    = uuid.MustParse("550e8400-e29b-41d4-a716-446655440000")
)

// Start is what the clock shows unless WithClock says otherwise: Wednesday, 10 January 2024, nine o'clock in Berlin.
var Start = time.Date(2024, 1, 10, 8, 0, 0, 0, time.UTC)

// Server is a server of one test. It is safe for concurrent use. Methods that take a testing.TB end that test when they fail; the others end the one that was given
// to New.
type Server struct {
	// Client calls the server with the configuration that Config returns.
	Client   *client.API
	Clock    *Clock
	Inbox    *Inbox
	Webhooks *Webhooks

	t       testing.TB
	host    *host
	name    string // of its world
	options options
	config  client.Config
	plane   *http.Client // of the control plane
	url     func() string
	told    atomic.Bool // the test's log has the call that is to blame
}

// Option changes what New makes.
type Option func(*options)

type options struct {
	seed    seed
	clock   time.Time
	timeout time.Duration
}

// WithSeed begins with other content than the demo's: a company, as YAML in the form of impl/fixture/demo.yaml. Config then has its first personal key, or its first
// platform key when there is none. A process keeps what it makes of a seed, so let tests share few.
func WithSeed(yaml string) Option { return func(o *options) { o.seed = seed{own: true, yaml: yaml} } }

// WithClock makes the clock stand at another instant than Start; the zero time lets it tell the real time.
func WithClock(now time.Time) Option { return func(o *options) { o.clock = now } }

// WithTimeout sets how long Wait, Next and Request wait before they fail. Defaults to 10 seconds, which only tests that fail take.
func WithTimeout(d time.Duration) Option { return func(o *options) { o.timeout = d } }

// worlds counts those that were made, to name them.
var worlds atomic.Int64

// New starts a server for a test, which ends with it.
func New(t testing.TB, with ...Option) *Server {
	t.Helper()
	o := options{clock: Start, timeout: 10 * time.Second}
	for _, option := range with {
		option(&o)
	}
	h, err := hostOf(o.seed)
	if err != nil {
		t.Fatalf("clienttest: %v", err)
	}
	s := &Server{t: t, host: h, name: fmt.Sprintf("%.40s.%d", plain(t.Name()), worlds.Add(1)), options: o}
	release, err := h.app.HoldTenant(s.name)
	if err != nil {
		t.Fatalf("clienttest: %v", err)
	}
	t.Cleanup(release)
	here := &http.Client{Transport: within{s.name, h.transport}, Timeout: 30 * time.Second}
	s.config = client.Config{BaseURL: h.url, APIKey: h.key, HTTPClient: here, MaxTries: 1}
	if s.Client, err = client.New(s.config); err != nil {
		t.Fatalf("clienttest: %v", err)
	}
	s.plane = &http.Client{Transport: here.Transport} // without a timeout: an advanced clock may have much to do
	s.Clock, s.Inbox, s.Webhooks = &Clock{s}, &Inbox{s: s}, &Webhooks{s: s}
	s.url = sync.OnceValue(s.listen)
	s.begin()
	t.Cleanup(s.explain)
	return s
}

// plain keeps of a test's name what may stand in that of a world.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, name)
}

// begin sets the clock that a world begins with.
func (s *Server) begin() {
	s.t.Helper()
	switch {
	case s.options.clock.IsZero():
		s.Clock.release()
	case !s.options.clock.Equal(Start):
		s.Clock.Set(s.options.clock)
	}
}

// Config is a configuration that reaches the server, to be changed and given to client.New. Its HTTPClient does. MaxTries is 1, so that a test sees each fault; take
// 0 to test what the client does about it.
func (s *Server) Config() client.Config { return s.config }

// URL is the address of the server for other programs, and for code that makes clients of its own; the key is Config().APIKey. It listens on the loopback from the
// first call on until the test ends.
func (s *Server) URL() string { return s.url() }

func (s *Server) listen() string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set(worldHeader, s.name)
		s.host.app.ServeHTTP(w, r)
	}))
	s.t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// Reset goes back to what New returned: the seed and its keys, the clock, no mail, no recorded calls, no faults, and webhooks that do not listen.
func (s *Server) Reset() {
	s.t.Helper()
	s.Webhooks.close()
	none(s, http.StatusNoContent)(control.NewResetRequest(s.host.url, nil))
	s.Inbox.forget()
	s.begin()
}
