package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// progress is a line that tells a person at a terminal how far long work is.
// Elsewhere it is silent.
type progress struct {
	terminal io.Writer // nil without one
	verb     string
	shown    time.Time
}

func newProgress(cmd *cobra.Command, verb string) *progress {
	p := &progress{verb: verb}
	if isTerminal(cmd.ErrOrStderr()) {
		p.terminal = cmd.ErrOrStderr()
	}
	return p
}

// show replaces the line, a few times a second at most.
func (p *progress) show(what string) {
	if p.terminal == nil || time.Since(p.shown) < 100*time.Millisecond {
		return
	}
	p.shown = time.Now()
	fmt.Fprintf(p.terminal, "\r\x1b[K%s %s", p.verb, what)
}

func (p *progress) rows(n int64) { p.show(count(n, "row")) }

func (p *progress) bytes(done, total int64) {
	p.show(fmt.Sprintf("%s of %s", size(done), size(total)))
}

// clear takes the line away.
func (p *progress) clear() {
	if p.terminal != nil {
		fmt.Fprint(p.terminal, "\r\x1b[K")
	}
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// interruptible is the context of a command that tidies up when a person
// stops it.
func interruptible(cmd *cobra.Command) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
}

// count writes a number of things: 1,200 rows.
func count(n int64, thing string) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	if n != 1 {
		thing += "s"
	}
	return text + " " + thing
}

// size writes a number of bytes: 4.2 MB.
func size(bytes int64) string {
	switch n := float64(bytes); {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", n/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", n/1e6)
	}
	return fmt.Sprintf("%.1f kB", float64(bytes)/1e3)
}
