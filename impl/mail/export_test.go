package mail

import (
	"context"
	"crypto/x509"
	"net"
)

// Through makes connections in another way, and trusts other authorities.
func (s *SMTP) Through(dial func(ctx context.Context, network, address string) (net.Conn, error), roots *x509.CertPool) {
	s.dial, s.roots = dial, roots
}
