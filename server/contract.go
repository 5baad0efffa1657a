package server

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// Contract is an OpenAPI document beside the API's own, made ready to hold requests against. Many handlers may share it.
type Contract struct{ ops map[string]*operation }

// NewContract reads a document in JSON or YAML. It fails on what the edge could not enforce, as [New] does, and on security:
// anybody may call the operations of such a contract.
func NewContract(text []byte) (*Contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	ops, err := compile(doc, defaultMaxBody, (*operation).unprotected)
	if err != nil {
		return nil, err
	}
	return &Contract{ops}, nil
}

// Handler serves the contract with the routing, the validation and the error shape of [New], but tells the faults of a
// request in one sentence. It is to be mounted in a handler of New, which names and logs each request. The function given calls the generated RegisterHandlersWithOptions.
// An error of an operation is told when it is a *[Problem], and else logged and answered 500.
func (k *Contract) Handler(log *slog.Logger, generated func(EchoRouter, Guards)) (http.Handler, error) {
	e := &edge{log: log, now: time.Now, joins: true}
	router := e.router()
	if err := e.register(router, k.ops, generated); err != nil {
		return nil, fmt.Errorf("routes: %w", err)
	}
	return router, nil
}
