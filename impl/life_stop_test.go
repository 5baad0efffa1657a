package impl_test

import (
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/fixture"
)

// Ensure a server that is stopped under load, and started again, has told of
// every booking exactly once.
func TestStop(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "meetwright.db")
	listener := &ear{heard: map[string]int{}, some: make(chan struct{})}
	endpoint := httptest.NewServer(listener)
	t.Cleanup(endpoint.Close)
	all := &crowd{key: fixture.Demo().PersonalKey(), types: crashTypes(t, path, endpoint.URL)}
	onFile := func(s *impl.Settings) { s.Database, s.Ring, s.Clock = path, crashRing(t, path), time.Time{} }
	var booking sync.WaitGroup
	t.Run("stopped", func(t *testing.T) { // at its end
		w := newWorld(t, onFile)
		booking.Go(func() { all.book(t, w.url) })
		<-listener.some
	})
	booking.Wait()
	listener.mu.Lock()
	before := len(listener.heard)
	listener.mu.Unlock()
	newWorld(t, onFile).delivers(t)
	listener.mu.Lock()
	defer listener.mu.Unlock()
	if before >= len(all.acknowledged) {
		t.Errorf("it heard of all %d before the stop", before)
	}
	for _, id := range all.acknowledged {
		if listener.heard[id] != 1 {
			t.Errorf("it heard %d times of %s", listener.heard[id], id)
		}
	}
}
