package mail

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"regexp"
	"syscall"

	"github.com/meetwright/meetwright/impl/job"
)

// hopeless says why no other attempt would mend a failure.
type hopeless string

func (h hopeless) Error() string { return string(h) }

// outcome is how a job ended that could send nothing.
func outcome(err error) job.Outcome {
	var never hopeless
	return job.Outcome{Err: err, GiveUp: errors.As(err, &never)}
}

// errNotASCII gives up a recipient whose name the server has no way to be
// told (RFC 6531 §3.1).
const errNotASCII hopeless = "the mail server does not offer SMTPUTF8, without which no mail goes to an address with letters beyond ASCII before its @"

var (
	errNoTLS  = errors.New("the mail server does not offer STARTTLS, without which no mail leaves this machine; if it speaks TLS from the start, use smtps://")
	errNoAuth = errors.New("the mail server offers no way to tell it user and password that is known here: SCRAM-SHA-256, PLAIN, LOGIN or CRAM-MD5")
)

// step is what was being done with a mail server when it failed: what a
// refusal is told as, with the codes in it.
type step string

const (
	reaching   step = "the mail server turned us away (%s)"
	naming     step = "the mail server refused the sender (%s); check the address that mail is sent from"
	addressing step = "the mail server refused the recipient (%s)"
	handing    step = "the mail server refused the mail (%s)"
)

// failure says what went wrong with a mail server in a sentence for who runs
// this one. It holds no address and, of an answer, only its codes.
func (s *SMTP) failure(at step, err error) job.Outcome {
	var answer *textproto.Error
	if errors.As(err, &answer) {
		return refusal(at, answer)
	}
	var name *net.DNSError
	var network net.Error
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var remote *net.OpError
	flaw := certificateFlaw(err)
	why := "the mail server gave an answer that cannot be understood"
	switch {
	case errors.Is(err, errNoTLS), errors.Is(err, errNoAuth):
		why = err.Error()
	case flaw != "":
		why = "the certificate of the mail server " + flaw
	case errors.As(err, &name) && !name.IsTimeout:
		why = "the host name of the mail server cannot be resolved"
	case errors.As(err, &network) && network.Timeout(), errors.Is(err, os.ErrDeadlineExceeded):
		why = fmt.Sprintf("the mail server gave no answer within %v", s.Timeout)
	case errors.Is(err, syscall.ECONNREFUSED):
		why = "the mail server refused the connection; check its host and port, and that it runs"
	case errors.As(err, &record), errors.As(err, &alert), errors.As(err, &remote) && remote.Op == "remote error": // an alert of the other side's
		why = "the mail server and this one do not agree on TLS; smtps:// is for TLS from the start, smtp:// for STARTTLS"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		why = "the mail server closed the connection"
	case errors.As(err, &remote):
		why = "the mail server cannot be reached; check its host and port, and the network"
	}
	return job.Outcome{Err: errors.New(why)}
}

// refusal is a failure by an answer of the server. Only the recipient is
// refused for good; all else may be mended by who runs either server. The
// codes about user and password are those of RFC 4954 §6.
func refusal(at step, answer *textproto.Error) job.Outcome {
	codes := fmt.Sprintf("SMTP %d%s", answer.Code, enhanced(answer.Msg))
	o := job.Outcome{Status: answer.Code}
	switch answer.Code {
	case 530:
		o.Err = fmt.Errorf("the mail server wants a user and a password (%s); add them to its URL", codes)
	case 534, 535:
		o.Err = fmt.Errorf("the mail server did not accept user and password (%s); check them in its URL", codes)
	default:
		o.Err = fmt.Errorf(string(at), codes)
		o.GiveUp = at == addressing && answer.Code/100 == 5
	}
	return o
}

// certificateFlaw says why a certificate was refused, or "".
func certificateFlaw(err error) string {
	var refused *tls.CertificateVerificationError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case !errors.As(err, &refused):
		return ""
	case errors.As(err, &host):
		return "is for another host; use the name that is in it"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "has expired or is not valid yet"
	}
	return "cannot be trusted; it must be from an authority that this machine knows"
}

// status is an enhanced status code at the beginning of an answer (RFC 2034).
var status = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

func enhanced(answer string) string {
	if code := status.FindString(answer); code != "" {
		return " " + code
	}
	return ""
}
