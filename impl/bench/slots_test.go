package bench_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"
)

// month is the request for the slots of a host with many meetings, of 31
// days.
func (s *process) month() []byte {
	const format = "2006-01-02"
	return s.get(fmt.Sprintf("/v4/booking-availability?meetingTypeId=%s&hostIds=%s&start=%s&end=%s",
		typeID(listed), hostID(listed), firstDay().Format(format), firstDay().AddDate(0, 0, 31).Format(format)))
}

// BenchmarkSlots measures listings of the slots of one host over HTTP, of 31
// days with 500 bookings: one after the other, and when 200 are asked for in
// each second.
func BenchmarkSlots(b *testing.B) {
	s := start(b, place{Database: filepath.Join(b.TempDir(), "bench.db")})
	for _, test := range []struct {
		name string
		load load
	}{
		{"callers=1", load{callers: 1}},
		{"rate=200", load{callers: 64, every: time.Second / 200}},
	} {
		b.Run(test.name, func(b *testing.B) {
			test.load.status = http.StatusOK
			test.load.run(b, s, func(int) []byte { return s.month() }).report(b)
		})
	}
}
