package credential

import (
	"container/list"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/meetwright/meetwright/impl/meet"
)

// rates limits the requests of each key, in this process.
type rates struct {
	perMinute int
	mu        sync.Mutex
	limiters  map[meet.KeyID]*rate.Limiter
}

func newRates(perMinute int) *rates {
	return &rates{perMinute: perMinute, limiters: map[meet.KeyID]*rate.Limiter{}}
}

func (r *rates) take(key meet.KeyID) error {
	if r.perMinute == 0 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	limiter, ok := r.limiters[key]
	if !ok {
		limiter = rate.NewLimiter(rate.Limit(float64(r.perMinute)/60), 2*r.perMinute)
		r.limiters[key] = limiter
	}
	if !limiter.Allow() {
		return errRate
	}
	return nil
}

// The limit on wrong secrets.
const (
	maxGuesses  = 5
	guessWindow = time.Minute
	maxTargets  = 100_000
)

// guess is who tries what.
type guess struct {
	target  [32]byte // hashed: it may be any text, of any length
	network netip.Prefix
}

// guessOf counts an address of IPv6 as its /64, the rest of which whoever has
// it chooses freely (RFC 4291 §2.5.1).
func guessOf(target string, address netip.Addr) guess {
	address = address.Unmap()
	network, _ := address.Prefix(min(address.BitLen(), 64)) // an unknown address is a network, too
	return guess{target: digest(strings.ToLower(target)), network: network}
}

// guesses counts wrong secrets on the server's clock. Beyond maxTargets it
// forgets what was tried the longest ago.
type guesses struct {
	mu      sync.Mutex
	wrong   map[guess]*list.Element
	recency list.List // of *tries, the latest at the back
}

// tries are the wrong tries of a guess that count.
type tries struct {
	guess
	at []time.Time // ascending
}

// allowed reports whether another try may be made.
func (g *guesses) allowed(key guess, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.wrong[key]
	return e == nil || len(recent(e, now)) < maxGuesses
}

// count records a wrong try and reports whether it was allowed: others may
// have been made since it began.
func (g *guesses) count(key guess, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.wrong[key]
	if e == nil {
		g.makeRoom(now)
		e = g.recency.PushBack(&tries{guess: key})
		g.wrong[key] = e
	}
	wrong := e.Value.(*tries)
	if wrong.at = recent(e, now); len(wrong.at) >= maxGuesses {
		return false
	}
	wrong.at = append(wrong.at, now)
	g.recency.MoveToBack(e)
	return true
}

// reset forgets all tries.
func (g *guesses) reset() {
	g.mu.Lock()
	defer g.mu.Unlock()
	clear(g.wrong)
	g.recency.Init()
}

// makeRoom forgets what is over, and what is oldest when that is not enough.
func (g *guesses) makeRoom(now time.Time) {
	if g.wrong == nil {
		g.wrong = map[guess]*list.Element{}
	}
	for e := g.recency.Front(); e != nil && (len(g.wrong) >= maxTargets || len(recent(e, now)) == 0); e = g.recency.Front() {
		delete(g.wrong, e.Value.(*tries).guess)
		g.recency.Remove(e)
	}
}

// recent are the tries that are in the window, and not in the future, where
// a clock set back has left them.
func recent(e *list.Element, now time.Time) []time.Time {
	var kept []time.Time
	for _, at := range e.Value.(*tries).at {
		if age := now.Sub(at); age >= 0 && age < guessWindow {
			kept = append(kept, at)
		}
	}
	return kept
}
