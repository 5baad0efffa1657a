package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
)

// maxAnswer is how many bytes of an answer are read. The longest documented answers have a tenth of it.
const maxAnswer = 8 << 20

// answer is what a server said.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	secrets []string // those of the request, which no error may repeat
}

// read reads an answer to its end. One whose status is not want, that breaks off or that is too large is an *APIError.
func read(resp *http.Response, want int, secrets []string) (*answer, error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	a := &answer{status: resp.StatusCode, header: resp.Header, body: body, secrets: secrets}
	switch {
	case a.status != want:
		return nil, a.refusal(err)
	case err != nil:
		return nil, a.unusable(fmt.Errorf("the answer breaks off: %w", err))
	case len(body) > maxAnswer:
		return nil, a.unusable(fmt.Errorf("the answer is larger than %d bytes", maxAnswer))
	}
	return a, nil
}

// decode gives the value of a JSON answer. It never gives nil without an error.
func decode[T any](a *answer, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	if err := a.is("application/json"); err != nil {
		return nil, a.unusable(err)
	}
	var value *T
	if err := json.Unmarshal(a.body, &value); err != nil {
		return nil, a.unusable(fmt.Errorf("the answer is not the documented JSON: %w", err))
	}
	if value == nil {
		return nil, a.unusable(errors.New("the answer is null"))
	}
	return value, nil
}

// decodeList gives the items of an answer that is a bare array.
func decodeList[T any](a *answer, err error) ([]T, error) {
	list, err := decode[[]T](a, err)
	if err != nil {
		return nil, err
	}
	return *list, nil
}

// decodeCalendar gives the text of an iCalendar answer.
func decodeCalendar(a *answer, err error) (string, error) {
	if err != nil {
		return "", err
	}
	if err := a.is("text/calendar"); err != nil {
		return "", a.unusable(err)
	}
	return string(a.body), nil
}

// is reports an answer that has no content, or content of another type.
func (a *answer) is(mediaType string) error {
	if len(a.body) == 0 {
		return errors.New("the answer is empty")
	}
	given := a.header.Get("Content-Type")
	if got, _, err := mime.ParseMediaType(given); err != nil || got != mediaType {
		return fmt.Errorf("the answer is %q instead of %s", given, mediaType)
	}
	return nil
}
