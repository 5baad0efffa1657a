package impl_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/store"
)

// clock is what the control plane says of the clock.
type clock struct {
	Now time.Time `json:"now"`
	Set bool      `json:"set"`
}

func (w *world) clock(t testing.TB) clock {
	t.Helper()
	return got[clock](t, http.StatusOK)(w.caller().send(t, "GET", "/_/clock", ""))
}

func TestControl_Clock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	set := func(body string) clock {
		t.Helper()
		return got[clock](t, http.StatusOK)(w.caller().send(t, "PUT", "/_/clock", body))
	}
	if c := w.clock(t); !c.Now.Equal(morning) || !c.Set {
		t.Errorf("it begins at %+v", c)
	}
	for body, want := range map[string]string{
		`{"now":"2026-03-01T08:00:00Z"}`:                "2026-03-01T08:00:00Z",
		`{"now":"2026-03-01T09:00:00.123456789+01:00"}`: "2026-03-01T08:00:00.123456789Z",
		`{"now":"1970-01-01T00:00:00Z"}`:                "1970-01-01T00:00:00Z",
		`{"now":"2200-12-31T23:59:59Z"}`:                "2200-12-31T23:59:59Z",
	} {
		if c := set(body); !c.Now.Equal(at(want)) || !c.Set || c != w.clock(t) {
			t.Errorf("after %s it shows %+v", body, c)
		}
		if me := got[client.CurrentUser](t, 200)(w.owner.me(t)); !me.CreatedAt.Equal(morning) {
			t.Errorf("the past changed: %v", me.CreatedAt)
		}
	}
	t.Run("into the past", func(t *testing.T) {
		w.setClock(t, "2024-01-15T12:00:00Z")
		w.owner.isTaken(t)
		w.setClock(t, "2024-01-09T12:00:00Z")
		w.owner.isFree(t)
	})
	t.Run("released", func(t *testing.T) {
		if c := set(`{"now":null}`); c.Set || time.Since(c.Now).Abs() > time.Minute {
			t.Errorf("it shows %+v", c)
		}
		w.owner.isTaken(t) // 2024 is over
		w.setClock(t, "2024-01-10T08:00:00Z")
	})
	for _, bad := range []string{
		``, `null`, `{}`, `[]`, `"2026-03-01T08:00:00Z"`, `{"now":""}`, `{"now":"tomorrow"}`, `{"now":"2026-03-01"}`, `{"now":"2026-03-01T08:00:00"}`,
		`{"now":"2026-03-01 08:00:00Z"}`, `{"now":1772352000}`, `{"Now":"2026-03-01T08:00:00Z"}`, `{"now":"2026-03-01T08:00:00Z","by":"1h"}`,
		`{"now":"2200-12-31T23:59:59-01:00"}`, `{"now":"1970-01-01T00:00:00+01:00"}`, `{"now":"2026-03-01T08:00:00Z"}x`, `{"now":"0001-01-01T00:00:00Z"}`, `{"now":"1969-12-31T23:59:59Z"}`, `{"now":"2201-01-01T00:00:00Z"}`,
		`{"now":"9999-12-31T23:59:59Z"}`, `{"now":"2026-03-01T08:00:00+24:00"}`, `{"now":"2026-13-01T08:00:00Z"}`, strings.Repeat("x", 100_000),
	} {
		f := got[failure](t, http.StatusBadRequest)(w.caller().send(t, "PUT", "/_/clock", bad))
		if f.sentence() == "" || f.Error != "Bad Request" || f.StatusCode != http.StatusBadRequest {
			t.Errorf("%.40q was answered %+v", bad, f)
		}
		if c := w.clock(t); !c.Now.Equal(morning) {
			t.Errorf("after %.40q it shows %+v", bad, c)
		}
	}
}

func TestControl_Reset(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	adaID, ada := w.ada(t)
	wants(t, http.StatusOK)(ada.me(t))
	b := w.owner.book(t)
	w.owner.keyed(t, "k", bookingPath, encoded(t, booking(starting("2024-01-15T10:00:00+01:00"))), 201)
	w.rival(t)
	wants(t, http.StatusNoContent)(w.owner.DeleteMeetingType(t.Context(), uid(w.typeID(t, "group")), nil))
	w.setClock(t, "2024-02-01T00:00:00Z")
	w.update(t, func(tx *store.Tx) error {
		keys, err := tx.Keys(w.demo.CompanyID())
		for _, k := range keys {
			if _, err := tx.RevokeKey(k.ID); err != nil {
				return err
			}
		}
		return err
	})

	wants(t, http.StatusNoContent)(w.caller().send(t, "POST", "/_/reset", ""))
	if c := w.clock(t); !c.Now.Equal(morning) || !c.Set {
		t.Errorf("the clock shows %+v", c)
	}
	for _, c := range []caller{w.owner, w.platform, w.as(adaID)} {
		wants(t, http.StatusOK)(c.me(t))
	}
	refuses(t, http.StatusUnauthorized, invalidKey)(ada.me(t)) // was none of the seed's
	refuses(t, http.StatusNotFound, noAppointment)(w.owner.GetAppointment(t.Context(), uid(b.AppointmentID), nil))
	refuses(t, http.StatusUnauthorized, wrongSecret)(w.attendee(b.Secret).GetAppointment(t.Context(), uid(b.AppointmentID), nil))
	if page := w.owner.page(t); page.Total != 0 {
		t.Errorf("%d appointments are left", page.Total)
	}
	if _, replayed := w.owner.keyed(t, "k", bookingPath, encoded(t, booking(starting("2024-01-15T10:00:00+01:00"))), 201); replayed {
		t.Error("an answer is left")
	}
	w.owner.isFree(t, ofType(w.typeID(t, "group")))
	wants(t, http.StatusNoContent)(w.caller().send(t, "POST", "/_/reset", "")) // and again
	w.owner.book(t)
}

// Ensure a reset beside requests leaves one world or the other.
func TestControl_ResetAtOnce(t *testing.T) {
	t.Parallel()
	w := newDiskWorld(t)
	count := statuses(atOnce(t, 40, func(i int) (*http.Response, error) {
		switch i % 8 {
		case 0:
			return w.caller().send(t, "POST", "/_/reset", "")
		case 1:
			return w.owner.GetBookingAvailability(t.Context(), asking())
		}
		return w.owner.tryBook(t)
	}))
	for status := range count {
		if status != 200 && status != 201 && status != 204 && status != 400 && status != 401 {
			t.Errorf("answers were %v", count)
		}
	}
	w.checkApart(t)
	wants(t, http.StatusNoContent)(w.caller().send(t, "POST", "/_/reset", ""))
	w.owner.book(t)
}

// Ensure that a name which leads here, but is not the server's, opens nothing
// of the control plane.
func TestControl_Host(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer) // whose public URL is https://book.example
	ask := func(method, path, host string) answer {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, w.url+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		return read(t)(w.http.Do(r))
	}
	const wrong = "These paths answer to IP addresses, local names and book.example only; set the public URL of the server to add another name"
	for _, host := range []string{"evil.example", "evil.example:8080", "localhost.evil.example", "evil.localhost.example", "stub.evil.test.example", "127.0.0.1.evil.example", "book.example.evil.example", "127.1"} {
		for _, path := range []string{"/_/info", "/_/requests", "/_/clock", "/_/faults"} {
			if a := ask("GET", path, host); a.status != http.StatusForbidden || decode[failure](t, a.body).sentence() != wrong {
				t.Errorf("%s of %s answered %d %s", path, host, a.status, a.body)
			}
		}
		if a := ask("POST", "/_/reset", host); a.status != http.StatusForbidden {
			t.Errorf("a reset of %s answered %d", host, a.status)
		}
		if a := ask("GET", "/health", host); a.status != http.StatusOK {
			t.Errorf("/health of %s answered %d", host, a.status)
		}
	}
	for _, host := range []string{"127.0.0.1", "127.0.0.1:8080", "[::1]:8080", "[::1]", "192.168.1.7", "localhost", "LocalHost:1", "shop.localhost:8080", "localhost.", "stub:8080", "host.docker.internal:8080", "api.test", "book.example", "Book.Example:8443"} {
		if a := ask("GET", "/_/info", host); a.status != http.StatusOK {
			t.Errorf("%s answered %d %s", host, a.status, a.body)
		}
	}
	answer := httptest.NewRecorder()
	w.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/_/info", http.NoBody)) // to example.com, over no connection
	if answer.Code != http.StatusOK {
		t.Errorf("the program itself was answered %d %s", answer.Code, answer.Body)
	}
}

// Ensure that a reset ends an advance of the clock, which then leaves the
// world as it was at the start.
func TestControl_ResetDuringAdvance(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ownServer)
	var attempts atomic.Int64
	endpoint := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		if attempts.Add(1) == 1 {
			rw.WriteHeader(http.StatusInternalServerError)
			return
		}
		a, err := readAll(w.caller().send(t, "POST", "/_/reset", ""))
		if err != nil || a.status != http.StatusNoContent {
			t.Errorf("the reset answered %v %d %s", err, a.status, a.body)
		}
		rw.WriteHeader(http.StatusNoContent)
	}))
	defer endpoint.Close()
	got[client.WebhookCreated](t, http.StatusCreated)(w.owner.CreateWebhook(t.Context(), nil, client.WebhookCreate{
		Endpoint: endpoint.URL, EventTypes: []client.WebhookEventType{client.WebhookEventTypeBookingCreated},
	}))
	w.owner.book(t)
	w.delivers(t) // in vain; the next attempt waits for the clock
	a := read(t)(w.caller().send(t, "POST", "/_/clock/advance", `{"by":"P400D"}`))
	if attempts.Load() != 2 || a.status != http.StatusConflict || !strings.HasPrefix(decode[failure](t, a.body).sentence(), "The world was reset while its clock was advanced") {
		t.Errorf("the advance answered %d %s", a.status, a.body)
	}
	if c := w.clock(t); !c.Now.Equal(morning) {
		t.Errorf("the clock shows %v", c.Now)
	}
	w.advance(t, "24h")
	if c := w.clock(t); !c.Now.Equal(morning.Add(24 * time.Hour)) {
		t.Errorf("advanced again, the clock shows %v", c.Now)
	}
}

// Ensure bookings, secrets and a clock that was set outlive the process.
func TestControl_Restart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "meetwright.db")
	var settings impl.Settings
	var b client.Booked
	t.Run("first run", func(t *testing.T) {
		w := newWorld(t, onDisk(path), func(s *impl.Settings) { settings = *s })
		b = w.owner.book(t)
		w.setClock(t, "2024-01-12T08:00:00.5Z")
	})
	again := func(s *impl.Settings) { s.Ring, s.Clock = settings.Ring, at("2020-01-01T00:00:00Z") }
	t.Run("second run", func(t *testing.T) {
		w := newWorld(t, onDisk(path), again)
		if c := w.clock(t); !c.Now.Equal(at("2024-01-12T08:00:00.5Z")) || !c.Set {
			t.Errorf("the clock shows %+v", c)
		}
		w.attendee(b.Secret).appointment(t, b.AppointmentID)
		w.owner.isTaken(t)
		wants(t, http.StatusOK)(w.caller().send(t, "PUT", "/_/clock", `{"now":null}`))
		wants(t, http.StatusNoContent)(w.caller().send(t, "POST", "/_/reset", ""))
		if c := w.clock(t); !c.Now.Equal(at("2024-01-12T08:00:00.5Z")) { // as it was when this run began
			t.Errorf("after a reset the clock shows %+v", c)
		}
		b = w.owner.book(t)
		wants(t, http.StatusOK)(w.caller().send(t, "PUT", "/_/clock", `{"now":null}`))
	})
	t.Run("third run", func(t *testing.T) {
		w := newWorld(t, onDisk(path), again)
		if c := w.clock(t); c.Set {
			t.Errorf("the clock shows %+v", c)
		}
	})
	t.Run("another key", func(t *testing.T) {
		app, err := impl.Open(t.Context(), impl.Settings{Database: path, Logger: discard})
		if !errors.Is(err, impl.ErrKeyLost) {
			t.Errorf("opened %v, %v", app, err)
		}
	})
}

func TestControl_Info(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *impl.Settings) { s.Version, s.Dialect = "1.2.3", "production" })
	info := got[map[string]any](t, http.StatusOK)(w.caller().send(t, "GET", "/_/info", ""))
	if info["version"] != "1.2.3" || info["mode"] != "stub" || info["dialect"] != "production" || info["engine"] != "sqlite" || len(info["specHash"].(string)) != 64 {
		t.Errorf("answered %v", info)
	}
	for _, request := range [][2]string{{"GET", "/_/nothing"}, {"DELETE", "/_/clock"}, {"GET", "/_/reset"}, {"PUT", "/_/"}, {"POST", "/_/info"}} {
		a := read(t)(w.caller().send(t, request[0], request[1], ""))
		var f failure
		if err := json.Unmarshal(a.body, &f); err != nil || a.status != 404 && a.status != 405 || f.StatusCode != a.status {
			t.Errorf("%v answered %d %s", request, a.status, a.body)
		}
	}
}
