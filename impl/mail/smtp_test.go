package mail_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/mail"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// server is a mail server that answers as it is told, by the verb.
type server struct {
	address string
	answers map[string]string // "" hangs
	mails   chan string
	said    chan []string
	// tls makes it offer STARTTLS, and AUTH only then; from the start it
	// speaks TLS when it is implicit.
	tls      *tls.Config
	implicit bool
}

func serve(t *testing.T, answers map[string]string, change ...func(*server)) *server {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := &server{address: l.Addr().String(), answers: answers, mails: make(chan string, 9), said: make(chan []string, 9)}
	for _, f := range change {
		f(s)
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(conn)
		}
	}()
	return s
}

// talk is one conversation.
func (s *server) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	var said []string
	defer func() { s.said <- said }()
	encrypted := s.tls == nil
	encrypt := func() {
		conn, encrypted = tls.Server(conn, s.tls), true
		said = append(said, "(encrypted)")
	}
	if s.implicit {
		encrypt()
	}
	text := textproto.NewConn(conn)
	say := func(verb, usual string) bool {
		answer, told := s.answers[verb]
		if !told {
			answer = usual
		}
		if answer == "" { // until the client hangs up
			_, _ = bufio.NewReader(conn).ReadByte()
			return false
		}
		return text.PrintfLine("%s", answer) == nil
	}
	if !say("hello", "220 mail.example ESMTP") {
		return
	}
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		said = append(said, line)
		verb, _, _ := strings.Cut(line, " ")
		switch verb {
		case "EHLO":
			usual := "250-mail.example\r\n250-AUTH PLAIN\r\n250 ENHANCEDSTATUSCODES"
			if !encrypted {
				usual = "250-mail.example\r\n250 STARTTLS"
			}
			if !say(verb, usual) {
				return
			}
		case "STARTTLS":
			if !say(verb, "220 go ahead") {
				return
			}
			encrypt()
			text = textproto.NewConn(conn)
		case "AUTH":
			for range map[string]int{"AUTH LOGIN": 2}[line] { // user and password
				_ = text.PrintfLine("334 ")
				answer, err := text.ReadLine()
				if err != nil {
					return
				}
				said = append(said, answer)
			}
			if !say(verb, "235 welcome") {
				return
			}
		case "DATA":
			if !say(verb, "354 go ahead") {
				return
			}
			if strings.HasPrefix(s.answers[verb], "4") {
				continue
			}
			body, err := text.ReadDotBytes()
			if err != nil {
				return
			}
			s.mails <- string(body)
			if !say("end", "250 2.0.0 taken for ada@guest.example") {
				return
			}
		case "QUIT":
			_ = say(verb, "221 bye")
			return
		default:
			if !say(verb, "250 ok") {
				return
			}
		}
	}
}

func sender(t *testing.T, url string) *mail.SMTP {
	t.Helper()
	s, err := mail.ParseSMTP(url)
	if err != nil {
		t.Fatal(err)
	}
	s.Timeout = 300 * time.Millisecond
	return s
}

var sample = mail.Message{
	ID: "j1", From: "booking@hansen.example", To: "ada@guest.example", Subject: "Hi",
	Raw: []byte("Subject: Hi\r\n\r\n.dot\r\nBye\r\n"),
}

// Ensure each answer of a server has its consequence, and that what is kept
// of it names nobody.
func TestSMTP_Send(t *testing.T) {
	t.Parallel()
	const refused, late = "the mail server refused the ", "the mail server gave no answer within 300ms"
	const blame = " <ada@guest.example>: ada@guest.example, from booking@hansen.example"
	for name, c := range map[string]struct {
		answers map[string]string
		want    string // "" is success
		status  int
		giveUp  bool
	}{
		"taken":                           {nil, "", 0, false},
		"taken, and hangs at the goodbye": {map[string]string{"QUIT": ""}, "", 0, false},
		"taken, and rude at the goodbye":  {map[string]string{"QUIT": "500 what?"}, "", 0, false},
		"no such recipient":               {map[string]string{"RCPT": "550 5.1.1" + blame}, refused + "recipient (SMTP 550 5.1.1)", 550, true},
		"recipient refused in few words":  {map[string]string{"RCPT": "553" + blame}, refused + "recipient (SMTP 553)", 553, true},
		"recipient later":                 {map[string]string{"RCPT": "421 4.7.0" + blame}, refused + "recipient (SMTP 421 4.7.0)", 421, false},
		"we must authenticate":            {map[string]string{"RCPT": "530 5.7.0" + blame}, "the mail server wants a user and a password (SMTP 530 5.7.0); add them to its URL", 530, false},
		"sender refused":                  {map[string]string{"MAIL": "550 5.7.1" + blame}, refused + "sender (SMTP 550 5.7.1); check the address that mail is sent from", 550, false},
		"no room":                         {map[string]string{"DATA": "452 4.3.1" + blame}, refused + "mail (SMTP 452 4.3.1)", 452, false},
		"content refused":                 {map[string]string{"end": "554 5.7.1" + blame}, refused + "mail (SMTP 554 5.7.1)", 554, false},
		"closed":                          {map[string]string{"hello": "421 go away" + blame}, "the mail server turned us away (SMTP 421)", 421, false},
		"speaks something else":           {map[string]string{"hello": "HTTP/1.1 400 ada@guest.example"}, "the mail server gave an answer that cannot be understood", 0, false},
		"hangs at once":                   {map[string]string{"hello": ""}, late, 0, false},
		"hangs at the recipient":          {map[string]string{"RCPT": ""}, late, 0, false},
		"hangs at the end":                {map[string]string{"end": ""}, late, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, c.answers)
			o := sender(t, "smtp://"+s.address).Send(t.Context(), sample)
			if c.want == "" {
				if o.Err != nil {
					t.Fatal(o.Err)
				}
				if got := <-s.mails; got != "Subject: Hi\n\n.dot\nBye\n" {
					t.Errorf("took %q", got)
				}
				return
			}
			if o.Err == nil || o.Err.Error() != c.want || o.Status != c.status || o.GiveUp != c.giveUp {
				t.Errorf("%+v", o)
			}
			if said := strings.Join(<-s.said, "\n"); strings.Contains(said, "MAIL") && !strings.Contains(said, "MAIL FROM:<booking@hansen.example>") {
				t.Errorf("said %s", said)
			}
		})
	}
}

func TestSMTP_Send_Authenticates(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	if o := sender(t, "smtp://user:pass@"+s.address).Send(t.Context(), sample); o.Err != nil {
		t.Fatal(o.Err)
	}
	if said := strings.Join(<-s.said, "\n"); !strings.Contains(said, "AUTH PLAIN AHVzZXIAcGFzcw==") {
		t.Errorf("said %s", said)
	}
	refused := serve(t, map[string]string{"AUTH": "535 5.7.8 user pass"})
	o := sender(t, "smtp://user:pass@"+refused.address).Send(t.Context(), sample)
	if o.Err == nil || o.Err.Error() != "the mail server did not accept user and password (SMTP 535 5.7.8); check them in its URL" || o.GiveUp {
		t.Errorf("%+v", o)
	}
}

// Ensure a server that does not offer SMTPUTF8 (RFC 6531) is told nothing
// beyond ASCII, and that one which does is told the address.
func TestSMTP_Send_International(t *testing.T) {
	t.Parallel()
	const plain, knows = "250-mail.example\r\n250 ENHANCEDSTATUSCODES", "250-mail.example\r\n250 SMTPUTF8"
	for _, c := range []struct {
		hello, to, rcpt string // "" is given up
	}{
		{plain, "ü@books.example", ""},
		{knows, "ü@books.example", "RCPT TO:<ü@books.example>"},
		{plain, "u@books.example", "RCPT TO:<u@books.example>"},
	} {
		s := serve(t, map[string]string{"EHLO": c.hello})
		m := sample
		m.To = c.to
		o := sender(t, "smtp://"+s.address).Send(t.Context(), m)
		if o.GiveUp != (c.rcpt == "") || o.GiveUp != (o.Err != nil) || o.Err != nil && strings.Contains(o.Err.Error(), "example") {
			t.Errorf("%s: %+v", c.to, o)
		}
		if said := strings.Join(<-s.said, "\n"); c.rcpt == "" && strings.Contains(said, "MAIL") || !strings.Contains(said, c.rcpt) {
			t.Errorf("%s: said %s", c.to, said)
		}
	}
}

func TestSMTP_Send_Unreachable(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	gone := sender(t, "smtp://127.0.0.1:1")
	if o := gone.Send(t.Context(), sample); o.Err == nil || o.GiveUp || strings.Contains(o.Err.Error(), "guest.example") {
		t.Errorf("%+v", o)
	}
	if o := sender(t, "smtps://"+s.address).Send(t.Context(), sample); o.Err == nil || o.GiveUp {
		t.Errorf("TLS with a server that has none: %+v", o)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if o := sender(t, "smtp://"+s.address).Send(ctx, sample); o.Err == nil || o.GiveUp {
		t.Errorf("cancelled: %+v", o)
	}
}

func TestParseSMTP(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"smtp://mail.example", "smtp://u:p%40ss@mail.example:25", "smtps://mail.example/", "smtp://[::1]:1025"} {
		if _, err := mail.ParseSMTP(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "mail.example:25", "http://mail.example", "smtp://", "smtp://hunter2@mail.example:99999", "smtp://u:hunter2@mail.example/x",
		"smtp://u:hunter2@mail example", "smtp://u:hunter2@mail.example?tls=no", "smtp://u:hunter2%zz@mail.example",
	} {
		if _, err := mail.ParseSMTP(bad); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// Ensure a job that is done again captures one mail, and sends one
// Message-ID.
func TestMailer_AtLeastOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "en")
	j := w.job(t, meet.Happening{Booking: &w.booking}, meet.Letter{Template: meet.MailBooked, Attendee: "a1"})
	s := serve(t, nil)
	m := w.mailer(t)
	sends := w.mailer(t, func(c *mail.Config) { c.Sender = sender(t, "smtp://"+s.address) })
	ids := map[string]bool{}
	for range 2 {
		for _, m := range []*mail.Mailer{m, sends} {
			if o := m.Handlers()[meet.SendMail](t.Context(), j); o.Err != nil {
				t.Fatal(o.Err)
			}
		}
		for line := range strings.Lines(<-s.mails) {
			if strings.HasPrefix(line, "Message-ID:") {
				ids[line] = true
			}
		}
	}
	err := w.View(t.Context(), func(tx *store.Tx) error {
		all, err := tx.Messages("ada@guest.example")
		if len(all) != 1 || len(ids) != 1 || all[0].ID != string(j.ID) {
			t.Errorf("captured %d, sent %v", len(all), ids)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
