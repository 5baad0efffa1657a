// Command peers compares this server with others that hold requests against
// an OpenAPI document: Prism, a mock server, and the middleware of
// kin-openapi. It measures all of them on one machine, in turns, and prints
// one table. It reads /proc, so it runs on Linux. Make bench-peers starts it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	var b bench
	flag.StringVar(&b.ours, "ours", "./meetwright", "this server's program")
	flag.StringVar(&b.prism, "prism", "prism", "Prism's program")
	flag.StringVar(&b.contract, "contract", "openapi.yaml", "the document for Prism")
	flag.IntVar(&b.rounds, "rounds", 5, "how often each is measured")
	flag.DurationVar(&b.span, "span", defaultSpan, "how long each measurement takes")
	flag.BoolVar(&b.verbose, "v", false, "also print each answer to a bad request that is not as demanded")
	kind := flag.String("serve", "", "serve edge or kin at the address that follows, to be measured")
	flag.Parse()

	var err error
	if *kind != "" {
		err = serve(*kind, flag.Arg(0))
	} else {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		err = b.run(ctx)
		stop()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}
