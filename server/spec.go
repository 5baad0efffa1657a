package server

import (
	"fmt"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meetwright/meetwright"
	"github.com/meetwright/meetwright/server/spec"
)

// contract reads the whole document that the program carries, once and when it is to be shown: it takes tens of
// milliseconds. It is shared by all servers of the process and never changed. Its list of servers is each one's own, and
// empty.
var contract = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(meetwright.OpenAPI)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	doc.Servers = nil
	return doc, nil
})

// requests reads what of the document requests are held against, once, shared and never changed like the whole.
var requests = sync.OnceValues(func() (*openapi3.T, error) {
	text, err := spec.GetSpecJSON()
	if err != nil {
		return nil, err
	}
	return openapi3.NewLoader().LoadFromData(text)
})

// ownOperations compiles the operations of that document; those of the usual limit once, and for all servers.
func ownOperations(limit int64) (map[string]*operation, error) {
	if limit == defaultMaxBody {
		return usualOperations()
	}
	doc, err := requests()
	if err != nil {
		return nil, err
	}
	return operations(doc, limit)
}

var usualOperations = sync.OnceValues(func() (map[string]*operation, error) {
	doc, err := requests()
	if err != nil {
		return nil, err
	}
	return operations(doc, defaultMaxBody)
})

// Preload reads the contract, which New otherwise does when it is first called. A program that has other work before New
// calls it at its start, on a goroutine of its own.
func Preload() { _, _ = usualOperations() } // New reports the error

// served is the document as JSON, with url as its only server.
func served(url string) ([]byte, error) {
	doc, err := contract()
	if err != nil {
		return nil, err
	}
	own := *doc
	own.Servers = openapi3.Servers{{URL: url}}
	return own.MarshalJSON()
}
