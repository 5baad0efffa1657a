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
	var made []*call
	for range maxCalls + 10 {
		made = append(made, &call{})
		j.add(made[len(made)-1])
	}
	if all, _ := j.find(anyCall); len(all) != maxCalls || all[0] != made[len(made)-1] || j.get(made[9].id) != nil || j.get(made[10].id) != made[10] {
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

// Ensure that journals which share a budget keep to it, each at its own cost,
// and give it back.
func TestJournal_Budget(t *testing.T) {
	t.Parallel()
	var budget Budget
	busy, quiet := make([]*journal, 5), &journal{budget: &budget}
	quiet.add(&call{})
	for i := range busy {
		busy[i] = &journal{budget: &budget}
		for range 200 {
			large := &call{}
			large.given.add(make([]byte, 2*maxBody))
			large.sent.add(make([]byte, 2*maxBody))
			busy[i].add(large)
		}
		if spent := budget.spent.Load(); spent > maxJournals+minJournal+maxBody*4 {
			t.Errorf("%d journals take %d bytes", i+1, spent)
		}
	}
	if first, _ := busy[0].find(anyCall); len(first) < 100 {
		t.Errorf("the first keeps %d calls", len(first))
	}
	if last, _ := busy[4].find(anyCall); len(last) != 1 {
		t.Errorf("the last keeps %d calls", len(last))
	}
	for range 2 * minJournal / 1024 {
		quiet.add(&call{})
	}
	if few, _ := quiet.find(anyCall); len(few) < minJournal/2048 || len(few) > minJournal/1024 {
		t.Errorf("of small calls, %d are kept", len(few))
	}
	for _, j := range append(busy, quiet) {
		j.clear()
	}
	if spent := budget.spent.Load(); spent != 0 {
		t.Errorf("%d bytes are not given back", spent)
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
			found := j.await(t.Context(), nil, time.Minute, func(c *call) bool { return c.operation == name })
			if len(found) != 1 {
				t.Errorf("%d calls of %s", len(found), name)
			}
		})
		all.Go(func() { j.add(&call{operation: fmt.Sprint(i)}) })
	}
	all.Wait()
	gone, leave := context.WithCancel(t.Context())
	leave()
	if found := j.await(gone, nil, time.Hour, func(*call) bool { return false }); len(found) != 0 {
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
	all, _ := w.journal.find(anyCall)
	if c := all[0]; c.status != http.StatusOK || c.sent.bytes != int64(len(long)) || c.given.bytes != int64(len(long)) || len(c.given.body) != maxBody || c.query != "a=b" {
		t.Errorf("the call is %+v", c)
	}

	func() {
		defer func() { _ = recover() }()
		w.Around("op", httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/v4/x", http.NoBody), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			panic("on purpose")
		}))
		t.Error("a panic was swallowed")
	}()
	if all, _ = w.journal.find(anyCall); len(all) != 2 || all[0].status != 0 {
		t.Errorf("the calls are %+v", all)
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
