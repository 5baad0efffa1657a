package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// process is a server under measurement.
type process struct {
	cmd  *exec.Cmd
	addr string
	// started is how long it took from start to first answer.
	started time.Duration
}

// startTimeout is how long a server may take until it answers.
const startTimeout = 60 * time.Second

// begin starts a server that listens on the port which stands for PORT in
// its arguments, and waits until it answers a call of the API.
func begin(ctx context.Context, program string, args ...string) (*process, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "PORT", port)
	}
	p := &process{cmd: exec.CommandContext(ctx, program, args...), addr: "127.0.0.1:" + port}
	start := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	for !p.answers(ctx) {
		if time.Since(start) > startTimeout {
			return nil, errors.Join(fmt.Errorf("%s does not answer", program), p.stop())
		}
		time.Sleep(500 * time.Microsecond)
	}
	p.started = time.Since(start)
	return p, nil
}

func freePort(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

func (p *process) answers(ctx context.Context) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.addr+"/v4/user/me", http.NoBody)
	if err != nil {
		return false
	}
	r.Header.Set("Authorization", "Bearer "+demoKey)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return errors.Join(err, answer.Body.Close()) == nil
}

// stop ends a server; how it takes that is not measured.
func (p *process) stop() error {
	err := p.cmd.Process.Kill()
	_ = p.cmd.Wait() // says that it was killed
	return err
}

// tick is the unit of the times in /proc: USER_HZ, which is 100 on every
// machine that Go runs on.
const tick = 10 * time.Millisecond

// cpu is what a server has used of the processors, for itself and in the
// system.
func (p *process) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	// The name, which may hold anything, ends with the last parenthesis;
	// utime and stime are the 12th and 13th after it.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick, err
}

var residentLine = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// resident is how much memory a server has, in megabytes.
func (p *process) resident() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	kb, err := strconv.Atoi(string(residentLine.FindSubmatch(text)[1]))
	return float64(kb) / 1024, err
}
