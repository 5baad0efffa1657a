package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// Violation is one way in which a request or an answer leaves the contract. It never shows a value.
type Violation struct {
	// At is a JSON pointer (RFC 6901) to the place in the body, "" for what is not at one place of it.
	At string
	// Reason says what is wrong: there, or in the request or answer as a whole.
	Reason string
}

func (v Violation) String() string { return strings.TrimPrefix(v.At+" "+v.Reason, " ") }

// Answers are what a contract says of answers. They are safe for concurrent use.
type Answers struct {
	paths map[string]*openapi3.PathItem
	byID  map[string]*openapi3.Operation
	// failure is the schema of every error.
	failure *openapi3.Schema
}

// OwnAnswers returns what the API's contract says. It reads the whole contract when it is first called, which takes tens of
// milliseconds.
var OwnAnswers = sync.OnceValues(func() (*Answers, error) {
	doc, err := contract()
	if err != nil {
		return nil, err
	}
	return newAnswers(doc)
})

// NewAnswers reads another contract, in JSON or YAML, which must describe errors by a schema named Error.
func NewAnswers(text []byte) (*Answers, error) {
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	return newAnswers(doc)
}

func newAnswers(doc *openapi3.T) (*Answers, error) {
	failure := doc.Components.Schemas["Error"]
	if failure == nil {
		return nil, errors.New("the contract has no schema Error")
	}
	k := &Answers{paths: doc.Paths.Map(), byID: map[string]*openapi3.Operation{}, failure: failure.Value}
	for _, item := range k.paths {
		for _, o := range item.Operations() {
			k.byID[o.OperationID] = o
		}
	}
	return k, nil
}

// Check returns how the answer to a request leaves the contract, nothing when it does not. Of paths that are not in the
// contract only errors are looked at, which have one shape everywhere.
func (k *Answers) Check(method, path string, a Answer) []Violation {
	item := k.item(path)
	if item == nil {
		return public(k.checkError(a))
	}
	read := method
	if method == http.MethodHead {
		read = http.MethodGet
	}
	switch o := item.Operations()[read]; {
	case o != nil:
		return k.CheckOperation(o.OperationID, method, a)
	case method == http.MethodOptions && a.Status == http.StatusNoContent:
		return nil
	default:
		return public(append(k.checkError(a), unless(a.Status == http.StatusMethodNotAllowed, "the path has no such method")...))
	}
}

// CheckOperation returns how the answer to an operation leaves the contract: a status that the operation does not
// document, a missing header, another content type, a body that its schema refuses, formats included. Of an operation that
// is not known it returns nothing. Of an answer with more than a hundred violations the rest is only counted.
func (k *Answers) CheckOperation(id, method string, a Answer) []Violation {
	o := k.byID[id]
	if o == nil {
		return nil
	}
	found := unless(a.Header.Get("X-Request-Id") != "", "there is no X-Request-Id")
	described := o.Responses.Status(a.Status)
	if described == nil && a.Status >= http.StatusBadRequest {
		described = o.Responses.Default()
	}
	if described == nil || described.Value == nil {
		return public(append(found, fault{text: fmt.Sprintf("%s does not document status %d", id, a.Status)}))
	}
	found = append(found, checkHeaders(described.Value.Headers, a.Header)...)
	if method == http.MethodHead {
		return public(found)
	}
	inBody := checkBody(described.Value.Content, a)
	if len(inBody) == 0 && a.Status >= http.StatusBadRequest {
		inBody = k.checkError(a)
	}
	return public(append(found, inBody...))
}

// operation finds one by its id; o is nil when there is none.
func (k *Answers) operation(id string) (method, path string, o *openapi3.Operation) {
	for path, item := range k.paths {
		for method, o := range item.Operations() {
			if o.OperationID == id {
				return method, path, o
			}
		}
	}
	return "", "", nil
}

// item finds the path of the contract that a request's path belongs to; one without parameters goes first.
func (k *Answers) item(path string) *openapi3.PathItem {
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	if item := k.paths[path]; item != nil {
		return item
	}
	for template, item := range k.paths {
		if slices.EqualFunc(strings.Split(template, "/"), strings.Split(path, "/"), func(want, have string) bool {
			return want == have || strings.HasPrefix(want, "{") && have != ""
		}) {
			return item
		}
	}
	return nil
}

// unless is a fault of an answer as a whole, unless all is well.
func unless(ok bool, text string) faults {
	if ok {
		return nil
	}
	return faults{{text: text}}
}

func checkHeaders(described openapi3.Headers, have http.Header) (found faults) {
	for name, ref := range described {
		text := have.Get(name)
		switch h := ref.Value; {
		case text == "" && h.Required:
			found = append(found, fault{text: "header " + name + " is required"})
		case text == "" || h.Schema == nil:
		default:
			var value any = text
			if !h.Schema.Value.Type.Permits(openapi3.TypeString) {
				value = json.Number(text)
			}
			for _, f := range violations(nil, h.Schema.Value.VisitJSON(value, openapi3.MultiErrors())) {
				found = append(found, fault{text: "header " + name + " " + f.text})
			}
		}
	}
	return found.sorted()
}

func checkBody(described openapi3.Content, a Answer) faults {
	if len(described) == 0 {
		return unless(len(a.Body) == 0, "there must be no body")
	}
	given := a.Header.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(given)
	media := described.Get(kind)
	if err != nil || media == nil {
		return faults{{text: fmt.Sprintf("Content-Type %.100q is not documented", given)}}
	}
	if media.Schema == nil {
		return nil
	}
	var value any = string(a.Body)
	if kind == "application/json" {
		if value, err = answerBody(a.Body); err != nil {
			return faults{{text: err.Error()}}
		}
	}
	return bodyFaults(media.Schema.Value, value)
}

// bodyFaults holds a decoded body of an answer against its schema.
func bodyFaults(s *openapi3.Schema, value any) faults {
	found := violations(nil, s.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsResponse()))
	for i, f := range found {
		if len(f.path) == 0 {
			found[i].text = "the body " + f.text
		}
	}
	return found.sorted()
}

// checkError holds errors against the contract's shape, which goes for all paths.
func (k *Answers) checkError(a Answer) faults {
	kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if a.Status < http.StatusBadRequest || kind != "application/json" || len(a.Body) == 0 {
		return nil
	}
	value, err := answerBody(a.Body)
	if err != nil {
		return faults{{text: err.Error()}}
	}
	if found := bodyFaults(k.failure, value); len(found) > 0 {
		return found
	}
	fields, _ := value.(map[string]any)
	list, many := fields["message"].([]any)
	return slices.Concat(
		unless(fmt.Sprint(fields["statusCode"]) == fmt.Sprint(a.Status), "statusCode is not the status"),
		unless(fields["error"] == http.StatusText(a.Status), "error is not the reason phrase"),
		unless(fields["message"] != "" && (!many || len(list) > 0), "message is empty"))
}

// answerBody decodes the body of an answer; numbers stay texts.
func answerBody(text []byte) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return nil, errors.New("the body is not JSON")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the body has text after the JSON value")
	}
	return value, nil
}

// public is the faults as others are told of them.
func public(found faults) []Violation {
	var all []Violation
	for _, f := range found[:min(len(found), maxMessages)] {
		all = append(all, Violation{At: pointer(f.path), Reason: f.text})
	}
	if more := len(found) - maxMessages; more > 0 {
		all = append(all, Violation{Reason: fmt.Sprintf("there are %d more violations", more)})
	}
	return all
}

// pointer writes a path as RFC 6901 §3 has it.
func pointer(path []string) string {
	var text strings.Builder
	for _, token := range path {
		text.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(token))
	}
	return text.String()
}
