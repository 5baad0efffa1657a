package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"

	"github.com/meetwright/meetwright"
)

// reference adds the paths that are always there and need no credential: the contract itself, a page to read it and try it
// out, a text for language models, whether the server is alive and ready, and its metrics.
func (e *edge) reference(router *echo.Echo, publicURL, demoKey string) error {
	if publicURL == "" {
		publicURL = "/"
	}
	asJSON := sync.OnceValues(func() ([]byte, error) { return served(publicURL) })
	page, assets, err := docs(publicURL)
	if err != nil {
		return err
	}
	read := []string{http.MethodGet, http.MethodHead}
	router.Match(read, "/openapi.yaml", file("application/yaml", known(meetwright.OpenAPI)))
	router.Match(read, "/openapi.json", file(echo.MIMEApplicationJSON, asJSON))
	router.Match(read, "/docs", page)
	router.Match(read, "/docs/*", assets)
	router.Match(read, "/health", func(c echo.Context) error { return status(c, http.StatusOK) })
	router.Match(read, "/ready", e.ready)
	router.Match(read, "/metrics", e.metrics.serve)
	router.Match(read, "/llms.txt", file(echo.MIMETextPlainCharsetUTF8, sync.OnceValues(guide(publicURL, demoKey))))
	return nil
}

// ready answers 200 when the service can serve, else 503.
func (e *edge) ready(c echo.Context) error {
	if err := e.isReady(c.Request().Context()); err != nil {
		return &Problem{Status: http.StatusServiceUnavailable, Message: "This server is not ready", Err: err}
	}
	return status(c, http.StatusOK)
}

func status(c echo.Context, code int) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	writeJSON(c.Response(), code, map[string]string{"status": "ok"})
	return nil
}

// known is content that is there already.
func known(content []byte) func() ([]byte, error) {
	return func() ([]byte, error) { return content, nil }
}

// file serves content that never changes while the server runs, and is made when it is first asked for. It is served whole,
// as RFC 9110 §14.2 allows: package http refuses ranges in plain text.
func file(contentType string, content func() ([]byte, error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		text, err := content()
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		c.Request().Header.Del("Range")
		h := c.Response().Header()
		h.Set(echo.HeaderContentType, contentType)
		h.Set(echo.HeaderCacheControl, "no-cache")
		h.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
		http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(text))
		return nil
	}
}

var (
	inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)
	loadedAsset  = regexp.MustCompile(`(?:src|href)="[^"]*/docs/([^"]*)"`)
)

// docs returns the reference page and its assets, all of them part of the program and made ready when they are first asked
// for. The page may load and call nothing but this server.
func docs(publicURL string) (page, assets echo.HandlerFunc, err error) {
	public, err := url.Parse(publicURL)
	if err != nil {
		return nil, nil, fmt.Errorf("public URL: %w", err)
	}
	prefix := strings.TrimSuffix(public.Path, "/")
	made := sync.OnceValue(func() *docsPage { return newDocsPage(prefix, origin(public)) })
	page = func(c echo.Context) error {
		p := made()
		c.Response().Header().Set(echo.HeaderContentSecurityPolicy, p.policy)
		c.Response().Header().Set(echo.HeaderReferrerPolicy, "no-referrer")
		return p.serve(c)
	}
	assets = func(c echo.Context) error {
		p := made()
		if !p.loads[c.Param("*")] {
			return echo.ErrNotFound
		}
		return echo.WrapHandler(p.ui)(c)
	}
	return page, assets, nil
}

// docsPage is the reference page.
type docsPage struct {
	ui     http.Handler
	serve  echo.HandlerFunc
	policy string
	loads  map[string]bool // the assets it needs
}

func newDocsPage(prefix, origin string) *docsPage {
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
		"connect-src 'self'" + origin + "; script-src 'self'" + scriptHashes(html) + "; style-src 'self' 'unsafe-inline'"
	loads := map[string]bool{}
	for _, match := range loadedAsset.FindAllStringSubmatch(string(html), -1) {
		loads[match[1]] = true
	}
	return &docsPage{ui: ui, serve: file(echo.MIMETextHTMLCharsetUTF8, known(html)), policy: policy, loads: loads}
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
