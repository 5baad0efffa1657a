package mail_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/mail"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Ensure what is to be sent while the mail server is away is sent exactly
// once when it is back, and that only what it refuses for good is given up.
func TestMailer_ServerDown(t *testing.T) {
	t.Parallel()
	const mails = 5
	w := newWorld(t, "en")
	begin := w.now
	s := serve(t, nil)
	s.mails, s.said = make(chan string, 99), make(chan []string, 999)
	var up atomic.Bool
	smtp := sender(t, "smtp://127.0.0.1")
	smtp.Timeout = 10 * time.Second
	smtp.Through(func(ctx context.Context, network, address string) (net.Conn, error) {
		if !up.Load() {
			return nil, syscall.ECONNREFUSED
		}
		return s.at(ctx, network, address)
	}, nil)
	runner := job.New(job.Config{Store: w.Store, Handlers: w.mailer(t, func(c *mail.Config) { c.Sender = smtp }).Handlers()})
	for i := range mails {
		j := w.job(t, meet.Happening{Booking: &w.booking}, meet.Letter{Template: meet.MailBooked, Attendee: "a1"})
		j.ID, j.Dedup, j.Lane, j.RunAt = meet.JobID(fmt.Sprint("mail", i)), fmt.Sprint(i), "mail", begin
		w.update(t, func(tx *store.Tx) error { return tx.InsertJob(j) })
	}
	count := func(state meet.JobState) (n int) {
		err := w.View(t.Context(), func(tx *store.Tx) (err error) {
			_, n, err = tx.Jobs("mail", state, 1, 0)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for ; w.now.Before(begin.Add(4 * time.Hour)); w.now = w.now.Add(time.Minute) {
		up.Store(w.now.Sub(begin) >= time.Hour)
		if ran := runDue(t, runner); len(ran) > 0 && !up.Load() && count(meet.JobPending) != mails {
			t.Fatalf("%d are waiting after %v", count(meet.JobPending), w.now.Sub(begin))
		}
	}
	if count(meet.JobDone) != mails || len(s.mails) != mails {
		t.Fatalf("%d are done, %d were sent", count(meet.JobDone), len(s.mails))
	}
	sent := map[string]bool{}
	for range mails {
		for line := range strings.Lines(<-s.mails) {
			if strings.HasPrefix(line, "Message-ID:") {
				sent[line] = true
			}
		}
	}
	if len(sent) != mails {
		t.Errorf("sent were %v", sent)
	}
}

// Ensure a recipient who is refused for now is tried again, and one who is
// refused for good is dead and says why.
func TestMailer_RecipientRefused(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]meet.Job{
		"451 4.7.1 greylisted": {State: meet.JobPending, LastError: "the mail server refused the recipient (SMTP 451 4.7.1)"},
		"550 5.1.1 nobody":     {State: meet.JobDead, LastError: "the mail server refused the recipient (SMTP 550 5.1.1)"},
	} {
		w := newWorld(t, "en")
		smtp := sender(t, "smtp://"+serve(t, map[string]string{"RCPT": answer}).address)
		smtp.Timeout = 10 * time.Second
		runner := job.New(job.Config{Store: w.Store, Handlers: w.mailer(t, func(c *mail.Config) { c.Sender = smtp }).Handlers()})
		j := w.job(t, meet.Happening{Booking: &w.booking}, meet.Letter{Template: meet.MailBooked, Attendee: "a1"})
		j.Lane, j.RunAt = "mail", w.now
		w.update(t, func(tx *store.Tx) error { return tx.InsertJob(j) })
		runDue(t, runner)
		err := w.View(t.Context(), func(tx *store.Tx) error {
			all, _, err := tx.Jobs("mail", "", 1, 0)
			if len(all) != 1 || all[0].State != want.State || all[0].LastError != want.LastError || (all[0].State == meet.JobPending) != all[0].RunAt.After(w.now) {
				t.Errorf("%s: %+v", answer, all)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
