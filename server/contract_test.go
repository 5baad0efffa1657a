package server_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meetwright/meetwright"
	"github.com/meetwright/meetwright/server"
	"github.com/meetwright/meetwright/server/servertest"
)

// refusing is a service that refuses every call with the status in a header, and panics when an operation is run.
type refusing struct{ server.StrictServerInterface }

func (refusing) Authenticate(ctx context.Context, call server.Call) (context.Context, error) {
	switch call.Bearer {
	case "":
		return nil, &server.Problem{Status: http.StatusUnauthorized, Message: "Missing authorization header"}
	case "forbidden":
		return nil, &server.Problem{Status: http.StatusForbidden, Message: "This credential does not allow that"}
	case "busy":
		return nil, &server.Problem{Status: http.StatusTooManyRequests, Message: "Too many requests", RetryAfter: 1}
	case "down":
		return nil, &server.Problem{Status: http.StatusServiceUnavailable, Message: "The server cannot answer now"}
	}
	return ctx, nil
}

func (refusing) Problem(error) *server.Problem { return nil }

func (refusing) Once(ctx context.Context, _ server.OnceKey, do func(context.Context) (*server.Answer, error)) (*server.Answer, bool, error) {
	answer, err := do(ctx)
	return answer, false, err
}

func (refusing) Ready(context.Context) error { return errors.New("draining") }

// Whatever the edge answers by itself, the contract documents it for that operation.
func TestEdgeAnswersAreDocumented(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(meetwright.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	edge, err := server.New(refusing{}, server.Options{Logger: slog.New(slog.DiscardHandler), MaxBody: 1000})
	if err != nil {
		t.Fatal(err)
	}
	h := servertest.Validate(t, edge)
	ask := func(method, path, token, kind, body string) int {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Idempotency-Key", "k")
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	const json = "application/json"
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			t.Run(o.OperationID, func(t *testing.T) {
				at := strings.NewReplacer("{", "", "}", "").Replace(path)
				for token, want := range map[string]int{"": 401, "forbidden": 403, "busy": 429, "down": 503} {
					if got := ask(method, at, token, json, ""); got != want {
						t.Errorf("status %d, want %d", got, want)
					}
				}
				if at != path { // its id is none, unless ids may be anything
					ask(method, at, "x", json, "{}")
				}
				if o.RequestBody == nil {
					return
				}
				for _, row := range []struct {
					kind, body string
					want       int
				}{{"text/plain", "x", 415}, {json, "{", 400}, {json, strings.Repeat(" ", 1001), 413}} {
					if got := ask(method, at, "x", row.kind, row.body); got != row.want {
						t.Errorf("status %d, want %d", got, row.want)
					}
				}
			})
		}
	}
	for path, want := range map[string]int{"/v4/user/me": 500, "/nothing": 404, "/ready": 503, "/health": 200, "/docs": 200} {
		if got := ask(http.MethodGet, path, "x", json, ""); got != want {
			t.Errorf("%s: status %d", path, got)
		}
	}
	if got := ask(http.MethodDelete, "/v4/user/me", "", json, ""); got != http.StatusMethodNotAllowed {
		t.Errorf("status %d", got)
	}
}
