package server_test

import (
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meetwright/meetwright"
	"github.com/meetwright/meetwright/server/control"
	controlspec "github.com/meetwright/meetwright/server/control/spec"
	"github.com/meetwright/meetwright/server/spec"
)

// Ensure that requests are held against all that the contracts say of them:
// what is left out for a quick start is only told, or only of answers.
func TestSpec(t *testing.T) {
	for name, test := range map[string]struct {
		whole []byte
		part  func() ([]byte, error)
	}{
		"API":           {meetwright.OpenAPI, spec.GetSpecJSON},
		"control plane": {control.OpenAPI, controlspec.GetSpecJSON},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := openapi3.NewLoader().LoadFromData(test.whole)
			if err != nil {
				t.Fatal(err)
			}
			text, err := doc.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			part, err := test.part()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := openapi3.NewLoader().LoadFromData(part); err != nil {
				t.Errorf("it refers to what was left out: %v", err)
			}
			compareSpecs(t, "", object(t, text), object(t, part))
		})
	}
}

// told are the keys of a document that decide nothing about a request.
var told = []string{"callbacks", "description", "example", "examples", "responses", "summary"}

// compareSpecs compares a part of a document with the same of the whole.
func compareSpecs(t *testing.T, at string, whole, part any) {
	t.Helper()
	w, isObject := whole.(map[string]any)
	p, still := part.(map[string]any)
	if list, isList := whole.([]any); isList {
		w, p, isObject, still = elements(list), elements(part), true, true
	}
	if !isObject || !still {
		if !reflect.DeepEqual(whole, part) {
			t.Errorf("%s is %v, in the contract it is %v", at, part, whole)
		}
		return
	}
	for key, value := range w {
		if _, kept := p[key]; kept {
			compareSpecs(t, at+"/"+key, value, p[key])
		} else if !mayLack(at, key) {
			t.Errorf("%s lacks %s", at, key)
		}
	}
	for key := range p {
		if _, known := w[key]; !known {
			t.Errorf("%s/%s is not in the contract", at, key)
		}
	}
}

// mayLack tells whether what is at a place may be without a key: components
// may be left out because a reference to one of them would not resolve.
func mayLack(at, key string) bool {
	component := path.Dir(at) == "/components" && path.Base(at) != "securitySchemes"
	named := path.Base(at) == "properties" || path.Base(at) == "paths"
	return component || !named && slices.Contains(told, key) || at == "" && key == "tags"
}

func elements(list any) map[string]any {
	all := map[string]any{}
	values, _ := list.([]any)
	for i, value := range values {
		all[fmt.Sprint(i)] = value
	}
	return all
}

func object(t *testing.T, text []byte) (o map[string]any) {
	t.Helper()
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	return o
}
