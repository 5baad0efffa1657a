// Command meetwright books meetings: a validated stub server for whoever
// develops against the contract, and the real booking back end.
package main

import (
	"context"
	"log/slog"
	"os"

	_ "time/tzdata" // zones on machines that have none
)

func main() {
	standardLog{slog.New(slog.NewTextHandler(os.Stderr, nil))}.install()
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}
