package impl_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/server"
)

func openDemo(b *testing.B) *impl.App {
	b.Helper()
	app, err := impl.Open(b.Context(), newDemoSettings())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = app.Close() })
	return app
}

// BenchmarkTenant measures the first call of a tenant, which makes its world,
// and what a tenant takes of memory that nobody asks anything.
func BenchmarkTenant(b *testing.B) {
	app := openDemo(b)
	i := 0
	first := func() {
		i++
		r := httptest.NewRequest(http.MethodGet, "/_/clock", http.NoBody)
		r.Header.Set("X-Stub-Tenant", fmt.Sprint("tenant-", i))
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatalf("answered %d %s", w.Code, w.Body)
		}
	}
	first() // makes the template as well
	b.Run("first-call", func(b *testing.B) {
		var all []time.Duration
		for b.Loop() {
			began := time.Now()
			first()
			all = append(all, time.Since(began))
		}
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
	})
	b.Run("memory", func(b *testing.B) {
		const n = 500
		for b.Loop() {
			app := openDemo(b)
			before := resident(b)
			for i := range n {
				r := httptest.NewRequest(http.MethodGet, "/_/clock", http.NoBody)
				r.Header.Set("X-Stub-Tenant", fmt.Sprint("tenant-", i))
				app.ServeHTTP(httptest.NewRecorder(), r)
			}
			b.ReportMetric(float64(resident(b)-before)/n, "KB/tenant")
		}
	})
}

// resident is the memory of the process in KB.
func resident(b *testing.B) int {
	runtime.GC()
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Skip("this system does not tell")
	}
	var size, pages int
	_, _ = fmt.Sscan(string(text), &size, &pages)
	return pages * os.Getpagesize() / 1024
}

// BenchmarkJournal compares a validated call with the journal to one
// without.
func BenchmarkJournal(b *testing.B) {
	app := openDemo(b)
	plain, err := server.New(app.Service, server.Options{Logger: discard})
	if err != nil {
		b.Fatal(err)
	}
	body := `{"meetingTypeId":"` + string(intro) + `","start":"2024-01-14T09:00:00Z","hostIds":["` + string(olivia) + `"],` +
		`"attendee":{"email":"jane@example.com","firstname":"Jane","lastname":"Smith","receiveReminders":true,"notes":{}}}`
	for _, test := range []struct {
		name, method, path, body string
		status                   int
	}{
		{"refused-booking", http.MethodPost, bookingPath, body, http.StatusBadRequest}, // a Sunday
		{"read", http.MethodGet, "/v4/meeting-type/" + string(intro), "", http.StatusOK},
	} {
		b.Run(test.name, func(b *testing.B) {
			call := func(h http.Handler) time.Duration {
				r := httptest.NewRequest(test.method, test.path, strings.NewReader(test.body))
				r.Header.Set("Authorization", "Bearer rgo-demoDemoDemoDemoDemoDemoDemoDemo")
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				began := time.Now()
				h.ServeHTTP(w, r)
				took := time.Since(began)
				if w.Code != test.status {
					b.Fatalf("answered %d %s", w.Code, w.Body)
				}
				return took
			}
			var on, off []time.Duration
			for b.Loop() {
				off = append(off, call(plain))
				on = append(on, call(app))
			}
			slices.Sort(on)
			slices.Sort(off)
			p50 := func(all []time.Duration) float64 { return float64(all[len(all)/2].Nanoseconds()) / 1000 }
			b.ReportMetric(p50(off), "off-µs")
			b.ReportMetric(p50(on), "on-µs")
			b.ReportMetric(p50(on)/p50(off), "on/off")
		})
	}
}

// BenchmarkReset measures the way back to the start.
func BenchmarkReset(b *testing.B) {
	app := openDemo(b)
	for b.Loop() {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/_/reset", http.NoBody))
		if w.Code != http.StatusNoContent {
			b.Fatalf("answered %d", w.Code)
		}
	}
}
