package credential

import (
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
	maxTargets  = 10_000
)

// guess is who tries what.
type guess struct{ target, address string }

// guesses counts wrong secrets on the server's clock.
type guesses struct {
	mu    sync.Mutex
	wrong map[guess][]time.Time
}

// allowed reports whether another try may be made.
func (g *guesses) allowed(key guess, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.recent(key, now)) < maxGuesses
}

// count records a wrong try and reports whether it was allowed: others may
// have been made since it began.
func (g *guesses) count(key guess, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.wrong == nil || len(g.wrong) >= maxTargets {
		g.wrong = map[guess][]time.Time{}
	}
	recent := g.recent(key, now)
	if len(recent) >= maxGuesses {
		return false
	}
	g.wrong[key] = append(recent, now)
	return true
}

// recent drops tries that are out of the window, and those that a clock set
// back has left in the future.
func (g *guesses) recent(key guess, now time.Time) []time.Time {
	var kept []time.Time
	for _, at := range g.wrong[key] {
		if age := now.Sub(at); age >= 0 && age < guessWindow {
			kept = append(kept, at)
		}
	}
	return kept
}
