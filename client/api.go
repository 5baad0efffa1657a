package client

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/google/uuid"
)

// API calls the booking API, with one method for each of its operations. It is safe for concurrent use and is never changed after New.
//
// Every method returns either a value or an error. An answer that is not the documented one is an *APIError. A change that may or may not have been made is
// ErrOutcomeUnknown; after every other error of a method that changes something, nothing was changed. Calls are sent again as Config.MaxTries describes.
type API struct {
	config Config
	server string
	// What most requests carry alike, as headers have it. Their room is used up, so that nobody adds to them.
	userAgent, authorization, actingUser []string
}

// New makes an API of a configuration. It fails when the configuration cannot be used, and sends nothing.
func New(config Config) (*API, error) {
	config, err := config.resolved()
	if err != nil {
		return nil, fmt.Errorf("client configuration: %w", err)
	}
	a := &API{config: config, server: config.BaseURL, userAgent: []string{config.UserAgent}}
	if config.APIKey != "" {
		a.authorization = []string{"Bearer " + config.APIKey}
	}
	if config.ActingUser != "" {
		a.actingUser = []string{config.ActingUser}
	}
	return a, nil
}

// String gives the configuration with *** in place of the API key.
func (a API) String() string { return a.config.String() }

// GoString gives what String gives, so that %#v does not print the API key either.
func (a API) GoString() string { return "client.API" + a.config.String() }

// LogValue gives the configuration to slog with *** in place of the API key.
func (a API) LogValue() slog.Value { return a.config.LogValue() }

// do sends a request as a generated builder returned it, err being the builder's, and gives the answer when its status is want.
func (a *API) do(ctx context.Context, operation string, req *http.Request, err error, want int, opts []Option) (*answer, error) {
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	c := &call{operation: operation, request: req, header: req.Header, want: want, promising: a.config.IdempotentServer}
	if err := a.prepare(c, opts); err != nil {
		return nil, err
	}
	return a.send(ctx, c)
}

// prepare adds what every call carries, then what the options say. A builder has set the acting user already when the parameters name one.
func (a *API) prepare(c *call, opts []Option) error {
	c.header["User-Agent"] = a.userAgent
	if a.authorization != nil {
		c.header[headerAuthorization] = a.authorization
	}
	if a.actingUser != nil && len(c.header[headerActingUser]) == 0 {
		c.header[headerActingUser] = a.actingUser
	}
	for _, option := range opts {
		if err := option(c); err != nil {
			return err
		}
	}
	if c.keyed() && len(c.header[headerIdempotencyKey]) == 0 {
		c.header[headerIdempotencyKey] = []string{uuid.NewString()}
	}
	return checkHeader(c.header)
}

// checkHeader refuses what net/http would refuse to send, in words that tell whose fault it is and never the value.
func checkHeader(header http.Header) error {
	for name, values := range header {
		for _, value := range values {
			for i := range len(value) {
				if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
					return fmt.Errorf("the header %s holds a line break or another control character", name)
				}
			}
		}
	}
	return nil
}
