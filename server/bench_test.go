//go:build unix

package server

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
)

// nullWriter is an answer nobody reads.
type nullWriter struct{ header http.Header }

func (w *nullWriter) Header() http.Header         { return w.header }
func (w *nullWriter) WriteHeader(int)             {}
func (w *nullWriter) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkValidate compares what a booking costs from request to handler: decoded by the standard library alone, through
// the router and the generated handler, and through the whole edge. The answer is the same small object each time.
func BenchmarkValidate(b *testing.B) {
	answer := Booked{AppointmentID: anID, Secret: "secret-token-789"}

	b.Run("net-http", func(b *testing.B) {
		run(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var body BookingRequest
			if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
				b.Error(err)
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusCreated)
			_ = json.NewEncoder(w).Encode(answer)
		}))
	})
	svc := &stub{run: func(c echo.Context, _ any) error { return c.JSON(http.StatusCreated, answer) }}
	b.Run("echo", func(b *testing.B) {
		router := echo.New()
		router.Binder = plainBinder{}
		RegisterHandlers(router, NewStrictHandler(svc, []StrictMiddlewareFunc{func(StrictHandlerFunc, string) StrictHandlerFunc {
			return func(c echo.Context, request any) (any, error) { return nil, svc.run(c, request) }
		}}))
		run(b, router)
	})
	b.Run("validated", func(b *testing.B) {
		run(b, svc.handler(b, Options{}))
	})
}

type plainBinder struct{}

func (plainBinder) Bind(into any, c echo.Context) error {
	return json.NewDecoder(c.Request().Body).Decode(into)
}

func run(b *testing.B, h http.Handler) {
	b.Helper()
	b.ReportAllocs()
	b.SetBytes(int64(len(booking)))
	header := http.Header{
		"Authorization": {"Bearer " + validToken}, "Content-Type": {"application/json"}, "X-Request-Id": {"bench"},
	}
	w := &nullWriter{header: http.Header{}}
	body := strings.NewReader(booking)
	used := cpu(b)
	for b.Loop() {
		body.Reset(booking)
		r, err := http.NewRequest(http.MethodPost, "/v4/booking", nil)
		if err != nil {
			b.Fatal(err)
		}
		r.Header, r.Body, r.ContentLength = header, io.NopCloser(body), int64(len(booking))
		clear(w.header)
		h.ServeHTTP(w, r)
	}
	b.ReportMetric(float64((cpu(b)-used).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

// cpu is what the process has used of the processors, which other processes change less than how long it took.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
