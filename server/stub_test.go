package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/meetwright/meetwright"
)

const (
	validToken = "rgo-0123456789abcdef0123456789abcdef"
	anID       = "770e8400-e29b-41d4-a716-446655440002"
	otherID    = "550e8400-e29b-41d4-a716-446655440000"
)

// booking is the body of the published sample, 478 bytes when compact.
const booking = `{"meetingTypeId":"770e8400-e29b-41d4-a716-446655440002","start":"2024-01-15T09:00:00+01:00",` +
	`"hostIds":["550e8400-e29b-41d4-a716-446655440000"],"duration":30,"channel":"zoom",` +
	`"icsTitle":"Product Demo","skipNotifications":false,` +
	`"attendee":{"email":"client@example.com","firstname":"Jane","lastname":"Smith","phone":"+1-555-123-4567",` +
	`"receiveReminders":true,"language":"en","timezone":"Europe/Berlin","bringalongEmails":["guest@example.com"],` +
	`"notes":{"company":"Acme Inc","utm_source":"qualimero"}}}`

// stub is a service whose operations all answer with what was bound, or run the function given.
type stub struct {
	StrictServerInterface
	authenticate func(ctx context.Context, call Call) (context.Context, error)
	once         func(ctx context.Context, key OnceKey, do func(ctx context.Context) (*Answer, error)) (*Answer, bool, error)
	ready        error
	// run takes the place of every operation; it writes the answer itself.
	run func(c echo.Context, request any) error
	// operation and request are those of the last call that got through.
	mu        sync.Mutex
	operation string
	request   any
}

func (s *stub) Authenticate(ctx context.Context, call Call) (context.Context, error) {
	switch {
	case s.authenticate != nil:
		return s.authenticate(ctx, call)
	case !call.HasAuthorization && call.AppointmentSecret == "" && call.ConfirmationToken == "":
		return nil, &Problem{Status: http.StatusUnauthorized, Message: "Missing authorization header"}
	case call.HasAuthorization && call.Bearer != validToken:
		return nil, &Problem{Status: http.StatusUnauthorized, Message: "Invalid API key"}
	}
	return ctx, nil
}

var errOccupied = errors.New("taken")

func (s *stub) Problem(err error) *Problem {
	if errors.Is(err, errOccupied) {
		return &Problem{Status: http.StatusBadRequest, Message: "The selected time slot is no longer available", Code: "slot-occupied"}
	}
	return nil
}

func (s *stub) Once(ctx context.Context, key OnceKey, do func(ctx context.Context) (*Answer, error)) (*Answer, bool, error) {
	if s.once != nil {
		return s.once(ctx, key, do)
	}
	answer, err := do(ctx)
	return answer, false, err
}

func (s *stub) Ready(context.Context) error { return s.ready }

// handler is the edge over s.
func (s *stub) handler(t testing.TB, o Options) http.Handler {
	t.Helper()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	h, err := build(s, o, []StrictMiddlewareFunc{func(_ StrictHandlerFunc, operation string) StrictHandlerFunc {
		return func(c echo.Context, request any) (any, error) {
			s.mu.Lock()
			s.operation, s.request = operation, request
			s.mu.Unlock()
			if s.run != nil {
				return nil, s.run(c, request)
			}
			return nil, c.JSON(http.StatusOK, request)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// call is one request of a test; its zero fields mean a valid credential and a JSON body.
type call struct {
	method, path, body string
	header             http.Header
	reader             io.Reader
}

func (r call) do(h http.Handler) *httptest.ResponseRecorder {
	if r.method == "" {
		r.method = http.MethodGet
	}
	reader := r.reader
	if reader == nil && r.body != "" {
		reader = strings.NewReader(r.body)
	}
	req := httptest.NewRequest(r.method, r.path, reader)
	req.Header.Set("Authorization", "Bearer "+validToken)
	if reader != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, values := range r.header {
		req.Header.Del(name)
		for _, v := range values {
			req.Header.Add(name, v)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

// told is the error shape of an answer, checked; messages has one element when message is a string.
type told struct {
	status   int
	messages []string
	list     bool
	code, id string
}

func errorOf(t testing.TB, w *httptest.ResponseRecorder) told {
	t.Helper()
	var body struct {
		StatusCode int             `json:"statusCode"`
		Message    json.RawMessage `json:"message"`
		Error      string          `json:"error"`
		ErrorCode  string          `json:"errorCode"`
		RequestID  string          `json:"requestId"`
	}
	decoder := json.NewDecoder(w.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		t.Fatalf("status %d, body is not an error: %v", w.Code, err)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type is %q", got)
	}
	if body.StatusCode != w.Code || body.Error != http.StatusText(w.Code) {
		t.Errorf("status %d is told as %d %q", w.Code, body.StatusCode, body.Error)
	}
	if w.Header().Get("X-Request-Id") == "" || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers are %v", w.Header())
	}
	got := told{status: w.Code, code: body.ErrorCode, id: body.RequestID}
	if err := json.Unmarshal(body.Message, &got.messages); err == nil {
		got.list = true
		if len(got.messages) == 0 {
			t.Error("message is empty")
		}
		return got
	}
	var one string
	if err := json.Unmarshal(body.Message, &one); err != nil || one == "" {
		t.Errorf("message is %s", body.Message)
	}
	got.messages = []string{one}
	return got
}

type echoContext = echo.Context

// document is the contract read anew, for tests that change it.
func document(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(meetwright.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
