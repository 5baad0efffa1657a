package clienttest_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// fakeT is a test that may fail, whose log is looked at.
type fakeT struct {
	testing.TB
	mu      sync.Mutex
	log     strings.Builder
	failed  bool
	cleanup []func()
}

// run runs a test and returns its log.
func run(test func(t testing.TB)) (log string, failed bool) {
	t := &fakeT{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer t.end()
		test(t)
	}()
	<-done
	return t.log.String(), t.failed
}

func (t *fakeT) end() {
	for _, f := range slices.Backward(t.cleanup) {
		f()
	}
}

func (*fakeT) Helper()            {}
func (*fakeT) Name() string       { return "TestFake/a b" }
func (t *fakeT) Failed() bool     { return t.failed }
func (t *fakeT) Cleanup(f func()) { t.cleanup = append(t.cleanup, f) }

func (t *fakeT) Log(args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintln(&t.log, args...)
}

func (t *fakeT) Error(args ...any) {
	t.failed = true
	t.Log(args...)
}

func (t *fakeT) Fatal(args ...any) {
	t.Error(args...)
	runtime.Goexit()
}

func (t *fakeT) Fatalf(format string, args ...any) { t.Fatal(fmt.Sprintf(format, args...)) }
