package clienttest

import (
	"context"
	"net"
	"net/http"
)

// pipes are connections within the process. They behave as those of a network do, and use up no ports.
type pipes chan net.Conn

// Accept returns the server's end of the next one.
func (p pipes) Accept() (net.Conn, error) { return <-p, nil }

// Close is there for net.Listener: a server in a process ends with it.
func (p pipes) Close() error { return nil }

// Addr is where both ends seem to be.
func (p pipes) Addr() net.Addr { return loopback }

var loopback = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}

func (p pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p <- pipe{there}:
		return pipe{here}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// pipe is one end of a connection.
type pipe struct{ net.Conn }

func (pipe) LocalAddr() net.Addr  { return loopback }
func (pipe) RemoteAddr() net.Addr { return loopback }

// transport sends requests through pipes, to whatever address. Each gets a connection of its own, because net/http sends what changes nothing again when a
// connection that it has used before breaks, and a test that makes it break would not see it.
func (p pipes) transport() *http.Transport {
	return &http.Transport{DialContext: p.dial, DisableKeepAlives: true}
}
