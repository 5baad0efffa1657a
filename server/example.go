package server

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// Example is an answer that the contract shows for an operation.
type Example struct {
	Name   string // "" for one that has none
	Status int
	Body   []byte // JSON
}

// Examples returns the answers that the contract shows for an operation, by status and name. known tells whether there is
// such an operation.
func Examples(operationID string) (examples []Example, known bool) {
	doc, err := contract()
	if err != nil {
		return nil, false
	}
	for _, item := range doc.Paths.Map() {
		for _, o := range item.Operations() {
			if o.OperationID == operationID {
				return examplesOf(o), true
			}
		}
	}
	return nil, false
}

func examplesOf(o *openapi3.Operation) []Example {
	var all []Example
	for code, answer := range o.Responses.Map() {
		status, err := strconv.Atoi(code)
		media := answer.Value.Content["application/json"]
		if err != nil || media == nil {
			continue
		}
		add := func(name string, value any) {
			if text, err := json.Marshal(value); err == nil {
				all = append(all, Example{Name: name, Status: status, Body: text})
			}
		}
		if media.Example != nil {
			add("", media.Example)
		}
		for name, example := range media.Examples {
			add(name, example.Value.Value)
		}
	}
	slices.SortFunc(all, func(a, b Example) int {
		return cmp.Or(cmp.Compare(a.Status, b.Status), cmp.Compare(a.Name, b.Name))
	})
	return all
}
