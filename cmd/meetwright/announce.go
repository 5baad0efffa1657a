package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// readiness is what the ready file says.
type readiness struct {
	URL         string         `json:"url"`
	APIKey      string         `json:"apiKey,omitempty"`
	PlatformKey string         `json:"platformKey,omitempty"`
	UserID      meet.UserID    `json:"userId,omitempty"`
	CompanyID   meet.CompanyID `json:"companyId,omitempty"`
	PID         int            `json:"pid"`
}

// announce says, to programs and to people, that the server is ready.
func (o *serveOptions) announce(ctx context.Context, cmd *cobra.Command, app *impl.App, s impl.Settings, addr string) error {
	ready := readiness{URL: "http://" + addr, PID: os.Getpid()}
	if seed := app.Seed; seed != nil {
		ready.APIKey, ready.PlatformKey = seed.PersonalKey(), seed.PlatformKey()
		ready.UserID, ready.CompanyID = seed.Owner(), seed.CompanyID()
	}
	if o.readyFile != "" {
		if err := writeAtomically(o.readyFile, ready); err != nil {
			return &failure{exitFailed, "the ready file cannot be written", err.Error(), "check --ready-file"}
		}
	}
	s.Logger.Info("listening", "url", ready.URL, "mode", o.mode)
	if f, ok := cmd.OutOrStdout().(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		o.greet(ctx, f, app, s, ready)
	}
	return nil
}

// writeAtomically writes a file so that nobody reads half of it.
func writeAtomically(path string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".ready-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(append(text, '\n')); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// greet tells a person at a terminal what to do next.
func (o *serveOptions) greet(ctx context.Context, w io.Writer, app *impl.App, s impl.Settings, ready readiness) {
	fmt.Fprintf(w, "\n  meetwright %s, %s mode\n\n", version(), o.mode)
	fmt.Fprintf(w, "  API        %s\n", s.PublicURL)
	fmt.Fprintf(w, "  Reference  %s/docs\n", s.PublicURL)
	if !s.Live {
		fmt.Fprintf(w, "  Console    %s/_/\n", s.PublicURL)
		if s.Proxy == nil {
			fmt.Fprintf(w, "  Inbox      %s/_/inbox\n", s.PublicURL)
		}
		fmt.Fprintf(w, "  Requests   %s/_/requests\n", s.PublicURL)
	}
	if ready.APIKey == "" {
		if app.Seed != nil && ready.PlatformKey == "" {
			fmt.Fprintf(w, "  API key    none; try: %s\n", o.keyAdvice())
		}
		fmt.Fprintln(w)
		return
	}
	fmt.Fprintf(w, "  API key    %s\n", ready.APIKey)
	if command, found := app.SampleBooking(ctx, app.Seed, s.PublicURL, ""); found {
		fmt.Fprintf(w, "\n  Book a meeting:\n\n%s\n", command)
	}
	fmt.Fprintln(w)
}

// keyAdvice says how to get a key when the seed has none.
func (o *serveOptions) keyAdvice() string {
	if o.db == ":memory:" {
		return "add keys to the seed file"
	}
	return "meetwright keys create --kind personal --db " + store.Redacted(o.db)
}
