package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/client/control"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// finding is what one check of doctor found.
type finding struct {
	Check  string `json:"check"`
	State  string `json:"state"` // ok, warn or fail
	Detail string `json:"detail"`
	Try    string `json:"try,omitempty"`
}

func ok(check, format string, args ...any) finding {
	return finding{check, "ok", fmt.Sprintf(format, args...), ""}
}

// failed is a finding of an error, with what an error of the command would
// advise.
func failed(check string, err error) finding {
	f := refused(err)
	if f == nil {
		f = asFailure(err)
	}
	return finding{check, "fail", f.Error(), f.try}
}

// doctorCommand looks for what is wrong.
func doctorCommand() *cobra.Command {
	cmd := remote(&cobra.Command{
		Use: "doctor", Short: "Check settings, database, server and mail, and say what to do",
		Long: `Check settings, database, server and mail, and say what to do.

Nothing is changed. The exit code is 1 when a check fails; a warning is none.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := interruptible(cmd)
			defer stop()
			if flag(cmd, "ready") == "true" {
				return askReady(ctx, cmd)
			}
			return report(cmd, diagnose(ctx, cmd))
		},
	})
	databaseFlag(cmd)
	cmd.Flags().Bool("ready", false, "only ask whether the server takes requests, and say so by the exit code")
	cmd.Flags().Bool("smtp", false, "also reach the mail server of --smtp-url")
	cmd.Flags().String("smtp-url", "", "mail server, smtp://user:password@host:587 or smtps://")
	cmd.Flags().String("secret-key-file", "", "file with the key that secrets are derived from (default: <db>.key)")
	return cmd
}

func diagnose(ctx context.Context, cmd *cobra.Command) []finding {
	found := []finding{checkZones()}
	if err := settle(cmd); err != nil {
		return append(found, failed("settings", err))
	}
	found = append(found, ok("settings", "%s and the environment can be read", settingsFile))
	found = append(found, checkDatabase(ctx, flag(cmd, "db")), checkKeyFile(cmd))
	found = append(found, checkServer(ctx, cmd)...)
	if flag(cmd, "smtp") == "true" {
		found = append(found, checkSMTP(ctx, flag(cmd, "smtp-url")))
	}
	return found
}

func report(cmd *cobra.Command, found []finding) error {
	bad := 0
	var rows [][]string
	for _, f := range found {
		if f.State == "fail" {
			bad++
		}
		detail := f.Detail
		if f.Try != "" {
			detail += "; try: " + f.Try
		}
		rows = append(rows, []string{f.State, f.Check, detail})
	}
	var err error
	if asJSON(cmd) {
		err = printJSON(cmd, found)
	} else {
		err = columns(cmd, rows)
	}
	if err == nil && bad > 0 {
		err = &failure{exitFailed, "something is wrong", count(int64(bad), "check") + " failed", "do what the lines with fail say"}
	}
	return err
}

func checkZones() finding {
	if _, err := meet.LoadZone("Europe/Berlin"); err != nil {
		return failed("time zones", err)
	}
	name := machineZone()
	if _, err := meet.LoadZone(name); err != nil {
		return finding{"time zones", "warn", "they can be read, but that of this machine has no name", "set TZ, such as TZ=Europe/Berlin, or give --timezone"}
	}
	return ok("time zones", "they can be read; this machine is in %s", name)
}

func checkDatabase(ctx context.Context, source string) finding {
	const check = "database"
	h, err := store.Check(ctx, source)
	switch damage := damaged(err, source); {
	case errors.Is(err, os.ErrNotExist):
		return finding{check, "warn", "there is no " + source + " here", "name it with --db; meetwright serve makes one"}
	case damage != nil:
		return failed(check, damage)
	case errors.Is(err, store.ErrNewer):
		return finding{check, "fail", oneLine(err), "use a newer meetwright"}
	case err != nil:
		return finding{check, "fail", store.Redacted(source) + " cannot be read: " + oneLine(err), "check --db"}
	case h.Schema < h.Latest:
		return finding{check, "warn", fmt.Sprintf("it has schema %d of %d", h.Schema, h.Latest), "meetwright migrate up --db " + store.Redacted(source) + "; serve does it as well"}
	}
	return ok(check, "%s is whole: schema %d, companies: %d", store.Redacted(source), h.Schema, h.Companies)
}

func checkKeyFile(cmd *cobra.Command) finding {
	const check = "secret key"
	source := flag(cmd, "db")
	if os.Getenv("MEETWRIGHT_SECRET_KEY") != "" {
		if _, err := secret.Parse([]byte(os.Getenv("MEETWRIGHT_SECRET_KEY"))); err != nil {
			return failed(check, err)
		}
		return ok(check, "MEETWRIGHT_SECRET_KEY can be used")
	}
	name := firstOf(flag(cmd, "secret-key-file"), source+".key")
	if store.IsServer(source) && flag(cmd, "secret-key-file") == "" {
		return finding{check, "warn", "none is named, and live mode on PostgreSQL needs one", "--secret-key-file FILE"}
	}
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return finding{check, "warn", "there is no " + name, "put it back if the database has served; a new database gets a new one"}
	}
	if err == nil {
		_, err = secret.Parse(text)
	}
	if err != nil {
		return failed(check, err)
	}
	info, err := os.Stat(name)
	if err != nil {
		return failed(check, err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return finding{check, "warn", "others on this machine may read " + name, "chmod 600 " + name}
	}
	return ok(check, "%s can be used, and is its owner's alone", name)
}

// checkServer checks the server that commands would talk to.
func checkServer(ctx context.Context, cmd *cobra.Command) []finding {
	s, err := connect(cmd)
	if err != nil {
		f := failed("server", err)
		if known, is := errors.AsType[*failure](err); is && known.code == exitUnreachable {
			f.State = "warn" // none was named
		}
		return []finding{f}
	}
	var found []finding
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/health", http.NoBody)
	if err != nil {
		return []finding{failed("server", err)}
	}
	answer, err := (&http.Client{Transport: s.wire, Timeout: callTimeout}).Do(request)
	if err != nil {
		return []finding{failed("server", err)}
	}
	_ = answer.Body.Close() // nothing of it is read
	found = append(found, ok("server", "%s answers", s.url), s.checkClock(ctx, checkSkew(answer.Header.Get("Date"))))
	if s.key == "" {
		return append(found, finding{"credential", "warn", "there is none", "set MEETERGO_API_KEY"})
	}
	user, err := s.api.GetCurrentUser(ctx)
	if err != nil {
		return append(found, failed("credential", err))
	}
	found = append(found, ok("credential", "it acts as %s, %s", user.Slug, user.UserType))
	return append(found, s.checkWebhooks(ctx))
}

// checkClock is what was found of the real time, and beside it the clock of a
// stub when that is another one.
func (s *session) checkClock(ctx context.Context, real finding) finding {
	if s.url == vendorURL {
		return real
	}
	stub, err := answered[control.Clock](s.control.GetClockWithResponse(ctx, nil))
	if err == nil && stub.Set {
		real.Detail += "; the stub's own clock stands at " + stub.Now.UTC().Format(time.RFC3339)
	}
	return real
}

// checkSkew compares the real time here and there; signatures of webhooks
// stand five minutes.
func checkSkew(date string) finding {
	const check = "clock"
	at, err := http.ParseTime(date)
	if err != nil {
		return finding{check, "warn", "the server does not tell the time", "compare the clocks by hand"}
	}
	skew := time.Since(at).Abs().Truncate(time.Second)
	switch {
	case skew > time.Minute:
		return finding{check, "fail", fmt.Sprintf("the real time differs from the server's by %s", skew), "set it by NTP; signatures of webhooks would be refused"}
	case skew > 2*time.Second:
		return finding{check, "warn", fmt.Sprintf("the real time differs from the server's by %s", skew), "set it by NTP"}
	}
	return ok(check, "the real time agrees with the server's")
}

func (s *session) checkWebhooks(ctx context.Context) finding {
	const check = "webhooks"
	list, err := s.api.ListWebhooks(ctx)
	if err != nil {
		return failed(check, err)
	}
	for _, w := range list {
		if !w.Enabled {
			id := client.WebhookIDText(w.ID)
			return finding{check, "warn", "the webhook " + id + " is disabled", `mend its endpoint, then meetwright webhooks update ` + id + ` -d '{"enabled":true}'`}
		}
	}
	return ok(check, "%d registered, all enabled", len(list))
}
