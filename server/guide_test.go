package server

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// Every operation and header that the text for language models names is in the contract, and every example in it passes.
func TestGuide(t *testing.T) {
	const base = "https://meet.example.com/base"
	h := (&stub{}).handler(t, Options{PublicURL: base, DemoKey: "rgo-demo"})
	w := call{path: "/llms.txt", header: http.Header{"Authorization": nil}}.do(h)
	text := w.Body.String()
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/plain; charset=UTF-8" || !strings.HasPrefix(text, "# Meeting booking API\n\n> Book meetings") {
		t.Fatalf("status %d, %v: %.200s", w.Code, w.Header(), text)
	}
	if !strings.Contains(text, "its demo's credential is `rgo-demo`") {
		t.Error("it does not tell the demo's credential")
	}
	doc := document(t)
	named := regexp.MustCompile("`(GET|POST|PUT|PATCH|DELETE) (/[^`]*)`").FindAllStringSubmatch(text, -1)
	if len(named) != len(guided) {
		t.Errorf("it names %q", named)
	}
	for _, one := range named {
		if item := doc.Paths.Value(one[2]); item == nil || item.GetOperation(one[1]) == nil {
			t.Errorf("%s %s is not in the contract", one[1], one[2])
		}
	}
	curls := regexp.MustCompile(`(?s)curl -X (\w+) "([^"]+)"(.*?)\n`+"```").FindAllStringSubmatch(text, -1)
	if len(curls) != len(guided) {
		t.Errorf("it shows %q", curls)
	}
	for _, one := range curls {
		path, ours := strings.CutPrefix(strings.ReplaceAll(one[2], "$APPOINTMENT_ID", anID), base)
		_, body, _ := strings.Cut(one[3], "-d '")
		if answer := (call{method: one[1], path: path, body: strings.TrimSuffix(body, "'")}).do(h); !ours || answer.Code != http.StatusOK {
			t.Errorf("%s is answered %d %s", one[2], answer.Code, answer.Body)
		}
	}
	for _, scheme := range doc.Components.SecuritySchemes {
		if scheme.Value.Type == "apiKey" && !strings.Contains(text, scheme.Value.Name) {
			t.Errorf("it does not tell of %s", scheme.Value.Name)
		}
	}
	for _, answer := range regexp.MustCompile("An answer, ([0-9]+): `(.*)`").FindAllStringSubmatch(text, -1) {
		var value any
		if err := json.Unmarshal([]byte(answer[2]), &value); err != nil {
			t.Error(err)
		}
		schema := doc.Components.Schemas["BookingResult"]
		if answer[1] == "400" {
			schema = doc.Components.Schemas["Error"]
		}
		if err := schema.Value.VisitJSON(value, openapi3.VisitAsResponse()); err != nil {
			t.Errorf("%s: %v", answer[2], err)
		}
	}
	for _, link := range regexp.MustCompile(`\]\(([^)]*)\)`).FindAllStringSubmatch(text, -1) {
		path, ours := strings.CutPrefix(link[1], base)
		if answer := (call{path: path}).do(h); !ours || answer.Code != http.StatusOK {
			t.Errorf("%s is answered %d", link[1], answer.Code)
		}
	}
}
