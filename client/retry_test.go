package client_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
)

// script is a server that answers each request by the next function, and the last of them all further ones.
type script struct {
	steps  []roundTrip
	at     []time.Duration // when each request came, since the first
	bodies []string
	keys   []string
	start  time.Time
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.start.IsZero() {
		s.start = time.Now()
	}
	body := ""
	if r.Body != nil {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		body = string(text)
	}
	s.at, s.bodies, s.keys = append(s.at, time.Since(s.start)), append(s.bodies, body), append(s.keys, r.Header.Get("Idempotency-Key"))
	return s.steps[min(len(s.at), len(s.steps))-1](r)
}

// status answers a status with headers, given as names and values, and a body.
func status(code int, body string, header ...string) roundTrip {
	return func(*http.Request) (*http.Response, error) {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return &http.Response{StatusCode: code, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}, nil
	}
}

var (
	errBroken  = errors.New("connection reset by peer")
	errNoRoute = errors.New("connection refused")
)

// broken loses the connection after the request may have been sent.
func broken(r *http.Request) (*http.Response, error) {
	trace := httptrace.ContextClientTrace(r.Context())
	trace.GetConn("api.example.com:443")
	trace.GotConn(httptrace.GotConnInfo{})
	return nil, errBroken
}

// unreachable makes no connection.
func unreachable(r *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(r.Context()).GetConn("api.example.com:443")
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errNoRoute}
}

// untold is a transport that tells nothing about connections.
func untold(*http.Request) (*http.Response, error) { return nil, errBroken }

// cut breaks off in the middle of the answer.
func cut(*http.Request) (*http.Response, error) {
	body := io.MultiReader(strings.NewReader(`{"appointm`), &failing{})
	return &http.Response{StatusCode: http.StatusCreated, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(body), ContentLength: -1}, nil
}

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

var (
	done     = status(http.StatusCreated, bookedAnswer)
	taken    = status(400, `{"statusCode":400,"message":"The selected time slot is no longer available","error":"Bad Request","errorCode":"slot-occupied"}`)
	inFlight = status(409, `{"statusCode":409,"message":"The first request with this Idempotency-Key is still running","error":"Conflict"}`)
	conflict = status(409, `{"statusCode":409,"message":"The slug is taken","error":"Conflict","errorCode":"slug-taken"}`)
	busy     = status(503, `{"statusCode":503,"message":"The server is busy","error":"Service Unavailable"}`, "Retry-After", "0")
	unsure   = status(503, `{"statusCode":503,"message":"?","error":"Service Unavailable","errorCode":"outcome-unknown"}`, "Retry-After", "0")
)

// The kinds of errors that a change can end with.
const (
	ok       = "done"
	unknown  = "unknown"
	unsent   = "not sent"
	refused  = "refused"
	notTyped = "not typed"
)

func kind(err error) string {
	_, isAnswer := errors.AsType[*client.APIError](err)
	switch {
	case err == nil:
		return ok
	case errors.Is(err, client.ErrOutcomeUnknown):
		return unknown
	case errors.Is(err, client.ErrNotSent):
		return unsent
	case isAnswer:
		return refused
	default:
		return notTyped
	}
}

// Ensure each way a booking can end is told apart, and is tried again only when nothing can be done twice.
func TestAPI_Tries_Change(t *testing.T) {
	type ending struct {
		Kind  string
		Tries int
	}
	for _, test := range []struct {
		name   string
		steps  []roundTrip
		plain  ending // at a server of which nothing is known
		keyed  ending // at one that honours keys
		reason error
	}{
		{"done", []roundTrip{done}, ending{ok, 1}, ending{ok, 1}, nil},
		{"no connection", []roundTrip{unreachable}, ending{unsent, 4}, ending{unsent, 4}, errNoRoute},
		{"no connection at first", []roundTrip{unreachable, unreachable, done}, ending{ok, 3}, ending{ok, 3}, nil},
		{"the connection breaks", []roundTrip{broken}, ending{unknown, 1}, ending{unknown, 4}, errBroken},
		{"the connection breaks once", []roundTrip{broken, done}, ending{unknown, 1}, ending{ok, 2}, nil},
		{"a transport that does not tell", []roundTrip{untold, done}, ending{unknown, 1}, ending{ok, 2}, nil},
		{"the answer breaks off", []roundTrip{cut, done}, ending{unknown, 1}, ending{ok, 2}, nil},
		{"the answer always breaks off", []roundTrip{cut}, ending{unknown, 1}, ending{unknown, 4}, io.ErrUnexpectedEOF},
		{"the answer is a page", []roundTrip{status(201, "<p>Log in", "Content-Type", "text/html")}, ending{unknown, 1}, ending{unknown, 1}, nil},
		{"another success", []roundTrip{status(202, "{}")}, ending{unknown, 1}, ending{unknown, 1}, nil},
		{"see other", []roundTrip{status(303, "", "Location", "/x")}, ending{unknown, 1}, ending{unknown, 1}, nil},
		{"moved", []roundTrip{status(308, "", "Location", "/x")}, ending{refused, 1}, ending{refused, 1}, nil},
		{"taken", []roundTrip{taken}, ending{refused, 1}, ending{refused, 1}, client.ErrSlotUnavailable},
		{"401", []roundTrip{status(401, "")}, ending{refused, 1}, ending{refused, 1}, client.ErrUnauthorized},
		{"conflict", []roundTrip{conflict}, ending{refused, 1}, ending{refused, 1}, nil},
		{"429", []roundTrip{status(429, "", "Retry-After", "1")}, ending{refused, 4}, ending{refused, 4}, client.ErrRateLimited},
		{"429 once", []roundTrip{status(429, ""), done}, ending{ok, 2}, ending{ok, 2}, nil},
		{"500", []roundTrip{status(500, "")}, ending{unknown, 1}, ending{unknown, 4}, nil},
		{"500 once", []roundTrip{status(500, ""), done}, ending{unknown, 1}, ending{ok, 2}, nil},
		{"501", []roundTrip{status(501, "")}, ending{refused, 1}, ending{refused, 1}, nil},
		{"502", []roundTrip{status(502, ""), done}, ending{unknown, 1}, ending{ok, 2}, nil},
		{"503 with Retry-After", []roundTrip{busy}, ending{unknown, 1}, ending{refused, 4}, nil},
		{"503 with Retry-After once", []roundTrip{busy, done}, ending{unknown, 1}, ending{ok, 2}, nil},
		{"503 without", []roundTrip{status(503, "")}, ending{unknown, 1}, ending{unknown, 4}, nil},
		{"503 that does not know", []roundTrip{unsure}, ending{unknown, 1}, ending{unknown, 4}, nil},
		{"504", []roundTrip{status(504, ""), done}, ending{unknown, 1}, ending{ok, 2}, nil},
		// What an earlier try may have done is not forgotten, until the server tells what became of the key.
		{"broken, then taken", []roundTrip{broken, taken}, ending{unknown, 1}, ending{refused, 2}, nil},
		{"broken, then unreachable", []roundTrip{broken, unreachable}, ending{unknown, 1}, ending{unknown, 4}, nil},
		{"broken, then 429", []roundTrip{broken, status(429, "")}, ending{unknown, 1}, ending{unknown, 4}, nil},
		{"broken, then busy", []roundTrip{broken, busy}, ending{unknown, 1}, ending{unknown, 4}, nil},
		{"broken, then 401", []roundTrip{broken, status(401, "")}, ending{unknown, 1}, ending{unknown, 2}, nil},
		{"broken, then a page of a proxy", []roundTrip{broken, status(404, "<h1>Not here", "Content-Type", "text/html")}, ending{unknown, 1}, ending{unknown, 2}, nil},
		{"broken, then nothing of a proxy", []roundTrip{broken, status(400, "")}, ending{unknown, 1}, ending{unknown, 2}, nil},
		{"broken, then other JSON of a proxy", []roundTrip{broken, status(404, `{"message":"no route"}`)}, ending{unknown, 1}, ending{unknown, 2}, nil},
		{"broken, then still running", []roundTrip{broken, inFlight, inFlight, done}, ending{unknown, 1}, ending{ok, 4}, nil},
		{"still running", []roundTrip{inFlight}, ending{refused, 1}, ending{unknown, 4}, nil},
		{"certificate", []roundTrip{func(r *http.Request) (*http.Response, error) {
			_, _ = unreachable(r)
			return nil, &tls.CertificateVerificationError{Err: errBroken}
		}}, ending{unsent, 1}, ending{unsent, 1}, errBroken},
	} {
		t.Run(test.name, func(t *testing.T) {
			for promising, want := range map[bool]ending{false: test.plain, true: test.keyed} {
				synctest.Test(t, func(t *testing.T) {
					s := &script{steps: test.steps}
					api := newAPI(t, client.Config{BaseURL: "https://api.example.com", IdempotentServer: promising, HTTPClient: &http.Client{Transport: s}})
					_, err := api.CreateBooking(t.Context(), someBooking(t))
					if diff := cmp.Diff(want, ending{kind(err), len(s.at)}); diff != "" {
						t.Errorf("promising %v: %v (-want +got):\n%s", promising, err, diff)
					}
					if test.reason != nil && !errors.Is(err, test.reason) {
						t.Errorf("promising %v: %v is not %v", promising, err, test.reason)
					}
					for i := range s.bodies {
						if s.bodies[i] == "" || s.bodies[i] != s.bodies[0] || s.keys[i] != s.keys[0] || (s.keys[i] != "") != promising {
							t.Errorf("try %d sent %q under %q", i+1, s.bodies[i], s.keys[i])
						}
					}
					if open, is := errors.AsType[*client.OutcomeUnknownError](err); is && (open.Operation != "createBooking" || open.IdempotencyKey != s.keys[0]) {
						t.Errorf("got %+v", open)
					}
				})
			}
		})
	}
}

// Ensure PATCH and DELETE are as careful as POST, and no key makes them less so.
func TestAPI_Tries_OtherChanges(t *testing.T) {
	for name, call := range map[string]func(*client.API) error{
		"PATCH": func(api *client.API) error {
			_, err := api.UpdateAppointmentNotes(context.Background(), someID, client.NoteInput{})
			return err
		},
		"DELETE": func(api *client.API) error { return api.DeleteMeetingType(context.Background(), someID) },
	} {
		for _, test := range []struct {
			steps []roundTrip
			want  string
			tries int
		}{
			{[]roundTrip{broken}, unknown, 1},
			{[]roundTrip{status(500, "")}, unknown, 1},
			{[]roundTrip{status(503, "")}, unknown, 1},
			{[]roundTrip{busy, status(404, "")}, refused, 2},
			{[]roundTrip{unreachable, status(429, ""), status(404, "")}, refused, 3},
		} {
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: test.steps}
				api := newAPI(t, client.Config{BaseURL: "https://api.example.com", IdempotentServer: true, HTTPClient: &http.Client{Transport: s}})
				err := call(api)
				if kind(err) != test.want || len(s.at) != test.tries || s.keys[0] != "" {
					t.Errorf("%s: %v after %d tries, want %s after %d", name, err, len(s.at), test.want, test.tries)
				}
				if open, is := errors.AsType[*client.OutcomeUnknownError](err); is && open.IdempotencyKey != "" {
					t.Errorf("got %+v", open)
				}
			})
		}
	}
}

// Ensure what changes nothing is asked again whenever that may help, and is never of an unknown outcome.
func TestAPI_Tries_Get(t *testing.T) {
	const user = `{"id":"a"}`
	for _, test := range []struct {
		name  string
		steps []roundTrip
		want  string
		tries int
	}{
		{"broken once", []roundTrip{broken, status(200, user)}, ok, 2},
		{"broken", []roundTrip{broken}, notTyped, 4},
		{"no connection", []roundTrip{unreachable}, unsent, 4},
		{"broken off", []roundTrip{func(r *http.Request) (*http.Response, error) {
			resp, err := cut(r)
			resp.StatusCode = 200
			return resp, err
		}, status(200, user)}, ok, 2},
		{"429, 502, 503", []roundTrip{status(429, ""), status(502, ""), status(503, ""), status(200, user)}, ok, 4},
		{"504", []roundTrip{status(504, "")}, refused, 4},
		{"500", []roundTrip{status(500, "")}, refused, 1},
		{"404", []roundTrip{status(404, "")}, refused, 1},
		{"no JSON", []roundTrip{status(200, "<p>")}, refused, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: test.steps}
				_, err := newAPI(t, client.Config{BaseURL: "https://api.example.com", HTTPClient: &http.Client{Transport: s}}).GetCurrentUser(t.Context())
				if kind(err) != test.want || len(s.at) != test.tries {
					t.Errorf("got %v after %d tries", err, len(s.at))
				}
			})
		})
	}
}

// Ensure the waits grow by chance up to their limits, and Retry-After comes on top.
func TestAPI_Tries_Waits(t *testing.T) {
	longest := make([]time.Duration, 8)
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []roundTrip{status(502, "")}}
			api := newAPI(t, client.Config{BaseURL: "https://api.example.com", MaxTries: 9, HTTPClient: &http.Client{Transport: s}})
			_, _ = api.GetCurrentUser(t.Context())
			for i := range longest {
				longest[i] = max(longest[i], s.at[i+1]-s.at[i])
			}
		})
	}
	for i, limit := range []time.Duration{250, 500, 1000, 2000, 4000, 8000, 8000, 8000} {
		if limit *= time.Millisecond; longest[i] > limit || longest[i] < limit*3/4 {
			t.Errorf("wait %d was up to %v, want %v", i+1, longest[i], limit)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []roundTrip{status(429, "", "Retry-After", "60"), status(200, `{"id":"a"}`)}}
		if _, err := newAPI(t, client.Config{BaseURL: "https://api.example.com", HTTPClient: &http.Client{Transport: s}}).GetCurrentUser(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s.at[1] < time.Minute || s.at[1] > time.Minute+250*time.Millisecond {
			t.Errorf("waited %v", s.at[1])
		}
	})
}

// Ensure nobody waits for nothing.
func TestAPI_Tries_GivesUp(t *testing.T) {
	for name, test := range map[string]struct {
		limit  time.Duration
		step   roundTrip
		config client.Config
	}{
		"when the wait would outlast the context": {10 * time.Second, status(429, "", "Retry-After", "12"), client.Config{}},
		"when the server asks for too much":       {time.Hour, status(429, "", "Retry-After", "61"), client.Config{}},
		"when the server asks for eternity":       {time.Hour, status(429, "", "Retry-After", "9223372036854775808"), client.Config{}},
		"when an instant comes without a Date":    {time.Hour, status(429, "", "Retry-After", "Fri, 31 Dec 2099 23:59:59 GMT"), client.Config{}},
		"when only one try is allowed":            {time.Hour, status(429, ""), client.Config{MaxTries: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), test.limit)
				defer cancel()
				s := &script{steps: []roundTrip{test.step}}
				test.config.BaseURL, test.config.HTTPClient = "https://api.example.com", &http.Client{Transport: s}
				_, err := newAPI(t, test.config).CreateBooking(ctx, someBooking(t))
				if !errors.Is(err, client.ErrRateLimited) || len(s.at) != 1 || time.Since(s.start) > 0 {
					t.Errorf("%v after %d tries and %v", err, len(s.at), time.Since(s.start))
				}
			})
		})
	}
	t.Run("when the context ends meanwhile", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			s := &script{steps: []roundTrip{status(429, "", "Retry-After", "12")}}
			_, err := newAPI(t, client.Config{BaseURL: "https://api.example.com", HTTPClient: &http.Client{Transport: s}}).CreateBooking(ctx, someBooking(t))
			if !errors.Is(err, client.ErrRateLimited) || !errors.Is(err, context.Canceled) || len(s.at) != 1 || time.Since(s.start) != time.Second {
				t.Errorf("%v after %d tries and %v", err, len(s.at), time.Since(s.start))
			}
		})
	})
	t.Run("before the first try", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		api := answering(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
		_, err := api.CreateBooking(ctx, someBooking(t))
		if kind(err) != unsent || !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

// Ensure a context that was forgotten is an error as everything else is.
func TestAPI_NoContext(t *testing.T) {
	api := answering(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	var none context.Context
	if _, err := api.CreateBooking(none, someBooking(t)); kind(err) != unsent || !strings.Contains(err.Error(), "the context is nil") {
		t.Errorf("got %v", err)
	}
}

func TestNew_NegativeTries(t *testing.T) {
	if _, err := client.New(client.Config{MaxTries: -1}); err == nil || !strings.Contains(err.Error(), "MaxTries is negative") {
		t.Errorf("got %v", err)
	}
}

// Ensure the errors say which operation, and no personal data that the query has.
func TestAPI_Tries_Words(t *testing.T) {
	for _, test := range []struct {
		step roundTrip
		want string
	}{
		{broken, "listAppointments: connection reset by peer"},
		{unreachable, "listAppointments: the request was not sent: dial tcp: connection refused"},
	} {
		api := newAPI(t, client.Config{BaseURL: "https://api.example.com", MaxTries: 1, HTTPClient: &http.Client{Transport: test.step}})
		_, err := api.ListAppointments(t.Context(), client.ListAppointmentsParams{PageSize: 1, Search: new("jane@example.com")})
		if err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
	for promising, want := range map[bool]string{
		false: "createBooking: it is not known whether the change was made, read back before sending it again: connection reset by peer",
		true:  "createBooking: it is not known whether the change was made, send it again under the same idempotency key: connection reset by peer",
	} {
		api := newAPI(t, client.Config{BaseURL: "https://api.example.com", MaxTries: 1, IdempotentServer: promising, HTTPClient: &http.Client{Transport: roundTrip(broken)}})
		if _, err := api.CreateBooking(t.Context(), someBooking(t)); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// hangsUp is a server that answers the first request and, on the same connection, reads the following ones and hangs up.
func hangsUp(t *testing.T) (url string, requests *atomic.Int32) {
	t.Helper()
	requests = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if requests.Add(1) == 1 {
			says(http.StatusOK, "application/json", `{"id":"a"}`)(w, r)
			return
		}
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

// Ensure net/http does not send a change again on its own, which it does when the request has one of these headers, whatever the server makes of them.
func TestAPI_Replay(t *testing.T) {
	calls := map[string]func(*client.API, ...client.Option) error{
		"with a body": func(api *client.API, options ...client.Option) error {
			_, err := api.CreateBooking(context.Background(), someBooking(t), options...)
			return err
		},
		"without a body": func(api *client.API, options ...client.Option) error {
			_, err := api.ApproveProvisionalBooking(context.Background(), someID, options...)
			return err
		},
		"by another method": func(api *client.API, options ...client.Option) error {
			return api.DeleteMeetingType(context.Background(), someID, options...)
		},
	}
	for name, call := range calls {
		for _, header := range []string{"Idempotency-Key", "X-Idempotency-Key", "X-Other"} {
			t.Run(fmt.Sprintf("%s, %s", name, header), func(t *testing.T) {
				url, requests := hangsUp(t)
				api := newAPI(t, client.Config{BaseURL: url, HTTPClient: &http.Client{Transport: &http.Transport{}}})
				if _, err := api.GetCurrentUser(t.Context()); err != nil {
					t.Fatal(err)
				}
				if err := call(api, client.WithHeader(header, "k1")); kind(err) != unknown || requests.Load() != 2 {
					t.Errorf("%d requests were sent: %v", requests.Load()-1, err)
				}
			})
		}
	}
	t.Run("under a key that is honoured", func(t *testing.T) {
		// The API sends it again itself, and so knows that there was a first one.
		url, requests := hangsUp(t)
		api := newAPI(t, client.Config{BaseURL: url, MaxTries: 1, IdempotentServer: true, HTTPClient: &http.Client{Transport: &http.Transport{}}})
		if _, err := api.GetCurrentUser(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := calls["with a body"](api); kind(err) != unknown || requests.Load() != 2 {
			t.Errorf("%d requests were sent: %v", requests.Load()-1, err)
		}
	})
	t.Run("which net/http does", func(t *testing.T) {
		url, requests := hangsUp(t)
		own := &http.Client{Transport: &http.Transport{}}
		resp, err := own.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Idempotency-Key", "k1")
		if _, err := own.Do(r); err == nil || requests.Load() != 3 {
			t.Errorf("%d requests were sent: %v", requests.Load()-1, err)
		}
	})
}

// Ensure a try that takes too long is of an unknown outcome when a connection was made, and not sent when none was.
func TestAPI_Timeouts(t *testing.T) {
	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer slow.Close()
	defer close(release)
	dials := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	for want, transport := range map[string]http.RoundTripper{unknown: &http.Transport{}, unsent: dials} {
		api := newAPI(t, client.Config{BaseURL: slow.URL, MaxTries: 1, HTTPClient: &http.Client{Transport: transport, Timeout: 10 * time.Millisecond}})
		_, err := api.CreateBooking(t.Context(), someBooking(t))
		if kind(err) != want || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
