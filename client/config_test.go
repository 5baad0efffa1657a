package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/meetwright/meetwright/client"
)

func TestNew_Refuses(t *testing.T) {
	for _, test := range []struct{ name, url, key, want string }{
		{"no scheme", "api.example.com", apiKey, "the base URL must be"},
		{"another scheme", "ftp://api.example.com", apiKey, "the base URL must be"},
		{"no host", "https://", apiKey, "the base URL must be"},
		{"user", "https://ada:top-secret@api.example.com", apiKey, "the base URL must be"},
		{"broken URL with a password", "https://ada:top-secret@api.example.com:port", apiKey, "the base URL must be"},
		{"query", "https://api.example.com/?", apiKey, "the base URL must be"},
		{"fragment", "https://api.example.com/#", apiKey, "the base URL must be"},
		{"path of an operation", "https://api.example.com/v4/", apiKey, "leave /v4 out"},
		{"blank in the key", "https://api.example.com", "top-secret key", "the API key holds"},
		{"line break in the key", "https://api.example.com", "top-secret\r\nX-Other: 1", "the API key holds"},
	} {
		t.Run(test.name, func(t *testing.T) {
			api, err := client.New(client.Config{BaseURL: test.url, APIKey: test.key})
			if api != nil || err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "top-secret") {
				t.Errorf("got %v, %v", api, err)
			}
		})
	}
}

func TestNew_Environment(t *testing.T) {
	for _, test := range []struct {
		name, url, key, token string
		config                client.Config
		want                  string
	}{
		{"nothing", "", "", "", client.Config{}, `{BaseURL:"https://api.meetergo.com/" APIKey:"" ActingUser:"" UserAgent:"meetwright-go"}`},
		{"blank", " ", " ", "", client.Config{}, `{BaseURL:"https://api.meetergo.com/" APIKey:"" ActingUser:"" UserAgent:"meetwright-go"}`},
		{"URL and key", "http://localhost:8080/\n", "key", "", client.Config{}, `{BaseURL:"http://localhost:8080/" APIKey:"***" ActingUser:"" UserAgent:"meetwright-go"}`},
		{"token", "", "", "token", client.Config{}, `{BaseURL:"https://api.meetergo.com/" APIKey:"***" ActingUser:"" UserAgent:"meetwright-go"}`},
		{
			"overridden", "http://localhost:8080", "", "", client.Config{BaseURL: "https://own.example.com/api", ActingUser: "ada", UserAgent: "bot/1"},
			`{BaseURL:"https://own.example.com/api/" APIKey:"" ActingUser:"ada" UserAgent:"bot/1"}`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("MEETERGO_BASE_URL", test.url)
			t.Setenv("MEETERGO_API_KEY", test.key)
			t.Setenv("MEETERGO_TOKEN", test.token)
			if got := newAPI(t, test.config).String(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestNew_KeyOrder(t *testing.T) {
	var got string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header.Get("Authorization") }))
	defer server.Close()
	t.Setenv("MEETERGO_BASE_URL", server.URL)
	t.Setenv("MEETERGO_TOKEN", "token\n")
	for _, step := range []struct{ env, field, want string }{
		{"", "", "Bearer token"},
		{"key", "", "Bearer key"},
		{"key", "field", "Bearer field"},
	} {
		t.Setenv("MEETERGO_API_KEY", step.env)
		_, _ = newAPI(t, client.Config{APIKey: step.field}).GetCurrentUser(t.Context())
		if got != step.want {
			t.Errorf("got %q, want %q", got, step.want)
		}
	}
}

// Ensure that no credential shows up, whatever is printed, logged, marshalled or refused.
func TestSecrets_NeverPrinted(t *testing.T) {
	// The server repeats what it was sent, as some proxies do.
	mirror := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		repeated := strings.Join(append(append(r.Header["Authorization"], r.Header["X-Appointment-Secret"]...), r.Header["X-Confirmation-Token"]...), " ")
		says(401, "application/json", `{"message":"`+repeated+` is wrong","errorCode":"`+repeated+`"}`)(w, r)
	}))
	defer mirror.Close()
	const secret, token = "top-secret-of-the-booking", "top-secret-of-the-mail"
	config := client.Config{BaseURL: mirror.URL, APIKey: apiKey}
	api := newAPI(t, config)
	var output bytes.Buffer
	for _, v := range []any{config, &config, api, *api, struct{ C client.Config }{config}, []any{api}} {
		_, _ = fmt.Fprintf(&output, "%v %+v %#v %s %q\n", v, v, v, v, v)
		for _, handler := range []slog.Handler{slog.NewTextHandler(&output, nil), slog.NewJSONHandler(&output, nil)} {
			slog.New(handler).Info("configured", "value", v)
		}
		if err := json.NewEncoder(&output).Encode(v); err != nil {
			t.Error(err)
		}
	}
	unreachable := newAPI(t, client.Config{BaseURL: "http://127.0.0.1:1", APIKey: apiKey, MaxTries: 1})
	for _, option := range []client.Option{
		client.WithHeader("X-Other", "1"), client.WithAppointmentSecret(secret), client.WithConfirmationToken(token),
		client.WithAppointmentSecret(secret + "\n"), client.WithConfirmationToken(token + "\n"),
	} {
		for _, api := range []*client.API{api, unreachable} {
			_, err := api.GetAppointment(t.Context(), someID, option)
			if err == nil {
				t.Error("there is no error")
			}
			_, _ = fmt.Fprintf(&output, "%v %+v %#v\n", err, err, err)
			if refused, ok := errors.AsType[*client.APIError](err); ok {
				_, _ = fmt.Fprintf(&output, "%+v %s\n", *refused, refused.Body)
			}
		}
	}
	if text := output.String(); strings.Contains(text, "top-secret") || !strings.Contains(text, "***") {
		t.Errorf("got %s", text)
	}
}

// Ensure a redirect neither carries a credential to another host nor turns a POST into a GET.
func TestAPI_Redirect(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was followed", r.Method) }))
	defer elsewhere.Close()
	own := &http.Client{}
	for _, given := range []*http.Client{nil, own} {
		server := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusFound))
		defer server.Close()
		_, err := newAPI(t, client.Config{BaseURL: server.URL, APIKey: apiKey, HTTPClient: given}).CreateBooking(t.Context(), someBooking(t))
		if err == nil || err.Error() != "the server answered 302 Found" {
			t.Errorf("got %v", err)
		}
	}
	if own.CheckRedirect != nil {
		t.Error("the given client was changed")
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestConfig_HTTPClient(t *testing.T) {
	sent := false
	api := newAPI(t, client.Config{BaseURL: "https://api.example.com", HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = r.URL.String() == "https://api.example.com/webhooks/7"
		return &http.Response{StatusCode: http.StatusNoContent, Body: io.NopCloser(strings.NewReader(""))}, nil
	})}})
	if err := api.DeleteWebhook(t.Context(), "7"); err != nil || !sent {
		t.Errorf("got %v, sent %v", err, sent)
	}
}

// Ensure an HTTPClient that was given for another reason does not wait for ever.
func TestConfig_HTTPClient_Timeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent := roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		api := newAPI(t, client.Config{BaseURL: "https://api.example.com", MaxTries: 1, HTTPClient: &http.Client{Transport: silent}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		start := time.Now()
		if _, err := api.GetCurrentUser(ctx); err == nil || time.Since(start) != 30*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}
