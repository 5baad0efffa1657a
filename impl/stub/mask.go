package stub

import (
	"net/http"
	"regexp"
)

// masked stands where a secret was.
const masked = "***"

// secretHeaders carry credentials.
var secretHeaders = []string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Appointment-Secret", "X-Confirmation-Token"}

// maskHeader returns a copy without credentials.
func maskHeader(h http.Header) http.Header {
	h = h.Clone()
	if h == nil {
		h = http.Header{}
	}
	for _, name := range secretHeaders {
		if h.Get(name) != "" {
			h[name] = []string{masked}
		}
	}
	return h
}

// Secrets in a text: the values of JSON properties, also of a text that was
// cut, and parts of queries, in links as well.
var (
	secretProperty = regexp.MustCompile(`(?i)("[a-z]*(?:secret|token|password)"\s*:\s*)(?:"(?:[^"\\]|\\.)*(?:"|\\?$)|-?[0-9][0-9.e+-]*)`)
	secretQuery    = regexp.MustCompile(`(?i)((?:^|[?&]|&amp;|\\u0026)[a-z]*(?:secret|token|password)=)[^&\s"'<>\\]+`)
)

// maskText returns a body or a query without secrets.
func maskText(text string) string {
	text = secretProperty.ReplaceAllString(text, `${1}"`+masked+`"`)
	return secretQuery.ReplaceAllString(text, `${1}`+masked)
}
