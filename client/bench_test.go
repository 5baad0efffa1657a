package client_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
)

const (
	bookedAnswer      = `{"appointmentId":"2f1d6c9e-52a8-4a37-9d0c-4e6c1b1f7a20","secret":"PkQjnVrs5TA4-wfVKWFSAX42Y6_6JeIZ"}`
	appointmentAnswer = `{"id":"2f1d6c9e-52a8-4a37-9d0c-4e6c1b1f7a20","start":"2026-10-20T08:00:00.000Z","end":"2026-10-20T08:30:00.000Z","channel":"phone",
		"isCancelled":false,"hostIds":["550e8400-e29b-41d4-a716-446655440000"],"attendees":[{"id":"a1","email":"client@example.com","fullname":"Jane Smith"}]}`
)

// instantly answers without a network.
var instantly = roundTrip(func(r *http.Request) (*http.Response, error) {
	code, body := http.StatusOK, appointmentAnswer
	if r.Method == http.MethodPost {
		_, _ = io.Copy(io.Discard, r.Body)
		code, body = http.StatusCreated, bookedAnswer
	}
	return &http.Response{
		StatusCode: code, Header: http.Header{"Content-Type": {"application/json; charset=UTF-8"}, "X-Request-Id": {"r1"}},
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
})

// contest is one operation, done to the same result with the generated client alone and with API. Both send the same headers by the same http.Client.
type contest struct{ generated, api func(context.Context) error }

func contests(t testing.TB) map[string]contest {
	t.Helper()
	own := &http.Client{
		Transport: instantly, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	generated, err := client.NewClientWithResponses("https://api.example.com/", client.WithHTTPClient(own), client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+apiKey)
		r.Header.Set("User-Agent", "meetwright-go")
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	api, err := client.New(client.Config{BaseURL: "https://api.example.com", APIKey: apiKey, HTTPClient: own})
	if err != nil {
		t.Fatal(err)
	}
	body, id := someBooking(t), uuid.MustParse(someID)
	body.Attendee.Notes = client.Notes{}
	return map[string]contest{
		"CreateBooking": {
			func(ctx context.Context) error {
				answer, err := generated.CreateBookingWithResponse(ctx, nil, body)
				if err != nil {
					return err
				}
				_, err = answer.JSON201.AsBooked()
				return err
			},
			func(ctx context.Context) error {
				_, err := api.CreateBooking(ctx, body)
				return err
			},
		},
		"GetAppointment": {
			func(ctx context.Context) error {
				_, err := generated.GetAppointmentWithResponse(ctx, id, nil)
				return err
			},
			func(ctx context.Context) error {
				_, err := api.GetAppointment(ctx, someID)
				return err
			},
		},
	}
}

// BenchmarkAPI takes turns between the generated client and API, so that a busy machine is the same to both.
func BenchmarkAPI(b *testing.B) {
	for name, c := range contests(b) {
		b.Run(name, func(b *testing.B) {
			var took [2]time.Duration
			for b.Loop() {
				for i, call := range []func(context.Context) error{c.generated, c.api} {
					start := time.Now()
					if err := call(b.Context()); err != nil {
						b.Fatal(err)
					}
					took[i] += time.Since(start)
				}
			}
			b.ReportMetric(float64(took[0].Nanoseconds())/float64(b.N), "generated-ns/op")
			b.ReportMetric(float64(took[1].Nanoseconds())/float64(b.N), "api-ns/op")
			b.ReportMetric(100*(took[1].Seconds()/took[0].Seconds()-1), "overhead-%")
		})
	}
}

// Ensure retries, typed errors and the rest cost hardly more memory than the generated client.
func TestAPI_Allocations(t *testing.T) {
	for name, c := range contests(t) {
		allocations := func(call func(context.Context) error) float64 {
			return testing.AllocsPerRun(200, func() {
				if err := call(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		if generated, api := allocations(c.generated), allocations(c.api); api > generated+3 {
			t.Errorf("%s: %v allocations, %v with the generated client", name, api, generated)
		} else {
			t.Logf("%s: %v allocations, %v with the generated client", name, api, generated)
		}
	}
}
