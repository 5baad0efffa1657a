package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/meetwright/meetwright/impl"
)

const (
	// drainDelay is how long a server in live mode goes on taking requests
	// while /ready says no, so that load balancers look elsewhere first.
	drainDelay = time.Second
	// drainTimeout is how long requests under way are waited for after that.
	drainTimeout = 20 * time.Second
)

// drain stops a server: /ready says no at once, after a delay no request is
// taken any more, and those under way are waited for, up to a limit.
func drain(app *impl.App, web *http.Server, log *slog.Logger, delay, limit time.Duration) error {
	app.Drain()
	time.Sleep(delay)
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	err := web.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests that did not end were cut off", "waited", limit.String())
		err = web.Close()
	}
	return err
}
