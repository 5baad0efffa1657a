package clienttest_test

import (
	"slices"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client/clienttest"
)

// BenchmarkNew measures what each test pays.
func BenchmarkNew(b *testing.B) {
	clienttest.New(b) // makes the server as well
	var all []time.Duration
	for b.Loop() {
		began := time.Now()
		run(func(t testing.TB) {
			clienttest.New(t)
			all = append(all, time.Since(began))
		})
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
}

// Ensure that a server costs a test next to nothing, with room for a machine that has other things to do. The median is that of BenchmarkNew.
func TestNew_Quick(t *testing.T) {
	clienttest.New(t)
	var all []time.Duration
	for range 100 {
		began := time.Now()
		run(func(t testing.TB) {
			clienttest.New(t)
			all = append(all, time.Since(began))
		})
	}
	slices.Sort(all)
	t.Logf("median %v, longest %v", all[len(all)/2], all[len(all)-1])
	if median := all[len(all)/2]; median > 50*time.Millisecond {
		t.Errorf("the median of 100 starts is %v", median)
	}
}
