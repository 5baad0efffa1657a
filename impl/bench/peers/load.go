package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// connections is how many callers a load has, each with a connection of its
// own on which it asks again as soon as it is answered.
const connections = 16

// load is one request after the other: next gives the text of each. It may be
// called from many goroutines at once.
type load struct {
	name string
	next func() []byte
	// ours is the status that this program must answer.
	ours int
}

// count is what came of a load.
type count struct {
	answers map[int]int // by status
	took    time.Duration
}

func (c count) total() (n int) {
	for _, of := range c.answers {
		n += of
	}
	return n
}

func (c count) perSecond() float64 { return float64(c.total()) / c.took.Seconds() }

// run loads a server for a time. It does as little as a client can, because
// it shares the machine with the server.
func (l load) run(ctx context.Context, addr string, span time.Duration) (count, error) {
	start := time.Now()
	until := start.Add(span)
	sum := count{answers: map[int]int{}}
	var mu sync.Mutex
	var errs []error
	var callers sync.WaitGroup
	for range connections {
		callers.Go(func() {
			answers, err := l.call(ctx, addr, until)
			mu.Lock()
			defer mu.Unlock()
			for status, n := range answers {
				sum.answers[status] += n
			}
			errs = append(errs, err)
		})
	}
	callers.Wait()
	sum.took = time.Since(start)
	return sum, errors.Join(errs...)
}

// call asks over one connection.
func (l load) call(ctx context.Context, addr string, until time.Time) (answers map[int]int, err error) {
	answers = map[int]int{}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	in := bufio.NewReader(conn)
	for time.Now().Before(until) {
		if _, err := conn.Write(l.next()); err != nil {
			return answers, fmt.Errorf("%s: %w", l.name, err)
		}
		answer, err := http.ReadResponse(in, nil)
		if err != nil {
			return answers, fmt.Errorf("%s: %w", l.name, err)
		}
		_, err = io.Copy(io.Discard, answer.Body)
		if err = errors.Join(err, answer.Body.Close()); err != nil {
			return answers, fmt.Errorf("%s: %w", l.name, err)
		}
		answers[answer.StatusCode]++
	}
	return answers, nil
}
