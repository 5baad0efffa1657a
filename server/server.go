// Package server is the HTTP edge: it routes what the contract describes, lets nothing pass that the contract does not
// allow, and words every refusal. What operations mean is the service's business.
//
// A request is answered in this order: an unknown path is 404 and a wrong method 405 whoever asks; then the caller is
// authenticated, before a byte of the body is read; then the request's shape is checked, all of it at once; then the
// operation runs.
package server

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/labstack/echo/v4"
)

// Service is what the edge calls: the operations of the contract, and four questions that only the service can answer.
// All of it is called from many goroutines at once.
type Service interface {
	StrictServerInterface

	// Authenticate decides whether a call may be made. The context it returns, derived from ctx, is the one the operation
	// runs in and carries whoever calls; it means nothing to the edge. A refusal is an error for Problem: 401, 403, 400 when
	// the acting user is missing, 429 when there were too many calls.
	Authenticate(ctx context.Context, call Call) (context.Context, error)

	// Problem says how an error of the service is told, nil when it is not one to be told: that is answered 500.
	Problem(err error) *Problem

	// Once runs do at most once to its effect for a key, and returns the first answer ever after: replayed says so. ctx is
	// the one that Authenticate returned. A key used with another body, or still in use, is an error for Problem (422, 409).
	//
	// Once must give do a context derived from ctx, in which the operation makes all its changes part of the transaction
	// that keeps the answer. It may run do again after undoing it, and on another goroutine, but never two at a time, and
	// none may be running when it returns. When do fails, Once undoes everything, keeps nothing, and returns that error.
	// An answer that is a refusal is no failure: it is kept.
	Once(ctx context.Context, key OnceKey, do func(ctx context.Context) (*Answer, error)) (answer *Answer, replayed bool, err error)

	// Ready returns nil when requests can be served, else why not. The reason is logged and not shown.
	Ready(ctx context.Context) error
}

// Options are settings of the edge. The zero value works.
type Options struct {
	// PublicURL is where clients reach this server; the served contract names it as its only server. Set it when anybody is
	// to read /openapi.json from elsewhere. Defaults to "/".
	PublicURL string
	// DemoKey is a credential that /llms.txt shows to whoever asks. Set it when it is no secret. Defaults to none.
	DemoKey string
	// Logger gets one record for each request, and one for each failure. Defaults to slog.Default.
	Logger *slog.Logger
	// Now is the clock that requests are timed by. Defaults to time.Now.
	Now func() time.Time
	// MaxBody is how many bytes a request body may have. Defaults to 1 MiB.
	MaxBody int64
	// TrustedProxies are the networks of proxies in front of this server, whose X-Forwarded-For says where a request comes
	// from. Set it when there are any: wrong guesses are counted by address. Defaults to none.
	TrustedProxies []netip.Prefix
	// Mount are handlers beside the contract, by patterns as of http.ServeMux, such as "/_/". They come before the
	// contract's own paths, are logged and guarded as those are, and answer everything below their pattern by themselves.
	Mount map[string]http.Handler
	// Around, when set, is called for each request to an operation, before anything but its route is known. It answers
	// itself, or calls next once, which answers completely, errors included.
	Around func(operation string, w http.ResponseWriter, r *http.Request, next http.Handler)
	// Metrics count the requests and are shown as /metrics. Set them when they are to tell of more than requests, or of
	// several servers. Defaults to some of this server's own.
	Metrics *Metrics
}

// defaultMaxBody is what the contract promises to accept.
const defaultMaxBody = 1 << 20

// edge is one server.
type edge struct {
	svc     Service // nil for a contract that anybody may call
	joins   bool    // the faults of a request are told in one sentence
	relay   Relay   // set when requests are passed on instead
	isReady func(context.Context) error
	log     *slog.Logger
	now     func() time.Time
	around  func(operation string, w http.ResponseWriter, r *http.Request, next http.Handler)
	mounts  *http.ServeMux
	metrics *Metrics
	maxBody int64
	// routes finds operations by method and path as echo writes it; HEAD finds that of GET.
	routes map[route]*operation
	// plain are the paths without parameters, with the methods each takes.
	plain map[string]string
	// templates are the paths as the contract writes them, by those of echo.
	templates map[string]string
}

// New builds the handler of all paths. It fails when the contract has an operation that the edge could not guard, or when
// routes and contract disagree.
func New(svc Service, o Options) (http.Handler, error) {
	return build(svc, o, nil)
}

func build(svc Service, o Options, middlewares []StrictMiddlewareFunc) (http.Handler, error) {
	return (&edge{svc: svc, isReady: svc.Ready}).handler(o, NewStrictHandler(svc, middlewares))
}

// handler is that of all paths, with operations that are the ones given.
func (e *edge) handler(o Options, operations ServerInterface) (http.Handler, error) {
	if o.MaxBody == 0 {
		o.MaxBody = defaultMaxBody
	}
	ops, err := ownOperations(o.MaxBody)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	e.log, e.now, e.around, e.mounts, e.metrics, e.maxBody = o.Logger, o.Now, o.Around, mounts(o.Mount), o.Metrics, o.MaxBody
	if e.log == nil {
		e.log = slog.Default()
	}
	if e.now == nil {
		e.now = time.Now
	}
	if e.metrics == nil {
		e.metrics = NewMetrics("")
	}

	router := e.router()
	router.Pre(e.observe, e.recovered, e.mounted)
	if err := e.register(router, ops, own(operations)); err != nil {
		return nil, err
	}
	if err := e.reference(router, o.PublicURL, o.DemoKey); err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		forwarded(o.TrustedProxies, r)
		router.ServeHTTP(w, e.trimSlash(r))
		drain(w, r)
	}), nil
}

// router makes a router of the edge, without routes.
func (e *edge) router() *echo.Echo {
	router := echo.New()
	router.Logger.SetOutput(io.Discard)
	router.IPExtractor = echo.ExtractIPDirect()
	router.Binder = binder{}
	router.HTTPErrorHandler = e.answerError
	if e.relay != nil {
		router.Use(e.unmatched)
	}
	router.Use(e.exact)
	return router
}

// own adds the routes of the API.
func own(handlers ServerInterface) func(EchoRouter, Guards) {
	return func(r EchoRouter, guards Guards) {
		RegisterHandlersWithOptions(r, handlers, RegisterHandlersOptions{OperationMiddlewares: guards})
	}
}
