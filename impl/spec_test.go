package impl_test

import (
	"cmp"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meetwright/meetwright"
)

// discard is a logger for whoever has none.
var discard = slog.New(slog.DiscardHandler)

// operation is one of the contract, with an example of a request.
type operation struct {
	ID, Method, Path string
	spec             *openapi3.Operation
	params           openapi3.Parameters
}

var contract = sync.OnceValues(func() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromData(meetwright.OpenAPI) })

// operations are all of the contract, by id.
func operations(t testing.TB) []operation {
	t.Helper()
	doc, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	var all []operation
	for path, item := range doc.Paths.Map() {
		for method, spec := range item.Operations() {
			all = append(all, operation{spec.OperationID, method, path, spec, slices.Concat(item.Parameters, spec.Parameters)})
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// path is the path with ids in it, and the query that is required.
func (o operation) path(id string) string {
	path := o.Path
	var query []string
	for _, p := range o.params {
		switch p := p.Value; p.In {
		case "path":
			path = strings.Replace(path, "{"+p.Name+"}", id, 1)
		case "query":
			if p.Required || p.Name == "hostIds" {
				query = append(query, p.Name+"="+strings.Trim(mustJSON(p.Example), `"[]`))
			}
		}
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	return path
}

// body is an example of the body, "" when there is none.
func (o operation) body(t testing.TB) string {
	t.Helper()
	if o.spec.RequestBody == nil {
		return ""
	}
	media := o.spec.RequestBody.Value.Content["application/json"]
	if media.Example != nil {
		return mustJSON(media.Example)
	}
	names := make([]string, 0, len(media.Examples))
	for name := range media.Examples {
		names = append(names, name)
	}
	if len(names) > 0 {
		return mustJSON(media.Examples[slices.Min(names)].Value.Value)
	}
	if example := media.Schema.Value.Example; example != nil {
		return mustJSON(example)
	}
	if len(media.Schema.Value.Required) == 0 {
		return "{}"
	}
	t.Fatalf("%s has no example of its body", o.ID)
	return ""
}

func mustJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // it was read from JSON
	}
	return string(text)
}
