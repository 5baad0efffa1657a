// Package postgrestest gives tests a real PostgreSQL server.
package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a PostgreSQL server of a test's own, on a free loopback port. It
// runs as an ordinary user, because it refuses to run as root, and does not
// wait for the disk unless it was started Durable: what it commits survives
// its own death, not that of the machine.
type Server struct {
	URL     string // of the database "postgres", without a final slash
	folder  string
	bin     string
	port    int
	durable bool
	process *exec.Cmd
}

// Durable makes a server wait for the disk with each commit.
const Durable = true

// errMissing says what to do about a machine without PostgreSQL.
var errMissing = errors.New("PostgreSQL is not installed (apt-get install postgresql): its tests are skipped")

// Start makes a server in a folder that is removed by Remove.
func Start(durable bool) (_ *Server, err error) {
	s := &Server{durable: durable}
	if s.bin, err = findBinaries(); err != nil {
		return nil, err
	}
	if s.folder, err = os.MkdirTemp("", "postgres"); err != nil {
		return nil, err
	}
	account, err := ordinaryUser()
	if err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	if account != nil {
		if err := os.Chown(s.folder, int(account.Uid), int(account.Gid)); err != nil {
			return nil, errors.Join(err, s.Remove())
		}
	}
	initdb := s.command("initdb", "--pgdata="+s.data(), "--username=meetwright", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	if output, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w\n%s", err, output), s.Remove())
	}
	if s.port, err = freePort(); err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	s.URL = "postgres://meetwright@127.0.0.1:" + strconv.Itoa(s.port)
	if err := s.Run(); err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	return s, nil
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// command is a program of PostgreSQL's as an ordinary user; it dies with the
// test.
func (s *Server) command(name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(context.Background(), filepath.Join(s.bin, name), args...)
	c.Dir = s.folder
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if account, err := ordinaryUser(); err == nil && account != nil {
		c.SysProcAttr.Credential = account
	}
	return c
}

// Run starts the server, again after Kill, and waits until it answers.
func (s *Server) Run() error {
	settings := []string{
		"-D", s.data(), "-p", strconv.Itoa(s.port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "max_connections=300", "-c", "shared_buffers=128MB", "-c", "max_wal_size=2GB", "-c", "autovacuum_naptime=5s",
	}
	if !s.durable {
		settings = append(settings, "-c", "fsync=off", "-c", "full_page_writes=off")
	}
	log, err := os.OpenFile(filepath.Join(s.folder, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the server has it
	s.process = s.command("postgres", settings...)
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		return err
	}
	deadline := time.Now().Add(30 * time.Second)
	for {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		c, err := pgx.Connect(ctx, s.URL+"/postgres")
		cancel()
		if err == nil {
			return c.Close(context.Background())
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(filepath.Join(s.folder, "log"))
			return fmt.Errorf("PostgreSQL does not answer: %w\n%s", err, text)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Kill stops the server at once, without letting anything finish.
func (s *Server) Kill() error {
	if s.process == nil {
		return nil
	}
	err := s.process.Process.Signal(syscall.SIGQUIT) // "immediate shutdown"
	_ = s.process.Wait()                             // it was told to fail
	s.process = nil
	return err
}

// Remove stops the server and removes its files.
func (s *Server) Remove() error {
	return errors.Join(s.Kill(), os.RemoveAll(s.folder))
}

func findBinaries() (string, error) {
	folders, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	slices.Sort(folders)
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			folders = append(folders, filepath.Dir(path))
		}
	}
	for _, folder := range slices.Backward(folders) {
		if _, err := os.Stat(filepath.Join(folder, "postgres")); err == nil {
			return folder, nil
		}
	}
	return "", errMissing
}

// ordinaryUser is whom to run as instead of root, or nil.
func ordinaryUser() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		account, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root, and there is no other user: %w", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func freePort() (int, error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// need skips a test that cannot have PostgreSQL, with a line that says how to
// get it. In CI, where the environment has CI set, it fails.
func need(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case errors.Is(err, errMissing) && os.Getenv("CI") == "":
		t.Skip(err)
	default:
		t.Fatal(err)
	}
}
