package impl_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/client/control"
)

// browserAccept is what a browser accepts.
const browserAccept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

// sheet is a page as it was read.
type sheet struct {
	*html.Node
	answer
	url *url.URL // where it was found
}

// browser looks at the pages of a tenant, "" being the server's own world.
type browser struct {
	w      *world
	tenant string
}

// opens gets a page, which must have a status.
func (b browser) opens(t testing.TB, status int, path string) sheet {
	t.Helper()
	if b.tenant != "" {
		if strings.Contains(path, "?") {
			path += "&"
		} else {
			path += "?"
		}
		path += "tenant=" + b.tenant
	}
	return b.read(t, status)(b.w.caller().send(t, http.MethodGet, path, "", "Accept", browserAccept))
}

// presses sends a form of a page, with fields in pairs: 200 is that it acted,
// and led to a page.
func (b browser) presses(t testing.TB, status int, path, do string, fields ...string) sheet {
	t.Helper()
	form := url.Values{"do": {do}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	if b.tenant != "" {
		path += "?tenant=" + b.tenant
	}
	page := b.read(t, status)(b.w.caller().send(t, http.MethodPost, path, form.Encode(),
		"Content-Type", "application/x-www-form-urlencoded", "Accept", browserAccept, "Sec-Fetch-Site", "same-origin"))
	if status == http.StatusOK && page.url.Query().Get("done") == "" {
		t.Errorf("%s of %s led to %s", do, path, page.url)
	}
	if page.url.Query().Get("tenant") != b.tenant {
		t.Errorf("%s of %s led out of the tenant: %s", do, path, page.url)
	}
	return page
}

func (b browser) read(t testing.TB, status int) func(*http.Response, error) sheet {
	return func(r *http.Response, err error) sheet {
		t.Helper()
		page := sheet{answer: wants(t, status)(r, err), url: r.Request.URL}
		if kind := page.header.Get("Content-Type"); kind != "text/html; charset=utf-8" {
			t.Fatalf("%s is %s: %s", page.url, kind, page.body)
		}
		policy := page.header.Get("Content-Security-Policy")
		for _, rule := range []string{"default-src 'none'", "script-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy+";", rule+";") {
				t.Errorf("%s has the policy %q, without %s", page.url, policy, rule)
			}
		}
		if page.header.Get("Cache-Control") != "no-store" || page.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s has %v", page.url, page.header)
		}
		if page.Node, err = html.Parse(bytes.NewReader(page.body)); err != nil {
			t.Fatal(err)
		}
		return page
	}
}

// all are the elements of a name.
func (s sheet) all(name string) (found []*html.Node) {
	for n := range s.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			found = append(found, n)
		}
	}
	return found
}

// attribute is one of an element, or "".
func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// spoken is what an element says, with single spaces.
func spoken(n *html.Node) string {
	var all strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			all.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(all.String()), " ")
}

// says asserts texts of the page.
func (s sheet) says(t testing.TB, parts ...string) {
	t.Helper()
	have := spoken(s.Node)
	for _, part := range parts {
		if !strings.Contains(have, part) {
			t.Errorf("%s does not say %q:\n%s", s.url, part, have)
		}
	}
}

// silent asserts that nothing of a page, not even its source, has texts.
func (s sheet) silent(t testing.TB, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if bytes.Contains(s.body, []byte(part)) {
			t.Errorf("%s tells %q", s.url, part)
		}
	}
}

// code are the texts to copy.
func (s sheet) code() (all []string) {
	for _, pre := range s.all("pre") {
		all = append(all, pre.FirstChild.FirstChild.Data)
	}
	return all
}

// Ensure every page shows what there is, and every link on it leads on, in
// the same world.
func TestConsole_Pages(t *testing.T) {
	t.Parallel()
	for _, tenant := range []string{"", "a-tenant"} {
		t.Run("tenant "+tenant, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, ownServer)
			c, b := w.tester(tenant), browser{w, tenant}
			b.opens(t, 200, "/_/").says(t, "Overview", "0 calls", "0 mails", "0 deliveries wait", "0 dead deliveries", "2024-01-10 08:00:00 UTC", "It stands still",
				w.demo.PersonalKey(), w.demo.PlatformKey(), "sqlite", "Every call is answered as it should be")
			b.opens(t, 200, "/_/inbox").says(t, "No mail was captured yet")
			b.opens(t, 200, "/_/requests").says(t, "No call was made yet")
			b.opens(t, 200, "/_/webhooks").says(t, "There is no webhook yet")

			hook := c.owner.subscribes(t, newReceiver(t), client.WebhookEventTypeBookingCreated)
			booked := c.owner.book(t)
			lists(t, "attendee is required", "meetingTypeId must be a UUID", "start is required")(c.owner.send(t, "POST", bookingPath, `{"meetingTypeId":"x"}`))
			c.fails(t, control.NewFault{Operation: new("createBooking"), Code: new(503)})
			c.fails(t, control.NewFault{Drop: new(control.DropAfterWrite), Delay: new(5)})
			b.presses(t, 200, "/_/", "hour").says(t, "The clock was advanced")
			mails := c.mails(t, nil)

			page := b.opens(t, 200, "/_/")
			page.says(t, fmt.Sprintf("%d mails", len(mails)), "3 calls", "createBooking answers 503 Service Unavailable 1 call left",
				"every operation waits 5 ms, then does it, and closes the connection without an answer", "The next job is due in")
			b.opens(t, 200, "/_/webhooks").says(t, hook.Endpoint, "1 delivered", "booking_created")
			id := client.WebhookIDText(hook.ID)
			b.opens(t, 200, "/_/webhooks/"+id).says(t, hook.Endpoint, booked.AppointmentID, "1 attempt", "answered 204")
			b.opens(t, 200, "/_/webhooks/"+id+"?status=dead").says(t, "No delivery is dead")
			b.opens(t, 200, "/_/inbox?subject=INTRO").says(t, "Booked: Intro Call", "client@example.com")
			b.opens(t, 200, "/_/inbox?to=nobody@example.com").says(t, "No mail is like that")
			for _, m := range mails {
				for _, path := range []string{"/_/inbox/messages/" + m.ID, "/_/inbox/" + m.ID} {
					b.opens(t, 200, path).says(t, m.Subject, m.To, m.From, "Message-Id", "BEGIN:VCALENDAR")
				}
			}
			b.opens(t, 200, "/_/requests").says(t, "201 POST /v4/booking createBooking", "attendee is required")
			b.opens(t, 200, "/_/requests?status=2xx&operation=createBooking&path=BOOK").says(t, "1 to 1 of 1")
			b.opens(t, 200, "/_/requests?path=nothing").says(t, "No call is like that")
			b.opens(t, 200, "/_/requests/"+c.nth(t, 2)).says(t, "createBooking", "booking_created", "Delivery to a webhook done "+hook.Endpoint, "Booked: Intro Call", "to client@example.com", "Bearer $MEETERGO_API_KEY",
				`request.Header.Add("Authorization", "Bearer "+os.Getenv("MEETERGO_API_KEY"))`, booked.AppointmentID)
			b.opens(t, 200, "/_/requests/"+c.nth(t, 3)).says(t, "Violations of the contract attendee is required meetingTypeId must be a UUID start is required", "Nothing: no event")
			b.opens(t, 404, "/_/requests/99").says(t, "Request not found")
			b.opens(t, 404, "/_/inbox/99").says(t, "Message not found")
			b.opens(t, 404, "/_/webhooks/99").says(t, "Webhook not found")
			b.crawl(t)
		})
	}
}

// crawl follows every link below /_/.
func (b browser) crawl(t testing.TB) {
	t.Helper()
	seen := map[string]bool{}
	var visit func(path string)
	visit = func(path string) {
		if seen[path] {
			return
		}
		seen[path] = true
		a := wants(t, http.StatusOK)(b.w.caller().send(t, http.MethodGet, path, "", "Accept", browserAccept))
		if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
			return
		}
		root, err := html.Parse(bytes.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		at, _ := url.Parse(path)
		for n := range root.Descendants() {
			for _, name := range []string{"href", "src", "action"} {
				to, err := at.Parse(attribute(n, name))
				if attribute(n, name) == "" || err != nil || to.Host != "" {
					continue // mails link to the public address
				}
				ours := strings.HasPrefix(to.Path, "/_/") && !strings.HasPrefix(to.Path, "/_/console.")
				if n.Data == "a" && ours && to.Query().Get("tenant") != b.tenant && spoken(n) != "The server’s own" {
					t.Errorf("%s links to %s, out of the tenant", path, to)
				}
				to.Fragment = ""
				if n.Data != "form" && (ours && to.Query().Get("tenant") == b.tenant || !strings.HasPrefix(to.Path, "/_/")) {
					if strings.HasPrefix(to.Path, "/docs") { // whose own links are no concern of ours
						wants(t, http.StatusOK)(b.w.caller().send(t, http.MethodHead, to.String(), ""))
						continue
					}
					visit(to.String())
				}
			}
		}
	}
	start := "/_/"
	if b.tenant != "" {
		start += "?tenant=" + b.tenant
	}
	visit(start)
	if len(seen) < 15 {
		t.Errorf("only found %v", seen)
	}
}

// Ensure who asks for JSON gets it where a page has the path of an
// operation, and whoever prefers a page a page.
func TestConsole_Negotiation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	c := w.tester("")
	c.owner.book(t)
	mail := c.mails(t, &control.ListMessagesParams{Wait: new("30s")})[0].ID
	for _, path := range []string{"/_/requests", "/_/requests/" + c.nth(t, 1), "/_/inbox/messages", "/_/inbox/messages/" + mail, "/_/requests/99", "/_/inbox/messages/99"} {
		for accept, want := range map[string]string{
			"*/*": "application/json", "application/json": "application/json", browserAccept: "text/html; charset=utf-8",
			"text/html;q=0.3, application/json": "application/json",
		} {
			a := read(t)(w.caller().send(t, "GET", path, "", "Accept", accept))
			if a.header.Get("Content-Type") != want || !slices.Contains(a.header.Values("Vary"), "Accept") {
				t.Errorf("%s for %q is %v", path, accept, a.header)
			}
		}
	}
	a := wants(t, http.StatusOK)(w.caller().send(t, "GET", "/_/requests/"+c.nth(t, 1)+"?format=curl", "", "Accept", browserAccept))
	if !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
		t.Errorf("a command line is %v", a.header)
	}
	for _, path := range []string{"/_/", "/_/inbox", "/_/webhooks"} { // have nothing else
		browser{w, ""}.read(t, 200)(w.caller().send(t, "GET", path, "", "Accept", "*/*"))
		head := wants(t, http.StatusOK)(w.caller().send(t, "HEAD", path, ""))
		if len(head.body) != 0 || head.header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("HEAD %s answered %v", path, head.header)
		}
	}
	for path, kind := range map[string]string{"/_/console.css": "text/css; charset=utf-8", "/_/console.js": "text/javascript; charset=utf-8"} {
		a := wants(t, http.StatusOK)(w.caller().send(t, "GET", path, ""))
		if a.header.Get("Content-Type") != kind || a.header.Get("ETag") == "" {
			t.Errorf("%s has %v", path, a.header)
		}
		wants(t, http.StatusNotModified)(w.caller().send(t, "GET", path, "", "If-None-Match", a.header.Get("ETag")))
	}
}

// Ensure lists are shown in parts.
func TestConsole_Parts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	for range 205 {
		wants(t, http.StatusOK)(w.owner.me(t))
	}
	b := browser{w, ""}
	for path, want := range map[string]string{
		"/_/requests": "1 to 100 of 205", "/_/requests?page=1": "101 to 200 of 205", "/_/requests?page=2": "201 to 205 of 205",
		"/_/requests?page=-1": "1 to 100 of 205", "/_/requests?page=x": "1 to 100 of 205",
	} {
		b.opens(t, 200, path).says(t, want)
	}
	beyond := b.opens(t, 200, "/_/requests?page=9&operation=getCurrentUser")
	beyond.says(t, "The list ends before this part", "To its first part")
	if !slices.ContainsFunc(beyond.all("a"), func(a *html.Node) bool { return attribute(a, "href") == "./requests?operation=getCurrentUser" }) {
		t.Errorf("nothing leads to the first part:\n%s", beyond.body)
	}
	for _, path := range []string{"/_/requests?page=9&path=nothing", "/_/inbox?page=9", "/_/inbox?page=9&to=nobody"} {
		b.opens(t, 200, path).silent(t, "ends before this part") // it has no part
	}
	hook := w.owner.subscribes(t, newReceiver(t), client.WebhookEventTypeBookingCreated)
	w.owner.book(t)
	w.advance(t, "1m")
	for path, first := range map[string]string{
		"/_/inbox?page=1":               "./inbox",
		"/_/inbox?page=1&subject=INTRO": "./inbox?subject=INTRO",
		"/_/webhooks/" + client.WebhookIDText(hook.ID) + "?page=1&status=delivered": "../webhooks/" + client.WebhookIDText(hook.ID) + "?status=delivered",
	} {
		page := b.opens(t, 200, path)
		page.says(t, "The list ends before this part")
		if !slices.ContainsFunc(page.all("a"), func(a *html.Node) bool { return attribute(a, "href") == first && spoken(a) == "To its first part" }) {
			t.Errorf("%s does not lead to %s:\n%s", path, first, page.body)
		}
	}
	page := b.opens(t, 200, "/_/requests?page=1&operation=getCurrentUser")
	for _, link := range page.all("a") {
		if rel := attribute(link, "rel"); rel == "next" && attribute(link, "href") != "./requests?operation=getCurrentUser&page=2" {
			t.Errorf("older is %s", attribute(link, "href"))
		}
	}
}

// Ensure that a body which is nested deep makes no large page.
func TestConsole_Deep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	c, b := w.tester(""), browser{w, ""}
	for _, test := range []struct {
		depth    int
		indented bool
	}{{100, true}, {101, false}, {9990, false}} {
		body := strings.Repeat("[", test.depth) + `"]\"]"` + strings.Repeat("]", test.depth)
		read(t)(c.owner.send(t, "POST", bookingPath, body))
		id := c.latest(t).ID
		page := b.opens(t, 200, "/_/requests/"+id)
		if len(page.body) > 256<<10 || slices.Contains(page.code(), body) == test.indented {
			t.Errorf("%d deep, the page has %d bytes", test.depth, len(page.body))
		}
		if a := wants(t, http.StatusOK)(c.GetRequest(t.Context(), id, nil)); len(a.body) > 256<<10 {
			t.Errorf("%d deep, the call has %d bytes", test.depth, len(a.body))
		}
	}
}

// Ensure what the overview says to paste works, in the world that it is
// about.
func TestConsole_Sample(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl here; install it to run this")
	}
	w := newWorld(t, ownServer)
	for _, tenant := range []string{"", "another"} {
		page := browser{w, tenant}.opens(t, 200, "/_/")
		var line string
		for _, code := range page.code() {
			if strings.Contains(code, "/v4/booking") {
				line = strings.ReplaceAll(code, "https://book.example", w.url)
			}
		}
		out, err := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(line, "curl ", "curl -sS ", 1)).CombinedOutput()
		if err != nil || decode[client.Booked](t, out).AppointmentID == "" {
			t.Errorf("%v: %s\n%s", err, out, line)
		}
		if calls := w.tester(tenant).calls(t, nil); len(calls) != 1 {
			t.Errorf("tenant %q has the calls %+v", tenant, calls)
		}
	}
}
