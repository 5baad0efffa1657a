package server

import (
	"io"
	"net/http"
	"time"
)

const (
	// mayDrain is how much of a body net/http reads by itself when nobody did.
	mayDrain = 256 << 10
	// maxDrain is how much more is read, and drainTime how long it may take.
	maxDrain  = 8 << 20
	drainTime = 5 * time.Second
)

// drain reads what is left of a large body that was refused before its end: a connection that is closed while the client
// still sends takes the answer with it. A client that waits to be told to go on sends nothing.
func drain(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength >= 0 && r.ContentLength <= mayDrain || r.Header.Get("Expect") != "" {
		return
	}
	// Not every writer can do these; it then has no connection to lose.
	patient := http.NewResponseController(w)
	_ = patient.SetReadDeadline(time.Now().Add(drainTime))
	_ = patient.Flush()                           // whoever reads first need not send the rest
	_, _ = io.CopyN(io.Discard, r.Body, maxDrain) // whoever stopped sending waits for nothing
}
