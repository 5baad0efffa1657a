package server

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// fault is one violation of the contract by a request: where, and a predicate such as "is required".
type fault struct {
	path []string
	text string
}

type faults []fault

// maxMessages bounds an answer that lists violations; whoever has more finds the rest on the next try.
const maxMessages = 100

// messages words the faults, one sentence each, in the order they are in. A fault never shows the value it is about.
func (f faults) messages() []string {
	all := make([]string, 0, min(len(f), maxMessages+1))
	for _, one := range f[:min(len(f), maxMessages)] {
		all = append(all, dotPath(one.path)+" "+one.text)
	}
	if more := len(f) - maxMessages; more > 0 {
		all = append(all, fmt.Sprintf("the request has %d more faults", more))
	}
	return all
}

// sorted orders faults of a body by the place they are at, array elements by number, and drops repetitions.
func (f faults) sorted() faults {
	slices.SortStableFunc(f, func(a, b fault) int { return slices.CompareFunc(a.path, b.path, compareToken) })
	return slices.CompactFunc(f, func(a, b fault) bool { return a.text == b.text && slices.Equal(a.path, b.path) })
}

func compareToken(a, b string) int {
	i, errA := strconv.Atoi(a)
	j, errB := strconv.Atoi(b)
	if errA == nil && errB == nil {
		return cmp.Compare(i, j)
	}
	return strings.Compare(a, b)
}

// at tells whether a fault is known for exactly this place.
func (f faults) at(path []string) bool {
	return slices.ContainsFunc(f, func(one fault) bool { return slices.Equal(one.path, path) })
}

// dotPath writes the path of a field as attendee.email or hostIds.0; the body itself is "body".
func dotPath(path []string) string {
	if len(path) == 0 {
		return "body"
	}
	const longest = 200
	if text := strings.Join(path, "."); len(text) <= longest {
		return text
	}
	return strings.ToValidUTF8(strings.Join(path, ".")[:longest], "") + "…"
}

// violations turns what Schema.VisitJSON returned for the value at path into faults.
func violations(path []string, err error) faults {
	if err == nil {
		return nil
	}
	var many openapi3.MultiError
	var one *openapi3.SchemaError
	switch {
	case isMulti(err, &many):
		var all faults
		for _, err := range many {
			all = append(all, violations(path, err)...)
		}
		return all
	case errors.As(err, &one):
		at := slices.Concat(path, one.JSONPointer())
		switch one.SchemaField {
		case "oneOf":
			return alternatives(at, one, one.Schema.OneOf)
		case "anyOf":
			return alternatives(at, one, one.Schema.AnyOf)
		case "allOf":
			var all faults
			for _, ref := range one.Schema.AllOf {
				all = append(all, violations(at, ref.Value.VisitJSON(one.Value, openapi3.MultiErrors()))...)
			}
			return all
		case "properties":
			return unknown(at, one)
		}
		return faults{{path: at, text: predicate(one)}}
	default:
		return faults{{path: path, text: "has an invalid form"}}
	}
}

// unknown names the properties that an object may not have, all of them for each one that kin-openapi reports.
func unknown(at []string, err *openapi3.SchemaError) (found faults) {
	object, _ := err.Value.(map[string]any)
	for name := range object {
		if err.Schema.Properties[name] == nil {
			found = append(found, fault{path: slices.Concat(at, []string{name}), text: "is not known here"})
		}
	}
	return found
}

// isMulti does not look into wrapped errors, as errors.As would: a schema error wraps those of its alternatives.
func isMulti(err error, many *openapi3.MultiError) (ok bool) {
	*many, ok = err.(openapi3.MultiError) //nolint:errorlint // see above
	return ok
}

// alternatives explains a value that fits none of several schemas, or too many. When its type says which one was meant,
// that one's violations are told.
func alternatives(at []string, err *openapi3.SchemaError, refs openapi3.SchemaRefs) faults {
	if errors.Is(err, openapi3.ErrOneOfConflict) {
		return faults{{path: at, text: "fits more than one of its forms"}}
	}
	var meant []*openapi3.Schema
	var forms []string
	for _, ref := range refs {
		if permits(ref.Value.Type, err.Value) {
			meant = append(meant, ref.Value)
		}
		if form := noun(ref.Value); !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	switch len(meant) {
	case 0:
		return faults{{path: at, text: "must be " + strings.Join(forms, " or ")}}
	case 1:
		return violations(at, meant[0].VisitJSON(err.Value, openapi3.MultiErrors()))
	default:
		return nearest(at, err.Value, meant)
	}
}

// nearest tells the violations of the form that a value is nearest to, when there is one.
func nearest(at []string, value any, forms []*openapi3.Schema) faults {
	var best faults
	tied := true
	for _, form := range forms {
		found := violations(at, form.VisitJSON(value, openapi3.MultiErrors())).sorted()
		switch {
		case best == nil || len(found) < len(best):
			best, tied = found, false
		case len(found) == len(best):
			tied = true
		}
	}
	if tied {
		return faults{{path: at, text: "fits none of its forms"}}
	}
	return best
}

// predicate words one violation; what the schema says, not what the value was.
func predicate(err *openapi3.SchemaError) string {
	s := err.Schema
	switch err.SchemaField {
	case "required":
		return "is required"
	case "nullable":
		return "must not be null"
	case "type", "format", "enum":
		return mustBe(s)
	case "pattern":
		if hint, ok := s.Extensions["x-pattern-hint"].(string); ok {
			return hint
		}
		return "has an invalid form"
	case "minimum":
		return "must be at least " + plain(*s.Min)
	case "maximum":
		return "must be at most " + plain(*s.Max)
	case "exclusiveMinimum":
		return "must be more than " + plain(*s.Min)
	case "exclusiveMaximum":
		return "must be less than " + plain(*s.Max)
	case "multipleOf":
		return "must be a multiple of " + plain(*s.MultipleOf)
	case "minLength":
		if s.MinLength == 1 {
			return "must not be empty"
		}
		return "must have at least " + count(s.MinLength, "character", "characters")
	case "maxLength":
		return "must have at most " + count(*s.MaxLength, "character", "characters")
	case "minItems":
		return "must have at least " + count(s.MinItems, "item", "items")
	case "maxItems":
		return "must have at most " + count(*s.MaxItems, "item", "items")
	case "uniqueItems":
		return "must not have the same item twice"
	case "minProperties":
		return "must have at least " + count(s.MinProps, "property", "properties")
	case "maxProperties":
		return "must have at most " + count(*s.MaxProps, "property", "properties")
	case "discriminator":
		return "must say by its " + s.Discriminator.PropertyName + " which form it has"
	default:
		return "has an invalid form"
	}
}

// mustBe words what a schema wants of a value as a whole.
func mustBe(s *openapi3.Schema) string { return "must be " + noun(s) }

func noun(s *openapi3.Schema) string {
	if len(s.Enum) > 0 {
		values := make([]string, 0, len(s.Enum))
		for _, v := range s.Enum {
			if v != nil {
				values = append(values, fmt.Sprint(v))
			}
		}
		if len(values) == 1 {
			return values[0]
		}
		return "one of " + strings.Join(values, ", ")
	}
	if f, known := formats[s.Format]; known {
		return f.must
	}
	switch {
	case s.Type.Is(openapi3.TypeString):
		return "a string"
	case s.Type.Is(openapi3.TypeInteger):
		return "a whole number"
	case s.Type.Is(openapi3.TypeNumber):
		return "a number"
	case s.Type.Is(openapi3.TypeBoolean):
		return "true or false"
	case s.Type.Is(openapi3.TypeArray):
		return "an array"
	default:
		return "an object"
	}
}

// permits tells whether a decoded value has one of the types.
func permits(types *openapi3.Types, v any) bool {
	switch v.(type) {
	case nil:
		return types.Permits(openapi3.TypeNull)
	case bool:
		return types.Permits(openapi3.TypeBoolean)
	case string:
		return types.Permits(openapi3.TypeString)
	case []any:
		return types.Permits(openapi3.TypeArray)
	case map[string]any:
		return types.Permits(openapi3.TypeObject)
	default:
		return types.Permits(openapi3.TypeNumber) || types.Permits(openapi3.TypeInteger)
	}
}

// plain writes a bound without exponent or needless digits.
func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func count(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatUint(n, 10) + " " + many
}
