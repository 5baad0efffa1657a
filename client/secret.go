package client

import (
	"bytes"
	"net/http"
	"strings"
)

// mask stands where a secret would be.
const mask = "***"

// shortestSecret keeps a key like "test" from blotting out words. Real credentials are longer.
const shortestSecret = 16

// secrets lists the credentials that a request carries.
func secrets(header http.Header) []string {
	var found []string
	for _, name := range []string{headerAuthorization, headerAppointmentSecret, headerConfirmationToken} {
		for _, value := range header.Values(name) {
			if value = strings.TrimPrefix(value, "Bearer "); len(value) >= shortestSecret {
				found = append(found, value)
			}
		}
	}
	return found
}

// masked is body without the secrets, which servers and proxies repeat when they report what they were sent.
func masked(body []byte, secrets []string) []byte {
	for _, secret := range secrets {
		body = bytes.ReplaceAll(body, []byte(secret), []byte(mask))
	}
	return body
}
