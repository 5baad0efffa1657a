package server

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// route is a method and a path as echo writes it.
type route struct{ method, path string }

// Guards are what generated code puts before each operation, by its id.
type Guards = map[string][]echo.MiddlewareFunc

// registrar is the router that generated code adds its routes to. It sees to it that each is an operation of the
// contract and goes through that operation's guard, and answers HEAD wherever there is GET.
type registrar struct {
	*echo.Echo
	byRoute map[route]*operation
	added   map[route]bool
	errs    []error
}

// register adds the operations' routes, each behind its guard, and fails unless routes and operations are the same set.
func (e *edge) register(router *echo.Echo, ops map[string]*operation, generated func(EchoRouter, Guards)) error {
	r := &registrar{Echo: router, byRoute: map[route]*operation{}, added: map[route]bool{}}
	guards := Guards{}
	for id, o := range ops {
		guards[id] = []echo.MiddlewareFunc{e.guard(o)}
		r.byRoute[route{o.method, o.path}] = o
	}
	generated(r, guards)
	for at := range r.byRoute {
		if !r.added[at] {
			r.errs = append(r.errs, fmt.Errorf("operation %s %s has no route", at.method, at.path))
		}
	}
	for _, have := range router.Routes() {
		if !r.added[route{have.Method, have.Path}] {
			r.errs = append(r.errs, fmt.Errorf("route %s %s is no operation", have.Method, have.Path))
		}
	}
	e.routes, e.templates = r.byRoute, map[string]string{}
	for at, o := range r.byRoute {
		e.templates[at.path] = o.template
	}
	for at, o := range maps.Clone(r.byRoute) {
		if at.method == http.MethodGet {
			e.routes[route{http.MethodHead, at.path}] = o
		}
	}
	e.plain = plainPaths(e.routes)
	return errors.Join(r.errs...)
}

// plainPaths returns the paths without parameters and what to answer in Allow for each.
func plainPaths(routes map[route]*operation) map[string]string {
	methods := map[string][]string{}
	for at := range routes {
		if !strings.Contains(at.path, ":") {
			methods[at.path] = append(methods[at.path], at.method)
		}
	}
	plain := map[string]string{}
	for path, all := range methods {
		slices.Sort(all)
		plain[path] = strings.Join(append([]string{http.MethodOptions}, all...), ", ")
	}
	return plain
}

func (r *registrar) add(method, path string, h echo.HandlerFunc, m []echo.MiddlewareFunc) *echo.Route {
	at := route{method, path}
	switch {
	case r.byRoute[at] == nil:
		r.errs = append(r.errs, fmt.Errorf("route %s %s is no operation", method, path))
	case len(m) != 1:
		r.errs = append(r.errs, fmt.Errorf("route %s %s has no guard", method, path))
	}
	r.added[at] = true
	return r.Add(method, path, h, m...)
}

// GET adds a route for GET, and the same for HEAD.
func (r *registrar) GET(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	r.added[route{http.MethodHead, path}] = true
	r.Add(http.MethodHead, path, h, m...)
	return r.add(http.MethodGet, path, h, m)
}

// POST adds a route for POST.
func (r *registrar) POST(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.add(http.MethodPost, path, h, m)
}

// PUT adds a route for PUT.
func (r *registrar) PUT(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.add(http.MethodPut, path, h, m)
}

// PATCH adds a route for PATCH.
func (r *registrar) PATCH(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.add(http.MethodPatch, path, h, m)
}

// DELETE adds a route for DELETE.
func (r *registrar) DELETE(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	return r.add(http.MethodDelete, path, h, m)
}

// trimSlash accepts a trailing slash: the request is routed as if it were not there.
func (e *edge) trimSlash(r *http.Request) *http.Request {
	if path := echo.GetPath(r); len(path) == 1 || !strings.HasSuffix(path, "/") || e.mount(r) != "" {
		return r
	}
	at := *r.URL
	at.Path, at.RawPath = strings.TrimSuffix(at.Path, "/"), strings.TrimSuffix(at.RawPath, "/")
	r = r.WithContext(r.Context())
	r.URL = &at
	return r
}

// exact corrects where echo's router is more generous than the contract: a last parameter also swallows slashes, any
// parameter may be empty, and where a path without parameters lacks the method, it tries those with parameters.
func (e *edge) exact(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		path := echo.GetPath(c.Request())
		if strings.Contains(path, "//") {
			return echo.ErrNotFound
		}
		matched := c.Path()
		if matched == path || !strings.Contains(matched, ":") {
			return next(c)
		}
		if allow, plain := e.plain[path]; plain {
			c.Set(echo.ContextKeyHeaderAllow, allow)
			return echo.MethodNotAllowedHandler(c)
		}
		if strings.Count(matched, "/") != strings.Count(path, "/") {
			return echo.ErrNotFound
		}
		return next(c)
	}
}

// mounts makes a multiplexer of handlers beside the contract, nil when there are none.
func mounts(handlers map[string]http.Handler) *http.ServeMux {
	if len(handlers) == 0 {
		return nil
	}
	mux := http.NewServeMux()
	for pattern, h := range handlers {
		mux.Handle(pattern, h)
	}
	return mux
}

// mount returns the pattern of the handler beside the contract that a request is for, or "".
func (e *edge) mount(r *http.Request) string {
	if e.mounts == nil {
		return ""
	}
	_, pattern := e.mounts.Handler(r)
	return pattern
}

// mounted answers the paths that handlers beside the contract have.
func (e *edge) mounted(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if e.mount(c.Request()) == "" {
			return next(c)
		}
		e.mounts.ServeHTTP(c.Response(), c.Request())
		return nil
	}
}
