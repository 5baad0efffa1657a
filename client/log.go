package client

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// log writes the record of a try.
func (a *API) log(ctx context.Context, c *call, t *try) {
	level := slog.LevelDebug
	if t.err != nil || t.brokenOff || t.answer.status >= http.StatusBadRequest {
		level = slog.LevelWarn
	}
	if !a.config.Logger.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("operation", c.operation),
		slog.String("method", c.request.Method),
		slog.String("path", c.path(a.server)),
		slog.Int("status", t.answer.status),
		slog.Duration("duration", time.Since(t.start)),
		slog.Int("try", t.number),
		slog.String("request_id", clip(t.answer.header.Get("X-Request-Id"))),
	}
	if t.err != nil {
		attrs = append(attrs, slog.String("error", clip(t.err.Error())))
	}
	a.config.Logger.LogAttrs(ctx, level, "meeting API", attrs...)
}

// path is the path of the operation, with {id} in place of each id: ids tell who meets whom, and a secret may stand where an id should.
func (c *call) path(server string) string {
	segments := strings.Split(strings.TrimPrefix(c.request.URL.String(), server), "/")
	last := len(segments) - 1
	segments[last], _, _ = strings.Cut(segments[last], "?")
	for i, segment := range segments {
		if segment != "v4" && strings.Trim(segment, "abcdefghijklmnopqrstuvwxyz-") != "" {
			segments[i] = "{id}"
		}
	}
	return "/" + strings.Join(segments, "/")
}
