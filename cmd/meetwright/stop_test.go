package main

import (
	"bytes"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/secret"
)

// words is a log that may be read while it is written.
type words struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *words) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *words) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// Ensure that a server which is about to stop says so to whoever connects, and
// that a request which does not end keeps it from stopping for a time only.
func TestDrain(t *testing.T) {
	app := server(t, ":memory:", secret.New())
	entered, over := make(chan struct{}), make(chan struct{})
	defer close(over)
	web := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/endless" {
			close(entered)
			<-over
		}
		app.ServeHTTP(w, r)
	})}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = web.Serve(listener) }() // until it is shut down
	url := "http://" + listener.Addr().String()
	go func() {
		if answer, err := http.Get(url + "/endless"); err == nil {
			t.Errorf("it was answered %s", answer.Status)
		}
	}()
	<-entered

	var told words
	stopped := make(chan error)
	go func() {
		stopped <- drain(app, web, slog.New(slog.NewTextHandler(&told, nil)), 2*time.Second, 20*time.Millisecond)
	}()
	stranger := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for status := 0; status != http.StatusServiceUnavailable; {
		answer, err := stranger.Get(url + "/ready")
		if err != nil {
			t.Fatalf("nobody was told that it stops: %v", err)
		}
		status = answer.StatusCode
		_ = answer.Body.Close()
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if got := told.String(); !strings.Contains(got, `level=WARN msg="requests that did not end were cut off" waited=20ms`) {
		t.Errorf("the log is %s", got)
	}
}

// Ensure that bytes which a server sends unasked are not in the log.
func TestStandardLog(t *testing.T) {
	var told words
	before := log.Writer()
	log.SetOutput(standardLog{slog.New(slog.NewTextHandler(&told, nil))})
	defer log.SetOutput(before)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		time.Sleep(50 * time.Millisecond) // until the connection is idle
		_, _ = io.WriteString(conn, "HTTP/1.1 200 hush\r\n\r\n")
		time.Sleep(50 * time.Millisecond)
	}))
	defer web.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport}).Get(web.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	for late := time.Now().Add(5 * time.Second); told.String() == "" && time.Now().Before(late); {
		time.Sleep(5 * time.Millisecond)
	}
	if got := told.String(); !strings.Contains(got, "Unsolicited response") || strings.Contains(got, "hush") {
		t.Errorf("the log is %s", got)
	}
}
