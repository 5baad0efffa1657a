package scan

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

func schema(t *testing.T, text string) *openapi3.Schema {
	t.Helper()
	s := &openapi3.Schema{}
	if err := s.UnmarshalJSON([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return s
}

func formats(name string) func(string) bool {
	if name == "short" {
		return func(s string) bool { return len(s) < 3 }
	}
	return nil
}

// Ensure that what a schema allows is accepted, that what it does not is
// not, and that what is left to others is neither.
func TestScanner_Accepts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		schema string
		yes    []string
		no     []string
	}{
		{
			`{"type":"string","minLength":2,"maxLength":3}`,
			[]string{`"ab"`, `"äöü"`, ` "abc" `, `"a\n"`, `"\\\\\\"`},
			[]string{``, `"a"`, `"ä"`, `"abcd"`, `"ab`, `ab`, `"ab" x`, "\"a\nb\"", `"\u0061b"`, `"ab\`, "\"ab\xff\"", `7`, `null`},
		},
		{
			`{"type":"string","enum":["a","b"]}`,
			[]string{`"a"`, `"b"`},
			[]string{`"c"`, `"a\n"`, `""`, `null`},
		},
		{
			`{"type":"string","format":"short","nullable":true}`,
			[]string{`"ab"`, `null`},
			[]string{`"abc"`, `"\n"`, `nul`, `nulll`},
		},
		{
			`{"type":"integer","minimum":-5,"maximum":10}`,
			[]string{`10`, `-5`, `0`, `-0`},
			[]string{`11`, `-6`, `01`, `1.0`, `1e0`, `-`, `+1`, `99999999999999999999`, `"1"`, `1.`},
		},
		{
			`{"type":"integer","format":"int32"}`,
			[]string{`2147483647`},
			[]string{`2147483648`},
		},
		{
			`{"type":"number"}`,
			[]string{`1.5`, `-0.25`, `10`},
			[]string{`.5`, `1.`, `1e5`, `00.5`, `NaN`, strings.Repeat("9", 400)},
		},
		{
			`{"type":"boolean"}`,
			[]string{`true`, `false`},
			[]string{`tru`, `True`, `1`, `null`},
		},
		{
			`{"type":"array","minItems":1,"maxItems":2,"items":{"type":"integer"}}`,
			[]string{`[1]`, `[ 1 , 2 ]`},
			[]string{`[]`, `[1,2,3]`, `[1,]`, `[,1]`, `[1 2]`, `[1`, `["x"]`, `[null]`},
		},
		{
			`{"type":"object","required":["a"],"properties":{"a":{"type":"integer"},"b":{"type":"string"},"c":{"type":"string","readOnly":true}}}`,
			[]string{`{"a":1}`, `{ "b" : "x" , "a" : 1 }`},
			[]string{`{}`, `{"b":"x"}`, `{"a":1,"a":2}`, `{"a":1,"A":2}`, `{"a":1,"z":2}`, `{"a":1,"c":"x"}`, `{"a":1,"b":null}`, `{"a":1,}`, `{"a" 1}`, `{"a":1`, `{"\u0061":1}`},
		},
		{
			`{"type":"object","minProperties":1,"maxProperties":2,"additionalProperties":{"type":"string"}}`,
			[]string{`{"x":"y"}`, `{"x":"y","z":""}`},
			[]string{`{}`, `{"x":1}`, `{"x":"y","x":"z"}`, `{"x":"1","y":"2","z":"3"}`},
		},
		{
			`{"type":"object","additionalProperties":true}`,
			[]string{`{}`, `{"a":[{"b":null},1.5,"x",true]}`},
			[]string{`{"a":[{"b":null,"b":1}]}`, `{"a":1e400}`, `{"a":"` + "\x00" + `"}`, `{"a":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`},
		},
		{ // only what is not understood is left to others
			`{"type":"object","properties":{"a":{"type":"string"},"b":{"oneOf":[{"type":"string"}]},"c":{"type":"string","pattern":"x"},"d":{"type":"string","format":"unknown"}}}`,
			[]string{`{"a":"x"}`},
			[]string{`{"a":"x","b":"x"}`, `{"c":"x"}`, `{"d":"x"}`},
		},
	} {
		s := Compile(schema(t, test.schema), formats)
		for _, text := range test.yes {
			if yes, _ := s.Accepts([]byte(text)); !yes {
				t.Errorf("%s: %s is not accepted", test.schema, text)
			}
		}
		for _, text := range test.no {
			if yes, _ := s.Accepts([]byte(text)); yes {
				t.Errorf("%s: %s is accepted", test.schema, text)
			}
		}
	}
}

// Ensure that a schema with any keyword that is not read accepts nothing.
func TestCompile_UnknownKeyword(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"type":"string","pattern":"^x"}`, `{"type":"array","uniqueItems":true,"items":{}}`, `{"type":"number","multipleOf":2}`,
		`{"type":"integer","exclusiveMinimum":true,"minimum":1}`, `{"allOf":[{"type":"string"}]}`, `{"anyOf":[{"type":"string"}]}`,
		`{"type":"string","not":{"enum":["x"]}}`, `{"type":"string","enum":["x",1]}`, `{"type":"integer","enum":[1]}`, `{"type":"string","format":"unknown"}`,
		`{"type":"object","required":["a"]}`,
	} {
		s := Compile(schema(t, text), formats)
		for _, value := range []string{`"x"`, `1`, `2`, `3`, `[]`, `[1]`, `{}`, `{"a":"x"}`, `{"z":"x"}`, `null`} {
			if yes, _ := s.Accepts([]byte(value)); yes {
				t.Errorf("%s accepts %s", text, value)
			}
		}
	}
}

// Ensure that numbers are told where any value may stand, and only there.
func TestScanner_FreeNumber(t *testing.T) {
	t.Parallel()
	s := Compile(schema(t, `{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"object","additionalProperties":true}}}`), formats)
	for text, want := range map[string]bool{
		`{"a":1}`: false, `{"a":1,"b":{"x":"1","y":[true,null]}}`: false, `{"b":{"x":[{"y":1}]}}`: true, `{"b":{"x":-0.5}}`: true,
	} {
		if yes, free := s.Accepts([]byte(text)); !yes || free != want {
			t.Errorf("%s: accepted %v, a free number %v", text, yes, free)
		}
	}
}
