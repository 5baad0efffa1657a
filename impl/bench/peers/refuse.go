package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// hangs is how long an answer may take.
const hangs = 2 * time.Second

// verdict is what one server made of the bad requests.
type verdict struct {
	asked, right           int // the status that the contract demands
	named                  int // at least one fault is named in the body
	headed                 int // or in a header
	several, all           int // requests with many faults; all of them named
	hung, broken, accepted int // no answer in time, 5xx, 2xx
	wrong                  []string
}

func (v *verdict) judge(b bad, status int, body string, header http.Header) {
	v.asked++
	found, headed := 0, 0
	for _, fault := range b.faults {
		if holds(body, fault) {
			found++
		}
		if holds(fmt.Sprint(header), fault) {
			headed++
		}
	}
	if found > 0 {
		v.named++
	}
	if found+headed > 0 {
		v.headed++
	}
	if len(b.faults) > 1 {
		v.several++
		if found == len(b.faults) {
			v.all++
		}
	}
	switch {
	case status == 0:
		v.hung++
	case status >= http.StatusInternalServerError:
		v.broken++
	case status < http.StatusMultipleChoices:
		v.accepted++
	}
	if status == b.status {
		v.right++
	}
	if status != b.status || found < len(b.faults) {
		v.wrong = append(v.wrong, fmt.Sprintf("%s: %d %s", b.name, status, strings.TrimSpace(body)))
	}
}

func holds(text, words string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(words))
}

// refusals sends every bad request to a server.
func refusals(ctx context.Context, addr string) (verdict, error) {
	var v verdict
	for _, b := range badRequests() {
		status, body, header, err := b.send(ctx, addr)
		if err != nil {
			return v, err
		}
		v.judge(b, status, body, header)
	}
	return v, nil
}

// send returns the status of the answer, 0 when none came in time or the
// connection was lost.
func (b bad) send(ctx context.Context, addr string) (status int, body string, header http.Header, err error) {
	ctx, cancel := context.WithTimeout(ctx, hangs)
	defer cancel()
	method, path := b.method, b.path
	if method == "" {
		method, path = http.MethodPost, "/v4/booking"
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://"+addr+path, strings.NewReader(b.body))
	if err != nil {
		return 0, "", nil, err
	}
	r.Header.Set("Authorization", "Bearer "+demoKey)
	r.Header.Set("Content-Type", "application/json")
	for name, value := range b.header {
		if r.Header.Set(name, value); value == "" {
			r.Header.Del(name)
		}
	}
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.EOF) || os.IsTimeout(err) {
		return 0, "", nil, nil
	}
	if err != nil {
		return 0, "", nil, err
	}
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text), answer.Header, errors.Join(err, answer.Body.Close())
}
