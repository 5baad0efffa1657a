package client

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// parseID reads the id that name stands for, a UUID of 36 characters in any case. The error does not show the text, which may be a secret in the wrong place.
func parseID(name, text string) (uuid.UUID, error) {
	id, err := uuid.Parse(text)
	if err != nil || len(text) != 36 {
		return uuid.UUID{}, fmt.Errorf("%s is not a UUID", name)
	}
	return id, nil
}

// checkWebhookID refuses a text that would lead the request to another path.
func checkWebhookID(text string) error {
	strange := func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}
	if text == "" || strings.ContainsFunc(text, strange) {
		return errors.New("webhookId is neither a UUID nor a number")
	}
	return nil
}
