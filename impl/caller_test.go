package impl_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
)

// caller is somebody with a credential: the generated client, and requests
// written by hand where the bytes matter.
type caller struct {
	*client.Client
	header http.Header
}

// caller makes one who sends headers, given as names and values.
func (w *world) caller(header ...string) caller {
	c := caller{header: http.Header{}}
	for i := 0; i < len(header); i += 2 {
		c.header.Set(header[i], header[i+1])
	}
	var err error
	c.Client, err = client.NewClient(w.url, client.WithHTTPClient(w.http), client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		for name, values := range c.header {
			r.Header[name] = values
		}
		return nil
	}))
	if err != nil {
		panic(err) // the address is that of a running server
	}
	return c
}

func (w *world) bearer(credential string) caller {
	return w.caller("Authorization", "Bearer "+credential)
}

// as is the company's platform key, acting for a user.
func (w *world) as(user meet.UserID) caller {
	return w.platform.acting(w, string(user))
}

// acting names another user to act as.
func (c caller) acting(w *world, user string) caller {
	return w.caller("Authorization", c.header.Get("Authorization"), "X-Meetergo-Api-User-Id", user)
}

// attendee is somebody with the secret of an appointment.
func (w *world) attendee(secret string) caller { return w.caller("X-Appointment-Secret", secret) }

// send makes a request by hand; the headers are names and values.
func (c caller) send(t testing.TB, method, path, body string, header ...string) (*http.Response, error) {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, strings.TrimSuffix(c.Server, "/")+path, reader)
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, values := range c.header {
		r.Header[name] = values
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return c.Client.Client.Do(r)
}

// answer is a whole answer.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// readAll takes in an answer.
func readAll(r *http.Response, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return answer{r.StatusCode, r.Header, body}, err
}

// read is readAll for one that must come, whatever it is.
func read(t testing.TB) func(*http.Response, error) answer {
	return func(r *http.Response, err error) answer {
		t.Helper()
		a, err := readAll(r, err)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
}

// wants takes in an answer that must have a status.
func wants(t testing.TB, status int) func(*http.Response, error) answer {
	return func(r *http.Response, err error) answer {
		t.Helper()
		a := read(t)(r, err)
		if a.status != status {
			t.Fatalf("%s %s answered %d, want %d: %s", r.Request.Method, r.Request.URL.Path, a.status, status, a.body)
		}
		return a
	}
}

// got takes in an answer that must have a status, and decodes it.
func got[T any](t testing.TB, status int) func(*http.Response, error) T {
	return func(r *http.Response, err error) T {
		t.Helper()
		return decode[T](t, wants(t, status)(r, err).body)
	}
}

// decode reads JSON.
func decode[T any](t testing.TB, body []byte) (v T) {
	t.Helper()
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return v
}

// failure is an error as it is answered.
type failure struct {
	StatusCode int             `json:"statusCode"`
	Message    json.RawMessage `json:"message"`
	Error      string          `json:"error"`
	ErrorCode  string          `json:"errorCode"`
}

// sentence is the message, or "" when that is a list.
func (f failure) sentence() string {
	var s string
	_ = json.Unmarshal(f.Message, &s)
	return s
}

// refuses takes in a refusal, which must be this one sentence.
func refuses(t testing.TB, status int, sentence string) func(*http.Response, error) failure {
	return func(r *http.Response, err error) failure {
		t.Helper()
		f := got[failure](t, status)(r, err)
		if f.sentence() != sentence {
			t.Fatalf("%s %s answered %s, want %q", r.Request.Method, r.Request.URL.Path, f.Message, sentence)
		}
		return f
	}
}

// lists takes in a refusal of the request's shape, which must list these.
func lists(t testing.TB, violations ...string) func(*http.Response, error) {
	return func(r *http.Response, err error) {
		t.Helper()
		f := got[failure](t, http.StatusBadRequest)(r, err)
		var messages []string
		if err := json.Unmarshal(f.Message, &messages); err != nil {
			t.Fatalf("want a list, got %s", f.Message)
		}
		if diff := cmp.Diff(violations, messages); diff != "" {
			t.Fatalf("violations (-want +got):\n%s", diff)
		}
	}
}

// encoded is a value as JSON.
func encoded(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSpace(text))
}

// book makes a booking that must succeed.
func (c caller) book(t testing.TB, change ...func(*client.BookingRequest)) client.Booked {
	t.Helper()
	return got[client.Booked](t, http.StatusCreated)(c.CreateBooking(t.Context(), nil, booking(change...)))
}

// tryBook makes a booking that need not succeed.
func (c caller) tryBook(t testing.TB, change ...func(*client.BookingRequest)) (*http.Response, error) {
	return c.CreateBooking(t.Context(), nil, booking(change...))
}

// The sentences that many tests expect.
const (
	occupied        = "The selected time slot is no longer available"
	noSuchType      = "Meeting type not found"
	noSuchHost      = "Host not found"
	noAppointment   = "Appointment not found"
	wrongSecret     = "Invalid appointment secret"
	notThatUser     = "This API key cannot act as the user named in 'x-meetergo-api-user-id'"
	wrongDuration   = "Duration must match one of the allowed durations for this meeting type"
	missingHost     = "hostIds or queueId is required"
	hostsAndQueue   = "Provide either hostIds or queueId, not both"
	tooManyAttempts = "Too many wrong secrets; try again in a minute"
)

// isFree asserts that a start can be booked, and leaves it free.
func (c caller) isFree(t testing.TB, change ...func(*client.BookingRequest)) {
	t.Helper()
	b := c.book(t, change...)
	wants(t, http.StatusOK)(c.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{CancelAll: new(true)}))
}

// isTaken asserts that a start cannot be booked.
func (c caller) isTaken(t testing.TB, change ...func(*client.BookingRequest)) {
	t.Helper()
	f := refuses(t, http.StatusBadRequest, occupied)(c.tryBook(t, change...))
	if f.ErrorCode != "slot-occupied" || f.Error != "Bad Request" {
		t.Fatalf("answered %+v", f)
	}
}

// appointment reads one.
func (c caller) appointment(t testing.TB, id string) client.Appointment {
	t.Helper()
	return got[client.Appointment](t, http.StatusOK)(c.GetAppointment(t.Context(), uid(id), nil))
}
