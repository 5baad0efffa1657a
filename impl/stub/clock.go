// Package stub is what only stub mode has: a clock that can be set, the
// demo data, and the control plane to handle them.
package stub

import (
	"fmt"
	"sync"
	"time"

	"github.com/meetwright/meetwright/impl/store"
)

// clockSetting is where a set clock is kept over restarts.
const clockSetting = "clock"

// Clock tells the real time until it is set; then it stands still. It is
// safe for concurrent use.
type Clock struct {
	mu  sync.RWMutex
	set time.Time // zero: real time
}

// Now returns the instant the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.set.IsZero() {
		return time.Now().UTC()
	}
	return c.set
}

// fixed returns the instant at which the clock stands, or the zero time.
func (c *Clock) fixed() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.set
}

// Set makes the clock stand at t, which may lie in the past; the zero time
// releases it to the real time.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set = t
	if !t.IsZero() {
		c.set = t.UTC()
	}
}

// SaveClock keeps a set clock in the database; the zero time removes it.
func SaveClock(tx *store.Tx, t time.Time) error {
	if t.IsZero() {
		return tx.SetSetting(clockSetting, "")
	}
	return tx.SetSetting(clockSetting, t.UTC().Format(time.RFC3339Nano))
}

// LoadClock returns the instant that SaveClock kept, or the zero time.
func LoadClock(tx *store.Tx) (time.Time, error) {
	text, err := tx.Setting(clockSetting)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("stored clock: %w", err)
	}
	return t, nil
}
