package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/goccy/go-yaml"

	"github.com/meetwright/meetwright"
)

// specification is the contract, read. It is shared by all servers of the process and never changed.
type specification struct {
	// doc is what requests are held against. Its list of servers is of no concern there, and empty.
	doc *openapi3.T
	// tree is the document in its own order, down to the first level of keys.
	tree yaml.MapSlice
}

// contract reads the document that the program carries, once: it takes a tenth of a second.
var contract = sync.OnceValues(func() (*specification, error) {
	var tree yaml.MapSlice
	if err := yaml.UnmarshalWithOptions(meetwright.OpenAPI, &tree, yaml.UseOrderedMap()); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	for i, section := range tree {
		text, err := orderedJSON(section.Value)
		if err != nil {
			return nil, fmt.Errorf("openapi.yaml: %s: %w", section.Key, err)
		}
		tree[i].Value = json.RawMessage(text)
	}
	spec := &specification{tree: tree}
	text, err := spec.served("/")
	if err != nil {
		return nil, err
	}
	if spec.doc, err = openapi3.NewLoader().LoadFromData(text); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	spec.doc.Servers = nil
	return spec, nil
})

// served is the document as JSON, with url as its only server.
func (s *specification) served(url string) ([]byte, error) {
	whole := make(yaml.MapSlice, 0, len(s.tree)+1)
	for _, section := range s.tree {
		if section.Key != "servers" {
			whole = append(whole, section)
		}
	}
	return orderedJSON(append(whole, yaml.MapItem{Key: "servers", Value: []any{map[string]any{"url": url}}}))
}

// orderedJSON writes decoded YAML as JSON without sorting the keys of its ordered maps.
func orderedJSON(value any) ([]byte, error) {
	switch v := value.(type) {
	case yaml.MapSlice:
		var b bytes.Buffer
		for i, item := range v {
			b.WriteByte("{,"[min(i, 1)])
			key, err := json.Marshal(fmt.Sprint(item.Key))
			if err != nil {
				return nil, err
			}
			value, err := orderedJSON(item.Value)
			if err != nil {
				return nil, err
			}
			b.Write(key)
			b.WriteByte(':')
			b.Write(value)
		}
		if len(v) == 0 {
			b.WriteByte('{')
		}
		b.WriteByte('}')
		return b.Bytes(), nil
	case []any:
		all := make([]json.RawMessage, 0, len(v))
		for _, one := range v {
			text, err := orderedJSON(one)
			if err != nil {
				return nil, err
			}
			all = append(all, text)
		}
		return json.Marshal(all)
	default:
		return json.Marshal(v)
	}
}
