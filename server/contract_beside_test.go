package server

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

const besides = `
openapi: 3.0.4
info: {title: Beside, version: "1"}
paths:
  /beside/{id}:
    post:
      operationId: putBeside
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, maxLength: 3}}
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, additionalProperties: false, required: [name, size], properties: {name: {type: string}, size: {type: integer}}}
      responses: {"204": {description: Done.}}
`

// Ensure that a contract beside the API's is held as strictly, by its own
// rules on unknown properties, and without a credential.
func TestContract_Handler(t *testing.T) {
	k, err := NewContract([]byte(besides))
	if err != nil {
		t.Fatal(err)
	}
	h, err := k.Handler(slog.New(slog.DiscardHandler), func(r EchoRouter, guards Guards) {
		r.POST("/beside/:id", func(c echo.Context) error {
			var body struct {
				Name string `json:"name"`
			}
			if err := c.Bind(&body); err != nil || body.Name == "fail" {
				return &Problem{Status: http.StatusConflict, Message: "It failed"}
			}
			return c.NoContent(http.StatusNoContent)
		}, guards["putBeside"]...)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		path, body string
		status     int
		message    string
	}{
		{"/beside/abc", `{"name":"a","size":1}`, 204, ``},
		{"/beside/abc", `{"name":"fail","size":1}`, 409, `"It failed"`},
		{"/beside/abc", `{"name":1,"more":2}`, 400, `"more is not known here; name must be a string; size is required"`},
		{"/beside/abcd", `{"name":"a","size":1}`, 400, `"id must have at most 3 characters"`},
		{"/beside/abc", ``, 400, `"The body is missing"`},
		{"/beside", `{}`, 404, `"There is nothing at this path"`},
	} {
		r := httptest.NewRequest(http.MethodPost, test.path, strings.NewReader(test.body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "k")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != test.status || !strings.Contains(w.Body.String(), test.message) {
			t.Errorf("%s %s was answered %d %s", test.path, test.body, w.Code, w.Body)
		}
	}
	if _, err := NewContract([]byte(strings.Replace(besides, "      parameters:", "      security: [{}]\n      parameters:", 1))); err == nil {
		t.Error("security that nobody enforces was accepted")
	}
	if _, err := k.Handler(slog.Default(), func(EchoRouter, Guards) {}); err == nil {
		t.Error("an operation without a route was accepted")
	}
}

func TestExamples(t *testing.T) {
	examples, known := Examples("createBooking")
	names := []string{}
	for _, e := range examples {
		if e.Status == http.StatusCreated {
			names = append(names, e.Name)
		}
	}
	if !known || strings.Join(names, " ") != "double-opt-in host-confirm standard" {
		t.Errorf("createBooking has %v", names)
	}
	if examples, known := Examples("nothing"); known || len(examples) > 0 {
		t.Errorf("an unknown operation has %v", examples)
	}
}
