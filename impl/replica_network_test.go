package impl_test

import (
	"context"
	"net"
	"sync"
	"testing"
)

// network is the way to a server: it passes what is sent, or does what
// networks do.
type network struct {
	net.Listener
	target string

	mu     sync.Mutex
	passes chan struct{} // closed while it passes; what comes waits for that
	refuse bool
	conns  map[net.Conn]bool
}

// newNetwork makes a way to an address.
func newNetwork(t *testing.T, target string) *network {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &network{Listener: l, target: target, passes: make(chan struct{}), conns: map[net.Conn]bool{}}
	close(n.passes)
	go n.accept()
	t.Cleanup(func() {
		_ = l.Close() // nobody accepts any more
		n.cut()
	})
	return n
}

func (n *network) accept() {
	for {
		c, err := n.Accept()
		if err != nil {
			return
		}
		go n.connect(c)
	}
}

func (n *network) connect(c net.Conn) {
	out, err := new(net.Dialer).DialContext(context.Background(), "tcp", n.target)
	if err != nil {
		_ = c.Close() // whoever is there sees that
		return
	}
	n.mu.Lock()
	if n.refuse {
		_, _ = c.Close(), out.Close()
		n.mu.Unlock()
		return
	}
	n.conns[c], n.conns[out] = true, true
	n.mu.Unlock()
	go n.pipe(c, out)
	n.pipe(out, c)
}

// pipe passes what comes from one side until either hangs up.
func (n *network) pipe(to, from net.Conn) {
	defer func() {
		_, _ = to.Close(), from.Close()
		n.mu.Lock()
		delete(n.conns, to)
		delete(n.conns, from)
		n.mu.Unlock()
	}()
	for buffer := make([]byte, 32<<10); ; {
		count, err := from.Read(buffer)
		n.mu.Lock()
		passes := n.passes
		n.mu.Unlock()
		<-passes
		if count > 0 {
			if _, err := to.Write(buffer[:count]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// cut ends all connections, and refuses new ones until heal.
func (n *network) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.refuse = true
	for c := range n.conns {
		_ = c.Close()
	}
}

// stall lets nothing through and ends nothing, until heal.
func (n *network) stall() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.passes = make(chan struct{})
}

// heal makes everything pass again.
func (n *network) heal() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.refuse = false
	select {
	case <-n.passes:
	default:
		close(n.passes)
	}
}
