package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
)

var (
	errName     = errors.New("the host name of the endpoint cannot be resolved")
	errRefused  = errors.New("the endpoint refused the connection")
	errCut      = errors.New("the endpoint closed the connection without an answer")
	errNoAnswer = errors.New("the endpoint gave no valid HTTP answer")
)

// whyNoAnswer turns an error of the network into one that can be shown. The
// original may hold the endpoint's address and parts of what it sent.
func (s *Sender) whyNoAnswer(err error) error {
	var (
		name        *net.DNSError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		remote      *net.OpError
	)
	switch {
	case errors.Is(err, errAddress):
		return errAddress
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("the endpoint gave no answer within %v", s.Timeout)
	case errors.As(err, &name):
		return errName
	case errors.As(err, &certificate):
		return errors.New("the TLS certificate of the endpoint cannot be trusted")
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record),
		errors.As(err, &remote) && remote.Op == "remote error": // an alert of the other side's
		return errors.New("the endpoint and this server do not agree on TLS")
	case errors.Is(err, syscall.ECONNREFUSED):
		return errRefused
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return errCut
	}
	return errNoAnswer
}
