package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/labstack/echo/v4" //nolint:depguard // the other side of the comparison is an echo server

	"github.com/meetwright/meetwright"
	"github.com/meetwright/meetwright/server"
)

// serve is a server that validates a booking and does nothing with it: kind
// "edge" with our edge, "kin" with the validator of kin-openapi as the
// middleware of an echo server. Neither writes a log.
func serve(kind, addr string) error {
	var handler http.Handler
	var err error
	if kind == "kin" {
		handler, err = kin()
	} else {
		handler, err = server.New(trivial{}, server.Options{Logger: slog.New(slog.DiscardHandler)})
	}
	if err != nil {
		return err
	}
	web := &http.Server{Addr: addr, Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	return web.ListenAndServe()
}

var booked = server.Booked{AppointmentID: otherID, Secret: "PkQjnVrs5TA4-wfVKWFSAX42Y6_6JeIZ"}

// trivial answers every booking alike.
type trivial struct{ server.Service }

func (trivial) Authenticate(ctx context.Context, _ server.Call) (context.Context, error) {
	return ctx, nil
}
func (trivial) Problem(error) *server.Problem { return nil }
func (trivial) Ready(context.Context) error   { return nil }

// CreateBooking answers.
func (trivial) CreateBooking(context.Context, server.CreateBookingRequestObject) (server.CreateBookingResponseObject, error) {
	var result server.BookingResult
	err := result.FromBooked(booked)
	return server.CreateBooking201JSONResponse(result), err
}

// kin is the middleware as its documentation shows it, told to name all
// faults, in front of a handler that binds the body and answers.
func kin() (http.Handler, error) {
	doc, err := openapi3.NewLoader().LoadFromData(meetwright.OpenAPI)
	if err != nil {
		return nil, err
	}
	doc.Servers = nil
	router, err := legacy.NewRouter(doc)
	if err != nil {
		return nil, err
	}
	options := &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	e := echo.New()
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			route, params, err := router.FindRoute(c.Request())
			if err != nil {
				return echo.NewHTTPError(http.StatusNotFound, err.Error())
			}
			err = openapi3filter.ValidateRequest(c.Request().Context(), &openapi3filter.RequestValidationInput{
				Request: c.Request(), PathParams: params, Route: route, Options: options,
			})
			if err != nil {
				return echo.NewHTTPError(http.StatusBadRequest, err.Error())
			}
			return next(c)
		}
	})
	e.GET("/v4/user/me", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	e.POST("/v4/booking", func(c echo.Context) error {
		var body server.BookingRequest
		if err := c.Bind(&body); err != nil {
			return fmt.Errorf("bind: %w", err)
		}
		return c.JSON(http.StatusCreated, booked)
	})
	return e, nil
}
