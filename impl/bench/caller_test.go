package bench_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// caller sends requests over a connection of its own, one after the other.
// It does as little as a client can, because it shares the machine with the
// server.
type caller struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(b *testing.B, s *process) *caller {
	b.Helper()
	conn, err := (&net.Dialer{}).DialContext(b.Context(), "tcp", s.addr)
	if err != nil {
		b.Fatal(err)
	}
	return &caller{conn, bufio.NewReader(conn)}
}

// ask returns the status and body of the answer to a request.
func (c *caller) ask(request []byte) (status int, body []byte, err error) {
	if _, err := c.conn.Write(request); err != nil {
		return 0, nil, err
	}
	answer, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return 0, nil, err
	}
	body, err = io.ReadAll(answer.Body)
	return answer.StatusCode, body, err
}

// cpu is what the server has used of the processors.
func (s *process) cpu(b *testing.B) time.Duration {
	b.Helper()
	c := dial(b, s)
	defer c.conn.Close()
	_, body, err := c.ask(s.get(cpuPath))
	if err != nil {
		b.Fatal(err)
	}
	used, err := strconv.Atoi(string(body))
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(used) * time.Microsecond
}

func (s *process) get(target string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n", target, s.addr, s.key)
}

func (s *process) post(target, body string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nUser-Agent: bench\r\nAccept: */*\r\n"+
		"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", target, s.addr, s.key, len(body), body)
}

// load is a number of requests from several callers.
type load struct {
	callers int
	// every is the time from one request to the next, whether they are
	// answered or not; 0 is as quickly as the callers are answered.
	every time.Duration
	// status is what all of them have to be answered.
	status int
}

// run makes b.N requests and returns how long each took: from when it was
// due, if they have a time to keep.
func (l load) run(b *testing.B, s *process, request func(i int) []byte) latencies {
	b.Helper()
	crew := make([]*caller, l.callers)
	for i := range crew {
		crew[i] = dial(b, s)
		defer crew[i].conn.Close()
	}
	took := make(latencies, b.N)
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	began := time.Now()
	for _, c := range crew {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < b.N; i = int(next.Add(1)) - 1 {
				text := request(i)
				due := time.Now()
				if l.every > 0 {
					due = began.Add(time.Duration(i) * l.every)
					time.Sleep(time.Until(due))
				}
				status, body, err := c.ask(text)
				took[i] = time.Since(due)
				if err != nil || status != l.status {
					b.Errorf("answered %d %s, %v", status, body, err)
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	return took
}

// latencies are the times that requests took.
type latencies []time.Duration

// report prints the median and the time that one in a hundred exceeds.
func (l latencies) report(b *testing.B) {
	b.ReportMetric(l.share(0.50), "p50-ms")
	b.ReportMetric(l.share(0.99), "p99-ms")
}

// share is the time in milliseconds that a share of the requests does not
// exceed.
func (l latencies) share(of float64) float64 {
	sorted := slices.Sorted(slices.Values(l))
	return sorted[int(of*float64(len(sorted)-1))].Seconds() * 1000
}
