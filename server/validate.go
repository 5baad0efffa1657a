package server

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// guard is what every request to an operation passes: the caller is authenticated, then the request's shape checked, then
// the operation runs, once for each Idempotency-Key.
func (e *edge) guard(o *operation) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if e.relay != nil {
			return e.surround(o.id, func(c echo.Context) error { return e.pass(o, c) })
		}
		return e.surround(o.id, func(c echo.Context) error { return e.run(o, c, next) })
	}
}

// surround has Options.Around called, when there is any, to run what follows.
func (e *edge) surround(operation string, run echo.HandlerFunc) echo.HandlerFunc {
	if e.around == nil {
		return run
	}
	return func(c echo.Context) error {
		e.around(operation, c.Response(), c.Request(), inner(c, run))
		return nil
	}
}

func (e *edge) run(o *operation, c echo.Context, next echo.HandlerFunc) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	ctx := c.Request().Context()
	if e.svc != nil {
		var err error
		if ctx, err = e.svc.Authenticate(ctx, o.call(c)); err != nil {
			return err
		}
	}
	b, key, err := o.validate(c)
	if err != nil {
		return err
	}
	defer b.release()
	r := c.Request().WithContext(ctx)
	r.Body = http.NoBody
	if b != nil {
		r.Body = b
	}
	c.SetRequest(r)
	if key == "" || e.svc == nil {
		return next(c)
	}
	return e.once(c, key, b, next)
}

// inner runs the rest of an operation's chain as a plain handler, which answers errors as well.
func inner(c echo.Context, run echo.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		outer := c.Response()
		c.SetRequest(r)
		if w != http.ResponseWriter(outer) {
			c.SetResponse(echo.NewResponse(w, c.Echo()))
			defer c.SetResponse(outer)
		}
		if err := run(c); err != nil {
			c.Error(err)
		}
	})
}
