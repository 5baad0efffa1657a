package stub

import (
	"net/http"
	"regexp"
)

// masked stands where a secret was.
const masked = "***"

// secretName is how the names of secrets end: those of JSON properties, of
// parameters in a query, and of headers.
const secretName = `[a-z0-9_-]*(?:secret|token|password|passwd|api[_-]?key)s?`

var secretHeader = regexp.MustCompile(`(?i)^(?:` + secretName + `|authorization|proxy-authorization|cookie|set-cookie)$`)

// maskHeader returns a copy without credentials.
func maskHeader(h http.Header) http.Header {
	copied := make(http.Header, len(h))
	for name, values := range h {
		if secretHeader.MatchString(name) {
			copied[name] = []string{masked}
			continue
		}
		for _, value := range values {
			copied[name] = append(copied[name], maskText(value))
		}
	}
	return copied
}

// Secrets in a text: the values of JSON properties and of lists of them, also
// of a text that was cut, and parts of queries, in links as well.
const secretValue = `(?:"(?:[^"\\]|\\.)*(?:"|\\?$)|-?[0-9][0-9.e+-]*)`

var (
	secretProperty = regexp.MustCompile(`(?i)("` + secretName + `"\s*:\s*)` + secretValue)
	secretList     = regexp.MustCompile(`(?i)("` + secretName + `"\s*:\s*)\[(?:[\s,]|null|true|false|` + secretValue + `)+(?:\]|$)`)
	secretQuery    = regexp.MustCompile(`(?i)((?:^|[?&#]|&amp;|\\u0026)` + secretName + `=)[^&#\s"'<>\\]+`)
)

// maskText returns a body, a query or the value of a header without secrets.
func maskText(text string) string {
	text = secretProperty.ReplaceAllString(text, `${1}"`+masked+`"`)
	text = secretList.ReplaceAllString(text, `${1}["`+masked+`"]`)
	return secretQuery.ReplaceAllString(text, `${1}`+masked)
}
