package stub

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/meetwright/meetwright/server"
	"github.com/meetwright/meetwright/server/control"
)

// plane does the operations of the control plane, one file for each tag.
type plane struct {
	world *World
	info  control.Info
}

var _ control.StrictServerInterface = plane{}

// Handler serves the control plane below /_/. pages puts pages for people
// before its operations, of which it gets the typed ones and their handler.
func (w *World) Handler(info control.Info, pages func(control.StrictServerInterface, http.Handler) http.Handler) (http.Handler, error) {
	w.journal.budget = w.Budget
	p := plane{w, info}
	h, err := control.New(p, w.Log)
	if err != nil {
		return nil, err
	}
	// No page of another site may drive the server of whoever looks at it.
	return unhurried(w.addressed(http.NewCrossOriginProtection().Handler(pages(p, h)))), nil
}

// addressed refuses requests to a name that is not the server's. A site can
// have its own name lead to this machine, and its pages then pass for ours;
// that cannot be done with an address, with a name that nobody can register,
// nor with the one under which the server is published. A request that no
// http.Server took in is the program's own, whatever its Host.
func (w *World) addressed(next http.Handler) http.Handler {
	sentence := "These paths answer to IP addresses and local names only"
	own := ""
	if public, err := url.Parse(w.PublicURL); err == nil && public.Host != "" && !isLocal(hostname(public.Host)) {
		own = hostname(public.Host)
		sentence = "These paths answer to IP addresses, local names and " + own + " only"
	}
	foreign := &server.Problem{Status: http.StatusForbidden, Message: sentence + "; set the public URL of the server to add another name"}
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if name := hostname(r.Host); r.Context().Value(http.ServerContextKey) != nil && name != own && !isLocal(name) {
			foreign.Answer(rw)
			return
		}
		next.ServeHTTP(rw, r)
	})
}

// local are the ends of names that nobody can register: those of RFC 6761
// §6.2 and §6.3, and the one that is kept for private networks, of which
// containers know their host by a name.
var local = []string{".localhost", ".test", ".internal"}

// isLocal reports whether a name is an address, or one that nobody can
// register: also any without a dot, as containers call each other.
func isLocal(name string) bool {
	_, err := netip.ParseAddr(name)
	return err == nil || !strings.Contains(name, ".") || slices.ContainsFunc(local, func(end string) bool { return strings.HasSuffix(name, end) })
}

// hostname is the name or address in a Host header, in lower case.
func hostname(host string) string {
	u := url.URL{Host: strings.ToLower(host)}
	return strings.TrimSuffix(u.Hostname(), ".")
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

// GetInfo tells what the server is.
func (p plane) GetInfo(context.Context, control.GetInfoRequestObject) (control.GetInfoResponseObject, error) {
	return control.GetInfo200JSONResponse(p.info), nil
}

// Reset goes back to the start.
func (p plane) Reset(ctx context.Context, _ control.ResetRequestObject) (control.ResetResponseObject, error) {
	return control.Reset204Response{}, p.world.Reset(ctx)
}

// GetClock tells what the clock shows.
func (p plane) GetClock(context.Context, control.GetClockRequestObject) (control.GetClockResponseObject, error) {
	return control.GetClock200JSONResponse(p.clock()), nil
}

func (p plane) clock() control.Clock {
	return control.Clock{Now: p.world.Clock.Now(), Set: !p.world.Clock.fixed().IsZero()}
}

// SetClock makes the clock stand, or releases it.
func (p plane) SetClock(ctx context.Context, r control.SetClockRequestObject) (control.SetClockResponseObject, error) {
	var now time.Time
	if r.Body.Now != nil {
		now = *r.Body.Now
	}
	if err := p.world.SetClock(ctx, now); err != nil {
		return nil, err
	}
	return control.SetClock200JSONResponse(p.clock()), nil
}

// AdvanceClock moves the clock on.
func (p plane) AdvanceClock(ctx context.Context, r control.AdvanceClockRequestObject) (control.AdvanceClockResponseObject, error) {
	by, ok := parseSpan(r.Body.By)
	if !ok || by <= 0 || by > maxAdvance {
		return nil, refused(`Send {"by": "24h"}: a duration such as 90m, or P1D for a day, at most ten years`)
	}
	// A client that gives up must not leave the clock half way, nor cut off
	// what runs.
	ran, err := p.world.Advance(context.WithoutCancel(ctx), by)
	if err != nil {
		return nil, err
	}
	return control.AdvanceClock200JSONResponse{Now: p.world.Clock.Now(), Fired: ran}, nil
}

// ListFaults lists the faults that have calls left.
func (p plane) ListFaults(context.Context, control.ListFaultsRequestObject) (control.ListFaultsResponseObject, error) {
	return control.ListFaults200JSONResponse{Faults: p.world.faults.list()}, nil
}

// ClearFaults forgets all faults.
func (p plane) ClearFaults(context.Context, control.ClearFaultsRequestObject) (control.ClearFaultsResponseObject, error) {
	p.world.faults.clear()
	return control.ClearFaults204Response{}, nil
}

// AddFault makes calls fail.
func (p plane) AddFault(_ context.Context, r control.AddFaultRequestObject) (control.AddFaultResponseObject, error) {
	f := r.Body
	if f.Operation != nil {
		if _, known := server.Examples(*f.Operation); !known {
			return nil, refused(fmt.Sprintf("There is no operation %.60q; operation is an operationId, such as createBooking for POST /v4/booking", *f.Operation))
		}
	}
	switch {
	case f.Code == nil && f.Drop == nil && f.Delay == nil:
		return nil, refused("Say what is to happen: a code, a drop or a delay")
	case f.Code != nil && f.Drop != nil:
		return nil, refused("code and drop exclude each other: a connection that is closed answers nothing")
	case f.Code == nil && (f.RetryAfter != nil || f.Body != nil):
		return nil, refused("retryAfter and body are those of a code, which is missing")
	}
	if sizeOf(f.Body) > maxFaultBody {
		return nil, refused("body must be at most 65536 bytes")
	}
	one := control.Fault{
		Left: 1, Operation: f.Operation, Code: f.Code, Delay: f.Delay, Drop: f.Drop, RetryAfter: f.RetryAfter, Body: f.Body,
	}
	if f.Times != nil {
		one.Left = *f.Times
	}
	if !p.world.faults.add(one) {
		return nil, refused("There are 100 faults already; DELETE /_/faults clears them")
	}
	return control.AddFault201JSONResponse(one), nil
}

// parseWait reads how long a list may wait; nothing is not at all.
func parseWait(text *string) (time.Duration, error) {
	if text == nil {
		return 0, nil
	}
	wait, err := time.ParseDuration(strings.TrimSpace(*text))
	if err != nil || wait < 0 || wait > maxWait {
		return 0, refused("wait must be a duration such as 10s, at most 60s")
	}
	return wait, nil
}
