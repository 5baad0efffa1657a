package client

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

const (
	vendorURL      = "https://api.meetergo.com"
	defaultAgent   = "meetwright-go"
	defaultTimeout = 30 * time.Second
	defaultTries   = 4
)

// Config says how the API is reached. The zero value works when the API key is in the environment. The API key is never printed, logged or marshalled.
type Config struct {
	// BaseURL is the http or https URL under which the API lives, without the /v4. Change it to reach a server of your own or a stub.
	// Defaults to the environment variable MEETERGO_BASE_URL, else to https://api.meetergo.com.
	BaseURL string

	// APIKey is the personal access token or platform key that every call carries, unless an option brings an attendee's credential instead.
	// Set it when the key comes from elsewhere than the environment.
	// Defaults to the environment variable MEETERGO_API_KEY, else to MEETERGO_TOKEN, else to none, which only attendee's credentials can do with.
	APIKey string `json:"-"`

	// ActingUser is the id of the user a platform key acts as, sent as x-meetergo-api-user-id. Set it when all calls act for the same user; WithActingUser
	// overrides it for one call. A personal access token needs none.
	// Defaults to none.
	ActingUser string

	// HTTPClient sends the requests. Change it for a proxy, for certificates of your own, for tracing or for another timeout. It is copied, and the copy
	// follows no redirects unless CheckRedirect is set, because a redirect could carry credentials elsewhere and turn a POST into a GET. Its Timeout is that of each
	// try, 30 seconds when it is 0.
	// Defaults to a client of its own.
	HTTPClient *http.Client `json:"-"`

	// UserAgent names the calling program to the server. Change it to find your requests in the server's logs.
	// Defaults to "meetwright-go".
	UserAgent string

	// MaxTries is how many times a call is sent at most, the first time included; 1 never sends again. Change it when another layer tries again, or when
	// waiting is worse than failing. GET is sent again after a broken connection, 429, 502, 503 and 504. A change is sent again only when the server surely did
	// nothing: when no connection was made, and after 429; IdempotentServer adds to that. Before each further try passes a random time of up to 250 ms, 500 ms, 1 s
	// and so on to 8 s, and before that the time that Retry-After asks for, up to a minute. The call fails at once when the wait would outlast the context.
	// Defaults to 4.
	MaxTries int

	// IdempotentServer says that the server makes the promises of this repository's: it honours an Idempotency-Key on every POST, and a 503 with Retry-After means that
	// nothing was done. Every POST then carries a key and is sent again like a GET, and other changes are sent again after such a 503. Set it for a server of your own,
	// unless a proxy before it answers 503 with Retry-After for requests that it has passed on. Leave it off for a server that is not known to promise this, such as the
	// vendor's: no key is sent then, and a 503, whoever it comes from, leaves the outcome of a change unknown.
	// Defaults to off.
	IdempotentServer bool

	// Logger receives one record for each try: operation, method, path without ids, status (0 without an answer), duration, number of the try and request id; as
	// Warn when the try failed, else as Debug. It is never given a body, a query, a header or an id. Set it to see what is sent, and how often.
	// Defaults to none.
	Logger *slog.Logger `json:"-"`
}

// resolved fills in the defaults and reports what cannot work. The base URL then ends with a slash.
func (c Config) resolved() (Config, error) {
	c.BaseURL = firstOf(c.BaseURL, os.Getenv("MEETERGO_BASE_URL"), vendorURL)
	c.APIKey = firstOf(c.APIKey, os.Getenv("MEETERGO_API_KEY"), os.Getenv("MEETERGO_TOKEN"))
	c.ActingUser = firstOf(c.ActingUser)
	c.UserAgent = firstOf(c.UserAgent, defaultAgent)
	c.HTTPClient = ownClient(c.HTTPClient)
	if c.MaxTries == 0 {
		c.MaxTries = defaultTries
	}
	if c.MaxTries < 0 {
		return Config{}, errors.New("MaxTries is negative: 1 sends each call once")
	}
	if strings.ContainsFunc(c.APIKey, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return Config{}, errors.New("the API key holds a blank or another character that no key has")
	}
	base, err := url.Parse(c.BaseURL)
	if err != nil || (base.Scheme != "http" && base.Scheme != "https") || base.Hostname() == "" || base.User != nil || strings.ContainsAny(c.BaseURL, "?#") {
		// The URL itself is not shown: it may hold a password.
		return Config{}, errors.New("the base URL must be an http or https URL without user, query and fragment, such as " + vendorURL)
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/") + "/"
	if strings.HasSuffix(c.BaseURL, "/v4/") {
		return Config{}, errors.New("the base URL ends with /v4, which not all operations have: leave /v4 out")
	}
	return c, nil
}

// firstOf gives the first text that is not blank, without the blanks and line breaks around it.
func firstOf(texts ...string) string {
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			return text
		}
	}
	return ""
}

// ownClient is a copy of the given client, with defaults.
func ownClient(given *http.Client) *http.Client {
	own := http.Client{}
	if given != nil {
		own = *given
	}
	if own.Timeout == 0 {
		own.Timeout = defaultTimeout
	}
	if own.CheckRedirect == nil {
		own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return &own
}

// String gives the configuration with *** in place of the API key.
func (c Config) String() string {
	return fmt.Sprintf("{BaseURL:%q APIKey:%q ActingUser:%q UserAgent:%q}", c.BaseURL, c.maskedKey(), c.ActingUser, c.UserAgent)
}

// GoString gives what String gives, so that %#v does not print the API key either.
func (c Config) GoString() string { return "client.Config" + c.String() }

// LogValue gives the configuration to slog with *** in place of the API key.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("base_url", c.BaseURL),
		slog.String("api_key", c.maskedKey()),
		slog.String("acting_user", c.ActingUser),
		slog.String("user_agent", c.UserAgent),
	)
}

func (c Config) maskedKey() string {
	if c.APIKey == "" {
		return ""
	}
	return mask
}
