// Package control is the HTTP edge of the control plane, the paths below /_/ of a server in stub mode. It is made from
// openapi.yaml as package server is from the API's.
package control

import (
	_ "embed"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"github.com/meetwright/meetwright/server"
	"github.com/meetwright/meetwright/server/control/spec"
)

// OpenAPI is the contract of the control plane, in YAML. It must not be changed.
//
//go:embed openapi.yaml
var OpenAPI []byte

var contract = sync.OnceValues(func() (*server.Contract, error) {
	text, err := spec.GetSpecJSON()
	if err != nil {
		return nil, err
	}
	return server.NewContract(text)
})

// New returns the handler of the control plane, to be mounted below "/_/" in one of [server.New]. A *[server.Problem]
// that an operation returns is told, any other error is answered 500. Bodies are JSON whatever their Content-Type, so
// that curl needs no header.
func New(svc StrictServerInterface, log *slog.Logger) (http.Handler, error) {
	c, err := contract()
	if err != nil {
		return nil, fmt.Errorf("control plane: %w", err)
	}
	h, err := c.Handler(log, func(r server.EchoRouter, guards server.Guards) {
		RegisterHandlersWithOptions(r, NewStrictHandler(svc, nil), RegisterHandlersOptions{OperationMiddlewares: guards})
	})
	if err != nil {
		return nil, fmt.Errorf("control plane: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Content-Type", "application/json")
		h.ServeHTTP(w, r)
	}), nil
}
