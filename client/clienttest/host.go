package clienttest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/fixture"
)

// host is a server whose worlds are those of tests that begin with the same seed.
type host struct {
	app       *impl.App
	url       string
	key       string
	transport *http.Transport
}

// seed is the content that a world begins with; the zero seed is the demo.
type seed struct {
	own  bool
	yaml string
}

// hosts are those of this process, by what their worlds begin with.
var (
	hostsMu sync.Mutex
	hosts   = map[seed]func() (*host, error){}
)

// hostOf returns the server for a seed, which the first caller makes.
func hostOf(content seed) (*host, error) {
	hostsMu.Lock()
	made := hosts[content]
	if made == nil {
		made = sync.OnceValues(func() (*host, error) { return open(content) })
		hosts[content] = made
	}
	hostsMu.Unlock()
	return made()
}

// open starts a server. Links in its mails lead to it.
func open(content seed) (*host, error) {
	fixture, err := content.fixture()
	if err != nil {
		return nil, err
	}
	inside := make(pipes)
	h := &host{key: fixture.PersonalKey(), transport: inside.transport()}
	if h.key == "" {
		h.key = fixture.PlatformKey()
	}
	if h.key == "" {
		return nil, errors.New("the seed has no keys; give it one, such as keys: [{user: olivia, key: rgo- and 32 characters}]")
	}
	server := httptest.NewUnstartedServer(nil)
	h.url = "http://" + server.Listener.Addr().String()
	h.app, err = impl.Open(context.Background(), impl.Settings{
		Seed: fixture, Clock: Start, PublicURL: h.url, Version: "clienttest",
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		server.Close()
		return nil, err
	}
	server.Config.Handler = h.app
	server.Start()
	go func() { _ = (&http.Server{Handler: h.app}).Serve(inside) }() // as long as the process
	return h, nil
}

func (c seed) fixture() (*fixture.Fixture, error) {
	if !c.own {
		return fixture.Demo(), nil
	}
	f, err := fixture.Parse("seed", []byte(c.yaml))
	return &f, err
}

// worldHeader names the world of a request.
const worldHeader = "X-Stub-Tenant"

// within sends requests to a world.
type within struct {
	name string
	next http.RoundTripper
}

// RoundTrip sends a request.
func (w within) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.WithContext(r.Context()) // the caller's must not change
	r.Header = r.Header.Clone()
	r.Header.Set(worldHeader, w.name)
	return w.next.RoundTrip(r)
}
