package impl_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/store"
)

// hostile is what a stranger sends everywhere.
const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)></code></pre></iframe><a href="javascript:alert(1)">{{.}}</a>`

// hostileMail is one that nobody but a stranger wrote.
const hostileMail = "From: a@example.com\r\nTo: b@example.com\r\nSubject: s\r\nX-Evil: " + hostile + "\r\n" +
	"Content-Type: multipart/alternative; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain\r\n\r\n" + hostile + " https://evil.example/?'x'=</a> javascript:alert(1)\r\n" +
	"--b\r\nContent-Type: text/html\r\n\r\n<!DOCTYPE html><p>Hello" + hostile + "\r\n" +
	"--b\r\nContent-Type: text/calendar\r\n\r\n" + hostile + "\r\n--b--\r\n"

// Ensure that whatever strangers send is text on every page: no element, no
// handler, no address to run.
func TestConsole_Hostile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	w.update(t, func(tx *store.Tx) error {
		return tx.InsertMessage(store.Message{
			ID: "evil", Sender: hostile, Recipient: hostile, Subject: hostile, At: morning, Sealed: w.ring.Seal([]byte(hostileMail), store.MessageLabel("evil")),
		})
	})
	hook := got[client.WebhookCreated](t, http.StatusCreated)(w.owner.CreateWebhook(t.Context(), nil, client.WebhookCreate{
		Endpoint: "http://127.0.0.1:9/?" + url.QueryEscape(hostile) + "'\"", Description: new(hostile), EventTypes: []client.WebhookEventType{client.WebhookEventTypeBookingCreated},
	}))
	read(t)(w.owner.send(t, "POST", bookingPath+"?q="+url.QueryEscape(hostile), `{"meetingTypeId":`+encoded(t, hostile)+`}`, "X-Evil", hostile, "User-Agent", hostile))
	read(t)(w.owner.send(t, "POST", bookingPath, hostile))
	read(t)(w.owner.send(t, "GET", "/v4/appointment/"+url.PathEscape(strings.ReplaceAll(hostile, "/", "")), ""))
	w.owner.book(t, named(hostile, "client@example.com"))
	w.advance(t, "1m")
	id := client.WebhookIDText(hook.ID)
	search := "?" + url.Values{"status": {hostile}, "operation": {hostile}, "path": {hostile}, "to": {hostile}, "subject": {hostile}, "page": {hostile}, "done": {hostile}, "ran": {hostile}}.Encode()
	paths := []string{"/_/", "/_/inbox", "/_/inbox/evil", "/_/inbox/messages/evil", "/_/requests", "/_/webhooks", "/_/webhooks/" + id}
	for _, call := range w.tester("").calls(t, nil) {
		paths = append(paths, "/_/requests/"+call.ID)
	}
	for _, path := range slices.Clone(paths) {
		paths = append(paths, path+search)
	}
	for _, path := range paths {
		page := browser{w, ""}.opens(t, 200, path)
		for n := range page.Descendants() {
			for _, a := range n.Attr {
				switch {
				case strings.HasPrefix(a.Key, "on"), a.Key == "style":
					t.Errorf("%s: %s has %s=%q", path, n.Data, a.Key, a.Val)
				case (a.Key == "href" || a.Key == "src" || a.Key == "action") && strings.Contains(strings.ToLower(a.Val), "javascript:"):
					t.Errorf("%s: %s leads to %q", path, n.Data, a.Val)
				case a.Key == "src" && a.Val == "x":
					t.Errorf("%s: %s loads something", path, n.Data)
				}
			}
		}
		for _, script := range page.all("script") {
			if !strings.HasSuffix(attribute(script, "src"), "console.js") || script.FirstChild != nil {
				t.Errorf("%s has a script", path)
			}
		}
	}

	page := browser{w, ""}.opens(t, 200, "/_/inbox/evil")
	frame := page.all("iframe")
	if len(frame) != 1 || !strings.HasPrefix(attribute(frame[0], "srcdoc"), "<!DOCTYPE html><p>Hello"+hostile) {
		t.Fatalf("the frame is %v", frame)
	}
	sandboxed := slices.ContainsFunc(frame[0].Attr, func(a html.Attribute) bool { return a.Key == "sandbox" && a.Val == "" })
	if policy := page.header.Get("Content-Security-Policy"); !sandboxed || attribute(frame[0], "src") != "" || !strings.HasPrefix(policy, "default-src 'none';") {
		t.Errorf("the frame is %v under %q", frame[0].Attr, policy)
	}
	page.says(t, "X-Evil", "https://evil.example/")
}
