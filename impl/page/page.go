package page

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/meetwright/meetwright/impl/credential"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Config is what the pages work with. Store and Credentials are required.
type Config struct {
	Store       *store.Store
	Credentials *credential.Checker
	// PublicURL is where browsers reach the server. Forms of its origin are
	// accepted whatever Host a proxy makes of it. Defaults to the Host of
	// each request.
	PublicURL string
	// Logger receives failures, without any part of a link. Defaults to
	// slog.Default.
	Logger *slog.Logger
}

// New returns the handler of all paths below /confirm/, /m/, /host/ and
// /one-time/. It is mounted at the root: the links on the pages are relative, so that a
// proxy may put a prefix before them. A PublicURL that is no URL panics.
func New(c Config) http.Handler {
	s := &site{store: c.Store, log: c.Logger}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.trust(c.PublicURL)
	mux := http.NewServeMux()
	for path, k := range map[string]kind{
		"/confirm/": {
			credential: "token", prove: c.Credentials.Confirmer, show: showConfirm,
			actions: map[string]action{"confirm": confirm},
		},
		"/host/": {
			credential: "token", prove: c.Credentials.Approver, show: showHost,
			actions: map[string]action{"approve": approve, "decline": decline},
		},
		"/m/": {
			credential: "secret", prove: c.Credentials.Attendee, show: showManage,
			actions: map[string]action{"cancel": cancel, "reschedule": reschedule},
		},
	} {
		mux.HandleFunc(path+"{id}", s.page(k))
		for name, act := range k.actions {
			mux.HandleFunc(path+"{id}/"+name, s.act(k, act))
		}
	}
	mux.HandleFunc("/m/{id}/left", s.left)
	mux.HandleFunc("/one-time/{id}", s.oneTime)
	mux.HandleFunc("/", s.unknown)
	return mux
}

// kind is a kind of page.
type kind struct {
	credential string // the name of the parameter and of the field
	prove      func(ctx context.Context, id, secret string, address netip.Addr) (meet.Principal, error)
	// show reads how things stand. It changes nothing.
	show    func(*store.Tx, meet.Principal, url.Values) (*view, error)
	actions map[string]action
}

// action does what a form asks for. It returns where to go from there,
// relative to the path of the form, "" being the page; an error of
// [meet.Error] changes nothing and is told on the page.
type action func(*store.Tx, meet.Principal, url.Values) (next string, err error)

// site serves the pages.
type site struct {
	store *store.Store
	log   *slog.Logger
	cross *http.CrossOriginProtection
}

// page shows a page.
func (s *site) page(k kind) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !allow(w, r, http.MethodGet, http.MethodHead) {
			return
		}
		id, query := r.PathValue("id"), r.URL.Query()
		secret := query.Get(k.credential)
		p, err := k.prove(r.Context(), id, secret, address(r))
		if err != nil {
			s.problem(w, r, err)
			return
		}
		s.show(w, r, k, p, secret, query, nil)
	}
}

// act does what a form of a page asks for.
func (s *site) act(k kind, do action) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !allow(w, r, http.MethodPost) {
			return
		}
		form, status := s.readForm(w, r)
		if status != 0 {
			write(w, r, status, refusal(wordsFor(r), status))
			return
		}
		id, secret := r.PathValue("id"), form.Get(k.credential)
		p, err := k.prove(r.Context(), id, secret, address(r))
		if err != nil {
			s.problem(w, r, err)
			return
		}
		var next string
		err = s.store.Update(r.Context(), func(tx *store.Tx) (err error) {
			next, err = do(tx, p, form)
			return err
		})
		if errors.Is(err, errLeft) {
			next, err = leftPage, nil
		}
		switch {
		case err != nil && !isLost(err):
			s.problem(w, r, err)
		case err != nil:
			s.show(w, r, k, p, secret, url.Values{}, err)
		default:
			if next == "" {
				next = "../" + subject(p) + "?" + url.Values{k.credential: {secret}}.Encode()
			}
			w.Header().Set("Location", next)
			write(w, r, http.StatusSeeOther, nil)
		}
	}
}

// show writes a page; lost is why a form of it changed nothing, or nil.
func (s *site) show(w http.ResponseWriter, r *http.Request, k kind, p meet.Principal, secret string, query url.Values, lost error) {
	var v *view
	err := s.store.View(r.Context(), func(tx *store.Tx) (err error) {
		v, err = k.show(tx, p, query)
		return err
	})
	if errors.Is(err, errLeft) {
		showLeft(w, r)
		return
	}
	if err != nil {
		s.problem(w, r, err)
		return
	}
	v.Page, v.Field, v.Secret = subject(p), k.credential, secret
	if lost == nil {
		write(w, r, http.StatusOK, v)
		return
	}
	v.Page = "../" + v.Page
	v.Alert = v.alert(lost)
	write(w, r, statusOf(lost), v)
}

// subject is the id of what the link is about.
func subject(p meet.Principal) string {
	return string(p.Booking) + string(p.Hold) + string(p.ApprovesHold) // one of them is set
}
