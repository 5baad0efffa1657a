package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

func logTo(b *bytes.Buffer) *slog.Logger { return slog.New(slog.NewJSONHandler(b, nil)) }

func TestErrors(t *testing.T) {
	rows := []struct {
		name    string
		run     func(echo.Context, any) error
		want    told
		logged  string
		noLevel string
	}{
		{
			"known to the service",
			func(echo.Context, any) error { return fmt.Errorf("book: %w", errOccupied) },
			told{status: 400, messages: []string{"The selected time slot is no longer available"}, code: "slot-occupied"}, "", "ERROR",
		},
		{
			"a problem itself",
			func(echo.Context, any) error { return &Problem{Status: 409, Message: "Taken", Code: "slug-taken"} },
			told{status: 409, messages: []string{"Taken"}, code: "slug-taken"}, "", "ERROR",
		},
		{
			"unavailable",
			func(echo.Context, any) error {
				return &Problem{Status: 503, Message: "It is not known", Code: "outcome-unknown", Err: errors.New("inside")}
			},
			told{status: 503, messages: []string{"It is not known"}, code: "outcome-unknown", id: "the-id"}, "inside", "ERROR",
		},
		{
			"unknown",
			func(echo.Context, any) error { return errors.New("inside: dial tcp 10.0.0.1") },
			told{status: 500, messages: []string{"Internal server error"}, id: "the-id"}, "inside: dial tcp", "",
		},
		{
			"told as a 500",
			func(echo.Context, any) error { return &Problem{Status: 500, Message: "inside", Code: "x"} },
			told{status: 500, messages: []string{"Internal server error"}, id: "the-id"}, "inside", "",
		},
		{
			"panic",
			func(echo.Context, any) error { panic("inside") },
			told{status: 500, messages: []string{"Internal server error"}, id: "the-id"}, "error_test.go", "",
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			var log bytes.Buffer
			h := (&stub{run: row.run}).handler(t, Options{Logger: logTo(&log)})
			w := call{method: "POST", path: "/v4/booking", body: booking, header: http.Header{"X-Request-Id": {"the-id"}}}.do(h)
			if strings.Contains(w.Body.String(), "inside") {
				t.Errorf("the inside shows: %s", w.Body)
			}
			got := errorOf(t, w)
			if fmt.Sprint(got) != fmt.Sprint(row.want) {
				t.Errorf("got %+v", got)
			}
			if n := strings.Count(log.String(), "request failed"); (row.logged != "") != (n == 1) {
				t.Errorf("%d failures logged", n)
			}
			if !strings.Contains(log.String(), row.logged) || (row.noLevel != "" && strings.Contains(log.String(), row.noLevel)) {
				t.Errorf("log is %s", log.String())
			}
		})
	}
}

func TestErrors_AfterTheAnswerBegan(t *testing.T) {
	var log bytes.Buffer
	h := (&stub{run: func(c echo.Context, _ any) error {
		_ = c.String(http.StatusOK, "begun")
		return errors.New("too late")
	}}).handler(t, Options{Logger: logTo(&log)})
	w := call{path: "/v4/user/me"}.do(h)
	if w.Code != http.StatusOK || w.Body.String() != "begun" || !strings.Contains(log.String(), "too late") {
		t.Errorf("status %d, body %q, log %s", w.Code, w.Body, log.String())
	}
}

func TestErrors_AbortCutsTheConnection(t *testing.T) {
	for name, header := range map[string]http.Header{"plain": nil, "with a key": {"Idempotency-Key": {"k"}}} {
		t.Run(name, func(t *testing.T) {
			h := (&stub{run: func(echo.Context, any) error { panic(http.ErrAbortHandler) }}).handler(t, Options{})
			defer func() {
				if recover() != http.ErrAbortHandler { //nolint:errorlint // the very value
					t.Error("the panic was swallowed")
				}
			}()
			call{method: "POST", path: "/v4/booking", body: booking, header: header}.do(h)
		})
	}
}

func TestErrors_CallerGone(t *testing.T) {
	var log bytes.Buffer
	h := (&stub{run: func(c echo.Context, _ any) error { return c.Request().Context().Err() }}).handler(t, Options{Logger: logTo(&log)})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/v4/user/me", nil)
	r.Header.Set("Authorization", "Bearer "+validToken)
	h.ServeHTTP(httptest.NewRecorder(), r)
	if strings.Contains(log.String(), "ERROR") {
		t.Errorf("log is %s", log.String())
	}
}
