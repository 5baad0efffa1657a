package drift

import (
	"net/http"
	"slices"
	"strings"
)

// dropOwn takes out of the header of a call what it says to the proxy: which
// tenant of it is meant, and the preferences that were applied (RFC 7240 §3),
// as the header of the answer names them.
func dropOwn(call, answer http.Header) {
	call.Del("X-Stub-Tenant")
	without(call, "Cookie", ";", func(name string) bool { return name == "tenant" })
	applied := map[string]bool{}
	for _, preference := range answer.Values("Preference-Applied") {
		name, _, _ := strings.Cut(preference, "=")
		applied[name] = true
	}
	if len(applied) > 0 {
		without(call, "Prefer", ",", func(name string) bool { return applied[strings.ToLower(name)] })
	}
}

// without drops the parts of a field, name=value apart by a separator, whose
// names are unwanted, and leaves a field without any as it is.
func without(h http.Header, field, separator string, unwanted func(name string) bool) {
	parts := strings.Split(strings.Join(h.Values(field), separator), separator)
	kept := slices.DeleteFunc(slices.Clone(parts), func(part string) bool {
		name, _, _ := strings.Cut(part, "=")
		return unwanted(strings.TrimSpace(name))
	})
	switch len(kept) {
	case len(parts):
	case 0:
		h.Del(field)
	default:
		h.Set(field, strings.TrimSpace(strings.Join(kept, separator)))
	}
}
