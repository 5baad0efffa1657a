package stub

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Info is what a stub server says about itself.
type Info struct {
	Version  string   `json:"version"`
	Mode     string   `json:"mode"`
	Dialect  string   `json:"dialect"`
	SpecHash string   `json:"specHash"` // SHA-256 of openapi.yaml, in hex
	Engine   string   `json:"engine"`
	Features []string `json:"features"`
}

// Handler serves the control plane below /_/.
func (w *World) Handler(info Info) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_/info", func(rw http.ResponseWriter, _ *http.Request) { answer(rw, info) })
	mux.HandleFunc("GET /_/clock", w.getClock)
	mux.HandleFunc("PUT /_/clock", w.putClock)
	mux.HandleFunc("POST /_/clock/advance", w.postAdvance)
	mux.HandleFunc("POST /_/reset", w.postReset)
	w.inbox(mux)
	mux.HandleFunc("/_/", func(rw http.ResponseWriter, r *http.Request) {
		refuse(rw, http.StatusNotFound, fmt.Sprintf("There is no %s %s here", r.Method, r.URL.Path))
	})
	// No page of another site may drive the server of whoever looks at it.
	return unhurried(http.NewCrossOriginProtection().Handler(mux))
}

// unhurried lets answers take their time: a wait may be longer than what the
// server allows, and so may all that an advanced clock makes due.
func unhurried(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		// Not every writer has a deadline; one without needs none.
		_ = http.NewResponseController(rw).SetWriteDeadline(time.Time{})
		next.ServeHTTP(rw, r)
	})
}

// clockAnswer tells what the clock shows.
type clockAnswer struct {
	Now time.Time `json:"now"`
	Set bool      `json:"set"` // it stands still
}

func (w *World) getClock(rw http.ResponseWriter, _ *http.Request) {
	answer(rw, clockAnswer{Now: w.Clock.Now(), Set: !w.Clock.fixed().IsZero()})
}

// maxControlBody bounds the bodies of the control plane.
const maxControlBody = 64 << 10

func (w *World) putClock(rw http.ResponseWriter, r *http.Request) {
	const usage = `Send {"now": "2026-03-01T08:00:00Z"}, or {"now": null} for the real time`
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxControlBody))
	var request map[string]*time.Time
	if err == nil {
		err = json.Unmarshal(body, &request)
	}
	now, given := request["now"]
	switch {
	case err != nil || !given || len(request) != 1 || now != nil && !plausibleOffset(*now):
		refuse(rw, http.StatusBadRequest, usage)
		return
	case now == nil:
		now = &time.Time{}
	case now.UTC().Year() < minYear || now.UTC().Year() > maxYear:
		refuse(rw, http.StatusBadRequest, fmt.Sprintf("now must lie between the years %d and %d", minYear, maxYear))
		return
	}
	if err := w.SetClock(r.Context(), *now); err != nil {
		w.fail(rw, "The clock could not be stored", err)
		return
	}
	w.getClock(rw, r)
}

// plausibleOffset reports whether t was written with an offset of RFC 3339,
// which package time does not check.
func plausibleOffset(t time.Time) bool {
	const day = 24 * 60 * 60
	_, offset := t.Zone()
	return -day < offset && offset < day
}

// The years that a clock may show.
const (
	minYear = 1970
	maxYear = 2200
)

func (w *World) postReset(rw http.ResponseWriter, r *http.Request) {
	if err := w.Reset(r.Context()); err != nil {
		w.fail(rw, "The reset failed and nothing was changed", err)
		return
	}
	rw.WriteHeader(http.StatusNoContent)
}

func (w *World) fail(rw http.ResponseWriter, message string, err error) {
	w.Log.Error("control plane: "+message, "error", err)
	refuse(rw, http.StatusInternalServerError, message)
}

func answer(rw http.ResponseWriter, body any) {
	rw.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(rw).Encode(body) // whoever hung up does not care
}

// refuse answers an error in the contract's shape.
func refuse(rw http.ResponseWriter, status int, message string) {
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(map[string]any{"statusCode": status, "message": message, "error": http.StatusText(status)})
}
