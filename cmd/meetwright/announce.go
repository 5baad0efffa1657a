package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/stub"
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
	if seed := s.Seed; seed != nil {
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
	if ready.APIKey == "" {
		fmt.Fprintln(w)
		return
	}
	fmt.Fprintf(w, "  API key    %s\n", ready.APIKey)
	if start, found := nextSlot(ctx, app, ready); found {
		fmt.Fprintf(w, "\n  Book a meeting:\n\n%s\n", curl(s.PublicURL, ready, start))
	}
	fmt.Fprintln(w)
}

// curl is a command that books the demo's meeting type.
func curl(url string, ready readiness, start time.Time) string {
	return fmt.Sprintf(`curl -X POST "%s/v4/booking" \
  -H "Authorization: Bearer %s" \
  -H "Content-Type: application/json" \
  -d '{
    "meetingTypeId": "%s",
    "start": "%s",
    "hostIds": ["%s"],
    "attendee": {
      "email": "client@example.com",
      "firstname": "Jane",
      "lastname": "Smith",
      "receiveReminders": true,
      "notes": {}
    }
  }'`, url, ready.APIKey, stub.IntroID, start.Format(time.RFC3339), ready.UserID)
}

// nextSlot is the first free start of the demo's meeting type within two
// weeks.
func nextSlot(ctx context.Context, app *impl.App, ready readiness) (start time.Time, found bool) {
	_ = app.Store.View(ctx, func(tx *store.Tx) error { // a greeting without it is still one
		list, err := booking.Slots(tx, ready.CompanyID, booking.SlotQuery{
			Type: stub.IntroID, Hosts: []meet.UserID{ready.UserID},
			Range: meet.Range{Start: tx.Now().Add(time.Hour), End: tx.Now().AddDate(0, 0, 14)},
		})
		if err == nil && len(list.Slots) > 0 {
			start, found = list.Slots[0].Start, true
		}
		return err
	})
	return start, found
}
