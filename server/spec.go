package server

import (
	"fmt"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meetwright/meetwright"
)

// contract reads the document that the program carries, once: it takes tens of milliseconds. It is what requests are held
// against, shared by all servers of the process and never changed. Its list of servers is of no concern there, and empty.
var contract = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(meetwright.OpenAPI)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	doc.Servers = nil
	return doc, nil
})

// ownOperations compiles the operations of that document; those of the usual limit once, and for all servers.
func ownOperations(doc *openapi3.T, limit int64) (map[string]*operation, error) {
	if limit != defaultMaxBody {
		return operations(doc, limit)
	}
	return usualOperations()
}

var usualOperations = sync.OnceValues(func() (map[string]*operation, error) {
	doc, err := contract()
	if err != nil {
		return nil, err
	}
	return operations(doc, defaultMaxBody)
})

// Preload reads the contract, which New otherwise does when it is first called. A program that has other work before New
// calls it at its start, on a goroutine of its own.
func Preload() { _, _ = usualOperations() } // New reports the error

// served is the document as JSON, with url as its only server.
func served(doc *openapi3.T, url string) ([]byte, error) {
	own := *doc
	own.Servers = openapi3.Servers{{URL: url}}
	return own.MarshalJSON()
}
