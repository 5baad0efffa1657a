package main

import (
	"log"
	"log/slog"
	"strings"
)

// standardLog has what libraries write to the standard log in ours. Bytes of
// an answer that nobody asked for, which net/http quotes there, may be
// anything and are left out.
type standardLog struct{ *slog.Logger }

// install has the standard log write to it from now on.
func (l standardLog) install() {
	log.SetFlags(0)
	log.SetOutput(l)
}

// Write takes one record.
func (l standardLog) Write(p []byte) (int, error) {
	text, _, _ := strings.Cut(strings.TrimSpace(string(p)), " starting with ")
	l.Warn(text)
	return len(p), nil
}
