package clienttest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client/control"
)

// Inbox has all mail that the server sent, to whomever. It is sent soon after the call that causes it; Clock.Advance has all sent that is due.
type Inbox struct {
	s     *Server
	mu    sync.Mutex
	taken map[string]bool // mails that Wait has returned, by id
}

// Wait returns the next mail to an address, the oldest that no Wait has returned, and waits for it. Its subject contains each of the given texts; the case of letters
// counts nowhere. A mail about a meeting has the message to the calendar in ICS, and what it links to in Links, which can be opened while the test runs.
func (i *Inbox) Wait(t testing.TB, to string, subject ...string) control.Message {
	t.Helper()
	var found control.Message
	came := i.s.await(func() bool {
		mail, ok := i.take(to, subject)
		if ok {
			found = i.read(mail)
		}
		return ok
	})
	if !came {
		i.s.fail(t, fmt.Sprintf("no mail%s to %s came within %v\n%s", aboutSubject(subject), to, i.s.options.timeout, i.summary()))
	}
	return found
}

func aboutSubject(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return fmt.Sprintf(" about %q", strings.Join(texts, " "))
}

// take marks the mail that Wait is to return.
func (i *Inbox) take(to string, subject []string) (mail control.MessageSummary, ok bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, mail := range i.all() {
		fits := strings.EqualFold(mail.To, to) && !slices.ContainsFunc(subject, func(text string) bool {
			return !strings.Contains(strings.ToLower(mail.Subject), strings.ToLower(text))
		})
		if fits && !i.taken[mail.ID] {
			if i.taken == nil {
				i.taken = map[string]bool{}
			}
			i.taken[mail.ID] = true
			return mail, true
		}
	}
	return mail, false
}

// forget begins anew, as an inbox that was emptied.
func (i *Inbox) forget() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.taken = nil
}

// List returns all mails that were sent so far, the oldest first, also those that Wait has returned.
func (i *Inbox) List() []control.Message {
	i.s.t.Helper()
	var mails []control.Message
	for _, mail := range i.all() {
		mails = append(mails, i.read(mail))
	}
	return mails
}

// all lists the mails, the oldest first.
func (i *Inbox) all() []control.MessageSummary {
	i.s.t.Helper()
	mails := got[control.Messages](i.s, http.StatusOK)(control.NewListMessagesRequest(i.s.host.url, nil)).Messages
	slices.Reverse(mails)
	return mails
}

func (i *Inbox) read(mail control.MessageSummary) control.Message {
	i.s.t.Helper()
	return got[control.Message](i.s, http.StatusOK)(control.NewGetMessageRequest(i.s.host.url, mail.ID, nil))
}

// summary tells a failed test what is there instead.
func (i *Inbox) summary() string {
	mails := i.all()
	if len(mails) == 0 {
		return "the inbox is empty"
	}
	var text strings.Builder
	text.WriteString("the inbox has:")
	for _, mail := range mails {
		fmt.Fprintf(&text, "\n  %s: %s (%s)", mail.To, mail.Subject, mail.At.Format(time.RFC3339))
	}
	return text.String()
}
