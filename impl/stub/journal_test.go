package stub

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
)

func anyCall(*call) bool { return true }

func TestJournal_Bounds(t *testing.T) {
	t.Parallel()
	var j journal
	for range maxCalls + 10 {
		j.add(&call{})
	}
	if all, _ := j.find(anyCall); len(all) != maxCalls || all[0].id != fmt.Sprint(maxCalls+10) || j.get("10") != nil || j.get("11") == nil {
		t.Errorf("%d calls are kept, the latest is %s", len(all), all[0].id)
	}
	for range maxCalls {
		large := &call{}
		large.given.add(bytes.Repeat([]byte("x"), 2*maxBody))
		if len(large.given.body) != maxBody || large.given.bytes != 2*maxBody {
			t.Fatalf("%d of %d bytes are kept", len(large.given.body), large.given.bytes)
		}
		j.add(large)
	}
	all, _ := j.find(anyCall)
	size := 0
	for _, c := range all {
		size += c.size
	}
	if size != j.size || size > maxJournal || size < maxJournal*9/10 {
		t.Errorf("%d calls take %d bytes, counted as %d", len(all), size, j.size)
	}
	j.clear()
	if all, _ := j.find(anyCall); len(all) != 0 || j.size != 0 {
		t.Errorf("%d calls of %d bytes are left", len(all), j.size)
	}
}

// Ensure that many may write and wait at once.
func TestJournal_AtOnce(t *testing.T) {
	t.Parallel()
	var j journal
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			name := fmt.Sprint(i)
			found := j.await(t.Context(), time.Minute, func(c *call) bool { return c.operation == name })
			if len(found) != 1 {
				t.Errorf("%d calls of %s", len(found), name)
			}
		})
		all.Go(func() { j.add(&call{operation: fmt.Sprint(i)}) })
	}
	all.Wait()
	gone, leave := context.WithCancel(t.Context())
	leave()
	if found := j.await(gone, time.Hour, func(*call) bool { return false }); len(found) != 0 {
		t.Errorf("found %d", len(found))
	}
}

// Ensure that what passes through is left as it is, however it comes.
func TestAround_PassesThrough(t *testing.T) {
	t.Parallel()
	w := &World{Clock: &Clock{}}
	long := strings.Repeat("x", 3*maxBody)
	rec := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/v4/x?a=b", strings.NewReader(long))
	w.Around("op", rec, r, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != long {
			t.Errorf("%d bytes came through, %v", len(body), err)
		}
		rw.WriteHeader(http.StatusEarlyHints)
		_, _ = io.WriteString(rw, long[:10])
		if err := http.NewResponseController(rw).Flush(); err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(rw, long[10:])
	}))
	if rec.Body.String() != long || !rec.Flushed {
		t.Errorf("%d bytes were answered", rec.Body.Len())
	}
	c := w.journal.get("1")
	if c == nil || c.status != http.StatusOK || c.sent.bytes != int64(len(long)) || c.given.bytes != int64(len(long)) || len(c.given.body) != maxBody || c.query != "a=b" {
		t.Errorf("the call is %+v", c)
	}

	func() {
		defer func() { _ = recover() }()
		w.Around("op", httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/v4/x", http.NoBody), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			panic("on purpose")
		}))
		t.Error("a panic was swallowed")
	}()
	if c := w.journal.get("2"); c == nil || c.status != 0 {
		t.Errorf("the call is %+v", c)
	}
}

func TestInstantOf(t *testing.T) {
	t.Parallel()
	before := time.Now()
	id := uuid.Must(uuid.NewV7()).String()
	after := time.Now()
	// Package uuid may write an instant that is a step or two late when ids are made at once.
	if at, ok := instantOf(id); !ok || at.Before(before.Add(-idStep)) || at.After(after.Add(time.Millisecond)) {
		t.Errorf("%s is of %v, made between %v and %v", id, at, before, after)
	}
	for _, id := range []string{"", "x", uuid.NewString()} {
		if at, ok := instantOf(id); ok {
			t.Errorf("%s is of %v", id, at)
		}
	}
}
