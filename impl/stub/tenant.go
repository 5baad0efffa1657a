package stub

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/meetwright/meetwright/server"
)

// The bounds of tenants: how many there are at once, and how long one is
// kept that nobody asks.
const (
	maxTenants = 1000
	maxIdle    = 10 * time.Minute
)

// Tenants serves worlds by name, each made when it is first asked for, and
// requests that name none by a world that is always there.
type Tenants struct {
	// Main serves whoever names no tenant.
	Main http.Handler
	// Open makes a world. It is called from many goroutines at once.
	Open func(ctx context.Context, name string) (Tenant, error)
	// PublicURL is where clients reach the server.
	PublicURL string
	Log       *slog.Logger

	mu      sync.Mutex
	all     map[string]*tenant
	closed  bool
	closing sync.WaitGroup // worlds that are being discarded
}

// Tenant is the world of a tenant.
type Tenant interface {
	http.Handler
	Close() error
}

// tenant is a world that is there or being made.
type tenant struct {
	name  string
	made  chan struct{} // closed when world or err is set
	world Tenant
	err   error
	// busy counts the requests under way, used is when the last one ended,
	// and idle discards the world some time later.
	busy int
	used time.Time
	idle *time.Timer
	// released discards the world when the last request ends.
	released bool
}

var (
	errBusy   = &server.Problem{Status: http.StatusServiceUnavailable, Message: "All 1000 tenants are busy; use fewer names in X-Stub-Tenant, or wait for requests to end", RetryAfter: time.Second}
	errName   = refused("X-Stub-Tenant must be 1 to 64 characters of A-Z, a-z, 0-9, ., _ and -")
	errLured  = &server.Problem{Status: http.StatusForbidden, Message: "There is no such tenant, and a link on another site does not make one; open its address by hand"}
	errClosed = &server.Problem{Status: http.StatusServiceUnavailable, Message: "This server is shutting down", RetryAfter: time.Second}
)

// ServeHTTP serves a request in the world that it names.
func (s *Tenants) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, named := s.named(w, r)
	if !named {
		s.Main.ServeHTTP(w, r)
		return
	}
	if !tenantName.MatchString(name) {
		refuse(w, errName)
		return
	}
	// What another site has a browser load must not cost anybody a tenant.
	lured := strings.HasPrefix(r.URL.Path, "/_/") && r.Header.Get("Sec-Fetch-Site") == "cross-site"
	t, problem := s.enter(name, !lured)
	if problem != nil {
		refuse(w, problem)
		return
	}
	defer s.leave(t)
	<-t.made
	if t.err != nil {
		refuse(w, &server.Problem{Status: http.StatusInternalServerError})
		return
	}
	t.world.ServeHTTP(w, r)
}

// refuse answers where no world does.
func refuse(w http.ResponseWriter, p *server.Problem) {
	w.Header().Set("X-Request-Id", rand.Text())
	p.Answer(w)
}

var tenantName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// pages are the paths to which the links in mails lead. A browser sends no
// header there.
var pages = []string{"/m/", "/confirm/", "/host/", "/one-time/"}

// tenantParam names the tenant in a link, and in the cookie that the pages
// behind it need for their forms.
const tenantParam = "tenant"

// named returns the tenant that a request names: by its header, else by the
// query of a page or of the control plane, else by the cookie of that very
// page, which the query sets.
func (s *Tenants) named(w http.ResponseWriter, r *http.Request) (name string, named bool) {
	if values := r.Header["X-Stub-Tenant"]; values != nil {
		return strings.Join(values, ","), true
	}
	isPage := slices.ContainsFunc(pages, func(p string) bool { return strings.HasPrefix(r.URL.Path, p) })
	if !isPage && !strings.HasPrefix(r.URL.Path, "/_/") {
		return "", false
	}
	if query := r.URL.Query(); query.Has(tenantParam) {
		name = query.Get(tenantParam)
		if isPage && tenantName.MatchString(name) {
			s.remember(w, r, name)
		}
		return name, true
	}
	if cookie, err := r.Cookie(tenantParam); err == nil && isPage {
		return cookie.Value, true
	}
	return "", false
}

// remember has the browser name the tenant on one page and on what its forms
// lead to.
func (s *Tenants) remember(w http.ResponseWriter, r *http.Request, name string) {
	path := r.URL.EscapedPath()
	if public, err := url.Parse(s.PublicURL); err == nil {
		path = strings.TrimSuffix(public.EscapedPath(), "/") + path
	}
	http.SetCookie(w, &http.Cookie{Name: tenantParam, Value: name, Path: path, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// enter returns a tenant, and keeps it until it is left. When there is none,
// it is made if it may be.
func (s *Tenants) enter(name string, mayMake bool) (*tenant, *server.Problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed
	}
	if t := s.all[name]; t != nil {
		t.busy++
		if t.idle != nil {
			t.idle.Stop()
		}
		return t, nil
	}
	if !mayMake {
		return nil, errLured
	}
	if len(s.all) >= maxTenants && !s.makeRoom() {
		return nil, errBusy
	}
	t := &tenant{name: name, made: make(chan struct{}), busy: 1}
	if s.all == nil {
		s.all = map[string]*tenant{}
	}
	s.all[name] = t
	go s.open(t)
	return t, nil
}

// Hold makes a tenant, unless it is there, and keeps it, however long nobody
// asks it anything, until release discards it. Requests that are under way
// then end first.
func (s *Tenants) Hold(name string) (release func(), err error) {
	if !tenantName.MatchString(name) {
		return nil, errName
	}
	t, problem := s.enter(name, true)
	if problem != nil {
		return nil, problem
	}
	<-t.made
	if t.err != nil {
		s.leave(t)
		return nil, t.err
	}
	return sync.OnceFunc(func() {
		s.mu.Lock()
		t.released = true
		s.mu.Unlock()
		s.leave(t)
	}), nil
}

// open makes the world of a tenant. Whoever asked for it may leave: others
// may have come.
func (s *Tenants) open(t *tenant) {
	defer close(t.made)
	if t.world, t.err = s.Open(context.Background(), t.name); t.err != nil {
		s.Log.Error("a tenant could not be made", "error", t.err)
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.all, t.name)
	}
}

// leave ends a request. The world is discarded when no other comes.
func (s *Tenants) leave(t *tenant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.busy--
	if t.busy > 0 || s.all[t.name] != t {
		return
	}
	if t.released {
		s.discard(t)
		return
	}
	t.used = time.Now()
	if t.idle != nil {
		t.idle.Reset(maxIdle)
		return
	}
	t.idle = time.AfterFunc(maxIdle, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if t.busy == 0 && s.all[t.name] == t && time.Since(t.used) >= maxIdle {
			s.discard(t)
		}
	})
}

// makeRoom discards the tenant that is idle the longest, and reports false
// when all are busy.
func (s *Tenants) makeRoom() bool {
	var oldest *tenant
	for _, t := range s.all {
		if t.busy == 0 && (oldest == nil || t.used.Before(oldest.used)) {
			oldest = t
		}
	}
	if oldest == nil {
		return false
	}
	s.discard(oldest)
	return true
}

// discard forgets a tenant that is not busy, and closes its world.
func (s *Tenants) discard(t *tenant) {
	delete(s.all, t.name)
	if t.idle != nil {
		t.idle.Stop()
	}
	s.closing.Go(func() {
		if err := t.world.Close(); err != nil {
			s.Log.Error("a tenant could not be closed", "error", err)
		}
	})
}

// Close discards all tenants, and waits for it. No request may be under way,
// and no tenant held.
func (s *Tenants) Close() {
	s.mu.Lock()
	s.closed = true
	for _, t := range s.all {
		if t.busy == 0 {
			s.discard(t)
		}
	}
	s.mu.Unlock()
	s.closing.Wait()
}
