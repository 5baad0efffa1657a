package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxAnswer is how many bytes of an answer are read. The longest documented answers have a tenth of it.
const maxAnswer = 8 << 20

// answer is what a server said.
type answer struct {
	status int
	header http.Header
	body   []byte
	call   *call
}

// readAll reads a body to its end, or to the first byte that is too many.
func readAll(resp *http.Response) ([]byte, error) {
	size := int64(bytes.MinRead)
	if resp.ContentLength > 0 {
		size = min(resp.ContentLength, maxAnswer) + 1
	}
	body := make([]byte, 0, size)
	for len(body) <= maxAnswer {
		n, err := resp.Body.Read(body[len(body):min(cap(body), maxAnswer+1)])
		body = body[:len(body)+n]
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return body, err
		}
		if len(body) == cap(body) {
			body = append(body, 0)[:len(body)]
		}
	}
	return body, nil
}

// decode gives the value of a JSON answer. It never gives nil without an error.
func decode[T any](a *answer, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	if err := a.is("application/json"); err != nil {
		return nil, a.unusable(err)
	}
	value := new(T)
	if err := json.Unmarshal(a.body, value); err != nil {
		return nil, a.unusable(fmt.Errorf("the answer is not the documented JSON: %w", err))
	}
	if string(bytes.TrimSpace(a.body)) == "null" {
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
	if got, _, _ := strings.Cut(given, ";"); !strings.EqualFold(strings.TrimSpace(got), mediaType) {
		return fmt.Errorf("the answer is %q instead of %s", given, mediaType)
	}
	return nil
}
