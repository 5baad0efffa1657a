package server

import (
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// Problem is an answer that tells the caller what is wrong. Service.Problem makes one of each error it knows.
type Problem struct {
	// Status is the HTTP status, 400 or more.
	Status int
	// Message is one sentence for people. The answer to a 500 never shows it.
	Message string
	// Messages, when there are any, take the place of Message: one sentence for each fault.
	Messages []string
	// Code is the stable errorCode for programs, "" when there is none.
	Code string
	// RetryAfter, when positive, is told to the caller in whole seconds, rounded up.
	RetryAfter time.Duration
	// Err is the cause. It is logged when the status is 500 or more, and never shown.
	Err error
}

func (p *Problem) Error() string {
	text := p.Message
	if len(p.Messages) > 0 {
		text = p.Messages[0]
	}
	if p.Err != nil {
		text += ": " + p.Err.Error()
	}
	return text
}

func (p *Problem) Unwrap() error { return p.Err }

// errorBody is the contract's shape of every error.
type errorBody struct {
	StatusCode int    `json:"statusCode"`
	Message    any    `json:"message"`
	Error      string `json:"error"`
	ErrorCode  string `json:"errorCode,omitempty"`
	RequestID  string `json:"requestId,omitempty"`
}

// problem decides how an error is told. What nobody knows is a 500.
func (e *edge) problem(err error) *Problem {
	var own *Problem
	if errors.As(err, &own) && own.Status >= http.StatusBadRequest {
		if e.joins && len(own.Messages) > 0 {
			return &Problem{Status: own.Status, Message: strings.Join(own.Messages, "; "), Err: own.Err}
		}
		return own
	}
	var routing *echo.HTTPError
	if errors.As(err, &routing) {
		return &Problem{Status: routing.Code, Message: routingMessage(routing.Code), Err: err}
	}
	if e.svc == nil {
		return &Problem{Status: http.StatusInternalServerError, Err: err}
	}
	if known := e.svc.Problem(err); known != nil && known.Status >= http.StatusBadRequest {
		return known
	}
	return &Problem{Status: http.StatusInternalServerError, Err: err}
}

func routingMessage(status int) string {
	switch status {
	case http.StatusNotFound:
		return "There is nothing at this path"
	case http.StatusMethodNotAllowed:
		return "This path does not take this method"
	default:
		return http.StatusText(status)
	}
}

// answerError is the one place where errors become answers. Nothing is written once an answer has begun; whatever is the
// server's own fault is logged, with the request's id, once.
func (e *edge) answerError(err error, c echo.Context) {
	p := e.problem(err)
	id := c.Response().Header().Get(echo.HeaderXRequestID)
	if p.Status >= http.StatusInternalServerError || c.Response().Committed {
		e.logFailure(c, p.Status, id, err)
	}
	if c.Response().Committed {
		return
	}
	p.Answer(c.Response())
}

// Answer writes p in the contract's shape of errors. A request id among the headers of w is told with a failure of the
// server.
func (p *Problem) Answer(w http.ResponseWriter) {
	answer := errorBody{StatusCode: p.Status, Message: p.Message, Error: http.StatusText(p.Status), ErrorCode: p.Code}
	if len(p.Messages) > 0 {
		answer.Message = p.Messages
	}
	if p.Status == http.StatusInternalServerError {
		answer.Message, answer.ErrorCode = "Internal server error", ""
	}
	h := w.Header()
	if p.Status >= http.StatusInternalServerError {
		answer.RequestID = h.Get(echo.HeaderXRequestID)
	}
	if p.Status == http.StatusUnauthorized {
		h.Set(echo.HeaderWWWAuthenticate, "Bearer")
	}
	if p.RetryAfter > 0 {
		h.Set(echo.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(p.RetryAfter.Seconds()))))
	}
	h.Set(echo.HeaderCacheControl, "no-store")
	writeJSON(w, p.Status, answer)
}

func (e *edge) logFailure(c echo.Context, status int, id string, err error) {
	level := slog.LevelError
	switch {
	case c.Request().Context().Err() != nil: // the caller is gone
		level = slog.LevelInfo
	case status != http.StatusInternalServerError: // the service says that it is expected
		level = slog.LevelWarn
	}
	e.log.LogAttrs(c.Request().Context(), level, "request failed",
		slog.String("request_id", id), slog.Int("status", status), slog.Any("error", err))
}

// writeJSON answers with a JSON text. An error of writing means that the caller is gone, which is nobody's fault.
func writeJSON(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"statusCode":500,"message":"Internal server error","error":"Internal Server Error"}`)
	}
	text = append(text, '\n')
	w.Header().Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	w.Header().Set(echo.HeaderContentLength, strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = w.Write(text)
}
