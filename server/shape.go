package server

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// shape is what decoding must know of a schema before the schema itself is asked: which properties exist, which nulls
// mean "absent", which numbers are whole. It decides nothing that kin-openapi can decide from the decoded value.
type shape struct {
	// properties are the known ones by name.
	properties map[string]*property
	// names are the keys of properties in order.
	names []string
	// extra is the shape of properties that are not known; nil means that they are dropped, or a fault when closed is set.
	extra  *shape
	closed bool
	// items is the shape of an array's elements.
	items *shape
	// maxItems is how many elements the schema allows, -1 when it does not say.
	maxItems int
	// nullable says that null is a value here and not the same as leaving the property out.
	nullable bool
	// integer is set when only whole numbers fit: the schema that says so.
	integer *openapi3.Schema
}

// property is a known property of an object.
type property struct {
	name     string
	shape    *shape
	readOnly bool
}

// anything is the shape of free-form values: all of it is kept.
var anything = func() *shape {
	s := &shape{maxItems: -1, nullable: true}
	s.extra, s.items = s, s
	return s
}()

// folded returns the known property that name differs from only in case, or "". The decoders of encoding/json would take
// one for the other.
func (s *shape) folded(name string) string {
	for _, known := range s.names {
		if strings.EqualFold(known, name) {
			return known
		}
	}
	return ""
}

// shapes builds shapes, each of a set of schemas that hold for the same value; schemas may refer to themselves.
type shapes map[string]*shape

// of returns the shape of a value to which all the schemas, and those composed into them, apply.
func (b shapes) of(schemas ...*openapi3.Schema) *shape {
	all := composed(nil, schemas)
	key := fmt.Sprint(addresses(all))
	if s := b[key]; s != nil {
		return s
	}
	s := &shape{maxItems: -1}
	b[key] = s

	properties := map[string][]*openapi3.Schema{}
	var items, extra []*openapi3.Schema
	open, closed := false, false
	for _, schema := range all {
		s.nullable = s.nullable || schema.Nullable
		for name, ref := range schema.Properties {
			properties[name] = append(properties[name], ref.Value)
		}
		if schema.Items != nil {
			items = append(items, schema.Items.Value)
		}
		if schema.MaxItems != nil && len(all) == 1 {
			s.maxItems = int(*schema.MaxItems)
		}
		switch ap := schema.AdditionalProperties; {
		case ap.Schema != nil:
			extra = append(extra, ap.Schema.Value)
		case ap.Has != nil:
			open, closed = open || *ap.Has, closed || !*ap.Has
		}
	}
	if len(all) == 1 && all[0].Type.Is(openapi3.TypeInteger) {
		s.integer = all[0]
	}
	for name, of := range properties {
		p := &property{name: name, shape: b.of(of...)}
		for _, schema := range of {
			p.readOnly = p.readOnly || schema.ReadOnly
		}
		if s.properties == nil {
			s.properties = map[string]*property{}
		}
		s.properties[name] = p
		s.names = append(s.names, name)
	}
	slices.Sort(s.names)
	s.closed = closed && len(all) == 1
	switch {
	case len(extra) > 0:
		s.extra = b.of(extra...)
	case open, len(properties) == 0 && !closed:
		s.extra = anything
	}
	s.items = anything
	if len(items) > 0 {
		s.items = b.of(items...)
	}
	return s
}

// addresses identifies a set of schemas.
func addresses(schemas []*openapi3.Schema) []string {
	all := make([]string, 0, len(schemas))
	for _, schema := range schemas {
		all = append(all, fmt.Sprintf("%p", schema))
	}
	slices.Sort(all)
	return all
}

// composed adds to all the schemas and whatever allOf, oneOf and anyOf bring in, each once.
func composed(all, schemas []*openapi3.Schema) []*openapi3.Schema {
	for _, schema := range schemas {
		if schema == nil || slices.Contains(all, schema) {
			continue
		}
		all = append(all, schema)
		for _, refs := range []openapi3.SchemaRefs{schema.AllOf, schema.OneOf, schema.AnyOf} {
			for _, ref := range refs {
				all = composed(all, []*openapi3.Schema{ref.Value})
			}
		}
	}
	return all
}
