package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

// Whether a path exists is no secret: nobody is asked for a credential to learn it.
func TestRouting(t *testing.T) {
	h := (&stub{}).handler(t, Options{})
	rows := []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/", 404, ""},
		{"GET", "/v4", 404, ""},
		{"GET", "/v4/appointment", 404, ""},
		{"GET", "/v4/crm", 404, ""},
		{"GET", "/v4/webhooks", 404, ""},
		{"GET", "/v4/calendar-connections", 404, ""},
		{"PATCH", "/v4/appointment/" + anID + "/guest-emails", 404, ""},
		{"GET", "/V4/appointment/today", 404, ""},
		{"GET", "/v4//appointment/today", 404, ""},
		{"GET", "/v4/appointment/today//", 404, ""},
		{"POST", "/v4/appointment//cancel", 404, ""},
		{"GET", "/v4/appointment/", 404, ""},
		{"GET", "/v4/user/" + anID + "/more", 404, ""},
		{"DELETE", "/v4/user/" + anID + "/more", 404, ""},
		{"PUT", "/v4/user/" + anID + "/more", 404, ""},
		{"OPTIONS", "/v4/user/" + anID + "/more", 404, ""},
		{"GET", "/crm/x/y/z", 404, ""},
		{"GET", "//v4/user/me", 404, ""},
		{"GET", "/v4/./user/me", 404, ""},
		{"GET", "/v4/x/%2e%2e/user/me", 404, ""},
		{"GET", "/v4%2Fuser%2Fme", 404, ""},
		{"GET", "/%ff", 404, ""},
		{"GET", "/v4/user/me%2F", 405, "OPTIONS, DELETE, PATCH"},
		{"POST", "/webhooks/1/deliveries/2/redeliver/3", 404, ""},
		{"GET", "/v4/booking", 405, "OPTIONS, POST"},
		{"PUT", "/v4/booking", 405, "OPTIONS, POST"},
		{"TRACE", "/v4/booking", 405, "OPTIONS, POST"},
		{"FOO", "/v4/booking", 405, "OPTIONS, POST"},
		{"HEAD", "/v4/booking", 405, "OPTIONS, POST"},
		{"POST", "/v4/appointment/" + anID, 405, "OPTIONS, DELETE, GET, HEAD"},
		{"GET", "/v4/appointment/" + anID + "/cancel", 405, "OPTIONS, POST"},
		{"DELETE", "/v4/appointment/today", 405, "OPTIONS, GET, HEAD"},
		{"PATCH", "/v4/user/me", 405, "OPTIONS, GET, HEAD"},
		{"POST", "/v4/appointment/paginated", 405, "OPTIONS, GET, HEAD"},
		{"POST", "/openapi.json", 405, "OPTIONS, GET, HEAD"},
	}
	for _, row := range rows {
		t.Run(row.method+" "+row.path, func(t *testing.T) {
			w := call{method: row.method, path: row.path, header: http.Header{"Authorization": nil}}.do(h)
			if got := errorOf(t, w); got.status != row.status || got.list {
				t.Errorf("got %+v", got)
			}
			if got := w.Header().Get("Allow"); got != row.allow {
				t.Errorf("Allow is %q", got)
			}
		})
	}
	for _, path := range []string{"/v4/appointment/today", "/v4/appointment/" + anID} {
		w := call{method: "OPTIONS", path: path, header: http.Header{"Authorization": nil}}.do(h)
		if w.Code != http.StatusNoContent || !strings.Contains(w.Header().Get("Allow"), "GET") {
			t.Errorf("OPTIONS %s: status %d, Allow %q", path, w.Code, w.Header().Get("Allow"))
		}
	}
}

func TestRouting_TrailingSlash(t *testing.T) {
	svc := &stub{}
	h := svc.handler(t, Options{})
	for path, want := range map[string]string{
		"/v4/appointment/paginated/?page=0&pageSize=1":                      "ListAppointments",
		"/v4/appointment/" + anID + "/":                                     "GetAppointment",
		"/v4/appointment/" + strings.Replace(anID, "-", "%2D", 1) + "/ics/": "GetAppointmentICS",
		"/crm/":             "ListContacts",
		"/health/":          "",
		"/openapi.yaml/":    "",
		"/v4/user/me/":      "GetCurrentUser",
		"/v4/user/?limit=1": "ListUsers",
	} {
		svc.operation = ""
		if w := (call{path: path}).do(h); w.Code != http.StatusOK || svc.operation != want {
			t.Errorf("%s: status %d, operation %q", path, w.Code, svc.operation)
		}
	}
}

func TestRouting_Head(t *testing.T) {
	svc := &stub{}
	server := httptest.NewServer(svc.handler(t, Options{}))
	defer server.Close()
	head := func(path string) (*http.Response, []byte) {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodHead, server.URL+path, nil)
		req.Header.Set("Authorization", "Bearer "+validToken)
		res, err := server.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		body, _ := io.ReadAll(res.Body)
		return res, body
	}
	for path, want := range map[string]int{
		"/v4/appointment/today": 200, "/v4/appointment/42": 400, "/health": 200, "/openapi.yaml": 200, "/docs": 200, "/nothing": 404,
	} {
		if res, body := head(path); res.StatusCode != want || len(body) > 0 || res.ContentLength <= 0 {
			t.Errorf("%s: status %d, %d bytes, Content-Length %d", path, res.StatusCode, len(body), res.ContentLength)
		}
	}
	if svc.operation != "ListTodayAppointments" {
		t.Errorf("operation is %q", svc.operation)
	}
}

func TestMount(t *testing.T) {
	plane := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "private")
		_, _ = fmt.Fprint(w, r.Method, " ", r.URL.Path)
	})
	h := (&stub{}).handler(t, Options{Mount: map[string]http.Handler{"/_/": plane, "GET /metrics": plane, "/{$}": plane}})
	for _, row := range []struct{ method, path, want string }{
		{"PUT", "/_/clock", "PUT /_/clock"}, {"FOO", "/_/a/", "FOO /_/a/"}, {"GET", "/metrics", "GET /metrics"}, {"GET", "/", "GET /"},
	} {
		w := call{method: row.method, path: row.path}.do(h)
		if w.Body.String() != row.want || w.Header().Get("Cache-Control") != "private" || w.Header().Get("X-Request-Id") == "" {
			t.Errorf("%s %s: %s %v", row.method, row.path, w.Body, w.Header())
		}
	}
	for _, path := range []string{"/__", "/nothing", "/metrics/x"} {
		if got := errorOf(t, call{path: path}.do(h)); got.status != http.StatusNotFound {
			t.Errorf("%s: %+v", path, got)
		}
	}
	if w := (call{path: "/v4/appointment/today"}).do(h); w.Code != http.StatusOK {
		t.Errorf("status %d", w.Code)
	}
}

func TestAround(t *testing.T) {
	svc := &stub{}
	var seen []string
	h := svc.handler(t, Options{Around: func(operation string, w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Header.Get("Fail") != "" {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		tee := httptest.NewRecorder()
		next.ServeHTTP(tee, r.WithContext(context.WithValue(r.Context(), "k", "v"))) //nolint:staticcheck // a test's key
		seen = append(seen, fmt.Sprint(operation, " ", tee.Code))
		w.WriteHeader(tee.Code)
		_, _ = w.Write(tee.Body.Bytes())
	}})
	svc.authenticate = func(ctx context.Context, c Call) (context.Context, error) {
		if ctx.Value("k") != "v" {
			t.Error("the context is not the one given")
		}
		return ctx, nil
	}
	call{path: "/v4/appointment/today"}.do(h)
	call{path: "/v4/appointment/42"}.do(h)
	call{path: "/v4/nothing"}.do(h)
	call{path: "/health"}.do(h)
	if w := (call{path: "/v4/appointment/today", header: http.Header{"Fail": {"1"}}}).do(h); w.Code != http.StatusBadGateway {
		t.Errorf("status %d", w.Code)
	}
	if got := strings.Join(seen, ", "); got != "listTodayAppointments 200, getAppointment 400" {
		t.Errorf("saw %s", got)
	}
}

// The edge refuses to start with an operation that it could not guard.
func TestOperations_FailClosed(t *testing.T) {
	booking := func(doc *openapi3.T) *openapi3.Operation { return doc.Paths.Value("/v4/booking").Post }
	rows := map[string]func(*openapi3.T){
		"no x-scope":               func(d *openapi3.T) { delete(booking(d).Extensions, "x-scope") },
		"x-acting-user: maybe":     func(d *openapi3.T) { booking(d).Extensions["x-acting-user"] = "maybe" },
		"no operationId":           func(d *openapi3.T) { booking(d).OperationID = "" },
		"is taken":                 func(d *openapi3.T) { booking(d).OperationID = "listUsers" },
		"no security":              func(d *openapi3.T) { booking(d).Security = &openapi3.SecurityRequirements{} },
		"must be one scheme":       func(d *openapi3.T) { booking(d).Security = &openapi3.SecurityRequirements{{}} },
		"not one the server reads": func(d *openapi3.T) { d.Components.SecuritySchemes["bearer"].Value.Scheme = "basic" },
		"must be application/json": func(d *openapi3.T) { booking(d).RequestBody.Value.Content["text/plain"] = openapi3.NewMediaType() },
		"exploded form style": func(d *openapi3.T) {
			p := d.Paths.Value("/crm").Get.Parameters.GetByInAndName("query", "tags")
			f := false
			p.Explode = &f
		},
		"neither objects nor cookies": func(d *openapi3.T) { d.Paths.Value("/crm").Get.Parameters[0].Value.In = "cookie" },
	}
	for want, breakIt := range rows {
		t.Run(want, func(t *testing.T) {
			doc := document(t)
			breakIt(doc)
			if _, err := operations(doc, 1); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestRegister_RoutesAreTheOperations(t *testing.T) {
	ops, err := operations(document(t), 1)
	if err != nil {
		t.Fatal(err)
	}
	register := func(ops map[string]*operation) error {
		return (&edge{log: slog.New(slog.DiscardHandler)}).register(echo.New(), ops, own(NewStrictHandler(nil, nil)))
	}
	if err := register(ops); err != nil {
		t.Fatal(err)
	}
	ops["CreateBooking"] = ops["createBooking"]
	delete(ops, "createBooking")
	if err := register(ops); err == nil || !strings.Contains(err.Error(), "route POST /v4/booking has no guard") {
		t.Errorf("got %v", err)
	}
	delete(ops, "CreateBooking")
	ops["extra"] = &operation{id: "extra", method: "GET", path: "/extra"}
	err = register(ops)
	for _, want := range []string{"route POST /v4/booking is no operation", "operation GET /extra has no route"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
}

// Every operation of the contract asks who calls before anything else.
func TestEveryOperation_Guarded(t *testing.T) {
	svc := &stub{authenticate: func(context.Context, Call) (context.Context, error) { return nil, errors.New("asked") }}
	h := svc.handler(t, Options{})
	for path, item := range document(t).Paths.Map() {
		for method := range item.Operations() {
			w := call{method: method, path: path, reader: failing{errors.New("read")}}.do(h)
			if w.Code != http.StatusInternalServerError || svc.operation != "" {
				t.Errorf("%s %s: status %d, ran %q", method, path, w.Code, svc.operation)
			}
		}
	}
}
