package mail_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/mail"
)

// certificate is one that vouches for itself, for a host and a time from
// now.
func certificate(t *testing.T, host string, valid time.Duration) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(valid),
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	parsed, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	roots.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}}, roots
}

// at dials a server whatever its name.
func (s *server) at(ctx context.Context, network, _ string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, network, s.address)
}

// Ensure mail and password reach a server elsewhere only when the connection
// is encrypted, and to whom the certificate says.
func TestSMTP_Send_Encrypts(t *testing.T) {
	t.Parallel()
	good, trusted := certificate(t, "mail.example", time.Hour)
	other, trustsOther := certificate(t, "other.example", time.Hour)
	expired, trustsExpired := certificate(t, "mail.example", -time.Hour)
	const ehlo = "250-mail.example\r\n250 AUTH "
	for name, c := range map[string]struct {
		url      string
		tls      *tls.Config
		implicit bool
		answers  map[string]string
		roots    *x509.CertPool
		want     string // what is said after it is encrypted, or the failure
	}{
		"STARTTLS":       {"smtp://user:pass@mail.example", good, false, nil, trusted, "AUTH PLAIN AHVzZXIAcGFzcw=="},
		"TLS":            {"smtps://user:pass@mail.example", good, true, nil, trusted, "AUTH PLAIN AHVzZXIAcGFzcw=="},
		"LOGIN over TLS": {"smtps://user:pass@mail.example", good, true, map[string]string{"EHLO": ehlo + "LOGIN XOAUTH2"}, trusted, "AUTH LOGIN\ndXNlcg==\ncGFzcw=="},
		"no user":        {"smtps://mail.example", good, true, map[string]string{"AUTH": "535 go"}, trusted, "MAIL FROM"},

		"no STARTTLS": {"smtp://user:pass@mail.example", nil, false, nil, trusted, "does not offer STARTTLS, without which no mail leaves this machine"},
		"STARTTLS is refused": {"smtp://user:pass@mail.example", good, false, map[string]string{"STARTTLS": "454 4.7.0 not now"}, trusted,
			"turned us away (SMTP 454 4.7.0)"},
		"STARTTLS hangs":        {"smtp://user:pass@mail.example", good, false, map[string]string{"STARTTLS": ""}, trusted, "no answer within 300ms"},
		"an unknown authority":  {"smtp://user:pass@mail.example", good, false, nil, x509.NewCertPool(), "certificate of the mail server cannot be trusted"},
		"another host":          {"smtps://user:pass@mail.example", other, true, nil, trustsOther, "certificate of the mail server is for another host"},
		"expired":               {"smtps://user:pass@mail.example", expired, true, nil, trustsExpired, "certificate of the mail server has expired"},
		"smtps to STARTTLS":     {"smtps://user:pass@mail.example", good, false, nil, trusted, "do not agree on TLS"},
		"smtp to implicit TLS":  {"smtp://user:pass@mail.example", good, true, nil, trusted, "no answer within 300ms"},
		"only an old TLS":       {"smtps://user:pass@mail.example", &tls.Config{Certificates: good.Certificates, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}, true, nil, trusted, "do not agree on TLS"},
		"no AUTH":               {"smtps://user:pass@mail.example", good, true, map[string]string{"EHLO": "250 mail.example"}, trusted, "offers no way to tell it user and password"},
		"no AUTH that is known": {"smtps://user:pass@mail.example", good, true, map[string]string{"EHLO": ehlo + "XOAUTH2 GSSAPI"}, trusted, "offers no way to tell it user and password"},
		"LOGIN is refused": {"smtps://user:pass@mail.example", good, true, map[string]string{"EHLO": ehlo + "LOGIN", "AUTH": "535 5.7.8 user pass"}, trusted,
			"did not accept user and password (SMTP 535"},
		"AUTH hangs": {"smtps://user:pass@mail.example", good, true, map[string]string{"AUTH": ""}, trusted, "no answer within 300ms"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, c.answers, func(s *server) { s.tls, s.implicit = c.tls, c.implicit })
			from := sender(t, c.url)
			if !strings.Contains(c.want, "no answer") {
				from.Timeout = 10 * time.Second
			}
			from.Through(s.at, c.roots)
			o := from.Send(t.Context(), sample)
			said := <-s.said
			before, after, _ := strings.Cut(strings.Join(said, "\n"), "(encrypted)")
			if strings.Contains(before, "AUTH") || strings.Contains(before, "MAIL") {
				t.Errorf("said in clear: %q", said)
			}
			if o.Err == nil {
				if !strings.Contains(after, c.want) {
					t.Errorf("said %q", said)
				}
				<-s.mails
				return
			}
			if text := o.Err.Error(); !strings.Contains(text, c.want) || o.GiveUp || strings.Contains(text, "example") || strings.Contains(text, "pass ") {
				t.Errorf("%+v, want %q", o, c.want)
			}
			if len(s.mails) > 0 {
				t.Error("the mail was taken")
			}
		})
	}
}

// Ensure names that cannot be resolved, and hosts that cannot be reached,
// are told apart.
func TestSMTP_Send_Network(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"the host name of the mail server cannot be resolved":                         &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "mail.example", IsNotFound: true}},
		"the mail server gave no answer within 300ms":                                 &net.OpError{Op: "dial", Err: &net.DNSError{Err: "timeout", Name: "mail.example", IsTimeout: true}},
		"the mail server cannot be reached; check its host and port, and the network": &net.OpError{Op: "dial", Err: &net.AddrError{Err: "no route", Addr: "mail.example"}},
	} {
		s := sender(t, "smtp://mail.example")
		s.Through(func(context.Context, string, string) (net.Conn, error) { return nil, err }, nil)
		if o := s.Send(t.Context(), sample); o.Err == nil || o.Err.Error() != want || o.GiveUp {
			t.Errorf("%+v, want %q", o, want)
		}
	}
	refuses := sender(t, "smtp://127.0.0.1:1")
	if o := refuses.Send(t.Context(), sample); o.Err == nil || !strings.HasPrefix(o.Err.Error(), "the mail server refused the connection") {
		t.Errorf("%+v", o)
	}
	var _ mail.Sender = refuses
}
