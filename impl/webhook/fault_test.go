package webhook_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/webhook"
)

// patience is short in tests of endpoints that hang.
func patience(c *webhook.Config) { c.Timeout = 100 * time.Millisecond }

// listener is a receiver that does something else than HTTP.
func listener(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				serve(c)
			}()
		}
	}()
	return "http://" + l.Addr().String() + "/?token=hush"
}

// saying reads a request and writes a text.
func saying(text string) func(net.Conn) {
	return func(c net.Conn) {
		if _, err := c.Read(make([]byte, 64<<10)); err == nil {
			_, _ = io.WriteString(c, text)
		}
	}
}

// Ensure an attempt without an answer tells why, in words that hold nothing
// of the endpoint or of what it sent.
func TestSender_NoAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refused := listener(t, func(net.Conn) {})
	closed, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	for _, c := range []struct{ name, endpoint, want string }{
		{"hanging", listener(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }), "no answer within 100ms"},
		{"hanging inside the head", listener(t, func(c net.Conn) {
			saying("HTTP/1.1 200 OK\r\nX-A: hush")(c)
			_, _ = io.Copy(io.Discard, c)
		}), "no answer within 100ms"},
		{"a head without end", listener(t, func(c net.Conn) {
			saying("HTTP/1.1 200 OK\r\n")(c)
			for {
				if _, err := io.WriteString(c, "X-A: "+strings.Repeat("hush", 100)+"\r\n"); err != nil {
					return
				}
			}
		}), "no valid HTTP answer"},
		{"garbage", listener(t, saying("hush hush hush\r\n\r\n")), "no valid HTTP answer"},
		{"no status", listener(t, saying("HTTP/1.1 hush\r\n\r\n")), "no valid HTTP answer"},
		{"closed at once", refused, "the endpoint "},
		{"closed after the request", listener(t, saying("")), "without an answer"},
		{"nobody there", "http://" + closed.Addr().String(), "refused the connection"},
		{"a certificate of nobody", untrusted.URL, "certificate"},
		{"no TLS", strings.Replace(answering(t, 200), "http:", "https:", 1), "do not agree on TLS"},
		{"no such name", "http://nowhere.invalid/hush", "host name of the endpoint cannot be resolved"},
	} {
		t.Run(c.name, func(t *testing.T) {
			switch {
			case c.name == "no such name":
				w.sends(func(c *webhook.Config) { c.Resolver = dns(t, nil) })
			case strings.HasPrefix(c.name, "hanging"):
				w.sends(patience)
			default:
				w.sends(func(c *webhook.Config) { c.Timeout = 0 })
			}
			h := w.add(t, c.endpoint)
			o := w.attempt(t, w.delivery(t, h))
			if o.Err == nil || o.Status != 0 || o.GiveUp || !strings.Contains(o.Err.Error(), c.want) {
				t.Fatalf("gave %+v, want %q", o, c.want)
			}
			if strings.Contains(o.Err.Error(), "hush") || strings.Contains(o.Err.Error(), "127.0.0.1") {
				t.Errorf("gave %v", o.Err)
			}
			w.remove(t, h)
		})
	}
}

// Ensure the status decides, however slow or long the rest of an answer is.
func TestSender_Bodies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, patience)
	for name, body := range map[string]http.HandlerFunc{
		"that never ends": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
		"that is long": func(w http.ResponseWriter, _ *http.Request) {
			for block := make([]byte, 64<<10); ; {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		},
		"that is cut": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "short")
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := w.delivery(t, w.add(t, endpoint(t, body)))
			w.runDue(t)
			if state, attempts := w.state(t, j); state.State != meet.JobDone || attempts[0].Status != 200 {
				t.Errorf("the delivery is %+v, %+v", state, attempts)
			}
		})
	}
}

// Ensure what fails inside the server is logged, and tried again.
func TestSender_Hindered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *webhook.Config) {
		c.Render = func(context.Context, *store.Tx, meet.Event) ([]byte, error) { return nil, errors.New("hush") }
	})
	j := w.delivery(t, w.add(t, answering(t, 200)))
	w.runDue(t)
	state, _ := w.state(t, j)
	if state.State != meet.JobPending || state.LastError != "internal error" || !strings.Contains(w.logs.String(), "error=hush") {
		t.Errorf("the delivery is %+v, the log %s", state, w.logs)
	}
}

// Ensure endpoints that hang leave room for others.
func TestSender_SlowEndpoint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	slow := w.add(t, endpoint(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or the server does not see who leaves
		<-r.Context().Done()
	}))
	arrived := make(chan struct{}, 1)
	quick := w.add(t, endpoint(t, func(http.ResponseWriter, *http.Request) { arrived <- struct{}{} }))
	for range 20 {
		w.delivery(t, slow)
	}
	w.delivery(t, quick)
	runner := job.New(job.Config{Store: w.Store, Handlers: map[meet.JobKind]job.Handler{
		meet.SendWebhook: func(_ context.Context, j meet.Job) job.Outcome { return w.attempt(t, j) },
	}, Workers: 10})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		runner.Run(ctx)
		close(done)
	}()
	<-arrived
	stop()
	t.Cleanup(func() { <-done }) // what hangs ends with the test's context
}
