package impl_test

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client/control"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/secret"
)

// tester is somebody with the control plane of a world, and with the owner's
// key in it.
type tester struct {
	*control.Client
	owner caller
}

// tester makes one; a name is that of a tenant, "" is the server's own world.
func (w *world) tester(tenant string) tester {
	header := []string{"Authorization", "Bearer " + w.demo.PersonalKey()}
	if tenant != "" {
		header = append(header, "X-Stub-Tenant", tenant)
	}
	own := w.caller(header...)
	c, err := control.NewClient(w.url, control.WithHTTPClient(w.http), control.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		if tenant != "" {
			r.Header.Set("X-Stub-Tenant", tenant)
		}
		return nil
	}))
	if err != nil {
		panic(err) // the address is that of a running server
	}
	return tester{c, own}
}

// calls lists the journal.
func (c tester) calls(t testing.TB, p *control.ListRequestsParams) []control.CallSummary {
	t.Helper()
	list := got[control.Calls](t, http.StatusOK)(c.ListRequests(t.Context(), p))
	if list.Total != len(list.Requests) {
		t.Errorf("total is %d, there are %d", list.Total, len(list.Requests))
	}
	return list.Requests
}

// latest is the call that was answered last.
func (c tester) latest(t testing.TB) control.Call {
	t.Helper()
	calls := c.calls(t, nil)
	if len(calls) == 0 {
		t.Fatal("the journal is empty")
	}
	return got[control.Call](t, http.StatusOK)(c.GetRequest(t.Context(), calls[0].ID, nil))
}

// nth is the id of a call of the journal, of which the oldest is the first.
func (c tester) nth(t testing.TB, n int) string {
	t.Helper()
	calls := c.calls(t, nil)
	if len(calls) < n {
		t.Fatalf("there are %d calls, and no %d", len(calls), n)
	}
	return calls[len(calls)-n].ID
}

// mails lists the inbox.
func (c tester) mails(t testing.TB, p *control.ListMessagesParams) []control.MessageSummary {
	t.Helper()
	return got[control.Messages](t, http.StatusOK)(c.ListMessages(t.Context(), p)).Messages
}

// fails adds a fault.
func (c tester) fails(t testing.TB, f control.NewFault) control.Fault {
	t.Helper()
	return got[control.Fault](t, http.StatusCreated)(c.AddFault(t.Context(), nil, f))
}

func TestControlClient_InfoClockReset(t *testing.T) {
	t.Parallel()
	c := newWorld(t, func(s *impl.Settings) { s.Version = "1.2.3" }).tester("")
	info := got[control.Info](t, http.StatusOK)(c.GetInfo(t.Context(), nil))
	if info.Version != "1.2.3" || info.Mode != "stub" || info.Engine != "sqlite" || len(info.Features) == 0 {
		t.Errorf("it says %+v", info)
	}
	now := at("2024-01-15T12:00:00Z")
	for _, want := range []*time.Time{&now, nil} {
		set := got[control.Clock](t, http.StatusOK)(c.SetClock(t.Context(), nil, control.SetClock{Now: want}))
		shown := got[control.Clock](t, http.StatusOK)(c.GetClock(t.Context(), nil))
		if set.Set != (want != nil) || shown.Set != set.Set || want != nil && (!set.Now.Equal(now) || !shown.Now.Equal(now)) {
			t.Errorf("set to %v it shows %+v, then %+v", want, set, shown)
		}
	}
	wants(t, http.StatusNoContent)(c.Reset(t.Context(), nil))
	c.owner.book(t)
	moved := got[control.Advanced](t, http.StatusOK)(c.AdvanceClock(t.Context(), nil, control.AdvanceClock{By: "P7D"}))
	reminders := 0
	for _, f := range moved.Fired {
		if f.Kind == "reminder" {
			reminders++
		}
	}
	if !moved.Now.Equal(morning.Add(7*24*time.Hour)) || reminders != 2 {
		t.Errorf("%d reminders by %v: %+v", reminders, moved.Now, moved.Fired)
	}
	for _, by := range []string{"", "-1h", "0s", "soon", "P1Y", "100000h"} {
		wants(t, http.StatusBadRequest)(c.AdvanceClock(t.Context(), nil, control.AdvanceClock{By: by}))
	}
	c.fails(t, control.NewFault{Code: new(503)})
	wants(t, http.StatusNoContent)(c.Reset(t.Context(), nil))
	if left := got[control.Faults](t, http.StatusOK)(c.ListFaults(t.Context(), nil)).Faults; len(left) != 0 {
		t.Errorf("a reset left %v", left)
	}
	if left := c.calls(t, nil); len(left) != 0 {
		t.Errorf("a reset left %v", left)
	}
	c.owner.isFree(t)
}

func TestControlClient_Inbox(t *testing.T) {
	t.Parallel()
	c := newWorld(t).tester("")
	if found := c.mails(t, nil); len(found) != 0 {
		t.Errorf("it begins with %+v", found)
	}
	waited := make(chan []control.MessageSummary, 1)
	go func() {
		params := &control.ListMessagesParams{To: new("client@example.com"), Subject: new("INTRO"), Wait: new("30s")}
		found, _ := readAll(c.ListMessages(t.Context(), params))
		waited <- decode[control.Messages](t, found.body).Messages
	}()
	c.owner.book(t)
	found := <-waited
	if len(found) != 1 || found[0].To != "client@example.com" || !found[0].At.Equal(morning) {
		t.Fatalf("waited for %+v", found)
	}
	m := got[control.Message](t, http.StatusOK)(c.GetMessage(t.Context(), found[0].ID, nil))
	if m.Subject != found[0].Subject || !strings.Contains(m.ICS, "METHOD:REQUEST") || len(m.Links) == 0 ||
		!strings.Contains(m.Text, "Jane") || !strings.Contains(m.HTML, "<") || len(m.Headers["Message-Id"]) != 1 {
		t.Errorf("the mail is %+v", m)
	}
	raw := wants(t, http.StatusOK)(c.GetRawMessage(t.Context(), found[0].ID, nil))
	if !strings.Contains(string(raw.body), "\r\nMIME-Version: 1.0\r\n") || raw.header.Get("Content-Type") != "message/rfc822" {
		t.Errorf("the mail itself is %s", raw.body)
	}
	for _, wait := range []string{"soon", "-1s", "61s", "1"} {
		refuses(t, http.StatusBadRequest, "wait must be a duration such as 10s, at most 60s")(c.ListMessages(t.Context(), &control.ListMessagesParams{Wait: &wait}))
	}
	wants(t, http.StatusNoContent)(c.DeleteMessages(t.Context(), nil))
	if found := c.mails(t, &control.ListMessagesParams{Wait: new("1ms")}); len(found) != 0 {
		t.Errorf("left are %+v", found)
	}
	refuses(t, http.StatusNotFound, "Message not found")(c.GetMessage(t.Context(), m.ID, nil))
	refuses(t, http.StatusNotFound, "Message not found")(c.GetRawMessage(t.Context(), m.ID, nil))
}

// Ensure that what a live server must not have is not there.
func TestControlClient_Live(t *testing.T) {
	t.Parallel()
	path, ring := filepath.Join(t.TempDir(), "meetwright.db"), secret.New()
	var token caller
	t.Run("stub mode makes a key", func(t *testing.T) {
		token = newWorld(t, func(s *impl.Settings) { s.Database, s.Ring = path, ring }).rival(t).owner
	})
	w := newWorld(t, func(s *impl.Settings) {
		s.Live, s.Seed, s.Clock, s.Database, s.Ring = true, nil, time.Time{}, path, ring
	})
	c := w.tester("")
	for _, answer := range []func() (*http.Response, error){
		func() (*http.Response, error) { return c.GetInfo(t.Context(), nil) },
		func() (*http.Response, error) { return c.GetClock(t.Context(), nil) },
		func() (*http.Response, error) { return c.SetClock(t.Context(), nil, control.SetClock{}) },
		func() (*http.Response, error) {
			return c.AdvanceClock(t.Context(), nil, control.AdvanceClock{By: "1h"})
		},
		func() (*http.Response, error) { return c.Reset(t.Context(), nil) },
		func() (*http.Response, error) { return c.ListRequests(t.Context(), nil) },
		func() (*http.Response, error) { return c.GetRequest(t.Context(), "1", nil) },
		func() (*http.Response, error) { return c.DeleteRequests(t.Context(), nil) },
		func() (*http.Response, error) { return c.ListMessages(t.Context(), nil) },
		func() (*http.Response, error) { return c.GetMessage(t.Context(), "1", nil) },
		func() (*http.Response, error) { return c.GetRawMessage(t.Context(), "1", nil) },
		func() (*http.Response, error) { return c.DeleteMessages(t.Context(), nil) },
		func() (*http.Response, error) { return c.ListFaults(t.Context(), nil) },
		func() (*http.Response, error) {
			return c.AddFault(t.Context(), nil, control.NewFault{Code: new(503)})
		},
		func() (*http.Response, error) { return c.ClearFaults(t.Context(), nil) },
		func() (*http.Response, error) { return w.caller().send(t, "GET", "/_/", "") },
		func() (*http.Response, error) { return w.caller().send(t, "POST", "/_/", "") },
		func() (*http.Response, error) { return w.caller().send(t, "GET", "/_/inbox", "") },
		func() (*http.Response, error) {
			return w.caller().send(t, "GET", "/_/requests", "", "Accept", browserAccept)
		},
		func() (*http.Response, error) { return w.caller().send(t, "POST", "/_/inbox", "") },
		func() (*http.Response, error) { return w.caller().send(t, "GET", "/_/webhooks", "") },
		func() (*http.Response, error) { return w.caller().send(t, "GET", "/_/webhooks/1", "") },
		func() (*http.Response, error) { return w.caller().send(t, "GET", "/_/console.css", "") },
		func() (*http.Response, error) { return w.tester("other").GetInfo(t.Context(), nil) },
	} {
		wants(t, http.StatusNotFound)(answer())
	}
	refuses(t, http.StatusUnauthorized, invalidKey)(c.owner.me(t))
	rita := w.caller("Authorization", token.header.Get("Authorization"))
	for _, prefer := range []string{"code=503", "example=double-opt-in", "drop=before-write", "delay=300000"} {
		a := wants(t, http.StatusOK)(rita.send(t, "GET", "/v4/user/me", "", "Prefer", prefer, "X-Stub-Tenant", "other"))
		if a.header.Get("Preference-Applied") != "" {
			t.Errorf("%s was answered %v", prefer, a.header)
		}
	}
}
