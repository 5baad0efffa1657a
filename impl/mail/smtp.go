package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"github.com/meetwright/meetwright/impl/job"
)

// SMTP hands mails to a mail server, each on a connection of its own.
type SMTP struct {
	// Timeout bounds one attempt from the dialling to the answer. It must
	// be shorter than what a job may take. Defaults to 30 seconds.
	Timeout time.Duration

	host           string
	port           int
	implicitTLS    bool
	user, password string
	dial           func(ctx context.Context, network, address string) (net.Conn, error)
	roots          *x509.CertPool // nil for those of the system
}

var errURL = errors.New("the mail server must be given as smtp://user:password@host:587 or smtps://user:password@host:465")

// ParseSMTP reads the address of a mail server: smtp:// for STARTTLS, port
// 587 unless given, or smtps:// for TLS from the start, port 465. User and
// password are optional. Errors do not repeat the address, which may hold a
// password.
//
// A server elsewhere must offer STARTTLS and have a valid certificate. Only
// to this very machine do mails go in clear when it does not offer it.
func ParseSMTP(address string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return nil, errURL
	}
	s := &SMTP{Timeout: 30 * time.Second, host: u.Hostname(), dial: (&net.Dialer{}).DialContext}
	switch u.Scheme {
	case "smtp":
		s.port = 587
	case "smtps":
		s.port, s.implicitTLS = 465, true
	default:
		return nil, errURL
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil || s.port < 1 || s.port > 65535 {
			return nil, errURL
		}
	}
	s.user = u.User.Username()
	s.password, _ = u.User.Password()
	return s, nil
}

// Send implements Sender. A recipient who is refused for good, or whom the
// server cannot be told of, is given up; all else is worth another try.
func (s *SMTP) Send(ctx context.Context, m Message) job.Outcome {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	conn, err := s.open(ctx)
	if err != nil {
		return s.failure(reaching, err)
	}
	defer func() { _ = conn.Close() }() // it is of no use any more
	// A deadline that is past ends whatever waits.
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	c, err := s.greet(conn)
	if err != nil {
		return s.failure(reaching, err)
	}
	if international, _ := c.Extension("SMTPUTF8"); !international && !isASCII(m.To) {
		return outcome(errNotASCII)
	}
	if err := c.Mail("<" + m.From + ">"); err != nil {
		return s.failure(naming, err)
	}
	if err := c.Rcpt("<" + m.To + ">"); err != nil {
		return s.failure(addressing, err)
	}
	if err := transmit(c, m.Raw); err != nil {
		return s.failure(handing, err)
	}
	// The server has taken the mail; how it says goodbye does not matter.
	if c.UpdateDeadline(time.Second) == nil {
		_ = c.Quit()
	}
	return job.Outcome{}
}

func transmit(c *smtp.Client, raw []byte) error {
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(raw); err != nil {
		return err
	}
	return w.Close()
}

func (s *SMTP) open(ctx context.Context) (net.Conn, error) {
	conn, err := s.dial(ctx, "tcp", net.JoinHostPort(s.host, strconv.Itoa(s.port)))
	if err != nil || !s.implicitTLS {
		return conn, err
	}
	encrypted := tls.Client(conn, s.tls())
	if err := encrypted.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return encrypted, nil
}

// greet makes a connection one that is encrypted and authenticated.
func (s *SMTP) greet(conn net.Conn) (*smtp.Client, error) {
	c, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return nil, err
	}
	name, err := os.Hostname()
	if err != nil {
		name = "localhost"
	}
	if err := c.Hello(name); err != nil {
		return nil, err
	}
	offered, _ := c.Extension("STARTTLS")
	switch {
	case s.implicitTLS:
	case offered:
		if err := c.StartTLS(s.tls()); err != nil {
			return nil, err
		}
	case !s.local():
		return nil, errNoTLS
	}
	return c, s.authenticate(c)
}

// authenticate tells user and password in the best way that the server
// offers.
func (s *SMTP) authenticate(c *smtp.Client) error {
	if s.user == "" {
		return nil
	}
	_, offered := c.Extension("AUTH")
	ways := strings.Fields(strings.ToUpper(offered))
	var way smtp.Auth
	switch {
	case slices.Contains(ways, "SCRAM-SHA-256"):
		way = smtp.ScramSHA256Auth(s.user, s.password)
	case slices.Contains(ways, "PLAIN"):
		way = smtp.PlainAuth("", s.user, s.password, s.host, s.local())
	case slices.Contains(ways, "LOGIN"):
		way = smtp.LoginAuth(s.user, s.password, s.host, s.local())
	case slices.Contains(ways, "CRAM-MD5"):
		way = smtp.CRAMMD5Auth(s.user, s.password)
	default:
		return errNoAuth
	}
	return c.Auth(way)
}

// tls demands a valid certificate of every server but one on this machine,
// where nobody is in between.
func (s *SMTP) tls() *tls.Config {
	return &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12, InsecureSkipVerify: s.local(), RootCAs: s.roots}
}

func (s *SMTP) local() bool {
	ip := net.ParseIP(s.host)
	return s.host == "localhost" || ip != nil && ip.IsLoopback()
}
