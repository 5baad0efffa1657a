package server

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/labstack/echo/v4"
)

// observe gives every answer its request id and security headers, and logs one record for each request: what was asked in
// the contract's words, never a body, a credential, or a value of path or query.
func (e *edge) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := e.now()
		r, w := c.Request(), c.Response()
		id := requestID(r.Header.Get(echo.HeaderXRequestID))
		w.Header().Set(echo.HeaderXRequestID, id)
		w.Header().Set(echo.HeaderXContentTypeOptions, "nosniff")
		defer func() {
			took, status := e.now().Sub(start), 0
			if w.Committed {
				status = w.Status
			}
			e.metrics.observe(r.Method, e.routeLabel(c), status, took)
			e.log.LogAttrs(r.Context(), slog.LevelInfo, "request",
				slog.String("request_id", id),
				slog.String("method", loggedMethod(r.Method)),
				slog.String("operation", e.operationName(c)),
				slog.Int("status", w.Status),
				slog.Int64("bytes", w.Size),
				slog.Duration("duration", took))
		}()
		if err := next(c); err != nil {
			c.Error(err)
		}
		return nil
	}
}

// operationName is the operationId, or the pattern of a route beside the contract, or "".
func (e *edge) operationName(c echo.Context) string {
	if o := e.routes[route{c.Request().Method, c.Path()}]; o != nil {
		return o.id
	}
	if pattern := e.mount(c.Request()); pattern != "" {
		return pattern
	}
	return c.Path()
}

// loggedMethod keeps what is no method out of the log.
func loggedMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	default:
		return "other"
	}
}

// requestID is the caller's, when it is fit for a log, else a new one.
func requestID(given string) string {
	if given == "" || len(given) > 128 || strings.ContainsFunc(given, func(r rune) bool {
		return r > '~' || (!isDigit(byte(r)) && !isLetter(byte(r)) && r != '.' && r != '_' && r != '-')
	}) {
		return rand.Text()
	}
	return given
}

// recovered makes a failure of a panic. http.ErrAbortHandler passes: it asks for the connection to be cut.
func (e *edge) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch v := recover(); {
			case v == nil:
			case v == any(http.ErrAbortHandler):
				panic(v)
			default:
				err = &crashed{value: v, stack: debug.Stack()}
			}
		}()
		return next(c)
	}
}

// crashed is a panic as an error: on its way to the log, or to the goroutine that serves the request.
type crashed struct {
	value any
	stack []byte
}

func (c *crashed) Error() string { return fmt.Sprintf("panic: %v\n%s", c.value, c.stack) }
