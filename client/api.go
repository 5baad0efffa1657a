package client

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
)

// API calls the booking API, with one method for each of its operations. It is safe for concurrent use and is never changed after New.
//
// Every method returns either a value or an error. An answer that is not the documented one is an *APIError; other errors are those of the transport, of the
// context, and of arguments that cannot be sent.
type API struct {
	config Config
	server string
}

// New makes an API of a configuration. It fails when the base URL or the API key cannot be used, and sends nothing.
func New(config Config) (*API, error) {
	config, err := config.resolved()
	if err != nil {
		return nil, fmt.Errorf("client configuration: %w", err)
	}
	return &API{config: config, server: config.BaseURL}, nil
}

// String gives the configuration with *** in place of the API key.
func (a *API) String() string { return a.config.String() }

// GoString gives what String gives, so that %#v does not print the API key either.
func (a *API) GoString() string { return "client.API" + a.config.String() }

// LogValue gives the configuration to slog with *** in place of the API key.
func (a *API) LogValue() slog.Value { return a.config.LogValue() }

// do sends a request as a generated builder returned it, err being the builder's, and gives the answer when its status is want.
func (a *API) do(ctx context.Context, req *http.Request, err error, want int, opts []Option) (*answer, error) {
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	req = req.WithContext(ctx)
	if err := a.prepare(req.Header, opts); err != nil {
		return nil, err
	}
	resp, err := a.config.HTTPClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	return read(resp, want, secrets(req.Header))
}

// prepare adds what every call carries, then what the options say. A builder has set the acting user already when the parameters name one.
func (a *API) prepare(header http.Header, opts []Option) error {
	header.Set("User-Agent", a.config.UserAgent)
	if a.config.APIKey != "" {
		header.Set(headerAuthorization, "Bearer "+a.config.APIKey)
	}
	if a.config.ActingUser != "" && header.Get(headerActingUser) == "" {
		header.Set(headerActingUser, a.config.ActingUser)
	}
	for _, option := range opts {
		if err := option(&call{header: header}); err != nil {
			return err
		}
	}
	return nil
}
