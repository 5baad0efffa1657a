package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"

	"github.com/meetwright/meetwright/server/scan"
)

// body is a request body that was read and validated. It takes the place of http.Request.Body, where the binder under the
// generated handlers finds it.
type body struct {
	// sent holds the bytes as they came.
	sent bytes.Buffer
	// bind is what handlers are given: the bytes as sent, or a text that says the same without what the contract drops.
	bind []byte
	// freeNumber is set when bind may hold a number where any value may stand.
	freeNumber bool
	// Reader reads what was sent, for whoever looks at the body next.
	*bytes.Reader
}

// Close does nothing: the buffer goes back when the request is done.
func (b *body) Close() error { return nil }

var bodies = sync.Pool{New: func() any { return new(body) }}

// release gives the buffer to the next request; a very large one is not kept.
func (b *body) release() {
	if b == nil || b.sent.Cap() > 1<<16 {
		return
	}
	b.bind, b.Reader = nil, nil
	b.sent.Reset()
	bodies.Put(b)
}

// bodyCheck reads and validates the body of an operation.
type bodyCheck struct {
	required bool
	schema   *openapi3.Schema
	shape    *shape
	scanner  *scan.Scanner
	limit    int64
}

// newBodyCheck refuses bodies other than application/json.
func newBodyCheck(rb *openapi3.RequestBody, limit int64, b shapes) (*bodyCheck, error) {
	media := rb.Content["application/json"]
	if media == nil || media.Schema == nil || media.Schema.Value == nil || len(rb.Content) != 1 {
		return nil, errors.New("the request body must be application/json with a schema, and nothing else")
	}
	schema := media.Schema.Value
	return &bodyCheck{
		required: rb.Required, schema: schema, shape: b.of(schema), limit: limit,
		scanner: scan.Compile(schema, func(name string) func(string) bool { return formats[name].valid }),
	}, nil
}

// read returns the body, nil when there is none and none is needed, and its violations. Errors are *Problem, for what
// cannot be read as JSON at all.
func (k *bodyCheck) read(r *http.Request) (*body, faults, error) {
	switch {
	case r.ContentLength == 0 || r.Body == nil:
		return nil, nil, k.absent()
	case r.ContentLength > 0:
		if err := k.acceptable(r); err != nil {
			return nil, nil, err
		}
	}
	b := bodies.Get().(*body)
	if err := k.fill(b, r); err != nil || b.sent.Len() == 0 {
		b.release()
		if err == nil {
			err = k.absent()
		}
		return nil, nil, err
	}
	found, err := k.validate(b)
	if err != nil {
		b.release()
		return nil, nil, err
	}
	b.Reader = bytes.NewReader(b.sent.Bytes())
	return b, found, nil
}

func (k *bodyCheck) absent() error {
	if k.required {
		return &Problem{Status: http.StatusBadRequest, Message: "The body is missing"}
	}
	return nil
}

// acceptable decides by the headers alone.
func (k *bodyCheck) acceptable(r *http.Request) error {
	if !isJSON(only(r.Header, echo.HeaderContentType)) {
		return &Problem{Status: http.StatusUnsupportedMediaType, Message: "Content-Type must be application/json"}
	}
	if coding := only(r.Header, echo.HeaderContentEncoding); coding != "" && !strings.EqualFold(coding, "identity") {
		return &Problem{Status: http.StatusUnsupportedMediaType, Message: "Content-Encoding must be identity"}
	}
	if r.ContentLength > k.limit {
		return k.tooLarge()
	}
	return nil
}

// isJSON accepts application/json in any case, with any parameters.
func isJSON(contentType string) bool {
	if contentType == echo.MIMEApplicationJSON {
		return true
	}
	kind, _, err := mime.ParseMediaType(contentType)
	return kind == echo.MIMEApplicationJSON && (err == nil || errors.Is(err, mime.ErrInvalidMediaParameter))
}

func (k *bodyCheck) tooLarge() error {
	return &Problem{Status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("The body is larger than %d bytes", k.limit)}
}

// fill reads the whole body, up to the limit. The headers of a body of unknown length count once there is a first byte.
func (k *bodyCheck) fill(b *body, r *http.Request) error {
	n, err := b.sent.ReadFrom(io.LimitReader(r.Body, k.limit+1))
	if n > 0 && r.ContentLength < 0 {
		if err := k.acceptable(r); err != nil {
			return err
		}
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge) || n > k.limit:
		return k.tooLarge()
	case err != nil:
		return &Problem{Status: http.StatusBadRequest, Message: "The body could not be read to its end", Err: err}
	}
	return nil
}

// validate decides whether the bytes are a body of the operation, and what is bound of them.
//
// The scanner is quick, and sure when it says yes. Otherwise kin-openapi decides, and finds the words.
func (k *bodyCheck) validate(b *body) (faults, error) {
	b.bind = b.sent.Bytes()
	var yes bool
	if yes, b.freeNumber = k.scanner.Accepts(b.bind); yes {
		return nil, nil
	}
	b.freeNumber = true
	return k.judge(b)
}

// judge decides by kin-openapi.
func (k *bodyCheck) judge(b *body) (faults, error) {
	value, found, changed, err := decode(b.bind, k.shape)
	if err != nil {
		return nil, err
	}
	for _, f := range violations(nil, k.schema.VisitJSON(value, openapi3.MultiErrors())) {
		if !found.at(f.path) {
			found = append(found, f)
		}
	}
	if len(found) > 0 {
		return found.sorted(), nil
	}
	if changed {
		b.bind, err = json.Marshal(value)
	}
	return nil, err
}

// keepNumbers keeps the text of numbers where any value may stand: a float64 has 53 bits of them. Asking it of each value
// takes a third of the time of decoding.
var keepNumbers = jsonv2.WithUnmarshalers(jsonv2.UnmarshalFromFunc(func(d *jsontext.Decoder, into *any) error {
	if d.PeekKind() != jsontext.KindNumber {
		return errors.ErrUnsupported // decoded as it would be
	}
	token, err := d.ReadToken()
	*into = json.Number(token.String())
	return err
}))

// binder hands validated bodies to the generated handlers.
type binder struct{}

// Bind decodes what was validated, matching names exactly as the validation did, which encoding/json does not. It returns
// io.EOF, which the generated code understands, when there is no body. Any other error means that the contract's schema
// allows what the generated type does not.
func (binder) Bind(into any, c echo.Context) error {
	b, ok := c.Request().Body.(*body)
	if !ok {
		return io.EOF
	}
	var options jsonv2.Options
	if b.freeNumber {
		options = keepNumbers
	}
	if err := jsonv2.Unmarshal(b.bind, into, options); err != nil {
		return &Problem{Status: http.StatusBadRequest, Message: "The body does not have the form of the contract", Err: err}
	}
	return nil
}
