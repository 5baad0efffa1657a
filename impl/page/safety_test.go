package page_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/page"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// TestPages_ReadOnly follows every link as a scanner of mail does, and the
// paths of the forms too.
func TestPages_ReadOnly(t *testing.T) {
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			change := s.change
			if change == nil {
				change = func(*meet.MeetingType) {}
			}
			file := filepath.Join(t.TempDir(), "test.db")
			w := newWorldIn(t, file, "en", change)
			l := s.make(t, w)
			before := meettest.Dump(t, file)
			if !strings.Contains(before, string(w.kind.ID)) {
				t.Fatal("nothing was read")
			}
			for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete} {
				w.do(method, l.page(), "")
				w.do(method, l.page()+"&from=2027-03-08&start=2027-03-04T09:00:00Z&reason=x", "")
				for name := range s.does {
					answer := w.do(method, strings.Replace(l.page(), "?", "/"+name+"?", 1), "")
					if answer.Code != http.StatusMethodNotAllowed || answer.Header().Get("Allow") != http.MethodPost {
						t.Errorf("%s of the form %s answers %d", method, name, answer.Code)
					}
				}
			}
			if after := meettest.Dump(t, file); after != before {
				t.Errorf("something changed:\n%s\nis now\n%s", before, after)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	w := newWorld(t, "en")
	b := w.book(t)
	l := w.manageLink(b)
	for name, answer := range map[string]*httptest.ResponseRecorder{
		"page": w.get(l.page()), "not found": w.get("/m/"), "not valid": w.get("/m/x?secret=y"), "acted": w.post(l, "cancel"), "lost": w.post(l, "cancel"),
	} {
		t.Run(name, func(t *testing.T) {
			style := "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
			if _, rest, ok := strings.Cut(answer.Body.String(), "<style>"); ok {
				text, _, _ := strings.Cut(rest, "</style>")
				hash := sha256.Sum256([]byte(text))
				style = "'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
			} else if answer.Code == http.StatusSeeOther {
				style = ""
			}
			for header, want := range map[string]string{
				"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow",
			} {
				if got := answer.Header().Get(header); got != want {
					t.Errorf("%s is %q", header, got)
				}
			}
			policy := answer.Header().Get("Content-Security-Policy")
			for _, part := range []string{"default-src 'none'", "style-src '", style, "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
				if !strings.Contains(policy, part) {
					t.Errorf("the policy %q lacks %q", policy, part)
				}
			}
			lacks(t, answer, "<script", " style=", " onclick", "javascript:")
		})
	}
	head := w.do(http.MethodHead, l.page(), "")
	if head.Code != http.StatusOK || head.Body.Len() != 0 || head.Header().Get("Content-Length") != w.get(l.page()).Header().Get("Content-Length") {
		t.Errorf("HEAD answers %d with %d bytes", head.Code, head.Body.Len())
	}
}

// TestLinks_Wrong checks that a link opens its own page and no other.
func TestLinks_Wrong(t *testing.T) {
	w := newWorld(t, "en", both)
	h := w.book(t, withNotes).Hold
	confirm, host := w.confirmLink(h), w.hostLink(h)
	other := link{confirm.path, "0192b3a0-0000-7000-8000-000000000000", "token", confirm.secret}
	for name, l := range map[string]link{
		"token of the host to confirm":       {confirm.path, confirm.id, "token", host.secret},
		"token of the attendee to approve":   {host.path, host.id, "token", confirm.secret},
		"truncated":                          {host.path, host.id, "token", host.secret[:31]},
		"empty":                              {confirm.path, confirm.id, "token", ""},
		"unknown hold":                       other,
		"no id at all":                       {confirm.path, "..%2f..", "token", confirm.secret},
		"a hold is no appointment":           {"/m/", confirm.id, "secret", confirm.secret},
		"the wrong name of the parameter":    {confirm.path, confirm.id, "secret", confirm.secret},
		"an appointment that does not exist": {"/m/", other.id, "secret", w.ring.Derive(secret.AppointmentSecret, other.id, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			w.now = w.now.Add(time.Minute) // wrong tries are counted
			answer := w.get(l.page())
			wants(t, answer, http.StatusUnauthorized, "This link is not valid")
			lacks(t, answer, "Jane", "Intro", "Hansen")
			for _, action := range map[string][]string{"/confirm/": {"confirm"}, "/host/": {"approve", "decline"}, "/m/": {"cancel"}}[l.path] {
				wants(t, w.post(l, action), http.StatusUnauthorized, "This link is not valid")
			}
		})
	}
	t.Run("in the address of a form", func(t *testing.T) {
		w := newWorld(t, "en", optIn)
		l := w.confirmLink(w.book(t).Hold)
		wants(t, w.do(http.MethodPost, l.path+l.id+"/confirm?token="+l.secret, ""), http.StatusUnauthorized)
		wants(t, w.get(l.page()), http.StatusOK, "Please confirm")
	})
	t.Run("in capitals", func(t *testing.T) {
		w := newWorld(t, "en", optIn)
		l := w.confirmLink(w.book(t).Hold)
		l.id = strings.ToUpper(l.id)
		wants(t, w.get(l.page()), http.StatusOK, `action="`+strings.ToLower(l.id)+`/confirm"`)
		wants(t, w.post(l, "confirm"), http.StatusSeeOther)
	})
}

func TestLinks_TooManyWrong(t *testing.T) {
	w := newWorld(t, "en", optIn)
	l := w.confirmLink(w.book(t).Hold)
	wrong := l
	wrong.secret = strings.Repeat("x", 32)
	for range 5 {
		wants(t, w.get(wrong.page()), http.StatusUnauthorized)
	}
	answer := w.get(l.page())
	wants(t, answer, http.StatusTooManyRequests, "Too many wrong links")
	if after := answer.Header().Get("Retry-After"); after != "60" {
		t.Errorf("Retry-After is %q", after)
	}
	wants(t, w.post(l, "confirm"), http.StatusTooManyRequests)
	w.now = w.now.Add(time.Minute)
	wants(t, w.post(l, "confirm"), http.StatusSeeOther)
}

func TestForms_Refused(t *testing.T) {
	for _, row := range []struct {
		name   string
		status int
		body   string // before the token
		header []string
	}{
		{"from another site", 403, "", []string{"Sec-Fetch-Site", "cross-site"}},
		{"from a neighbour", 403, "", []string{"Sec-Fetch-Site", "same-site"}},
		{"from another origin", 403, "", []string{"Origin", "https://evil.example"}},
		{"from another site without origin", 403, "", []string{"Origin", "null", "Sec-Fetch-Site", "cross-site"}},
		{"JSON", 415, "", []string{"Content-Type", "application/json"}},
		{"multipart", 415, "", []string{"Content-Type", "multipart/form-data; boundary=x"}},
		{"without type", 415, "", []string{"Content-Type", ""}},
		{"too long", 413, "reason=" + strings.Repeat("x", 64<<10) + "&", nil},
		{"broken", 400, "reason=%zz&", nil},
		{"from our own page", 303, "", []string{"Sec-Fetch-Site", "same-origin", "Origin", "null"}},
		{"from our own page over plain HTTP", 303, "", []string{"Origin", "null"}},
		{"from the same host", 303, "", []string{"Origin", "http://example.com"}},
		{"from the public address", 303, "", []string{"Origin", "https://book.example", "Sec-Fetch-Site", "cross-site"}},
		{"from no browser", 303, "", nil},
		{"with a character set", 303, "", []string{"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"}},
		{"as long as may be", 303, "reason=" + strings.Repeat("x", 64<<10-len("reason=&token=")-32) + "&", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t, "en", optIn)
			l := w.confirmLink(w.book(t).Hold)
			wants(t, w.do(http.MethodPost, l.path+l.id+"/confirm", row.body+"token="+l.secret, row.header...), row.status)
			title := "Please confirm your appointment"
			if row.status == http.StatusSeeOther {
				title = "Your appointment is confirmed"
			}
			wants(t, w.get(l.page()), http.StatusOK, title)
		})
	}
}

func TestPages_Unknown(t *testing.T) {
	w := newWorld(t, "en")
	l := w.manageLink(w.book(t))
	for _, path := range []string{"/", "/m", "/m/", "/m/" + l.id + "/", "/m/" + l.id + "/delete", "/confirm/a/b/c", "/host/" + l.id + "/confirm", "/x"} {
		wants(t, w.get(path), http.StatusNotFound, "There is no such page")
	}
}

// TestPages_Hostile checks that what strangers write is shown as text.
func TestPages_Hostile(t *testing.T) {
	const evil = "<script>alert(1)</script>\"'>\u202egnp.exe\u200b\x00\r\nBcc: x"
	w := newWorld(t, "en", approval, func(m *meet.MeetingType) {
		m.Name, m.CustomChannelLink = evil, "javascript:alert(1)"
		m.FormFields[0].Label = evil
	})
	w.attendee.FirstName, w.attendee.Guests = evil, []string{`"<img src=x>"@example.com`}
	w.attendee.Language, w.attendee.Zone = `en"><script>`, `Europe/"><script>`
	h := w.book(t, func(r *booking.Request) { r.Attendee.Notes = []byte(`{"topic": "<b>\u202ebold</b>"}`) }).Hold
	host, attendee := w.get(w.hostLink(h).page()), w.get(w.confirmLink(h).page())
	for _, answer := range []*httptest.ResponseRecorder{host, attendee} {
		wants(t, answer, http.StatusOK, "&lt;script&gt;", "(Europe/Berlin)", `<html lang="en">`)
		lacks(t, answer, "<script", "<img", "<b>", "\u202e", "\u200b", "\x00", "\r", "javascript:")
	}
	wants(t, host, http.StatusOK, "&lt;b&gt;bold&lt;/b&gt;")

	wants(t, w.post(w.hostLink(h), "decline", "reason", evil+"\xff"+strings.Repeat("é", 600)), http.StatusSeeOther)
	w.update(t, func(tx *store.Tx) error {
		events, err := tx.Events(string(h.ID))
		if err != nil {
			return err
		}
		var last meet.Happening
		if err := json.Unmarshal(events[len(events)-1].Snapshot, &last); err != nil {
			return err
		}
		if n := utf8.RuneCountInString(last.Reason); n != 500 || strings.ContainsAny(last.Reason, "\u202e\ufffd\x00") {
			t.Errorf("the reason is kept as %d letters: %q", n, last.Reason)
		}
		return nil
	})
}

// TestPages_Private checks that nobody sees another attendee, or what hosts
// note.
func TestPages_Private(t *testing.T) {
	w := newWorld(t, "de", func(m *meet.MeetingType) { m.Spots, m.InternalNotes = 3, "secret-note" })
	mine := w.book(t)
	w.attendee.Email, w.attendee.FirstName, w.attendee.Language = "bob@example.com", "Bob", "en"
	his := w.book(t)
	w.update(t, func(tx *store.Tx) error {
		b, err := tx.Booking(w.company.ID, mine.Booking.ID)
		b.Notes, b.Summary, b.Transcription = "secret-note", "secret-note", "secret-note"
		if err != nil {
			return err
		}
		return tx.UpdateBooking(b)
	})
	own := w.get(w.manageLink(mine).page())
	wants(t, own, http.StatusOK, "Platz abgeben", "Gruppentermin")
	lacks(t, own, "Bob", "bob@", "Jane", "secret-note", "Termin verschieben")
	lacks(t, w.get(w.manageLink(his).page()), "jane.smith", "secret-note")

	answer := w.post(w.manageLink(mine), "cancel")
	wants(t, answer, http.StatusSeeOther)
	if to := answer.Header().Get("Location"); to != "left?lang=de" {
		t.Errorf("the answer leads to %q", to)
	}
	wants(t, w.get("/m/"+string(mine.Booking.ID)+"/left?lang=de"), http.StatusOK, "Sie haben Ihren Platz abgegeben")
	const left = "You gave up your seat"
	wants(t, w.get(w.manageLink(mine).page()), http.StatusOK, left) // in a second tab
	for action, fields := range map[string][]string{"cancel": nil, "reschedule": {"start", start.Add(time.Hour).Format(time.RFC3339)}} {
		answer := w.post(w.manageLink(mine), action, fields...)
		wants(t, answer, http.StatusSeeOther)
		wants(t, w.get("/m/"+string(mine.Booking.ID)+"/"+answer.Header().Get("Location")), http.StatusOK, left)
	}
	wants(t, w.get(w.manageLink(his).page()), http.StatusOK, "Your appointment")
}

// TestConfirm_Once lets many confirm at once: one of them does.
func TestConfirm_Once(t *testing.T) {
	w := newWorld(t, "en", optIn)
	l := w.confirmLink(w.book(t).Hold)
	var counts sync.Map
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() { counts.Store(i, w.post(l, "confirm").Code) })
	}
	all.Wait()
	seen := map[int]int{}
	counts.Range(func(_, code any) bool { seen[code.(int)]++; return true })
	if seen[http.StatusSeeOther] != 1 || seen[http.StatusConflict] != 31 {
		t.Errorf("the answers are %v", seen)
	}
}

// TestFailure checks that a failure tells nothing, and that its log has no
// part of the link.
func TestFailure(t *testing.T) {
	broken := newWorldIn(t, ":memory:", "en", optIn)
	l := broken.confirmLink(broken.book(t).Hold)
	if err := broken.store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, answer := range []*httptest.ResponseRecorder{broken.get(l.page()), broken.post(l, "confirm")} {
		wants(t, answer, http.StatusInternalServerError, "Something went wrong")
		lacks(t, answer, "sql", "closed")
	}
	logged := broken.logs.String()
	if !strings.Contains(logged, "/confirm/{id}") || strings.Contains(logged, l.secret) || strings.Contains(logged, l.id) {
		t.Errorf("the log says %q", logged)
	}
	broken.logs.Reset()
}

func TestNew_PublicURL(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an address that is none is taken")
		}
	}()
	page.New(page.Config{PublicURL: "::"})
}
