package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/labstack/echo/v4"
)

const (
	headerIdempotencyKey      = "Idempotency-Key"
	headerIdempotencyReplayed = "Idempotency-Replayed"
)

// OnceKey names a request that is to take effect once. The credential, which is part of what a key is scoped to, is in the
// context.
type OnceKey struct {
	Method, Path string
	// Key is the Idempotency-Key without quotes: 1 to 255 visible ASCII characters.
	Key string
	// BodyHash is the SHA-256 of the body's bytes as they were sent.
	BodyHash [32]byte
}

// Answer is a whole answer, as it is given again to a repeated request.
type Answer struct {
	Status int
	// Header has what the operation set, such as Content-Type; not what belongs to a single exchange.
	Header http.Header
	Body   []byte
}

// idempotencyKey reads the header, bare or in the quotes of a structured field (RFC 8941 §3.3.3). No header is no key.
func idempotencyKey(h http.Header) (string, faults) {
	values := h.Values(headerIdempotencyKey)
	refuse := func(text string) (string, faults) { return "", faults{{[]string{headerIdempotencyKey}, text}} }
	switch len(values) {
	case 0:
		return "", nil
	case 1:
	default:
		return refuse("must be given only once")
	}
	key := values[0]
	if len(key) >= 2 && key[0] == '"' && key[len(key)-1] == '"' {
		key = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(key[1 : len(key)-1])
	}
	if key == "" || len(key) > 255 || strings.ContainsFunc(key, func(r rune) bool { return r < '!' || r > '~' }) {
		return refuse("must be 1 to 255 visible ASCII characters")
	}
	return key, nil
}

// errAnswered stands for an answer that is not to be kept although the operation wrote it itself.
var errAnswered = errors.New("answered with an error that is not kept")

// kept tells whether an answer is the answer to all repetitions. A failure of the server, a refused credential and a
// refusal for too many calls are of the moment.
func kept(status int) bool {
	return status < http.StatusInternalServerError && status != http.StatusUnauthorized && status != http.StatusTooManyRequests
}

// once has the service run the rest of the chain once for the key, into a buffer, and answers with what is in it.
func (e *edge) once(c echo.Context, name string, b *body, next echo.HandlerFunc) error {
	r, w := c.Request(), c.Response()
	key := OnceKey{Method: r.Method, Path: r.URL.Path, Key: name}
	if b != nil {
		key.BodyHash = sha256.Sum256(b.sent.Bytes())
	} else {
		key.BodyHash = sha256.Sum256(nil)
	}
	var last *Answer
	answer, replayed, err := e.svc.Once(r.Context(), key, func(ctx context.Context) (*Answer, error) {
		c.SetRequest(r.WithContext(ctx))
		var err error
		last, err = e.buffered(c, next)
		return last, err
	})
	c.SetRequest(r)
	c.SetResponse(w)
	var crash *crashed
	switch {
	case errors.As(err, &crash) && crash.value == any(http.ErrAbortHandler):
		panic(http.ErrAbortHandler)
	case errors.Is(err, errAnswered):
		answer, replayed = last, false
	case err != nil:
		return err
	}
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	if replayed {
		w.Header().Set(headerIdempotencyReplayed, "true")
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body) // whoever hung up can ask again
	return nil
}

// buffered runs the chain and returns what it answers. An error means that the answer must not be kept.
func (e *edge) buffered(c echo.Context, next echo.HandlerFunc) (answer *Answer, err error) {
	w := &bufferedWriter{header: http.Header{}, status: http.StatusOK}
	c.SetResponse(echo.NewResponse(w, c.Echo()))
	defer func() {
		if v := recover(); v != nil {
			answer, err = nil, &crashed{value: v, stack: debug.Stack()}
		}
	}()
	if err := next(c); err != nil {
		if c.Response().Committed || !kept(e.problem(err).Status) {
			return nil, err
		}
		e.answerError(err, c)
	}
	answer = &Answer{Status: w.status, Header: w.header, Body: w.body.Bytes()}
	if !kept(w.status) {
		return answer, errAnswered
	}
	return answer, nil
}

// bufferedWriter keeps an answer.
type bufferedWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *bufferedWriter) Header() http.Header         { return w.header }
func (w *bufferedWriter) WriteHeader(status int)      { w.status = status }
func (w *bufferedWriter) Write(p []byte) (int, error) { return w.body.Write(p) }
