package scan

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// The bounds beyond which somebody else decides.
const (
	maxDepth = 32
	maxKeys  = 32  // of an object whose keys are free
	maxDigit = 300 // of a number
)

// Accepts reports that the schema allows the text; see the package on what
// else that means. False means nothing. With an accepted text comes whether
// it has a number where any value may stand.
func (s *Scanner) Accepts(b []byte) (yes, freeNumber bool) {
	t := &text{rest: b}
	return s.root.value(t, 0) && t.peek() == 0 && len(t.rest) == 0, t.freeNumber
}

// text is what is left to scan.
type text struct {
	rest       []byte
	freeNumber bool // there was one where any value may stand
}

// peek returns the first byte that is no white space, 0 at the end.
func (t *text) peek() byte {
	for i, c := range t.rest {
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			t.rest = t.rest[i:]
			return c
		}
	}
	t.rest = nil
	return 0
}

// skip takes a byte, after white space, if it is next.
func (t *text) skip(c byte) bool {
	if t.peek() != c {
		return false
	}
	t.rest = t.rest[1:]
	return true
}

func (t *text) literal(word string) bool {
	if len(t.rest) < len(word) || string(t.rest[:len(word)]) != word {
		return false
	}
	t.rest = t.rest[len(word):]
	return true
}

// quoted takes a string and returns what is between the quotes, and how many
// escapes of two bytes are in it.
func (t *text) quoted() (inside []byte, escapes int, ok bool) {
	if !t.skip('"') {
		return nil, 0, false
	}
	ascii := true
	for i := 0; i < len(t.rest); i++ {
		switch c := t.rest[i]; {
		case c == '"':
			inside, t.rest = t.rest[:i], t.rest[i+1:]
			return inside, escapes, ascii || utf8.Valid(inside)
		case c < ' ':
			return nil, 0, false
		case c >= utf8.RuneSelf:
			ascii = false
		case c == '\\':
			i++
			if i == len(t.rest) || bytes.IndexByte([]byte(`"\/bfnrt`), t.rest[i]) < 0 {
				return nil, 0, false
			}
			escapes++
		}
	}
	return nil, 0, false
}

// digits takes a number without an exponent and reports whether it is whole.
func (t *text) digits() (number []byte, whole, ok bool) {
	b, i := t.rest, 0
	run := func() int {
		from := i
		for i < len(b) && b[i] >= '0' && b[i] <= '9' {
			i++
		}
		return i - from
	}
	if i < len(b) && b[i] == '-' {
		i++
	}
	first := i
	switch n := run(); {
	case n == 0, n > 1 && b[first] == '0':
		return nil, false, false
	}
	whole = true
	if i < len(b) && b[i] == '.' {
		i++
		whole = false
		if run() == 0 {
			return nil, false, false
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' || i > maxDigit {
		return nil, false, false
	}
	t.rest = b[i:]
	return b[:i], whole, true
}

func (n *node) value(t *text, depth int) bool {
	if t.peek() == 'n' {
		return n.nullable && n.values == nil && t.literal("null")
	}
	return n.check != nil && n.check(n, t, depth)
}

func (n *node) anything(t *text, depth int) bool {
	switch t.peek() {
	case '"':
		_, _, ok := t.quoted()
		return ok
	case '{':
		return n.object(t, depth)
	case '[':
		return n.array(t, depth)
	case 't', 'f':
		return n.boolean(t, depth)
	}
	t.freeNumber = true
	_, _, ok := t.digits()
	return ok
}

func (*node) boolean(t *text, _ int) bool {
	return t.peek() == 't' && t.literal("true") || t.literal("false")
}

func (n *node) string(t *text, _ int) bool {
	inside, escapes, ok := t.quoted()
	if !ok {
		return false
	}
	if length := utf8.RuneCount(inside) - escapes; length < n.minLength || length > n.maxLength {
		return false
	}
	if n.values == nil && n.format == nil {
		return true
	}
	return escapes == 0 && (n.values == nil || n.values[string(inside)]) && (n.format == nil || n.format(string(inside)))
}

func (n *node) number(t *text, _ int) bool {
	t.peek()
	digits, whole, ok := t.digits()
	if !ok {
		return false
	}
	if n.bits > 0 {
		if _, err := strconv.ParseInt(string(digits), 10, n.bits); err != nil || !whole {
			return false
		}
	}
	if n.min == nil && n.max == nil {
		return true
	}
	v, err := strconv.ParseFloat(string(digits), 64)
	return err == nil && (n.min == nil || v >= *n.min) && (n.max == nil || v <= *n.max)
}

func (n *node) array(t *text, depth int) bool {
	if depth == maxDepth || !t.skip('[') {
		return false
	}
	if t.skip(']') {
		return n.minItems == 0
	}
	for count := 1; count <= n.maxItems; count++ {
		switch {
		case !n.items.value(t, depth+1):
			return false
		case t.skip(']'):
			return count >= n.minItems
		case !t.skip(','):
			return false
		}
	}
	return false
}

func (n *node) object(t *text, depth int) bool {
	if depth == maxDepth || !t.skip('{') {
		return false
	}
	if t.skip('}') {
		return n.required == 0 && n.minProps == 0
	}
	var seen uint64
	var free keys
	for count := 1; count <= n.maxProps; count++ {
		key, escapes, ok := t.quoted()
		if !ok || escapes > 0 || !t.skip(':') {
			return false
		}
		of := n.extra
		switch p, known := n.properties[string(key)]; {
		case known && seen&p.bit == 0 && !p.readOnly:
			seen |= p.bit
			of = p.node
		case known, of == nil, len(n.properties) > 0, !free.add(key):
			return false
		}
		switch {
		case !of.value(t, depth+1):
			return false
		case t.skip('}'):
			return seen&n.required == n.required && count >= n.minProps
		case !t.skip(','):
			return false
		}
	}
	return false
}

// keys are those of an object that may have any.
type keys struct {
	all [maxKeys][]byte
	n   int
}

// add reports false for a key that is there, and for one too many.
func (k *keys) add(key []byte) bool {
	if k.n == maxKeys {
		return false
	}
	for _, other := range k.all[:k.n] {
		if bytes.Equal(key, other) {
			return false
		}
	}
	k.all[k.n] = key
	k.n++
	return true
}
