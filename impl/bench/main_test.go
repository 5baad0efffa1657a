// Package bench_test measures a whole server from outside: one that
// [impl.Open] made, in a process of its own, asked over HTTP. What it prints
// is for benchstat, and table.awk makes the table of it.
package bench_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// serving makes the test binary a server: the place to serve, as JSON.
const serving = "MEETWRIGHT_BENCH_SERVE"

// place says what a server is started with.
type place struct {
	// Database is as of [impl.Settings]; "" is a server of the standard
	// library, which decodes a booking, answers, and stores nothing.
	Database string
	// KeyFile is where the server's key is kept.
	KeyFile string
	// Stored is how many bookings of the past the database gets before.
	Stored int
}

const memory = ":memory:"

func TestMain(m *testing.M) {
	if text := os.Getenv(serving); text != "" {
		if err := serve(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serve is the server's side. It ends with its standard input.
func serve(text string) error {
	var p place
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return err
	}
	handler, key, err := open(context.Background(), p)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	web := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second}
	go func() { _ = web.Serve(listener) }()
	fmt.Println(listener.Addr(), key)
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// open makes the handler. A database on a disk is served live, and nothing
// is mailed; one in memory can only be that of a stub server, which captures
// the mails that each booking makes.
func open(ctx context.Context, p place) (h http.Handler, key string, err error) {
	if p.Database == "" {
		return measured(http.HandlerFunc(plain)), "none", nil
	}
	ring, err := secret.LoadOrCreate(p.KeyFile)
	if err != nil {
		return nil, "", err
	}
	log, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, "", err
	}
	settings := impl.Settings{Database: p.Database, Ring: ring, Logger: slog.New(slog.NewJSONHandler(log, nil))}
	if p.Database != memory {
		settings.Live = true
		s, err := store.Open(ctx, p.Database, store.Options{Exclusive: true})
		if err != nil {
			return nil, "", err
		}
		if key, err = furnish(ctx, s, p); err != nil {
			return nil, "", errors.Join(err, s.Close())
		}
		if err := s.Close(); err != nil {
			return nil, "", err
		}
	}
	app, err := impl.Open(ctx, settings)
	if err != nil {
		return nil, "", err
	}
	if p.Database == memory {
		if key, err = furnish(ctx, app.Store, p); err != nil {
			return nil, "", err
		}
	}
	return measured(app), key, nil
}

// plain is what a booking costs without any of ours: it is decoded, and an
// answer of the same size as a refusal is sent.
func plain(w http.ResponseWriter, r *http.Request) {
	var body server.BookingRequest
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(struct {
		StatusCode int    `json:"statusCode"`
		Message    string `json:"message"`
		Error      string `json:"error"`
	}{http.StatusBadRequest, "Expected hostIds or queueId", "Bad Request"})
}

// cpuPath tells how much of the processors the server has used, in
// microseconds.
const cpuPath = "/bench/cpu"

func measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != cpuPath {
			next.ServeHTTP(w, r)
			return
		}
		var used syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = fmt.Fprint(w, (used.Utime.Nano()+used.Stime.Nano())/1000)
	})
}

// process is a server that was started.
type process struct {
	addr, key string
	// next is the number of the next booking that is in nobody's way.
	next int
}

// start starts a server for a benchmark.
func start(b *testing.B, p place) *process {
	b.Helper()
	p.KeyFile = filepath.Join(b.TempDir(), "key")
	text, err := json.Marshal(p)
	if err != nil {
		b.Fatal(err)
	}
	c := exec.CommandContext(context.Background(), os.Args[0])
	c.Env = append(os.Environ(), serving+"="+string(text))
	var failure strings.Builder
	c.Stderr = &failure
	in, err := c.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := errors.Join(in.Close(), c.Wait()); err != nil {
			b.Errorf("%v\n%s", err, &failure)
		}
	})
	s := &process{}
	if _, err := fmt.Fscan(out, &s.addr, &s.key); err != nil {
		b.Fatalf("the server did not start: %v", err)
	}
	return s
}
