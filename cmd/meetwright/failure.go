package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Exit codes.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitDenied      = 4
	exitConflict    = 5
	exitUnknown     = 6
	exitUnreachable = 7
)

// failure is an error in the three lines that a person reads.
type failure struct {
	code           int
	what, why, try string
}

func (f *failure) Error() string { return f.what + ": " + f.why }

// excerpt is a failure that shows the lines of a file which it is about.
type excerpt struct {
	*failure
	lines string
}

func (e *excerpt) Unwrap() error { return e.failure }

// explain prints an error and returns its exit code.
func explain(w io.Writer, err error) int {
	f := asFailure(err)
	fmt.Fprintf(w, "error: %s\n", printable(f.what))
	if f.why != "" {
		fmt.Fprintf(w, "why:   %s\n", printable(f.why))
	}
	var shown *excerpt
	if errors.As(err, &shown) {
		fmt.Fprintln(w, paragraph(shown.lines))
	}
	if f.try != "" {
		fmt.Fprintf(w, "try:   %s\n", printable(f.try))
	}
	return f.code
}

func asFailure(err error) *failure {
	var known *failure
	if errors.As(err, &known) {
		return known
	}
	if errors.Is(err, store.ErrLocked) {
		return &failure{exitConflict, "the database file is in use", err.Error(), "stop the other server, or give this one another --db"}
	}
	f := &failure{code: exitFailed, what: "the command failed", why: err.Error(), try: "run it again; if it keeps failing, report it with this text"}
	switch meet.CodeOf(err) {
	case meet.CodeNotFound:
		f.code, f.what, f.try = exitNotFound, "not found", "check the name or the id"
	case meet.CodeConflict, meet.CodeSlugTaken, meet.CodeEmailTaken:
		f.code, f.what, f.try = exitConflict, "it exists already", "choose another name"
	case meet.CodeInvalid:
		f.code, f.what, f.try = exitUsage, "a value is not allowed", "correct it and run the command again"
	}
	return f
}
