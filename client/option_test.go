package client_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
)

func TestOption_Headers(t *testing.T) {
	bearer := "Bearer " + apiKey
	for _, test := range []struct {
		name    string
		options []client.Option
		want    map[string]string
	}{
		{"none", nil, map[string]string{"Authorization": bearer, "X-Meetergo-Api-User-Id": "ada"}},
		{
			"acting user", []client.Option{client.WithActingUser("ben")},
			map[string]string{"Authorization": bearer, "X-Meetergo-Api-User-Id": "ben"},
		},
		{"appointment secret", []client.Option{client.WithAppointmentSecret("s1")}, map[string]string{"X-Appointment-Secret": "s1"}},
		{"confirmation token", []client.Option{client.WithConfirmationToken("t1")}, map[string]string{"X-Confirmation-Token": "t1"}},
		{
			"headers", []client.Option{client.WithHeader("x-request-id", "r1"), client.WithHeader("x-meetergo-api-user-id", "")},
			map[string]string{"Authorization": bearer, "X-Request-Id": "r1"},
		},
		{
			"the last one counts", []client.Option{client.WithActingUser("ben"), client.WithActingUser("eve")},
			map[string]string{"Authorization": bearer, "X-Meetergo-Api-User-Id": "eve"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := map[string]string{}
			api := newAPI(t, client.Config{BaseURL: recording(t, got), APIKey: apiKey, ActingUser: "ada"})
			if err := api.DeleteMeetingType(t.Context(), someID, test.options...); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// recording is the URL of a server that writes the headers this package sets into got.
func recording(t *testing.T, got map[string]string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"Authorization", "X-Meetergo-Api-User-Id", "Idempotency-Key", "X-Appointment-Secret", "X-Confirmation-Token", "X-Request-Id"} {
			if value, ok := r.Header[name]; ok {
				got[name] = value[0]
			}
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// Ensure the acting user of the parameters stands between that of the options and that of the configuration.
func TestOption_ActingUserOfParameters(t *testing.T) {
	got := map[string]string{}
	api := newAPI(t, client.Config{BaseURL: recording(t, got), APIKey: apiKey, ActingUser: "ada"})
	params := client.DeleteUserParams{ActingUser: new("ben")}
	for want, options := range map[string][]client.Option{"ben": nil, "eve": {client.WithActingUser("eve")}} {
		if err := api.DeleteUser(t.Context(), someID, params, options...); err != nil {
			t.Fatal(err)
		}
		if got["X-Meetergo-Api-User-Id"] != want {
			t.Errorf("got %q, want %q", got["X-Meetergo-Api-User-Id"], want)
		}
	}
}

func TestOption_Empty(t *testing.T) {
	api := answering(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s was sent", r.Method, r.URL) })
	for want, option := range map[string]client.Option{
		"the acting user is empty":        client.WithActingUser(""),
		"the idempotency key is empty":    client.WithIdempotencyKey(""),
		"the appointment secret is empty": client.WithAppointmentSecret(""),
		"the confirmation token is empty": client.WithConfirmationToken(""),
	} {
		if _, err := api.GetAppointment(t.Context(), someID, option); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Ensure a header that cannot be sent is told apart from one that was, and its value is not shown.
func TestOption_NotAHeader(t *testing.T) {
	api := answering(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s was sent", r.Method, r.URL) })
	for want, option := range map[string]client.Option{
		"the header X-Appointment-Secret holds a line break or another control character":   client.WithAppointmentSecret("a\r\nX-Other: b"),
		"the header X-Meetergo-Api-User-Id holds a line break or another control character": client.WithActingUser("a\x00"),
		"the name of a header holds a blank or another character that no header has":        client.WithHeader("X Other", "a"),
	} {
		if _, err := api.CreateBooking(t.Context(), someBooking(t), option); err == nil || err.Error() != want || errors.Is(err, client.ErrOutcomeUnknown) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Ensure a key goes only where it is honoured, and every POST there has one.
func TestOption_IdempotencyKey(t *testing.T) {
	got := map[string]string{}
	url := recording(t, got)
	known := newAPI(t, client.Config{BaseURL: url, IdempotentServer: true})
	unknown := newAPI(t, client.Config{BaseURL: url})
	post := func(api *client.API, options ...client.Option) (string, error) {
		clear(got)
		_, err := api.ApproveProvisionalBooking(t.Context(), someID, options...) // a POST without a body
		return got["Idempotency-Key"], err
	}
	if key, _ := post(known, client.WithIdempotencyKey("k1")); key != "k1" {
		t.Errorf("sent %q", key)
	}
	first, _ := post(known)
	if second, _ := post(known); uuid.Validate(first) != nil || uuid.Validate(second) != nil || first == second {
		t.Errorf("sent %q and %q", first, second)
	}
	if key, _ := post(unknown); key != "" {
		t.Errorf("sent %q", key)
	}
	if key, err := post(unknown, client.WithIdempotencyKey("k1")); key != "" || err == nil || !strings.Contains(err.Error(), "set Config.IdempotentServer") {
		t.Errorf("sent %q: %v", key, err)
	}
	clear(got)
	err := known.DeleteMeetingType(t.Context(), someID, client.WithIdempotencyKey("k1"))
	if len(got) > 0 || err == nil || !strings.Contains(err.Error(), "counts for POST only") {
		t.Errorf("sent %v: %v", got, err)
	}
	if err := known.DeleteMeetingType(t.Context(), someID); err != nil || got["Idempotency-Key"] != "" {
		t.Errorf("sent %v: %v", got, err)
	}
}
