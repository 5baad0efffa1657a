package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/drift"
	"github.com/meetwright/meetwright/impl/store"
)

// serveCommand runs the server until it is told to stop.
func serveCommand() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long: `Run the server.

Every flag can also be set by an environment variable, MEETWRIGHT_ and its name
in capitals (MEETWRIGHT_ADDR), or by its name in meetwright.yaml. Flags beat the
environment, the environment beats the file.`,
		Example: `  meetwright serve
  meetwright serve --db :memory: --clock 2024-01-10T08:00:00Z
  meetwright serve --proxy https://api.example.com
  meetwright serve --mode live --db /var/lib/meetwright/meetwright.db --no-mail`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := settle(cmd); err != nil {
				return err
			}
			return o.serve(cmd)
		},
	}
	o.flags(cmd.Flags())
	return cmd
}

// Timeouts of connections: a client that sends or reads too slowly is cut
// off, so that it does not hold what others need.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 15 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 16 << 10
)

func (o *serveOptions) serve(cmd *cobra.Command) (err error) {
	target, err := o.passOn(cmd.Flags())
	if err != nil {
		return err
	}
	settings, err := o.settings(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	settings.Proxy = target
	standardLog{settings.Logger}.install()
	// From here on one signal stops in good order; a second one ends the
	// process as if nobody listened for it.
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	if _, _, err := net.SplitHostPort(o.addr); err != nil {
		return &failure{exitUsage, "--addr is no host:port", oneLine(err), "--addr 127.0.0.1:8080; port 0 picks a free one"}
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.addr)
	if err != nil {
		return &failure{exitFailed, "the address cannot be listened on", err.Error(), "stop what uses it, or choose another --addr; port 0 picks a free one"}
	}
	if settings.PublicURL == "" {
		settings.PublicURL = "http://" + listener.Addr().String()
	}
	app, err := impl.Open(ctx, settings)
	if err != nil {
		return openFailure(errors.Join(err, listener.Close()), o.db)
	}
	defer func() { err = errors.Join(err, app.Close()) }()

	web := &http.Server{
		Handler: app, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes, ErrorLog: slog.NewLogLogger(settings.Logger.Handler(), slog.LevelWarn),
	}
	if target != nil {
		o.mode = "proxy"
		web.WriteTimeout += drift.Timeout // which its target may take
	}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	if err := o.announce(ctx, cmd, app, settings, listener.Addr().String()); err != nil {
		return errors.Join(err, web.Close())
	}
	debug.FreeOSMemory() // what reading the contract left behind
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stop()
	settings.Logger.Info("stopping")
	delay := drainDelay
	if !settings.Live {
		delay = 0 // nothing is in front
	}
	err = drain(app, web, settings.Logger, delay, drainTimeout)
	if app.Proxy != nil {
		err = errors.Join(err, printTallies(cmd, app.Proxy.Tallies()))
	}
	return err
}

func openFailure(err error, source string) error {
	database := store.Redacted(source)
	if errors.Is(err, impl.ErrNoKey) {
		return &failure{
			exitFailed, "live mode needs an API key", err.Error(),
			fmt.Sprintf("meetwright init --db %s --company NAME --owner-email EMAIL --owner-name NAME --timezone ZONE", database),
		}
	}
	if errors.Is(err, impl.ErrLive) {
		return &failure{exitConflict, "stub mode keeps off this database", "it has served live, and stub mode can erase it", "add --mode live, or give the stub another --db"}
	}
	if errors.Is(err, impl.ErrKeyLost) {
		return &failure{exitFailed, "the secret key is another one", "secrets that attendees hold would no longer be right", "put back the key file (" + database + ".key unless another was named), or name the right one with --secret-key-file"}
	}
	if damage := damaged(err, database); damage != nil {
		return damage
	}
	err = seedFailure(err)
	if f := asFailure(err); f.code != exitFailed {
		return err
	}
	return &failure{exitFailed, "the server cannot start", oneLine(err), "check --db " + database}
}
