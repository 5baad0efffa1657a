package impl_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/secret"
)

// replicaOrder makes the test binary a server that is told so in JSON, until
// its standard input ends or it is told to stop.
const replicaOrder = "MEETWRIGHT_TEST_REPLICA"

type order struct{ Database, Key, Addr string }

// TestReplica_Server is no test but that server.
func TestReplica_Server(t *testing.T) {
	text := os.Getenv(replicaOrder)
	if text == "" {
		return
	}
	if err := serveReplica(decode[order](t, []byte(text))); err != nil {
		t.Fatal(err)
	}
	os.Exit(0)
}

// serveReplica does what the command does.
func serveReplica(o order) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	ring, err := secret.LoadOrCreate(o.Key)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	app, err := impl.Open(ctx, impl.Settings{Database: o.Database, Seed: fixture.Demo(), Ring: ring, Logger: log})
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Addr)
	if err != nil {
		return err
	}
	web := &http.Server{Handler: app, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute}
	go func() { _ = web.Serve(listener) }() // until it is shut down
	fmt.Println("serving " + listener.Addr().String())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the parent
		os.Exit(0)
	}()
	<-ctx.Done()
	app.Drain()
	drain, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := web.Shutdown(drain); err != nil {
		return err
	}
	return app.Close()
}

// replica is a server process, which comes back at the same address.
type replica struct {
	order
	process *exec.Cmd
	in      io.Closer
	out     io.Reader
	noise   *noise
}

// noise is what a process says when something is wrong.
type noise struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (n *noise) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(p)
}

func (n *noise) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

// newProcesses starts servers over one database.
func newProcesses(t *testing.T, database string, n int) []*replica {
	t.Helper()
	key := filepath.Join(t.TempDir(), "key")
	if _, err := secret.LoadOrCreate(key); err != nil {
		t.Fatal(err)
	}
	all := make([]*replica, n)
	for i := range all {
		all[i] = &replica{order: order{database, key, "127.0.0.1:0"}, noise: &noise{}}
		all[i].launch(t)
	}
	for _, r := range all {
		if err := r.await(); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, r := range all {
			if r.process.ProcessState == nil {
				r.kill(t)
			}
		}
	})
	return all
}

// launch starts the process, and await waits until it serves.
func (r *replica) launch(t *testing.T) {
	t.Helper()
	text, err := json.Marshal(r.order)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(context.Background(), os.Args[0], "-test.run=^TestReplica_Server$")
	c.Env = append(os.Environ(), replicaOrder+"="+string(text))
	c.Stderr = r.noise
	c.SysProcAttr = &syscall.SysProcAttr{}
	if r.in, err = c.StdinPipe(); err != nil { // open as long as the parent lives
		t.Fatal(err)
	}
	if r.out, err = c.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	r.process = c
}

func (r *replica) await() error {
	lines := bufio.NewScanner(r.out)
	said := ""
	for lines.Scan() {
		addr, found := strings.CutPrefix(lines.Text(), "serving ")
		if found {
			r.Addr = addr
			return nil
		}
		said += lines.Text() + "\n"
	}
	return fmt.Errorf("the server did not start: %w\n%s%s", r.process.Wait(), said, r.noise)
}

// start starts the process again, several times when it has to, as whoever
// runs it does.
func (r *replica) start(t *testing.T) {
	t.Helper()
	for try := 0; ; try++ {
		r.launch(t)
		err := r.await()
		if err == nil {
			return
		}
		if try == 5 {
			t.Fatal(err)
		}
	}
}

// stop has the process end in good order.
func (r *replica) stop(t *testing.T) {
	t.Helper()
	if err := r.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := r.process.Wait(); err != nil {
		t.Errorf("it ended with %v\n%s", err, r.noise)
	}
}

// kill ends the process at once.
func (r *replica) kill(t *testing.T) {
	t.Helper()
	if err := r.process.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = r.process.Wait() // killed, as it should be
}

// ready waits until a server says that it is.
func (r *replica) ready(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		answer, err := http.Get("http://" + r.Addr + "/ready")
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("it does not recover: %v\n%s", err, r.noise)
		}
	}
}
