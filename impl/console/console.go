// Package console serves the pages of the control plane: what programs ask
// for as JSON below /_/, for people.
//
// A page shows what the operations of the control plane answer. Its forms are
// sent to the page itself; a POST acts through the same operations, or those
// of the API, and is answered with a redirect to a page. The pages need no
// script. Where an operation has the path of a page, the page is for whoever
// prefers HTML to JSON, as browsers do.
package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"github.com/meetwright/meetwright/impl/stub"
	"github.com/meetwright/meetwright/server"
	"github.com/meetwright/meetwright/server/control"
)

// Config is what the pages work with. All but Tenant is required.
type Config struct {
	// World is what the pages are about.
	World *stub.World
	// Plane does the operations of the control plane.
	Plane control.StrictServerInterface
	// Operations answers what is no page.
	Operations http.Handler
	// Tenant names the world in links, "" that of the server itself.
	Tenant string
	// Sample is a command line that books a meeting at an address, and works
	// when it is pasted; found is false when there is nothing to book.
	Sample func(ctx context.Context, address string) (command string, found bool)
	// Problem says how an error of a use case is told, nil when it is not one
	// to be told.
	Problem func(error) *server.Problem
}

// New returns the handler of all paths below /_/. Whoever mounts it sees to
// it that forms of other sites are refused.
func New(c Config) http.Handler {
	routes := sync.OnceValue((&site{c}).routes) // which most tenants never need
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { routes().ServeHTTP(w, r) })
}

func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", s.Operations)
	mux.HandleFunc("GET /_/{$}", s.page(s.overview))
	mux.HandleFunc("POST /_/{$}", s.form(s.actOnOverview))
	mux.HandleFunc("GET /_/inbox", s.page(s.inbox))
	mux.HandleFunc("POST /_/inbox", s.form(s.actOnInbox))
	mux.HandleFunc("GET /_/inbox/messages", s.either(s.inbox))
	mux.HandleFunc("GET /_/inbox/messages/{id}", s.either(s.message))
	mux.HandleFunc("GET /_/inbox/{id}", s.page(s.message))
	mux.HandleFunc("GET /_/requests", s.either(s.requests))
	mux.HandleFunc("POST /_/requests", s.form(s.actOnRequests))
	mux.HandleFunc("GET /_/requests/{id}", s.either(s.request))
	mux.HandleFunc("POST /_/requests/{id}", s.form(s.actOnRequest))
	mux.HandleFunc("GET /_/webhooks", s.page(s.webhooks))
	mux.HandleFunc("GET /_/webhooks/{id}", s.page(s.webhook))
	mux.HandleFunc("POST /_/webhooks/{id}", s.form(s.actOnWebhook))
	mux.HandleFunc("GET /_/console.css", asset("text/css; charset=utf-8", style))
	mux.HandleFunc("GET /_/console.js", asset("text/javascript; charset=utf-8", script))
	return mux
}

// site serves the pages of a world.
type site struct{ Config }

// show reads what a page shows, which begins with the frame. It changes
// nothing.
type show func(*http.Request, frame) (view, error)

// act does what a form asks for, and says where to go from there: a path
// below /_/ and a query of names and values.
type act func(r *http.Request, form url.Values) (next string, query []string, err error)

// page answers with a page.
func (s *site) page(show show) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, err := s.frame(r)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		v, err := show(r, f)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		write(w, r, http.StatusOK, v)
	}
}

// either answers with a page to whoever prefers one, else as the operation
// of that path does. What a format is asked of is no page.
func (s *site) either(show show) http.HandlerFunc {
	page := s.page(show)
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept")
		if r.URL.Query().Has("format") || !prefersPage(r.Header.Values("Accept")) {
			s.Operations.ServeHTTP(w, r)
			return
		}
		page(w, r)
	}
}

// maxForm is the most that a form may send.
const maxForm = 64 << 10

// form does what a form asks for. Parameters of the URL do not count.
func (s *site) form(act act) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			s.refuse(w, r, &server.Problem{Status: http.StatusBadRequest, Message: "This form could not be read"})
			return
		}
		next, query, err := act(r, r.PostForm)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		w.Header().Set("Location", s.links(r).URL(next, query...))
		write(w, r, http.StatusSeeOther, nil)
	}
}

var errAction = &server.Problem{Status: http.StatusBadRequest, Message: "This form asks for nothing that the page can do"}

// told returns what an operation answers when all is well.
func told[T any](answer any, err error) (T, error) {
	v, ok := answer.(T)
	if err == nil && !ok {
		err = fmt.Errorf("the control plane answered %T", answer)
	}
	return v, err
}

// refuse answers with a page that says why there is no other.
func (s *site) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var p *server.Problem
	if !errors.As(err, &p) {
		p = s.Problem(err)
	}
	if p == nil || p.Status == http.StatusInternalServerError {
		if r.Context().Err() == nil {
			s.World.Log.ErrorContext(r.Context(), "page failed", "page", r.Pattern, "error", err)
		}
		p = &server.Problem{Status: http.StatusInternalServerError, Message: "That is a fault of the server; its log says more"}
	}
	f := frame{links: s.links(r), Relays: s.World.Relays}
	f.Title = http.StatusText(p.Status)
	write(w, r, p.Status, &problemView{frame: f, Message: p.Message})
}
