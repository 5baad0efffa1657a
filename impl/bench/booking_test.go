package bench_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/store/postgrestest"
)

// body is the published sample of a booking request.
func body(host int, start time.Time, attendee string) string {
	return fmt.Sprintf(`{"meetingTypeId":"%s","start":"%s","hostIds":["%s"],"attendee":{"email":"%s@example.com","firstname":"Jane",`+
		`"lastname":"Smith","phone":"+4915123456789","receiveReminders":true,"language":"en","timezone":"Europe/Berlin","notes":{"topic":"API integration"}}}`,
		typeID(host), start.Format(time.RFC3339), hostID(host), attendee)
}

// booking is the request of the booking of a number, which is in the way of
// none of another number.
func (s *process) booking(n int) []byte {
	start := firstDay().Add(time.Duration(n/bookable) * 30 * time.Minute)
	return s.post("/v4/booking", body(n%bookable, start, fmt.Sprint("client", n)))
}

// book measures bookings that are new.
func (s *process) book(b *testing.B, callers int) {
	b.Helper()
	first := s.next
	s.next += b.N
	took := load{callers: callers, status: http.StatusCreated}.run(b, s, func(i int) []byte { return s.booking(first + i) })
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "bookings/s")
	took.report(b)
}

// BenchmarkRequest measures what a request costs the server's processors: a
// booking whose credential is checked, whose body is validated, of which a
// record is logged, and which is then refused, by the first rule or because
// the slot is taken; against a server of the standard library that decodes
// the same body and answers.
func BenchmarkRequest(b *testing.B) {
	library := start(b, place{})
	whole := start(b, place{Database: filepath.Join(b.TempDir(), "bench.db")})
	taken := body(listed, firstDay(), "client")
	unhosted := strings.Replace(taken, `"hostIds"`, `"resourceChannelIds"`, 1)
	for _, test := range []struct {
		name string
		*process
		body string
	}{
		{"net-http", library, unhosted}, {"rule", whole, unhosted}, {"taken", whole, taken},
	} {
		b.Run(test.name, func(b *testing.B) {
			request := test.post("/v4/booking", test.body)
			used := test.cpu(b)
			load{callers: 8, status: http.StatusBadRequest}.run(b, test.process, func(int) []byte { return request })
			b.ReportMetric(float64((test.cpu(b)-used).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}

// engines run a benchmark with each kind of database.
func engines(b *testing.B, run func(*testing.B, *process)) {
	b.Run("memory", func(b *testing.B) { run(b, start(b, place{Database: memory})) })
	b.Run("sqlite", func(b *testing.B) {
		run(b, start(b, place{Database: filepath.Join(b.TempDir(), "bench.db")}))
	})
	b.Run("postgres", func(b *testing.B) {
		_, url := postgrestest.Own(b, postgrestest.Durable)
		defer func() {
			if n := postgrestest.Deadlocks(b, url); n > 0 {
				b.Errorf("%d deadlocks", n)
			}
		}()
		run(b, start(b, place{Database: url}))
	})
}

// BenchmarkBookings measures bookings over HTTP. Each is stored, and on the
// disk where there is one, when it is answered.
func BenchmarkBookings(b *testing.B) {
	engines(b, func(b *testing.B, s *process) {
		for _, callers := range []int{1, 64} {
			b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) { s.book(b, callers) })
		}
	})
}

// BenchmarkContention measures 64 callers who book the same slot at once:
// one of them gets it.
func BenchmarkContention(b *testing.B) {
	engines(b, func(b *testing.B, s *process) {
		b.Run("callers=64", s.contend)
	})
}

// contend has all callers want one slot after the other.
func (s *process) contend(b *testing.B) {
	const callers = 64
	crew := make([]*caller, callers)
	for i := range crew {
		crew[i] = dial(b, s)
		defer crew[i].conn.Close()
	}
	var mu sync.Mutex
	var lost latencies
	b.ResetTimer()
	for range b.N {
		request := s.booking(s.next)
		s.next++
		won := 0
		var all sync.WaitGroup
		for _, c := range crew {
			all.Go(func() {
				began := time.Now()
				status, body, err := c.ask(request)
				took := time.Since(began)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err != nil:
					b.Error(err)
				case status == http.StatusCreated:
					won++
				case status == http.StatusBadRequest:
					lost = append(lost, took)
				default:
					b.Errorf("answered %d %s", status, body)
				}
			})
		}
		all.Wait()
		if won != 1 {
			b.Errorf("%d callers got the same slot", won)
		}
	}
	b.StopTimer()
	b.ReportMetric(lost.share(0.50), "p50-ms")
}
