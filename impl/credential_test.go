package impl_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/credential"
	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

const (
	missingHeader = "Missing authorization header"
	invalidKey    = "Invalid API key"
	expiredKey    = "API key has expired"
	actingMissing = "Missing required header 'x-meetergo-api-user-id' for API key authentication"
)

// me asks who a caller acts as.
func (c caller) me(t testing.TB) (*http.Response, error) { return c.GetCurrentUser(t.Context(), nil) }

func TestCredentials_Invalid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	personal, platform := w.demo.PersonalKey(), w.demo.PlatformKey()
	for name, test := range map[string]struct{ authorization, want string }{
		"none":                  {"", missingHeader},
		"unknown token":         {"Bearer rgo-" + strings.Repeat("x", 32), invalidKey},
		"unknown platform key":  {"Bearer ak_live:" + nobody + ":" + strings.Repeat("x", 40), invalidKey},
		"another secret":        {"Bearer " + platform + "x", invalidKey},
		"another case":          {"Bearer " + strings.ToUpper(personal), invalidKey},
		"cut off":               {"Bearer " + personal[:35], invalidKey},
		"another scheme":        {"Basic " + personal, invalidKey},
		"no scheme":             {personal, invalidKey},
		"an empty one":          {"Bearer ", invalidKey},
		"two":                   {"Bearer " + personal + " " + personal, invalidKey},
		"two by comma":          {"Bearer " + personal + ",Bearer " + personal, invalidKey},
		"an appointment secret": {"Bearer " + strings.Repeat("A", 32), invalidKey},
	} {
		t.Run(name, func(t *testing.T) {
			c := w.caller()
			if test.authorization != "" {
				c = w.caller("Authorization", test.authorization)
			}
			a := wants(t, http.StatusUnauthorized)(c.me(t))
			if f := decode[failure](t, a.body); f.sentence() != test.want || f.Error != "Unauthorized" || a.header.Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("answered %s, %v", a.body, a.header)
			}
		})
	}
	for _, form := range []string{"Bearer " + personal, "bearer " + personal, "BEARER   " + personal + " "} {
		wants(t, http.StatusOK)(w.caller("Authorization", form).me(t))
	}
}

func TestCredentials_ActingUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adaID, ada := w.ada(t)
	rival := w.rival(t)
	as := func(c caller) string {
		t.Helper()
		return got[client.CurrentUser](t, http.StatusOK)(c.me(t)).ID
	}
	for name, test := range map[string]struct {
		caller caller
		want   meet.UserID
	}{
		"a token is its owner":              {ada, adaID},
		"a token may name its owner":        {ada.acting(w, strings.ToUpper(string(adaID))), adaID},
		"a platform key is whom it names":   {w.as(adaID), adaID},
		"in capitals, too":                  {w.platform.acting(w, strings.ToUpper(string(adaID))), adaID},
		"a platform key is the owner":       {w.platform, olivia},
		"of its company":                    {rival.platform, rival.User.ID},
		"an empty name is none":             {w.platform.acting(w, ""), olivia},
		"a token may leave the name empty ": {ada.acting(w, ""), adaID},
	} {
		t.Run(name, func(t *testing.T) {
			if id := as(test.caller); id != string(test.want) {
				t.Errorf("acts as %s, want %s", id, test.want)
			}
		})
	}
	for name, c := range map[string]caller{
		"a token that names another":           ada.acting(w, string(olivia)),
		"the owner's token that names another": w.owner.acting(w, string(adaID)),
		"a token that names nobody":            ada.acting(w, "x"),
		"an unknown user":                      w.platform.acting(w, nobody),
		"a user of another company":            w.platform.acting(w, string(rival.User.ID)),
		"no id":                                w.platform.acting(w, "Olivia"),
		"an id in braces":                      w.platform.acting(w, "{"+string(olivia)+"}"),
		"an id with blanks":                    w.platform.acting(w, string(olivia)+" x"),
		"two ids":                              w.platform.acting(w, string(olivia)+","+string(olivia)),
	} {
		t.Run(name, func(t *testing.T) { refuses(t, http.StatusForbidden, notThatUser)(c.me(t)) })
	}
}

// Ensure the operations that a platform key may call without a user are the
// published ones, and all others ask for it.
func TestCredentials_ActingUserMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	optional := map[string]bool{"createBooking": true, "getBookingAvailability": true, "createUser": true, "getCurrentUser": true}
	for _, o := range operations(t) {
		t.Run(o.ID, func(t *testing.T) {
			a := read(t)(w.platform.send(t, o.Method, o.path(nobody), o.body(t)))
			f := failure{}
			if a.status >= 400 {
				f = decode[failure](t, a.body)
			}
			if missing := f.sentence() == actingMissing; missing == optional[o.ID] || missing && (a.status != 400 || f.ErrorCode != "acting-user-missing") {
				t.Errorf("answered %d %s", a.status, a.body)
			}
		})
	}
}

// Ensure a key is good for its scopes only.
func TestCredentials_Scopes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	callers := map[meet.Scope]caller{}
	for _, scope := range []meet.Scope{meet.Scheduling, meet.Contacts, meet.Account} {
		callers[scope] = w.token(t, w.demo.CompanyID(), olivia, func(k *meet.Key) { k.Scopes = []meet.Scope{scope} })
	}
	two := w.token(t, w.demo.CompanyID(), olivia, func(k *meet.Key) { k.Scopes = []meet.Scope{meet.Contacts, meet.Account} })
	for _, o := range operations(t) {
		want := meet.Scheduling
		switch {
		case strings.HasPrefix(o.Path, "/crm"):
			want = meet.Contacts
		case strings.HasPrefix(o.Path, "/webhooks"):
			want = meet.Account
		}
		for scope, c := range callers {
			a := read(t)(c.send(t, o.Method, o.path(nobody), o.body(t)))
			lacks := strings.Contains(string(a.body), "lacks the scope")
			if lacks != (scope != want) || lacks && a.status != http.StatusForbidden {
				t.Errorf("%s with scope %s answered %d %s", o.ID, scope, a.status, a.body)
			}
		}
		if a := read(t)(two.send(t, o.Method, o.path(nobody), o.body(t))); (a.status == http.StatusForbidden) != (want == meet.Scheduling) {
			t.Errorf("%s with two scopes answered %d %s", o.ID, a.status, a.body)
		}
	}
}

func TestCredentials_Expiry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.token(t, w.demo.CompanyID(), olivia, func(k *meet.Key) { k.ExpiresAt = at("2024-01-11T00:00:00Z") })
	wants(t, http.StatusOK)(c.me(t))
	w.setClock(t, "2024-01-10T23:59:59.999999Z")
	wants(t, http.StatusOK)(c.me(t))
	w.setClock(t, "2024-01-11T00:00:00Z")
	refuses(t, http.StatusUnauthorized, expiredKey)(c.me(t))
	w.setClock(t, "2024-01-10T08:00:00Z")
	wants(t, http.StatusOK)(c.me(t))
}

// Ensure a revoked key is dead within five seconds, and one that was never
// used at once.
func TestCredentials_Revoked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		demo := newDemoSettings()
		app, err := impl.Open(t.Context(), demo)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := app.Close(); err != nil {
				t.Error(err)
			}
		}()
		key, text := credential.NewPersonal(demo.Seed.CompanyID(), olivia, morning)
		call := func() int {
			r := httptest.NewRequestWithContext(t.Context(), "GET", "/v4/user/me", nil)
			r.Header.Set("Authorization", "Bearer "+text)
			rec := httptest.NewRecorder()
			app.ServeHTTP(rec, r)
			return rec.Code
		}
		change := func(do func(*store.Tx) error) {
			if err := app.Store.Update(t.Context(), do); err != nil {
				t.Fatal(err)
			}
		}
		change(func(tx *store.Tx) error { return tx.InsertKey(key) })
		if status := call(); status != 200 {
			t.Fatalf("a new key was answered %d", status)
		}
		change(func(tx *store.Tx) error {
			alive, err := tx.RevokeKey(key.ID)
			if !alive {
				t.Error("the key was dead already")
			}
			return err
		})
		deadline := time.Now().Add(5 * time.Second)
		for call() == 200 {
			if time.Sleep(100 * time.Millisecond); time.Now().After(deadline) {
				t.Fatal("it still works after five seconds")
			}
		}
		if status := call(); status != 401 {
			t.Errorf("a revoked key was answered %d", status)
		}
	})
}

// newDemoSettings are those of newWorld, without a place for logs.
func newDemoSettings() impl.Settings {
	return impl.Settings{Seed: fixture.Demo(), Clock: morning, Logger: discard}
}

// Ensure live mode refuses what only the demo has.
func TestLiveMode(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "meetwright.db")
	ring := secret.New()
	live := func(s *impl.Settings) {
		s.Live, s.Seed, s.Clock, s.Database, s.Ring = true, nil, time.Time{}, path, ring
	}
	stubbed := func(s *impl.Settings) { s.Database, s.Ring = path, ring }

	t.Run("needs a key", func(t *testing.T) {
		if app, err := impl.Open(t.Context(), impl.Settings{Live: true, Logger: discard}); !errors.Is(err, impl.ErrNoKey) {
			t.Errorf("opened %v, %v", app, err)
		}
		newWorld(t, stubbed) // has demo keys only
	})
	if app, err := impl.Open(t.Context(), impl.Settings{Live: true, Database: path, Ring: ring, Logger: discard}); !errors.Is(err, impl.ErrNoKey) {
		t.Fatalf("opened %v, %v", app, err)
	}
	var token caller
	t.Run("stub mode makes one", func(t *testing.T) { token = newWorld(t, stubbed).rival(t).owner })
	w := newWorld(t, live)
	refuses(t, http.StatusUnauthorized, invalidKey)(w.owner.me(t))
	refuses(t, http.StatusUnauthorized, invalidKey)(w.platform.me(t))
	rita := w.caller("Authorization", token.header.Get("Authorization"))
	if me := got[client.CurrentUser](t, http.StatusOK)(rita.me(t)); me.GivenName != "Rita" {
		t.Errorf("she is %+v", me)
	}
	for _, request := range [][2]string{{"GET", "/_/info"}, {"GET", "/_/clock"}, {"PUT", "/_/clock"}, {"POST", "/_/reset"}, {"GET", "/_/"}, {"GET", "/_"}} {
		refuses(t, http.StatusNotFound, "There is nothing at this path")(rita.send(t, request[0], request[1], ""))
	}
}
