package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

// param is one parameter of an operation.
type param struct {
	name     string
	header   string // the name in canonical form
	in       string
	required bool
	// schema is that of the value; of one element when array is set.
	schema *openapi3.Schema
	// array is the schema of the whole when the parameter takes many values.
	array *openapi3.Schema
}

// newParam refuses the styles that the edge does not read.
func newParam(p *openapi3.Parameter) (*param, error) {
	if p.Schema == nil || p.Schema.Value == nil {
		return nil, fmt.Errorf("parameter %s has no schema", p.Name)
	}
	one := &param{name: p.Name, header: http.CanonicalHeaderKey(p.Name), in: p.In, required: p.Required, schema: p.Schema.Value}
	switch {
	case one.schema.Type.Is(openapi3.TypeArray):
		style, err := p.SerializationMethod()
		if err != nil || p.In != openapi3.ParameterInQuery || style.Style != openapi3.SerializationForm || !style.Explode {
			return nil, fmt.Errorf("parameter %s: arrays are read from the query in exploded form style only", p.Name)
		}
		one.array, one.schema = one.schema, one.schema.Items.Value
	case one.schema.Type.Is(openapi3.TypeObject), p.In == openapi3.ParameterInCookie:
		return nil, fmt.Errorf("parameter %s: neither objects nor cookies are read", p.Name)
	}
	return one, nil
}

// given is what a request says for one parameter: the decoded values, and whether one could not be decoded.
type given struct {
	values []string
	broken bool
}

// checkParams validates the parameters of a request in the order of the spec. What it found in the query is put where the
// generated binder looks for it: the forms of an array are made one, and absent means absent.
func (o *operation) checkParams(c echo.Context) faults {
	var found faults
	var query map[string]given
	var binds url.Values
	if o.queryParams > 0 {
		query = o.parseQuery(c.Request().URL.RawQuery)
		binds = c.QueryParams()
		clear(binds)
	}
	for _, p := range o.params {
		var g given
		switch p.in {
		case openapi3.ParameterInPath:
			g.values = []string{pathParam(c, p.name)}
		case openapi3.ParameterInHeader:
			g.values = c.Request().Header[p.header]
		default:
			g = query[p.name]
		}
		more := p.check(g)
		found = append(found, more...)
		if len(more) == 0 && len(g.values) > 0 && p.in == openapi3.ParameterInQuery {
			binds[p.name] = g.values
		}
	}
	return found
}

// parseQuery reads the parameters the operation knows. An array may come as a repeated key, as a comma list and under
// name[]; a comma that is percent-encoded separates only where an element cannot hold one. Empty values count as absent.
func (o *operation) parseQuery(raw string) map[string]given {
	query := make(map[string]given, o.queryParams)
	for pair := range strings.SplitSeq(raw, "&") {
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(rawName)
		if err != nil {
			continue
		}
		p := o.queryParam(name)
		if p == nil {
			if p = o.queryParam(strings.TrimSuffix(name, "[]")); p == nil || p.array == nil {
				continue
			}
		}
		g := query[p.name]
		for part := range p.split(rawValue) {
			value, err := url.QueryUnescape(part)
			switch {
			case err != nil:
				g.broken = true
			case value != "":
				g.values = append(g.values, p.separate(value)...)
			}
		}
		query[p.name] = g
	}
	return query
}

func (o *operation) queryParam(name string) *param {
	for _, p := range o.params {
		if p.in == openapi3.ParameterInQuery && p.name == name {
			return p
		}
	}
	return nil
}

// split cuts a raw value at the commas that separate elements.
func (p *param) split(raw string) func(func(string) bool) {
	if p.array == nil {
		return slices.Values([]string{raw})
	}
	return strings.SplitSeq(raw, ",")
}

// separate cuts a decoded value at its commas when they cannot be part of an element.
func (p *param) separate(value string) []string {
	if p.array != nil && (p.schema.Format == "uuid" || len(p.schema.Enum) > 0) {
		return slices.DeleteFunc(strings.Split(value, ","), func(s string) bool { return s == "" })
	}
	return []string{value}
}

// check returns the violations of one parameter.
func (p *param) check(g given) faults {
	at := []string{p.name}
	switch {
	case g.broken:
		return faults{{at, "is not correctly percent-encoded"}}
	case len(g.values) == 0 && p.required:
		return faults{{at, "is required"}}
	case len(g.values) == 0:
		return nil
	case p.array != nil:
		return p.checkArray(at, g.values)
	case len(g.values) > 1:
		return faults{{at, "must be given only once"}}
	}
	v, wrong := p.value(g.values[0])
	if wrong != "" {
		return faults{{at, wrong}}
	}
	found := violations(at, p.schema.VisitJSON(v, openapi3.MultiErrors()))
	if len(found) > 0 && p.in == openapi3.ParameterInQuery && p.plusLost(g.values[0]) {
		found[0].text += "; write its + as %2B"
	}
	return found
}

func (p *param) checkArray(at, texts []string) faults {
	var found faults
	elements := make([]any, 0, len(texts))
	for i, text := range texts {
		v, wrong := p.value(text)
		if wrong != "" {
			found = append(found, fault{[]string{p.name, strconv.Itoa(i)}, wrong})
		}
		elements = append(elements, v)
	}
	if found != nil {
		return found
	}
	return violations(at, p.array.VisitJSON(elements, openapi3.MultiErrors()))
}

// plusLost recognises an instant whose plus sign arrived as a blank, as an unescaped plus does in a query.
func (p *param) plusLost(text string) bool {
	f, known := formats[p.schema.Format]
	return known && strings.Contains(text, " ") && f.valid(strings.Replace(text, " ", "+", 1))
}

// value reads the text of a parameter as the type of its schema; or says what the text must be instead.
func (p *param) value(text string) (v any, wrong string) {
	switch {
	case !utf8.ValidString(text):
		return nil, "must be valid UTF-8"
	case strings.IndexByte(text, 0) >= 0:
		return nil, "must not contain a NUL character"
	case p.schema.Type.Is(openapi3.TypeInteger):
		return json.Number(text), notInteger(p.schema, text)
	case p.schema.Type.Is(openapi3.TypeNumber):
		if _, err := strconv.ParseFloat(text, 64); err != nil || !json.Valid([]byte(text)) {
			return nil, mustBe(p.schema)
		}
		return json.Number(text), ""
	case p.schema.Type.Is(openapi3.TypeBoolean):
		if text != "true" && text != "false" {
			return nil, mustBe(p.schema)
		}
		return text == "true", ""
	default:
		return text, ""
	}
}

// pathParam is the decoded value of a path parameter. Echo matches the path as it was sent when its decoded form would be
// ambiguous, and the decoded path otherwise.
func pathParam(c echo.Context, name string) string {
	value := c.Param(name)
	if c.Request().URL.RawPath != "" {
		if decoded, err := url.PathUnescape(value); err == nil {
			return decoded
		}
	}
	return value
}

// only is the value of a header that may come once; values of a repeated one are joined, which no credential or id survives.
func only(h http.Header, name string) string { return strings.Join(h.Values(name), ",") }
