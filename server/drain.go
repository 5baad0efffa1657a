package server

import (
	"io"
	"net/http"
)

const (
	// mayDrain is how much of a body net/http reads by itself when nobody did.
	mayDrain = 256 << 10
	// maxDrain is how much more is read.
	maxDrain = 8 << 20
)

// drain reads what is left of a large body that was refused before its end: a connection that is closed while the client
// still sends takes the answer with it. A client that waits to be told to go on sends nothing.
func drain(r *http.Request) {
	if (r.ContentLength > mayDrain || r.ContentLength < 0) && r.Header.Get("Expect") == "" {
		_, _ = io.CopyN(io.Discard, r.Body, maxDrain) // whoever stopped sending waits for nothing
	}
}
