package impl_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client"
)

// mischief is a proxy that loses, delays and cuts what passes, by chance.
type mischief struct {
	t      *testing.T
	target string
	http   *http.Client
	mu     sync.Mutex
	rand   *rand.Rand
	count  map[string]int
}

// does picks what happens to a request.
func (m *mischief) does() (what string, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := []string{
		"pass", "pass", "pass", "pass", "pass", "pass", "pass", "pass", "pass", "delay", "drop before", "drop after", "cut", "drop while delayed",
		"500 before", "502 before", "503 before", "503 with Retry-After", "429", "429", "429", "500 after", "502 after", "503 after", "504 after",
	}
	what = all[m.rand.IntN(len(all))]
	m.count[what]++
	return what, m.rand.IntN(100)
}

func (m *mischief) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // whoever asked is gone
	}
	what, n := m.does()
	switch what {
	case "drop before":
		panic(http.ErrAbortHandler)
	case "500 before", "502 before", "503 before":
		w.WriteHeader(number(what))
		return
	case "503 with Retry-After":
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case "429":
		w.WriteHeader(http.StatusTooManyRequests)
		return
	case "delay", "drop while delayed":
		time.Sleep(time.Duration(n) * time.Millisecond / 10)
	}
	// What is lost is lost when the server has answered, so that reading back finds what there will be.
	answer, content := m.forward(r, body)
	switch what {
	case "drop after", "drop while delayed":
		panic(http.ErrAbortHandler)
	case "500 after", "502 after", "503 after", "504 after":
		w.WriteHeader(number(what))
		return
	}
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(answer.StatusCode)
	if what == "cut" {
		_, _ = w.Write(content[:len(content)*n/100])
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(content)
}

func number(what string) int {
	status, _ := strconv.Atoi(what[:3])
	return status
}

// forward asks the server, whether or not anybody still waits for the answer.
func (m *mischief) forward(r *http.Request, body []byte) (*http.Response, []byte) {
	out, err := http.NewRequestWithContext(context.WithoutCancel(r.Context()), r.Method, m.target+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		m.t.Error(err)
		panic(http.ErrAbortHandler)
	}
	out.Header = r.Header.Clone()
	answer, err := m.http.Do(out)
	if err != nil {
		m.t.Error(err)
		panic(http.ErrAbortHandler)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		m.t.Error(err)
	}
	return answer, content
}

// dial makes no connection now and then.
func (m *mischief) dial(ctx context.Context, network, address string) (net.Conn, error) {
	m.mu.Lock()
	refused := m.rand.IntN(5) == 0
	if refused {
		m.count["refused"]++
	}
	m.mu.Unlock()
	if refused {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// behind is a client that reaches the world through mischief.
func (w *world) behind(t *testing.T, seed uint64, config client.Config) (*client.API, *mischief) {
	t.Helper()
	m := &mischief{t: t, target: w.url, http: w.http, rand: rand.New(rand.NewPCG(seed, seed)), count: map[string]int{}}
	proxy := httptest.NewServer(m)
	t.Cleanup(proxy.Close)
	transport := &http.Transport{DialContext: m.dial, MaxIdleConnsPerHost: 8}
	t.Cleanup(transport.CloseIdleConnections)
	config.BaseURL, config.APIKey, config.HTTPClient = proxy.URL, w.demo.PersonalKey(), &http.Client{Transport: transport, Timeout: 30 * time.Second}
	api, err := client.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return api, m
}

// TestClient_Faults books through a proxy that loses what it can. The bookings are forced, so that the server refuses none because another is there: one that is sent
// twice is there twice. FAULT_BOOKINGS says how many, 500 by default.
func TestClient_Faults(t *testing.T) {
	t.Parallel()
	bookings, _ := strconv.Atoi(cmp.Or(os.Getenv("FAULT_BOOKINGS"), "500"))
	for name, config := range map[string]client.Config{
		"without keys": {MaxTries: 2},
		"with keys":    {MaxTries: 3, IdempotentServer: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, ownServer)
			api, m := w.behind(t, 1, config)
			stubborn := &booker{api: api, kinds: map[string]int{}}
			var wg sync.WaitGroup
			todo := make(chan int)
			for range 256 {
				wg.Go(func() {
					for i := range todo {
						stubborn.book(t, i)
					}
				})
			}
			for i := range bookings {
				todo <- i
			}
			close(todo)
			wg.Wait()

			found := map[string]int{}
			direct, err := client.New(client.Config{BaseURL: w.url, APIKey: w.demo.PersonalKey()})
			if err != nil {
				t.Fatal(err)
			}
			for a, err := range direct.AllAppointments(t.Context(), client.ListAppointmentsParams{}) {
				if err != nil {
					t.Fatal(err)
				}
				found[*a.Attendees[0].Email]++
			}
			for i := range bookings {
				if n := found[address(i)]; n != 1 {
					t.Errorf("booking %d is there %d times", i, n)
				}
			}
			if len(found) != bookings {
				t.Errorf("%d people have bookings, want %d", len(found), bookings)
			}
			t.Logf("faults %v; errors %v", m.count, stubborn.kinds)
			if stubborn.kinds["unknown"] == 0 {
				t.Error("there was nothing to find out: the faults are too few")
			}
		})
	}
}

// booker books until each booking is there, and counts the kinds of errors.
type booker struct {
	api   *client.API
	mu    sync.Mutex
	kinds map[string]int
}

func address(i int) string { return fmt.Sprintf("person%d@example.com", i) }

func (b *booker) book(t *testing.T, i int) {
	start := morning.Add(time.Duration(1+i) * time.Hour)
	request := booking(forced, named("Person", address(i)), func(r *client.BookingRequest) { r.Start, r.Attendee.ReceiveReminders = start, false })
	var options []client.Option
	for range 1000 {
		_, err := b.api.CreateBooking(t.Context(), request, options...)
		kind := b.kind(err)
		switch kind {
		case "done":
			return
		case "unknown":
			unknown, _ := errors.AsType[*client.OutcomeUnknownError](err)
			if key := unknown.IdempotencyKey; key != "" {
				options = []client.Option{client.WithIdempotencyKey(key)}
				continue
			}
			if b.isThere(t, start, address(i)) {
				return
			}
		case "not sent", "refused":
			if len(options) == 0 && b.isThere(t, start, address(i)) {
				t.Errorf("booking %d took place, and was told not to: %v", i, err)
				return
			}
		default:
			t.Errorf("booking %d: %v has no type", i, err)
			return
		}
	}
	t.Errorf("booking %d never succeeded", i)
}

// kind is what an error means for the booking.
func (b *booker) kind(err error) (kind string) {
	refusal, isAnswer := errors.AsType[*client.APIError](err)
	switch {
	case err == nil:
		kind = "done"
	case errors.Is(err, client.ErrOutcomeUnknown):
		kind = "unknown"
	case errors.Is(err, client.ErrNotSent):
		kind = "not sent"
	case isAnswer && (refusal.StatusCode == http.StatusTooManyRequests || refusal.StatusCode == http.StatusServiceUnavailable):
		kind = "refused"
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kinds[kind]++
	return kind
}

// isThere reads back, as the documentation of ErrOutcomeUnknown says.
func (b *booker) isThere(t *testing.T, start time.Time, email string) bool {
	for range 1000 {
		page, err := b.api.ListAppointments(t.Context(), client.ListAppointmentsParams{
			PageSize: 10, Start: &start, End: new(start.Add(time.Minute)), UserID: new(uid(olivia)), Search: &email,
		})
		if err == nil {
			return len(page.Appointments) > 0
		}
	}
	t.Errorf("the list of %s cannot be had", email)
	return false
}
