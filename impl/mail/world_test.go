package mail_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/job"
	"github.com/meetwright/meetwright/impl/mail"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/store/storetest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// world is a company with two hosts and everything that mail needs. Its
// things have ids that never change.
type world struct {
	*store.Store
	ring    *secret.Keyring
	now     time.Time
	company meet.Company
	hosts   []meet.User
	kind    meet.MeetingType
	booking meet.Booking // two attendees, the first with a guest
}

// newWorld makes a world whose people speak a language. Things are changed
// before they are stored.
func newWorld(t *testing.T, language string, change ...func(*world)) *world {
	t.Helper()
	w := &world{now: time.Date(2026, time.October, 1, 12, 0, 0, 0, time.UTC)}
	var err error
	if w.ring, err = secret.Parse([]byte(base64.StdEncoding.EncodeToString(make([]byte, 32)))); err != nil {
		t.Fatal(err)
	}
	w.company = meettest.Company(func(c *meet.Company) { c.ID, c.Owner = "c1", "u1" })
	for i, name := range []string{"Mia Hansen", "Ben Okafor"} {
		given, family, _ := strings.Cut(name, " ")
		w.hosts = append(w.hosts, meettest.User(w.company, func(u *meet.User) {
			u.ID, u.GivenName, u.FamilyName, u.Language = []meet.UserID{"u1", "u2"}[i], given, family, language
			u.Email = strings.ToLower(given) + "@hansen.example"
		}))
	}
	w.kind = meettest.MeetingType(w.hosts[0], func(k *meet.MeetingType) {
		k.ID, k.Name = "t1", "Intro call"
		k.FormFields = []meet.FormField{{Key: "topic", Label: "Topic"}, {Key: "vip", Label: "VIP"}, {Key: "unanswered", Label: "No answer"}}
	})
	zone := map[string]string{"en": "Europe/London", "de": "Europe/Vienna"}[language]
	ada := meettest.Attendee(func(a *meet.Attendee) {
		a.ID, a.FirstName, a.LastName, a.Email = "a1", "Ada", "Lovelace", "ada@guest.example"
		a.Zone, a.Language, a.Guests = zone, language, []string{"bob@guest.example"}
		a.Notes = json.RawMessage(`{"topic": "Engines, & more", "vip": true, "unknown": "hidden"}`)
	})
	grace := meettest.Attendee(func(a *meet.Attendee) {
		a.ID, a.FullName, a.Email, a.Zone, a.Language = "a2", "Grace Hopper", "grace@other.example", zone, language
		a.Guests, a.Phone = []string{"eve@other.example"}, ""
	})
	w.booking = meettest.Booking(w.kind, func(b *meet.Booking) {
		b.ID, b.UID, b.Hosts, b.Name = "b1", "b1@meetwright", []meet.UserID{"u1", "u2"}, w.kind.Name
		b.Start = time.Date(2026, time.October, 20, 9, 30, 0, 0, time.UTC)
		b.End, b.CreatedAt, b.UpdatedAt = b.Start.Add(30*time.Minute), w.now, w.now
		b.MeetingLink = "https://meet.example.com/x?a=1&b=2"
		b.Attendees = []meet.Attendee{ada, grace}
	})
	for _, c := range change {
		c(w)
	}
	w.Store, err = store.Open(t.Context(), ":memory:", store.Options{Now: func() time.Time { return w.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	w.update(t, func(tx *store.Tx) error {
		return storetest.Insert(tx, w.company, w.hosts[0], meettest.Schedule(w.hosts[0]), w.hosts[1], meettest.Schedule(w.hosts[1]), w.kind, w.booking)
	})
	return w
}

func (w *world) update(t *testing.T, fn func(*store.Tx) error) {
	t.Helper()
	if err := w.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// mailer captures, unless the config is changed.
func (w *world) mailer(t *testing.T, change ...func(*mail.Config)) *mail.Mailer {
	t.Helper()
	c := mail.Config{
		Store: w.Store, Ring: w.ring, PublicURL: "https://book.example.com/", From: "Hansen Booking <booking@hansen.example>",
		Sender: mail.Capture{Store: w.Store, Ring: w.ring},
	}
	for _, f := range change {
		f(&c)
	}
	m, err := mail.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// alone is the booking as its event keeps it for one attendee.
func (w *world) alone(id meet.AttendeeID) *meet.Booking {
	b := w.booking
	b.Attendees = []meet.Attendee{*b.Attendee(id)}
	return &b
}

// hold is a request of the first attendee.
func (w *world) hold() *meet.Hold {
	request, _ := json.Marshal(w.booking)
	return &meet.Hold{
		ID: "h1", Company: "c1", Type: "t1", Hosts: w.booking.Hosts, Start: w.booking.Start, End: w.booking.End, WaitsFor: meet.TheHost,
		Status: meet.Pending, Request: request, Attendee: w.booking.Attendees[0], CreatedAt: w.now, ExpiresAt: w.now.Add(24 * time.Hour),
	}
}

// job stores an event and returns the job of a letter about it.
func (w *world) job(t *testing.T, h meet.Happening, l meet.Letter) meet.Job {
	t.Helper()
	snapshot, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	e := meet.Event{ID: meet.EventID(uuid.NewString()), Company: "c1", Kind: meet.BookingCreated, Subject: "b1", Snapshot: snapshot, At: w.now}
	w.update(t, func(tx *store.Tx) error { return tx.InsertEvent(e) })
	return jobOf(t, meet.SendMail, string(e.ID), l)
}

func jobOf(t *testing.T, kind meet.JobKind, subject string, payload any) meet.Job {
	t.Helper()
	raw, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	return meet.Job{ID: "0199a000-0000-7000-8000-000000000001", Company: "c1", Kind: kind, Subject: subject, Payload: raw, Attempt: 1}
}

// captured runs a job, takes the mail that it captured and returns it, or
// nil.
func (w *world) captured(t *testing.T, m *mail.Mailer, j meet.Job) *letter {
	t.Helper()
	if o := m.Handlers()[j.Kind](t.Context(), j); o.Err != nil {
		t.Fatal(o.Err)
	}
	var all []store.Message
	err := w.View(t.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.Messages("")
		return err
	})
	w.update(t, (*store.Tx).DeleteMessages)
	if err != nil || len(all) > 1 {
		t.Fatalf("captured %d mails, %v", len(all), err)
	}
	if len(all) == 0 {
		return nil
	}
	raw, err := w.ring.Open(all[0].Sealed, store.MessageLabel(all[0].ID))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, all[0], raw)
}

// runDue does the jobs that are due.
func runDue(t *testing.T, r *job.Runner) (ran []meet.Job) {
	t.Helper()
	err := r.Alone(func(runDue func() ([]meet.Job, error)) (err error) {
		ran, err = runDue()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ran
}

// letter is a mail as a program reads it.
type letter struct {
	store.Message
	raw              []byte
	header           netmail.Header
	text, html       string
	calendar, method string // of the alternative, "" without
	file             string // invite.ics
}

// parse reads a mail with the standard library.
func parse(t *testing.T, m store.Message, raw []byte) *letter {
	t.Helper()
	checkLines(t, raw)
	read, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	l := &letter{Message: m, raw: raw, header: read.Header}
	l.part(t, textproto.MIMEHeader(read.Header), read.Body)
	return l
}

// checkLines holds a mail against RFC 5322 §2.1.1 and §2.2: ASCII headers,
// CRLF, lines of at most 998 octets.
func checkLines(t *testing.T, raw []byte) {
	t.Helper()
	header, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	for _, c := range header {
		if c > 126 || c < 32 && c != '\r' && c != '\n' {
			t.Fatalf("octet %#x in the header\n%s", c, header)
		}
	}
	for l := range bytes.SplitSeq(raw, []byte("\r\n")) {
		if len(l) > 998 || bytes.ContainsAny(l, "\r\n") {
			t.Fatalf("a line of %d octets, or a lone CR or LF: %.80q", len(l), l)
		}
	}
}

func (l *letter) part(t *testing.T, h textproto.MIMEHeader, body io.Reader) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	switch h.Get("Content-Transfer-Encoding") {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	if strings.HasPrefix(kind, "multipart/") {
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			l.part(t, p.Header, p)
		}
	}
	content, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	switch kind {
	case "text/plain":
		l.text = strings.ReplaceAll(string(content), "\r\n", "\n")
	case "text/html":
		l.html = strings.ReplaceAll(string(content), "\r\n", "\n")
	case "text/calendar":
		l.calendar, l.method = string(content), params["method"]
		if params["charset"] != "utf-8" {
			t.Errorf("calendar in %q", params["charset"])
		}
	default:
		l.file = string(content)
		if h.Get("Content-Disposition") != `attachment; filename="invite.ics"` {
			t.Errorf("attached as %s, %s", kind, h.Get("Content-Disposition"))
		}
	}
}

// all is everything that the reader can get to see.
func (l *letter) all() string {
	return string(l.raw) + l.Subject + l.text + l.html + strings.ReplaceAll(l.calendar+l.file, "\r\n ", "")
}
