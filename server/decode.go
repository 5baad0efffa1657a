package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how deep arrays and objects of a body may be nested.
const maxDepth = 64

// decoding is one pass over the text of a body: it makes the value that the schema is asked about and tells what only the
// text shows. Numbers stay texts (json.Number), so that 30.0 is not mistaken for 30 and nothing is rounded.
type decoding struct {
	text   []byte
	reader bytes.Buffer
	dec    jsontext.Decoder
	faults faults
	// changed is set when the value lacks something that encoding/json would bind from the text.
	changed bool
}

var decodings = sync.Pool{New: func() any { return new(decoding) }}

// decode reads text as one JSON value of the given shape. Properties the shape does not know, and nulls where null is no
// value, are left out of the value. When changed is set, only the value may be handed on, else the text is as good.
//
// An error is a *Problem: the text is no JSON, or not a JSON that means the same to every reader (duplicate names,
// invalid UTF-8, nesting without end). Faults are violations of the contract, each with its place.
func decode(text []byte, s *shape) (value any, found faults, changed bool, err error) {
	d := decodings.Get().(*decoding)
	defer decodings.Put(d)
	d.text, d.faults, d.changed = text, nil, false
	d.reader = *bytes.NewBuffer(text)
	d.dec.Reset(&d.reader)
	defer func() { d.text, d.faults, d.reader = nil, nil, bytes.Buffer{} }()

	value, err = d.value(s)
	if err == nil {
		err = d.end()
	}
	if err != nil {
		return nil, nil, false, d.refusal(err)
	}
	return value, d.faults, d.changed, nil
}

var (
	errTooDeep  = errors.New("nested too deeply")
	errTrailing = errors.New("text after the value")
)

func (d *decoding) end() error {
	at := d.dec.InputOffset()
	if _, err := d.dec.ReadToken(); errors.Is(err, io.EOF) {
		return nil
	}
	rest := d.text[at:]
	at += int64(len(rest) - len(bytes.TrimLeft(rest, " \t\r\n")))
	return &jsontext.SyntacticError{ByteOffset: at, Err: errTrailing}
}

func (d *decoding) value(s *shape) (any, error) {
	token, err := d.dec.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case jsontext.KindTrue, jsontext.KindFalse:
		return token.Bool(), nil
	case jsontext.KindString:
		text := token.String()
		if strings.IndexByte(text, 0) >= 0 {
			d.fault("must not contain a NUL character")
		}
		return text, nil
	case jsontext.KindNumber:
		return d.number(token.String(), s), nil
	case jsontext.KindBeginObject:
		return d.object(s)
	case jsontext.KindBeginArray:
		return d.array(s)
	default:
		return nil, nil // null is a value
	}
}

func (d *decoding) object(s *shape) (any, error) {
	if d.dec.StackDepth() > maxDepth {
		return nil, errTooDeep
	}
	object := make(map[string]any)
	for {
		if d.dec.PeekKind() == jsontext.KindEndObject {
			_, err := d.dec.ReadToken()
			return object, err
		}
		quoted, err := d.dec.ReadValue()
		if err != nil {
			return nil, err
		}
		if p := s.properties[string(unescaped(quoted))]; p != nil {
			err = d.known(object, p)
		} else {
			err = d.unknown(object, s, quoted)
		}
		if err != nil {
			return nil, err
		}
	}
}

// known reads the value of a known property into object.
func (d *decoding) known(object map[string]any, p *property) error {
	v, err := d.value(p.shape)
	if err != nil {
		return err
	}
	if (v == nil && !p.shape.nullable) || p.readOnly {
		d.changed = true
		return nil
	}
	object[p.name] = v
	return nil
}

// unknown reads the value of a property that is not known by its name: into object when the shape is open to it.
func (d *decoding) unknown(object map[string]any, s *shape, quoted jsontext.Value) error {
	name, err := unquote(quoted)
	if err != nil {
		return err
	}
	if p := s.properties[name]; p != nil { // written with escapes
		return d.known(object, p)
	}
	if strings.IndexByte(name, 0) >= 0 {
		d.fault("must not have a NUL character in its name")
	}
	into := s.extra
	if known := s.folded(name); known != "" {
		d.fault("differs only in case from " + known)
		into = nil
	} else if s.closed {
		d.fault("is not known here")
	}
	if into == nil {
		_, err = d.value(anything)
		return err
	}
	v, err := d.value(into)
	if err != nil {
		return err
	}
	if v == nil && !into.nullable {
		d.changed = true
		return nil
	}
	object[name] = v
	return nil
}

func (d *decoding) array(s *shape) (any, error) {
	if d.dec.StackDepth() > maxDepth {
		return nil, errTooDeep
	}
	array := []any{}
	for d.dec.PeekKind() != jsontext.KindEndArray {
		v, err := d.value(s.items)
		if err != nil {
			return nil, err
		}
		// One too many is enough to be refused for it; a body of a million elements need not be held.
		if s.maxItems < 0 || len(array) <= s.maxItems {
			array = append(array, v)
		}
	}
	_, err := d.dec.ReadToken()
	return array, err
}

// number keeps the text of a number. What the schema cannot see in a float64 is told here: whether it is written as a
// whole number, and whether it fits.
func (d *decoding) number(text string, s *shape) any {
	if s.integer == nil {
		if len(text) > 300 || strings.ContainsAny(text, "eE") {
			if _, err := strconv.ParseFloat(text, 64); err != nil {
				d.fault("is out of range")
				return nil
			}
		}
		return json.Number(text)
	}
	if wrong := notInteger(s.integer, text); wrong != "" {
		d.fault(wrong)
	}
	return json.Number(text)
}

// notInteger says what is wrong with a number where the schema wants a whole one, or "". Neither 30.0 nor 3e1 is written
// as a whole number, and the decoders of Go refuse both.
func notInteger(schema *openapi3.Schema, text string) string {
	n, err := strconv.ParseInt(text, 10, 64)
	tooBig := errors.Is(err, strconv.ErrRange) || (schema.Format == "int32" && int64(int32(n)) != n)
	switch negative := strings.HasPrefix(text, "-"); {
	case tooBig && negative && schema.Min != nil:
		return "must be at least " + plain(*schema.Min)
	case tooBig && !negative && schema.Max != nil:
		return "must be at most " + plain(*schema.Max)
	case tooBig:
		return "is out of range"
	case err != nil, text[0] == '+':
		return mustBe(schema)
	default:
		return ""
	}
}

// fault notes a violation at the value or name that was read last, unless there are more than anybody will be told.
func (d *decoding) fault(text string) {
	if len(d.faults) >= 10*maxMessages {
		return
	}
	var path []string
	for token := range d.dec.StackPointer().Tokens() {
		path = append(path, token)
	}
	d.faults = append(d.faults, fault{path: path, text: text})
}

// refusal words the reason why the text cannot be read, and where.
func (d *decoding) refusal(err error) *Problem {
	refuse := func(reason string) *Problem {
		return &Problem{Status: http.StatusBadRequest, Message: "The body is not valid JSON: " + reason, Err: err}
	}
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, errTooDeep):
		return &Problem{Status: http.StatusBadRequest, Message: "The body is nested deeper than " + strconv.Itoa(maxDepth) + " levels", Err: err}
	case errors.As(err, &syntax) && errors.Is(err, jsontext.ErrDuplicateName):
		var path []string
		for token := range syntax.JSONPointer.Tokens() {
			path = append(path, token)
		}
		return refuse("duplicate key " + dotPath(path))
	case len(bytes.TrimSpace(d.text)) == 0:
		return refuse("it is empty")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return refuse("it ends too early")
	case errors.As(err, &syntax):
		what := "syntax error"
		switch {
		case errors.Is(err, errTrailing):
			what = "text after the value"
		case !utf8.Valid(d.text[max(syntax.ByteOffset-4, 0):min(syntax.ByteOffset+4, int64(len(d.text)))]) && !utf8.Valid(d.text):
			what = "invalid UTF-8"
		}
		return refuse(what + " at " + lineAndColumn(d.text, syntax.ByteOffset))
	default:
		return refuse("syntax error")
	}
}

// lineAndColumn counts as editors do, from 1 and in characters.
func lineAndColumn(text []byte, offset int64) string {
	before := text[:min(offset, int64(len(text)))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return "line " + strconv.Itoa(bytes.Count(before, []byte("\n"))+1) +
		", column " + strconv.Itoa(utf8.RuneCount(before[start:])+1)
}

// unescaped returns what is between the quotes of a name, or nil when that is not the name itself.
func unescaped(quoted jsontext.Value) []byte {
	if bytes.IndexByte(quoted, '\\') >= 0 {
		return nil
	}
	return quoted[1 : len(quoted)-1]
}

func unquote(quoted jsontext.Value) (string, error) {
	if name := unescaped(quoted); name != nil {
		return string(name), nil
	}
	name, err := jsontext.AppendUnquote(nil, quoted)
	return string(name), err
}
