package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/labstack/echo/v4"
	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"

	"github.com/meetwright/meetwright"
)

// reference adds the paths that are always there and need no credential: the contract itself, a page to read it and try it
// out, and whether the server is alive and ready.
func (e *edge) reference(router *echo.Echo, publicURL string) error {
	if publicURL == "" {
		publicURL = "/"
	}
	asJSON, err := contractJSON(publicURL)
	if err != nil {
		return err
	}
	page, assets, err := docs(publicURL)
	if err != nil {
		return err
	}
	read := []string{http.MethodGet, http.MethodHead}
	router.Match(read, "/openapi.yaml", file("application/yaml", meetwright.OpenAPI))
	router.Match(read, "/openapi.json", file(echo.MIMEApplicationJSON, asJSON))
	router.Match(read, "/docs", page)
	router.Match(read, "/docs/*", assets)
	router.Match(read, "/health", func(c echo.Context) error { return status(c, http.StatusOK) })
	router.Match(read, "/ready", e.ready)
	return nil
}

// ready answers 200 when the service can serve, else 503.
func (e *edge) ready(c echo.Context) error {
	if err := e.svc.Ready(c.Request().Context()); err != nil {
		return &Problem{Status: http.StatusServiceUnavailable, Message: "This server is not ready", Err: err}
	}
	return status(c, http.StatusOK)
}

func status(c echo.Context, code int) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	writeJSON(c, code, map[string]string{"status": "ok"})
	return nil
}

// file serves content that never changes while the server runs.
func file(contentType string, content []byte) echo.HandlerFunc {
	sum := sha256.Sum256(content)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set(echo.HeaderContentType, contentType)
		h.Set(echo.HeaderCacheControl, "no-cache")
		h.Set("ETag", tag)
		http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(content))
		return nil
	}
}

// contractJSON is the contract as JSON, in its own order, with publicURL as the only server.
func contractJSON(publicURL string) ([]byte, error) {
	var doc yaml.MapSlice
	if err := yaml.UnmarshalWithOptions(meetwright.OpenAPI, &doc, yaml.UseOrderedMap()); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	servers := []any{yaml.MapSlice{{Key: "url", Value: publicURL}}}
	replaced := false
	for i := range doc {
		if doc[i].Key == "servers" {
			doc[i].Value, replaced = servers, true
		}
	}
	if !replaced {
		doc = append(doc, yaml.MapItem{Key: "servers", Value: servers})
	}
	text, err := json.Marshal(ordered{doc})
	if err != nil {
		return nil, fmt.Errorf("openapi.json: %w", err)
	}
	return text, nil
}

// ordered writes decoded YAML as JSON without sorting its keys.
type ordered struct{ value any }

// MarshalJSON writes the value.
func (o ordered) MarshalJSON() ([]byte, error) {
	switch v := o.value.(type) {
	case yaml.MapSlice:
		var b bytes.Buffer
		b.WriteByte('{')
		for i, item := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			key, err := json.Marshal(fmt.Sprint(item.Key))
			if err != nil {
				return nil, err
			}
			value, err := ordered{item.Value}.MarshalJSON()
			if err != nil {
				return nil, err
			}
			b.Write(key)
			b.WriteByte(':')
			b.Write(value)
		}
		b.WriteByte('}')
		return b.Bytes(), nil
	case []any:
		all := make([]ordered, 0, len(v))
		for _, one := range v {
			all = append(all, ordered{one})
		}
		return json.Marshal(all)
	default:
		return json.Marshal(v)
	}
}

var inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// docs returns the reference page and its assets, all of them part of the program. The page may load and call nothing
// but this server.
func docs(publicURL string) (page, assets echo.HandlerFunc, err error) {
	public, err := url.Parse(publicURL)
	if err != nil {
		return nil, nil, fmt.Errorf("public URL: %w", err)
	}
	prefix := strings.TrimSuffix(public.Path, "/")
	ui := v5emb.NewHandlerWithConfig(swgui.Config{
		Title:            "API reference",
		SwaggerJSON:      prefix + "/openapi.json",
		BasePath:         prefix + "/docs/",
		InternalBasePath: "/docs/",
		ShowTopBar:       false,
		SettingsUI:       map[string]string{"persistAuthorization": "false", "tryItOutEnabled": "true"},
	})
	rendered := &bufferedWriter{header: http.Header{}}
	ui.ServeHTTP(rendered, &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/docs/"}})
	html := rendered.body.Bytes()

	policy := "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; img-src 'self' data:; font-src 'self' data:; " +
		"connect-src 'self'" + origin(public) + "; script-src 'self'" + scriptHashes(html) + "; style-src 'self' 'unsafe-inline'"
	serve := file(echo.MIMETextHTMLCharsetUTF8, html)
	page = func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderContentSecurityPolicy, policy)
		c.Response().Header().Set(echo.HeaderReferrerPolicy, "no-referrer")
		return serve(c)
	}
	return page, echo.WrapHandler(ui), nil
}

// origin is that of the public URL, which may differ from the one the page was loaded from.
func origin(public *url.URL) string {
	if public.Host == "" {
		return ""
	}
	return " " + public.Scheme + "://" + public.Host
}

// scriptHashes are the content security sources of the scripts inline in a page.
func scriptHashes(html []byte) string {
	var sources strings.Builder
	for _, match := range inlineScript.FindAllSubmatch(html, -1) {
		sum := sha256.Sum256(match[1])
		sources.WriteString(" 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'")
	}
	return sources.String()
}
