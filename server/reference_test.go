package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright"
)

func TestSpecification_YAML(t *testing.T) {
	h := (&stub{}).handler(t, Options{})
	w := call{path: "/openapi.yaml"}.do(h)
	if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), meetwright.OpenAPI) || w.Header().Get("Content-Type") != "application/yaml" {
		t.Errorf("status %d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
	}
	again := call{path: "/openapi.yaml", header: http.Header{"If-None-Match": {w.Header().Get("ETag")}}}.do(h)
	if again.Code != http.StatusNotModified {
		t.Errorf("status %d", again.Code)
	}
	for name, value := range map[string]string{"Range": "bytes=999999999-", "If-None-Match": `"x"`} {
		w := call{path: "/openapi.yaml", header: http.Header{name: {value}}}.do(h)
		if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), meetwright.OpenAPI) {
			t.Errorf("%s: status %d, %d bytes", name, w.Code, w.Body.Len())
		}
	}
}

// The JSON is the same document, in the same order, but for the one server.
func TestSpecification_JSON(t *testing.T) {
	h := (&stub{}).handler(t, Options{PublicURL: "https://meet.example.com/base"})
	w := call{path: "/openapi.json"}.do(h)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("status %d, %v", w.Code, w.Header())
	}
	got, err := openapi3.NewLoader().LoadFromData(w.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Servers) != 1 || got.Servers[0].URL != "https://meet.example.com/base" {
		t.Errorf("servers are %v", got.Servers)
	}
	want := document(t)
	want.Servers, got.Servers = nil, nil
	tree := func(doc *openapi3.T) (tree any) {
		text, err := json.Marshal(doc)
		if err != nil || json.Unmarshal(text, &tree) != nil {
			t.Fatal(err)
		}
		return tree
	}
	if diff := cmp.Diff(tree(want), tree(got)); diff != "" {
		t.Error(diff)
	}
}

func TestSpecification_Valid(t *testing.T) {
	if err := document(t).Validate(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestDocs(t *testing.T) {
	h := (&stub{}).handler(t, Options{PublicURL: "https://meet.example.com"})
	for _, path := range []string{"/docs", "/docs/"} {
		w := call{path: path, header: http.Header{"Authorization": nil}}.do(h)
		html := w.Body.String()
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") || !strings.Contains(html, "/openapi.json") {
			t.Fatalf("status %d, %v", w.Code, w.Header())
		}
		loads := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(html, -1)
		if len(loads) < 4 {
			t.Errorf("the page loads %v", loads)
		}
		for _, load := range loads {
			asset := call{path: load[1], header: http.Header{"Authorization": nil}}.do(h)
			if !strings.HasPrefix(load[1], "/docs/") || asset.Code != http.StatusOK || asset.Body.Len() == 0 {
				t.Errorf("%s: status %d", load[1], asset.Code)
			}
		}
		foreign := regexp.MustCompile(`["'(](https?:)?//[^"')]*`).FindAllString(html, -1)
		if foreign = slices.DeleteFunc(foreign, func(s string) bool { return s[1:] == "https://" || s[1:] == "http://" || s[1:] == "//" }); len(foreign) > 0 {
			t.Errorf("the page names %q", foreign)
		}
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "connect-src 'self' https://meet.example.com;") ||
			strings.Count(policy, "'sha256-") != strings.Count(html, "<script>") || strings.Contains(strings.Split(policy, "style-src")[0], "unsafe") {
			t.Errorf("the policy is %s", policy)
		}
	}
	if got := errorOf(t, call{path: "/docs/nothing.js"}.do(h)); got.status != http.StatusNotFound {
		t.Errorf("got %+v", got)
	}
}

func TestHealthAndReady(t *testing.T) {
	svc := &stub{}
	h := svc.handler(t, Options{})
	get := func(path string) (int, string) {
		w := call{path: path, header: http.Header{"Authorization": nil}}.do(h)
		return w.Code, strings.TrimSpace(w.Body.String())
	}
	for _, path := range []string{"/health", "/ready"} {
		if code, body := get(path); code != http.StatusOK || body != `{"status":"ok"}` {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	svc.ready = errors.New("postgres://user:password@host is gone")
	if code, body := get("/health"); code != http.StatusOK {
		t.Errorf("%d %s", code, body)
	}
	got := errorOf(t, call{path: "/ready"}.do(h))
	if got.status != http.StatusServiceUnavailable || strings.Contains(got.messages[0], "postgres") {
		t.Errorf("got %+v", got)
	}
}
