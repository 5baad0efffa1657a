// Package scan recognises JSON texts that a schema allows, in one pass over
// the bytes and without making a value of them.
//
// A scanner only ever says yes. Whatever it is not sure of, by what the text
// holds or by what the schema asks, it does not accept, and somebody slower
// must decide and find the words. So it may be simple: texts with \u escapes,
// keys it does not know, numbers with exponents are all left to others.
//
// Yes means: the text is JSON (RFC 8259) that means the same to every reader
// (valid UTF-8, no key twice, no NUL, not nested deeply), the schema allows
// its value, and nothing in it has to be left out: no unknown or read-only
// property, no null in the place of an absent value.
package scan

import (
	"reflect"

	"github.com/getkin/kin-openapi/openapi3"
)

// Scanner accepts texts of one schema. It is safe for concurrent use.
type Scanner struct{ root *node }

// node is what a schema asks of a value.
type node struct {
	// check scans a value; nil says no, for a schema with a keyword that is
	// not understood.
	check    func(n *node, t *text, depth int) bool
	nullable bool
	readOnly bool

	// of strings
	minLength, maxLength int
	values               map[string]bool // nil for any
	format               func(string) bool

	// of numbers
	min, max *float64
	bits     int // of an integer

	// of arrays
	minItems, maxItems int
	items              *node

	// of objects
	properties         map[string]property
	required           uint64 // a bit for each property that must be there
	minProps, maxProps int
	extra              *node // of properties that are not known; nil for none
}

type property struct {
	*node
	bit uint64
}

const unlimited = int(^uint(0) >> 1)

// Compile makes a scanner of a schema. The formats are those that strings may
// have to have; one that is not among them is not understood.
func Compile(schema *openapi3.Schema, formats func(name string) func(string) bool) *Scanner {
	c := compiler{formats: formats, nodes: map[*openapi3.Schema]*node{}}
	return &Scanner{c.node(schema)}
}

type compiler struct {
	formats func(name string) func(string) bool
	nodes   map[*openapi3.Schema]*node // schemas may refer to themselves
}

func (c *compiler) node(schema *openapi3.Schema) *node {
	if n := c.nodes[schema]; n != nil {
		return n
	}
	n := &node{nullable: schema.Nullable, readOnly: schema.ReadOnly}
	c.nodes[schema] = n
	known := *schema
	forgetWords(&known)
	known.Nullable, known.Type = false, nil
	switch {
	case schema.Type.Is(openapi3.TypeString):
		c.stringNode(n, &known)
	case schema.Type.Is(openapi3.TypeInteger), schema.Type.Is(openapi3.TypeNumber):
		numberNode(n, &known, schema.Type.Is(openapi3.TypeInteger))
	case schema.Type.Is(openapi3.TypeBoolean):
		n.check = (*node).boolean
	case schema.Type.Is(openapi3.TypeArray):
		c.arrayNode(n, &known)
	case schema.Type.Is(openapi3.TypeObject):
		c.objectNode(n, &known)
	case schema.Type == nil:
		*n = *anything()
	}
	if !reflect.ValueOf(known).IsZero() { // it asks for more than was read
		n.check, n.nullable = nil, false
	}
	return n
}

// forgetWords clears what a schema says to people only.
func forgetWords(s *openapi3.Schema) {
	s.Extensions, s.Origin, s.Title, s.Description, s.Example, s.ExternalDocs, s.XML = nil, nil, "", "", nil, nil, nil
	s.Default, s.Deprecated, s.WriteOnly, s.ReadOnly = nil, false, false, false // defaults are the handler's
}

func (c *compiler) stringNode(n *node, known *openapi3.Schema) {
	n.check, n.minLength, n.maxLength = (*node).string, int(known.MinLength), limit(known.MaxLength)
	known.MinLength, known.MaxLength = 0, nil
	if known.Format != "" {
		if n.format = c.formats(known.Format); n.format == nil {
			return // and the format is left in known
		}
		known.Format = ""
	}
	if known.Enum == nil {
		return
	}
	n.values = map[string]bool{}
	for _, v := range known.Enum {
		text, ok := v.(string)
		if !ok {
			return
		}
		n.values[text] = true
	}
	known.Enum = nil
}

func numberNode(n *node, known *openapi3.Schema, integer bool) {
	n.check, n.min, n.max = (*node).number, known.Min, known.Max
	known.Min, known.Max = nil, nil
	switch {
	case integer && known.Format == "int32":
		n.bits, known.Format = 32, ""
	case integer && (known.Format == "" || known.Format == "int64"):
		n.bits, known.Format = 64, ""
	}
}

func (c *compiler) arrayNode(n *node, known *openapi3.Schema) {
	n.check, n.minItems, n.maxItems = (*node).array, int(known.MinItems), limit(known.MaxItems)
	known.MinItems, known.MaxItems = 0, nil
	if known.Items != nil {
		n.items, known.Items = c.node(known.Items.Value), nil
	} else {
		n.items = anything()
	}
}

func (c *compiler) objectNode(n *node, known *openapi3.Schema) {
	n.check, n.minProps, n.maxProps = (*node).object, int(known.MinProps), limit(known.MaxProps)
	known.MinProps, known.MaxProps = 0, nil
	switch ap := known.AdditionalProperties; {
	case ap.Schema != nil && len(known.Properties) == 0:
		n.extra = c.node(ap.Schema.Value)
	case ap.Has != nil && *ap.Has, ap.Has == nil && ap.Schema == nil && len(known.Properties) == 0:
		n.extra = anything()
	}
	known.AdditionalProperties = openapi3.AdditionalProperties{}
	if len(known.Properties) > 64 {
		return // more than there are bits; left in known
	}
	n.properties = make(map[string]property, len(known.Properties))
	for name, ref := range known.Properties {
		n.properties[name] = property{c.node(ref.Value), 1 << len(n.properties)}
	}
	known.Properties = nil
	for _, name := range known.Required {
		p, ok := n.properties[name]
		if !ok {
			return
		}
		n.required |= p.bit
	}
	known.Required = nil
}

func limit(n *uint64) int {
	if n == nil || *n > uint64(unlimited) {
		return unlimited
	}
	return int(*n)
}

// anything allows any value at all.
func anything() *node {
	n := &node{check: (*node).anything, nullable: true, maxItems: unlimited, maxProps: unlimited}
	n.items, n.extra = n, n
	return n
}
