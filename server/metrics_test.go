package server

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// scrape returns what /metrics shows.
func scrape(t *testing.T, h http.Handler) string {
	t.Helper()
	w := call{path: "/metrics", header: http.Header{"Authorization": nil}}.do(h)
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
		t.Fatalf("status %d, %v", w.Code, w.Header())
	}
	return w.Body.String()
}

// Requests are told apart by what the contract knows, however callers spell them.
func TestMetrics(t *testing.T) {
	m := NewMetrics("v1.2.3")
	more := prometheus.NewCounter(prometheus.CounterOpts{Name: "more_total", Help: "More."})
	m.Register(more)
	h := (&stub{run: func(c echo.Context, _ any) error {
		if c.QueryParam("search") == "cut" {
			panic(http.ErrAbortHandler)
		}
		if c.QueryParam("search") == "odd" {
			return c.NoContent(299)
		}
		return c.NoContent(http.StatusOK)
	}}).handler(t, Options{Metrics: m, Mount: map[string]http.Handler{"/beside/": http.NotFoundHandler()}})
	other := (&stub{}).handler(t, Options{Metrics: m})
	ask := func(h http.Handler, method, path string) {
		defer func() { _ = recover() }() // the connection that is cut
		call{method: method, path: path}.do(h)
	}
	for range 2 {
		ask(h, "GET", "/v4/appointment/"+anID)
	}
	ask(other, "GET", "/v4/appointment/"+otherID+"/")
	ask(h, "GET", "/v4/appointment/hush")
	ask(h, "HUSH", "/v4/appointment/"+anID)
	ask(h, "GET", "/v4/appointment/"+anID+"/hush")
	ask(h, "GET", "/hush")
	ask(h, "HUSH", "/hush/more")
	ask(h, "GET", "/beside/hush")
	ask(h, "GET", "/docs/hush")
	ask(h, "GET", "/health")
	ask(h, "GET", "/v4/appointment/paginated?page=0&pageSize=1&search=cut")
	ask(h, "GET", "/v4/appointment/paginated?page=0&pageSize=1&search=odd")
	text := scrape(t, h)
	for _, want := range []string{
		`http_request_method="GET",http_response_status_code="200",http_route="/v4/appointment/{id}"} 3`,
		`http_request_method="GET",http_response_status_code="400",http_route="/v4/appointment/{id}"} 1`,
		`http_request_method="_OTHER",http_response_status_code="405",http_route="/v4/appointment/{id}"} 1`,
		`http_request_method="GET",http_response_status_code="404",http_route="unknown"} 2`,
		`http_request_method="_OTHER",http_response_status_code="404",http_route="unknown"} 1`,
		`http_request_method="GET",http_response_status_code="404",http_route="/beside/"} 1`,
		`http_request_method="GET",http_response_status_code="404",http_route="/docs/*"} 1`,
		`http_request_method="GET",http_response_status_code="200",http_route="/health"} 1`,
		`http_request_method="GET",http_response_status_code="",http_route="/v4/appointment/paginated"} 1`,
		`http_request_method="GET",http_response_status_code="_OTHER",http_route="/v4/appointment/paginated"} 1`,
	} {
		if !strings.Contains(text, "http_server_request_duration_seconds_count{"+want+"\n") {
			t.Errorf("it does not show %s", want)
		}
	}
	for _, want := range []string{`meetwright_build_info{go_version="go`, `version="v1.2.3"} 1`, "\ngo_goroutines ", "\nprocess_", "\nmore_total 0"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not show %s", want)
		}
	}
	for _, secret := range []string{"hush", "HUSH", anID, otherID, validToken} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in it", secret)
		}
	}
	if again := scrape(t, other); !strings.Contains(again, `http_route="/metrics"} 1`) {
		t.Error("servers that share metrics do not count together")
	}
}

func BenchmarkMetrics(b *testing.B) {
	m := NewMetrics("")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			m.observe(http.MethodPost, "/v4/booking", http.StatusCreated, 3*time.Millisecond)
		}
	})
}
