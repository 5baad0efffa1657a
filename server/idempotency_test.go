package server

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"
)

func TestIdempotencyKey(t *testing.T) {
	for given, want := range map[string]string{
		"a": "a", `"a"`: "a", `"a\"b\\c"`: `a"b\c`, `"`: `"`, "a,b": "a,b", strings.Repeat("k", 255): strings.Repeat("k", 255),
		`"` + strings.Repeat("k", 255) + `"`: strings.Repeat("k", 255),
	} {
		if got, wrong := idempotencyKey(http.Header{"Idempotency-Key": {given}}); got != want || wrong != nil {
			t.Errorf("%s: %q %v", given, got, wrong)
		}
	}
	for _, given := range [][]string{{""}, {`""`}, {"a b"}, {`"a b"`}, {"ä"}, {"a\x7f"}, {strings.Repeat("k", 256)}, {"a", "a"}} {
		if got, wrong := idempotencyKey(http.Header{"Idempotency-Key": given}); got != "" || len(wrong) != 1 {
			t.Errorf("%q: %q %v", given, got, wrong)
		}
	}
	if got, wrong := idempotencyKey(nil); got != "" || wrong != nil {
		t.Errorf("%q %v", got, wrong)
	}
}

// keyed is a booking with an Idempotency-Key.
var keyed = call{method: "POST", path: "/v4/booking", body: booking, header: http.Header{"Idempotency-Key": {`"k"`}}}

func TestOnce_KeyAndReplay(t *testing.T) {
	var key OnceKey
	var stored *Answer
	svc := &stub{}
	svc.once = func(ctx context.Context, k OnceKey, do func(context.Context) (*Answer, error)) (*Answer, bool, error) {
		key = k
		if stored != nil {
			return stored, true, nil
		}
		var err error
		stored, err = do(ctx)
		return stored, false, err
	}
	svc.run = func(c echo.Context, _ any) error {
		c.Response().Header().Set("Location", "/x")
		return c.JSON(http.StatusCreated, Booked{AppointmentID: "a", Secret: "<s>"})
	}
	h := svc.handler(t, Options{})

	first := keyed.do(h)
	want := OnceKey{Method: "POST", Path: "/v4/booking", Key: "k", BodyHash: sha256.Sum256([]byte(booking))}
	if diff := cmp.Diff(want, key); diff != "" {
		t.Error(diff)
	}
	if first.Code != http.StatusCreated || first.Header().Get("Location") != "/x" || first.Header().Get("Idempotency-Replayed") != "" {
		t.Errorf("status %d, headers %v", first.Code, first.Header())
	}
	for name := range stored.Header {
		if name != "Content-Type" && name != "Location" {
			t.Errorf("%s is stored", name)
		}
	}
	svc.run = func(echo.Context, any) error { t.Error("ran again"); return nil }
	second := keyed.do(h)
	if second.Code != first.Code || second.Body.String() != first.Body.String() || second.Header().Get("Idempotency-Replayed") != "true" ||
		second.Header().Get("Content-Type") != first.Header().Get("Content-Type") || second.Header().Get("X-Request-Id") == first.Header().Get("X-Request-Id") {
		t.Errorf("status %d, headers %v, body %s", second.Code, second.Header(), second.Body)
	}
	if second.Header().Get("Cache-Control") != "no-store" || second.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers are %v", second.Header())
	}
}

// What is refused before the operation runs, and what is no POST, never reaches the store.
func TestOnce_OnlyAfterShape(t *testing.T) {
	svc := &stub{once: func(context.Context, OnceKey, func(context.Context) (*Answer, error)) (*Answer, bool, error) {
		t.Error("asked")
		return nil, false, errors.New("asked")
	}}
	h := svc.handler(t, Options{})
	key := http.Header{"Idempotency-Key": {"k"}}
	rows := map[*call]int{
		{method: "POST", path: "/v4/booking", body: edited(t, "start", `1`), header: key}:                                         400,
		{method: "POST", path: "/v4/booking", body: `{`, header: key}:                                                             400,
		{method: "POST", path: "/v4/booking", body: booking, header: http.Header{"Idempotency-Key": {"k"}, "Authorization": nil}}: 401,
		{method: "PATCH", path: "/v4/appointment/" + anID + "/notes", body: `{"note":""}`, header: key}:                           200,
		{path: "/v4/user/me", header: http.Header{"Idempotency-Key": {"a b"}}}:                                                    200,
		{method: "POST", path: "/v4/booking", body: booking}:                                                                      200,
		{method: "POST", path: "/v4/booking", body: booking, header: http.Header{"Idempotency-Key": {""}}}:                        400,
	}
	for c, want := range rows {
		if w := c.do(h); w.Code != want {
			t.Errorf("%s %s %v: status %d", c.method, c.path, c.header, w.Code)
		}
	}
}

func TestOnce_WhatIsKept(t *testing.T) {
	refusal := func(status int) error { return &Problem{Status: status, Message: "No"} }
	written := func(status int) func(echo.Context, any) error {
		return func(c echo.Context, _ any) error { return c.JSON(status, "x") }
	}
	rows := []struct {
		name   string
		run    func(echo.Context, any) error
		status int
		kept   bool
	}{
		{"success", written(201), 201, true},
		{"no content", func(c echo.Context, _ any) error { return c.NoContent(204) }, 204, true},
		{"domain refusal", func(echo.Context, any) error { return errOccupied }, 400, true},
		{"conflict", func(echo.Context, any) error { return refusal(409) }, 409, true},
		{"refusal written by the operation", written(404), 404, true},
		{"unauthorized", func(echo.Context, any) error { return refusal(401) }, 401, false},
		{"too many", func(echo.Context, any) error { return refusal(429) }, 429, false},
		{"failure", func(echo.Context, any) error { return errors.New("inside") }, 500, false},
		{"unavailable", func(echo.Context, any) error { return refusal(503) }, 503, false},
		{"failure written by the operation", written(501), 501, false},
		{"panic", func(echo.Context, any) error { panic("inside") }, 500, false},
		{"failure after writing", func(c echo.Context, _ any) error { _ = c.JSON(201, "x"); return errors.New("inside") }, 500, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			svc := &stub{run: row.run}
			svc.once = func(ctx context.Context, _ OnceKey, do func(context.Context) (*Answer, error)) (*Answer, bool, error) {
				answer, err := do(ctx)
				if (err == nil) != row.kept {
					t.Errorf("do returned %v", err)
				}
				return answer, false, err
			}
			if w := keyed.do(svc.handler(t, Options{})); w.Code != row.status {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
		})
	}
}

type inTransaction struct{}

// The store runs the operation on its own goroutine, more than once when it must, each time from the start.
func TestOnce_RetriedOnAnotherGoroutine(t *testing.T) {
	tries := 0
	svc := &stub{}
	svc.once = func(ctx context.Context, _ OnceKey, do func(context.Context) (*Answer, error)) (answer *Answer, _ bool, err error) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range 3 {
				if answer, err = do(context.WithValue(ctx, inTransaction{}, true)); err == nil {
					return
				}
			}
		}()
		<-done
		return answer, false, err
	}
	svc.run = func(c echo.Context, request any) error {
		if got := request.(CreateBookingRequestObject).Body; got.MeetingTypeID.String() != anID {
			t.Errorf("try %d got %+v", tries, got)
		}
		if c.Request().Context().Value(inTransaction{}) == nil {
			t.Error("not in the transaction")
		}
		c.Response().Header().Set("Try", fmt.Sprint(tries))
		if tries++; tries < 3 {
			_ = c.String(http.StatusCreated, "half")
			return errors.New("serialization failure")
		}
		return c.JSON(http.StatusCreated, "whole")
	}
	w := keyed.do(svc.handler(t, Options{}))
	if w.Code != http.StatusCreated || strings.TrimSpace(w.Body.String()) != `"whole"` || w.Header().Get("Try") != "2" {
		t.Errorf("status %d, %s, %v", w.Code, w.Body, w.Header())
	}
}

func TestOnce_RefusedByTheStore(t *testing.T) {
	for _, status := range []int{409, 422} {
		svc := &stub{once: func(context.Context, OnceKey, func(context.Context) (*Answer, error)) (*Answer, bool, error) {
			return nil, false, &Problem{Status: status, Message: "No"}
		}}
		if got := errorOf(t, keyed.do(svc.handler(t, Options{}))); got.status != status {
			t.Errorf("got %+v", got)
		}
	}
}
