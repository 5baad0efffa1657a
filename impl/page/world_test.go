package page_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/credential"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/page"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// world is a company with one host and one meeting type, and its pages.
type world struct {
	store   *store.Store
	ring    *secret.Keyring
	pages   http.Handler
	now     time.Time
	logs    bytes.Buffer
	company meet.Company
	host    meet.User
	kind    meet.MeetingType
	// attendee is who books.
	attendee meet.Attendee
}

// start is when meetings of the tests begin: Wednesday, 10:00 in Berlin.
var start = time.Date(2027, time.March, 3, 9, 0, 0, 0, time.UTC)

// shared is the store in memory of all worlds; each has a company of its own
// in it. Its clock is that of the world made last.
var shared = sync.OnceValues(func() (*store.Store, error) {
	return store.Open(context.Background(), ":memory:", store.Options{Now: func() time.Time { return last.now }})
})

var last *world

// newWorld makes a world in memory whose people read a language; change is
// about the meeting type.
func newWorld(t testing.TB, language string, change ...func(*meet.MeetingType)) *world {
	t.Helper()
	before := last
	last = &world{now: meettest.Now()}
	t.Cleanup(func() { last = before })
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	last.fill(t, s, language, change...)
	return last
}

// newWorldIn makes a world in a file.
func newWorldIn(t testing.TB, file, language string, change ...func(*meet.MeetingType)) *world {
	t.Helper()
	w := &world{now: meettest.Now()}
	s, err := store.Open(context.Background(), file, store.Options{Now: func() time.Time { return w.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	w.fill(t, s, language, change...)
	return w
}

func (w *world) fill(t testing.TB, s *store.Store, language string, change ...func(*meet.MeetingType)) {
	t.Helper()
	w.store, w.ring = s, secret.New()
	t.Cleanup(func() {
		if w.logs.Len() > 0 {
			t.Errorf("the pages failed:\n%s", &w.logs)
		}
	})
	w.company = meettest.Company()
	w.host = meettest.User(w.company, func(u *meet.User) {
		u.ID, u.Role, u.Language = w.company.Owner, meet.Owner, language
	})
	w.kind = meettest.MeetingType(w.host, append([]func(*meet.MeetingType){func(m *meet.MeetingType) {
		m.Channel, m.Increment = meet.Zoom, time.Hour
	}}, change...)...)
	w.attendee = meettest.Attendee(func(a *meet.Attendee) { a.Language = language })
	w.update(t, func(tx *store.Tx) error {
		if err := tx.InsertCompany(w.company); err != nil {
			return err
		}
		if err := tx.InsertUser(w.host); err != nil {
			return err
		}
		if err := tx.InsertSchedule(meettest.Schedule(w.host)); err != nil {
			return err
		}
		return tx.InsertMeetingType(w.kind)
	})
	checker := credential.New(w.store, w.ring, func() time.Time { return w.now }, credential.Options{})
	w.pages = page.New(page.Config{
		Store: w.store, Credentials: checker, PublicURL: "https://book.example", Logger: slog.New(slog.NewTextHandler(&w.logs, nil)),
	})
}

func (w *world) update(t testing.TB, fn func(*store.Tx) error) {
	t.Helper()
	if err := w.store.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// owner is the host as a principal.
func (w *world) owner() meet.Principal {
	return meet.Principal{Company: w.company.ID, User: w.host.ID, Role: meet.Owner}
}

// book books the meeting, at start unless changed.
func (w *world) book(t testing.TB, change ...func(*booking.Request)) booking.Booked {
	t.Helper()
	r := booking.Request{Type: w.kind.ID, Start: start, Hosts: []meet.UserID{w.host.ID}, Attendee: w.attendee, Body: []byte(`{}`), Extra: []byte(`{}`)}
	for _, c := range change {
		c(&r)
	}
	var booked booking.Booked
	w.update(t, func(tx *store.Tx) (err error) {
		booked, err = booking.Book(tx, w.owner(), r)
		return err
	})
	return booked
}

// link is a page with what opens it.
type link struct{ path, id, field, secret string }

func (l link) page() string { return l.path + l.id + "?" + url.Values{l.field: {l.secret}}.Encode() }

func (w *world) confirmLink(h *meet.Hold) link {
	return link{"/confirm/", string(h.ID), "token", w.ring.Derive(secret.ConfirmationToken, string(h.ID), h.Generation)}
}

func (w *world) hostLink(h *meet.Hold) link {
	return link{"/host/", string(h.ID), "token", w.ring.Derive(secret.HostToken, string(h.ID), h.Generation)}
}

func (w *world) manageLink(b booking.Booked) link {
	a := b.Attendee
	return link{"/m/", string(b.Booking.ID), "secret", w.ring.Derive(secret.AppointmentSecret, string(a.ID), a.Generation)}
}

// do sends a request; header are pairs of names and values.
func (w *world) do(method, target, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		if header[i+1] == "" {
			r.Header.Del(header[i])
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	w.pages.ServeHTTP(answer, r)
	return answer
}

func (w *world) get(target string) *httptest.ResponseRecorder {
	return w.do(http.MethodGet, target, "")
}

// post sends a form of a page; fields are pairs.
func (w *world) post(l link, action string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{l.field: {l.secret}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return w.do(http.MethodPost, l.path+l.id+"/"+action, form.Encode())
}

// wants fails unless an answer has a status and contains the parts.
func wants(t testing.TB, answer *httptest.ResponseRecorder, status int, parts ...string) {
	t.Helper()
	if answer.Code != status {
		t.Errorf("status is %d, want %d", answer.Code, status)
	}
	for _, part := range parts {
		if !strings.Contains(answer.Body.String(), part) {
			t.Errorf("the page lacks %q:\n%s", part, main(answer))
		}
	}
}

// lacks fails if an answer contains one of the parts.
func lacks(t testing.TB, answer *httptest.ResponseRecorder, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(answer.Body.String(), part) {
			t.Errorf("the page shows %q:\n%s", part, main(answer))
		}
	}
}

// main is what a page shows, without its style.
func main(answer *httptest.ResponseRecorder) string {
	_, after, _ := strings.Cut(answer.Body.String(), "</style>")
	return after
}
