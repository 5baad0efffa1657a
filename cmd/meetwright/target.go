package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/client/control"
	"github.com/meetwright/meetwright/impl/fixture"
)

// operationAnnotation of a command names the operations of the contract that
// it covers.
const operationAnnotation = "operations"

// remote makes cmd a command that calls a server, for these operations.
func remote(cmd *cobra.Command, operations ...string) *cobra.Command {
	cmd.Annotations = map[string]string{operationAnnotation: strings.Join(operations, " ")}
	cmd.Flags().String("url", "", "address of the server (default: MEETERGO_BASE_URL, else a stub on this machine)")
	cmd.Flags().String("acting-user", "", "id of the user that a platform key acts as")
	cmd.Flags().String("tenant", "", "world of a stub server to talk to")
	return cmd
}

// session is a server that a command talks to, and the credential for it.
type session struct {
	cmd      *cobra.Command
	api      *client.API
	control  *control.ClientWithResponses
	wire     *wire
	url, key string
}

// vendorURL is the server that a key without an address is for. The keys of
// the demo are never sent there.
const vendorURL = "https://api.meetergo.com"

// connect finds the server: by --url or the environment. When neither names
// a server or a key, it is the stub that serve starts on this machine, with
// its demo key.
func connect(cmd *cobra.Command) (*session, error) {
	s := &session{cmd: cmd, url: flag(cmd, "url"), key: firstOf(os.Getenv("MEETERGO_API_KEY"), os.Getenv("MEETERGO_TOKEN"))}
	s.url = strings.TrimRight(firstOf(s.url, os.Getenv("MEETERGO_BASE_URL")), "/")
	if s.key != "" && (s.url == "" || s.url == vendorURL) && isDemoKey(s.key) {
		return nil, &failure{exitUsage, "the key is that of the demo", vendorURL + " does not know it, and it is not sent there", "--url http://127.0.0.1:8080"}
	}
	config := client.Config{ActingUser: flag(cmd, "acting-user"), UserAgent: "meetwright/" + version()}
	switch {
	case s.url == "" && s.key != "":
		s.url = vendorURL
		s.note("Using %s: there is a key in the environment, and no address.", s.url)
	case s.url == "":
		if err := s.findStub(); err != nil {
			return nil, err
		}
		config.IdempotentServer = true
	}
	if flag(cmd, "idempotency-key") != "" {
		config.IdempotentServer = true
	}
	s.wire = &wire{tenant: flag(cmd, "tenant")}
	config.BaseURL, config.APIKey = s.url, s.key
	config.HTTPClient = &http.Client{Transport: s.wire, Timeout: callTimeout}
	var err error
	if s.api, err = client.New(config); err != nil {
		return nil, &failure{exitUsage, "the server cannot be addressed", oneLine(err), "check --url or MEETERGO_BASE_URL, and MEETERGO_API_KEY"}
	}
	s.control, err = control.NewClientWithResponses(s.url, control.WithHTTPClient(s.patient()))
	return s, err
}

func isDemoKey(key string) bool {
	demo := fixture.Demo()
	return key == demo.PersonalKey() || key == demo.PlatformKey()
}

// patient is a client for calls that may wait. It follows no redirect, which
// could turn a change into a look.
func (s *session) patient() *http.Client {
	return &http.Client{
		Transport: s.wire, Timeout: callTimeout + longestWait,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

const (
	callTimeout = 30 * time.Second
	longestWait = 60 * time.Second // of the control plane
	findTimeout = time.Second
)

// findStub addresses the stub on this machine.
func (s *session) findStub() error {
	s.url = "http://" + stubAddress()
	ctx, cancel := context.WithTimeout(s.cmd.Context(), findTimeout)
	defer cancel()
	nobody := &failure{
		exitUnreachable, "no server is named, and no stub answers at " + s.url, "MEETERGO_BASE_URL, MEETERGO_API_KEY and --url are not set",
		"start one with meetwright serve, or name one with --url and MEETERGO_API_KEY",
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/_/info", http.NoBody)
	if err != nil {
		return nobody
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nobody
	}
	defer func() { _ = answer.Body.Close() }()
	var info control.Info
	if err := json.NewDecoder(io.LimitReader(answer.Body, 1<<20)).Decode(&info); err != nil || info.Mode != "stub" {
		return nobody
	}
	s.key = fixture.Demo().PersonalKey()
	fmt.Fprintf(s.cmd.ErrOrStderr(), "Using the stub at %s with its demo key.\n", s.url)
	return nil
}

// stubAddress is where serve listens, as far as its settings tell.
func stubAddress() string {
	flags := serveCommand().Flags()
	file, err := readSettings(settingsFile, flags)
	if err != nil {
		file = nil // serve says what is wrong with it
	}
	addr := firstOf(os.Getenv(environmentName("addr")), file["addr"], flags.Lookup("addr").DefValue)
	if host, port, err := net.SplitHostPort(addr); err == nil && (host == "" || host == "0.0.0.0" || host == "::") {
		return net.JoinHostPort("127.0.0.1", port) // all addresses of this machine
	}
	return addr
}

// now is the time that the server keeps: that of a stub, else the real one.
func (s *session) now(ctx context.Context) time.Time {
	if s.url != vendorURL {
		clock, err := answered[control.Clock](s.control.GetClockWithResponse(ctx, nil))
		if err == nil {
			return clock.Now
		}
	}
	return time.Now()
}

// wire sends requests, and keeps the last answer as it came.
type wire struct {
	tenant string
	last   bytes.Buffer
}

// RoundTrip sends one request.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.tenant != "" {
		r = r.Clone(r.Context())
		r.Header.Set("X-Stub-Tenant", w.tenant)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	w.last.Reset()
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.TeeReader(answer.Body, &w.last), answer.Body}
	return answer, nil
}

// print writes the last answer for programs when they want it, and else has
// people write it for people.
func (s *session) print(people func() error) error {
	if !asJSON(s.cmd) {
		return people()
	}
	return s.printAnswer()
}

// printAnswer writes the JSON of the last answer, only indented, and what is
// no JSON as it came.
func (s *session) printAnswer() error {
	body := s.wire.last.Bytes()
	var indented bytes.Buffer
	if json.Indent(&indented, bytes.TrimSpace(body), "", "  ") == nil {
		indented.WriteByte('\n')
		body = indented.Bytes()
	}
	_, err := s.cmd.OutOrStdout().Write(body)
	return err
}

// note writes words for people.
func (s *session) note(format string, args ...any) {
	fmt.Fprintf(s.cmd.ErrOrStderr(), format+"\n", args...)
}

// flag is the value of a text flag, "" when the command has none.
func flag(cmd *cobra.Command, name string) string {
	if f := cmd.Flags().Lookup(name); f != nil {
		return f.Value.String()
	}
	return ""
}

// firstOf gives the first text that is not blank.
func firstOf(texts ...string) string {
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			return text
		}
	}
	return ""
}

// calling is the RunE of a command that talks to a server.
func calling(run func(ctx context.Context, s *session, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		ctx, stop := interruptible(cmd)
		defer stop()
		s, err := connect(cmd)
		if err != nil {
			return err
		}
		err = run(ctx, s, args)
		if f := refused(err); f != nil {
			return f
		}
		return err
	}
}

// optional is nil for the zero value.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
