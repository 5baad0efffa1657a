package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
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
	s := &SMTP{Timeout: 30 * time.Second, host: u.Hostname()}
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

// Send implements Sender. A refusal of the recipient for good gives up; all
// else is worth another try.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	c, hangUp, err := s.dial(ctx)
	defer hangUp()
	if err != nil {
		return failure("mail server not reached", err)
	}
	if err := c.Mail("<" + m.From + ">"); err != nil {
		return failure("sender refused", err)
	}
	if err := c.Rcpt("<" + m.To + ">"); err != nil {
		return recipientRefused(err)
	}
	if err := transmit(c, m.Raw); err != nil {
		return failure("mail refused", err)
	}
	// The server has taken the mail; how it says goodbye does not matter.
	if c.UpdateDeadline(time.Second) == nil {
		_ = c.Quit()
	}
	return nil
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

// dial returns a connection that is greeted, encrypted and authenticated. It
// is cut when ctx is done; hangUp closes it in any case.
func (s *SMTP) dial(ctx context.Context) (c *smtp.Client, hangUp func(), err error) {
	var conn net.Conn
	hangUp = func() {
		if conn != nil {
			_ = conn.Close()
		}
	}
	open := func(dialing context.Context, network, address string) (net.Conn, error) {
		opened, err := s.open(dialing, network, address)
		if err == nil {
			conn = opened
			context.AfterFunc(ctx, func() { _ = opened.Close() })
		}
		return opened, err
	}
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(s.Timeout), gomail.WithDialContextFunc(open), gomail.WithTLSConfig(s.tls()),
	}
	switch {
	case s.implicitTLS:
		options = append(options, gomail.WithSSL())
	case s.local():
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.user != "" {
		options = append(options, gomail.WithUsername(s.user), gomail.WithPassword(s.password), gomail.WithOpportunisticSMTPAuth(
			gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5))
	}
	client, err := gomail.NewClient(s.host, options...)
	if err != nil {
		return nil, hangUp, err
	}
	c, err = client.DialToSMTPClientWithContext(ctx)
	return c, hangUp, err
}

func (s *SMTP) open(ctx context.Context, network, address string) (net.Conn, error) {
	if s.implicitTLS {
		return (&tls.Dialer{Config: s.tls()}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// tls demands a valid certificate of every server but one on this machine,
// where nobody is in between.
func (s *SMTP) tls() *tls.Config {
	return &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12, InsecureSkipVerify: s.local()}
}

func (s *SMTP) local() bool {
	ip := net.ParseIP(s.host)
	return s.host == "localhost" || ip != nil && ip.IsLoopback()
}
