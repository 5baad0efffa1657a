package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/mail"
)

// checkSMTP reaches a mail server and reads its greeting. It does not log in,
// and sends nothing.
func checkSMTP(ctx context.Context, address string) finding {
	const check = "mail server"
	if _, err := mail.ParseSMTP(address); err != nil {
		return finding{check, "fail", "--smtp-url is wrong: " + oneLine(err), "--smtp-url smtp://user:password@mail.example.com:587"}
	}
	u, err := url.Parse(address)
	if err != nil {
		return finding{check, "fail", "--smtp-url is no URL", "--smtp-url smtp://user:password@mail.example.com:587"}
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	greeting, err := greeting(ctx, u)
	if err != nil {
		return finding{check, "fail", oneLine(err), "check host and port of --smtp-url, and the firewall"}
	}
	if !strings.HasPrefix(greeting, "220") {
		return finding{check, "fail", fmt.Sprintf("%s answers %q", u.Host, greeting), "ask its operator"}
	}
	return ok(check, "%s answers; user and password were not tried", u.Host)
}

func greeting(ctx context.Context, u *url.URL) (string, error) {
	port := map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	host := net.JoinHostPort(u.Hostname(), firstOf(u.Port(), port))
	dial := new(net.Dialer).DialContext
	if u.Scheme == "smtps" {
		dial = new(tls.Dialer).DialContext
	}
	conn, err := dial(ctx, "tcp", host)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if deadline, limited := ctx.Deadline(); limited {
		if err := conn.SetDeadline(deadline); err != nil {
			return "", err
		}
	}
	line, err := bufio.NewReaderSize(conn, 1024).ReadSlice('\n')
	return strings.TrimSpace(string(line)), err
}
