package servertest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meetwright/meetwright"
	"github.com/meetwright/meetwright/server/control" // server defines the string formats
)

// document is the contract and that of the control plane, ready for looking up operations.
type document struct {
	paths map[string]*openapi3.PathItem
	// failure is the schema of every error.
	failure *openapi3.Schema
}

var contract = sync.OnceValues(func() (*document, error) {
	doc, err := openapi3.NewLoader().LoadFromData(meetwright.OpenAPI)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	failure := doc.Components.Schemas["Error"]
	if failure == nil {
		return nil, errors.New("openapi.yaml: no schema Error")
	}
	plane, err := openapi3.NewLoader().LoadFromData(control.OpenAPI)
	if err != nil {
		return nil, fmt.Errorf("control/openapi.yaml: %w", err)
	}
	paths := doc.Paths.Map()
	maps.Copy(paths, plane.Paths.Map())
	return &document{paths: paths, failure: failure.Value}, nil
})

// item finds the path of the contract that a request's path belongs to; one without parameters goes first.
func (d *document) item(path string) *openapi3.PathItem {
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	if item := d.paths[path]; item != nil {
		return item
	}
	for template, item := range d.paths {
		if matches(template, path) {
			return item
		}
	}
	return nil
}

func matches(template, path string) bool {
	want, have := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i, part := range want {
		if strings.HasPrefix(part, "{") && have[i] != "" {
			continue
		}
		if part != have[i] {
			return false
		}
	}
	return true
}

// check returns what is wrong with an answer, nothing when it is as the contract says.
func (d *document) check(method, path string, a answer) []error {
	item := d.item(path)
	if item == nil {
		return d.checkError(a)
	}
	read := method
	if method == http.MethodHead {
		read = http.MethodGet
	}
	o := item.Operations()[read]
	if o == nil {
		if method == http.MethodOptions && a.status == http.StatusNoContent {
			return nil
		}
		return append(d.checkError(a), must(a.status == http.StatusMethodNotAllowed, "the path has no such method")...)
	}
	var found []error
	if a.header.Get("X-Request-Id") == "" {
		found = append(found, errors.New("there is no X-Request-Id"))
	}
	described := o.Responses.Status(a.status)
	if described == nil && a.status >= http.StatusBadRequest {
		described = o.Responses.Default()
	}
	if described == nil || described.Value == nil {
		return append(found, fmt.Errorf("%s does not document this status", o.OperationID))
	}
	if a.status >= http.StatusBadRequest {
		found = append(found, d.checkError(a)...)
	}
	found = append(found, checkHeaders(described.Value.Headers, a.header)...)
	if method == http.MethodHead {
		return found
	}
	return append(found, checkBody(described.Value.Content, a)...)
}

func must(ok bool, text string) []error {
	if ok {
		return nil
	}
	return []error{errors.New(text)}
}

func checkHeaders(described openapi3.Headers, have http.Header) []error {
	var found []error
	for name, ref := range described {
		text := have.Get(name)
		switch h := ref.Value; {
		case text == "" && h.Required:
			found = append(found, fmt.Errorf("header %s is required", name))
		case text == "" || h.Schema == nil:
		default:
			var value any = text
			if !h.Schema.Value.Type.Permits(openapi3.TypeString) {
				value = json.Number(text)
			}
			found = append(found, flat("header "+name, h.Schema.Value.VisitJSON(value, openapi3.MultiErrors()))...)
		}
	}
	return found
}

func checkBody(described openapi3.Content, a answer) []error {
	if len(described) == 0 {
		return must(len(a.body) == 0, "there must be no body")
	}
	kind, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	media := described.Get(kind)
	if err != nil || media == nil {
		return []error{fmt.Errorf("Content-Type %q is not documented", a.header.Get("Content-Type"))}
	}
	if media.Schema == nil {
		return nil
	}
	var value any = string(a.body)
	if kind == "application/json" {
		if value, err = decoded(a.body); err != nil {
			return []error{fmt.Errorf("the body is not JSON: %w", err)}
		}
	}
	return flat("", media.Schema.Value.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsResponse()))
}

// checkError holds errors against the contract's shape, which goes for all paths.
func (d *document) checkError(a answer) []error {
	kind, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	if a.status < http.StatusBadRequest || kind != "application/json" || len(a.body) == 0 {
		return nil
	}
	value, err := decoded(a.body)
	if err != nil {
		return []error{fmt.Errorf("the error is not JSON: %w", err)}
	}
	found := flat("", d.failure.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsResponse()))
	if fields, ok := value.(map[string]any); ok && len(found) == 0 {
		found = append(found, must(fmt.Sprint(fields["statusCode"]) == fmt.Sprint(a.status), "statusCode is not the status")...)
		found = append(found, must(fields["error"] == http.StatusText(a.status), "error is not the reason phrase")...)
		list, many := fields["message"].([]any)
		found = append(found, must(fields["message"] != "" && (!many || len(list) > 0), "message is empty")...)
	}
	return found
}

func decoded(text []byte) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is text after the value")
	}
	return value, nil
}

// flat makes one readable error of each violation of a schema.
func flat(where string, err error) []error {
	var many openapi3.MultiError
	var one *openapi3.SchemaError
	switch {
	case err == nil:
		return nil
	case isMulti(err, &many):
		var all []error
		for _, err := range many {
			all = append(all, flat(where, err)...)
		}
		return all
	case errors.As(err, &one):
		at := where + "/" + strings.Join(one.JSONPointer(), "/")
		if one.Origin != nil {
			return []error{fmt.Errorf("%s: %w", at, one.Origin)}
		}
		return []error{fmt.Errorf("%s: %s", at, one.Reason)}
	default:
		return []error{err}
	}
}

// isMulti does not look into wrapped errors, as errors.As would.
func isMulti(err error, many *openapi3.MultiError) (ok bool) {
	*many, ok = err.(openapi3.MultiError) //nolint:errorlint // see above
	return ok
}
