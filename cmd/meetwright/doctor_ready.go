package main

import (
	"context"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// readyTimeout is how long a server may take to say that it is ready.
const readyTimeout = 3 * time.Second

// askReady asks the server of --url, or else the one that serve starts here
// with the same settings, whether it takes requests. It is what a container
// or a supervisor runs every few seconds, so it prints nothing when all is
// well, and looks at nothing else.
func askReady(ctx context.Context, cmd *cobra.Command) error {
	address := firstOf(flag(cmd, "url"), "http://"+stubAddress())
	failed := func(why string) error {
		return &failure{exitFailed, address + " is not ready", why, "meetwright doctor tells more"}
	}
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/ready", http.NoBody)
	if err != nil {
		return failed(oneLine(err))
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return failed(oneLine(err))
	}
	_ = answer.Body.Close() // nothing of it is read
	if answer.StatusCode != http.StatusOK {
		return failed("it answers " + answer.Status)
	}
	return nil
}
