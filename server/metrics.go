package server

import (
	"cmp"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are what /metrics shows: requests, the process, and whatever is registered. Servers of one process may share
// them, and then count together. They are safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec

	mu    sync.RWMutex
	known map[asked]prometheus.Observer // the series of requests that there were

	// page is made when it is first asked for: what it asks of the runtime is of no use at a start.
	page func() http.Handler
}

// asked is what requests are told apart by. All of it is of a bounded set: route is a path of the contract or a pattern
// beside it, never what a caller wrote.
type asked struct {
	method, route string
	status        int // 0 when the connection was cut
}

// durations are the bounds that OpenTelemetry recommends for http.server.request.duration, in seconds.
var durations = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}

// NewMetrics begins with no requests. The version is told in meetwright_build_info.
func NewMetrics(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(), known: map[asked]prometheus.Observer{},
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "http_server_request_duration_seconds", Help: "How long requests took.", Buckets: durations,
		}, []string{"http_request_method", "http_route", "http_response_status_code"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "meetwright_build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": version, "go_version": runtime.Version()},
	})
	build.Set(1)
	m.Register(m.requests, build)
	m.page = sync.OnceValue(func() http.Handler {
		m.Register(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
		return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
	})
	return m
}

// Register adds metrics of others. Their labels must be of bounded sets, without ids or personal data. It panics when a
// name is taken.
func (m *Metrics) Register(more ...prometheus.Collector) { m.registry.MustRegister(more...) }

// observe counts a request.
func (m *Metrics) observe(method, route string, status int, took time.Duration) {
	if http.StatusText(status) == "" && status != 0 {
		status = otherStatus
	}
	key := asked{methodLabel(method), route, status}
	m.mu.RLock()
	series := m.known[key]
	m.mu.RUnlock()
	if series == nil {
		series = m.series(key)
	}
	series.Observe(took.Seconds())
}

func (m *Metrics) series(key asked) prometheus.Observer {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known[key] == nil {
		m.known[key] = m.requests.WithLabelValues(key.method, key.route, statusLabel(key.status))
	}
	return m.known[key]
}

// The labels of what is not one of a bounded set.
const (
	otherLabel   = "_OTHER" // as OpenTelemetry has it for methods
	unknownRoute = "unknown"
	otherStatus  = -1
)

func statusLabel(status int) string {
	switch status {
	case 0:
		return "" // there was none
	case otherStatus:
		return otherLabel
	default:
		return strconv.Itoa(status)
	}
}

// methodLabel keeps what is no method out of the labels.
func methodLabel(method string) string {
	if loggedMethod(method) != method {
		return otherLabel
	}
	return method
}

// routeLabel is the path of the contract that a request is for, or the pattern of a route beside it.
func (e *edge) routeLabel(c echo.Context) string {
	path := c.Path()
	if template := e.templates[path]; template != "" {
		return template
	}
	return cmp.Or(path, e.mount(c.Request()), unknownRoute)
}

// serve answers /metrics.
func (m *Metrics) serve(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	m.page().ServeHTTP(c.Response(), c.Request())
	return nil
}
