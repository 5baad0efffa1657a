package bench_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/meetwright/meetwright/impl/store/postgrestest"
)

// BenchmarkGrowth measures bookings and listings with few and with very many
// bookings in the database.
func BenchmarkGrowth(b *testing.B) {
	many := 1_000_000
	if testing.Short() {
		many = 10_000
	}
	for _, stored := range []int{1000, many} {
		b.Run(fmt.Sprintf("sqlite/stored=%d", stored), func(b *testing.B) {
			grown(b, start(b, place{Database: filepath.Join(b.TempDir(), "bench.db"), Stored: stored}))
		})
		b.Run(fmt.Sprintf("postgres/stored=%d", stored), func(b *testing.B) {
			_, url := postgrestest.Own(b, postgrestest.Durable)
			grown(b, start(b, place{Database: url, Stored: stored}))
		})
	}
}

func grown(b *testing.B, s *process) {
	b.Run("bookings", func(b *testing.B) { s.book(b, 64) })
	b.Run("slots", func(b *testing.B) {
		load{callers: 1, status: http.StatusOK}.run(b, s, func(int) []byte { return s.month() }).report(b)
	})
}
