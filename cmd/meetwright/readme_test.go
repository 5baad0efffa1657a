package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/stub"
)

// TestReadme sends what the README has a reader paste, to a server as make
// run starts it, and holds the answers against those it prints.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	curl := find(t, string(text), "(?s)```sh\ncurl (.*?)\n```")
	answers := regexp.MustCompile("(?s)```json\n(.*?)\n```").FindAllStringSubmatch(string(text), 2)

	app, err := impl.Open(t.Context(), impl.Settings{Seed: stub.Demo()})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	post := func() *httptest.ResponseRecorder {
		method, path := find(t, curl, `-X (\w+)`), find(t, curl, `"http://127\.0\.0\.1:8080(/\S*)"`)
		r := httptest.NewRequest(method, path, strings.NewReader(find(t, curl, `(?s)-d '(.*)'`)))
		for _, header := range regexp.MustCompile(`-H "([^:]+): ([^"]+)"`).FindAllStringSubmatch(curl, -1) {
			r.Header.Set(header[1], header[2])
		}
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		return w
	}
	booked := post()
	if booked.Code != http.StatusCreated {
		t.Fatalf("the pasted curl is answered %d: %s", booked.Code, booked.Body)
	}
	var got, want map[string]any
	unmarshal(t, booked.Body.String(), &got)
	unmarshal(t, answers[0][1], &want)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("the first answer differs from the README's: %s", diff)
	}
	if again := post(); strings.TrimSpace(again.Body.String()) != answers[1][1] {
		t.Errorf("the second answer is %s, in the README it is %s", again.Body, answers[1][1])
	}
}

func find(t *testing.T, text, pattern string) string {
	t.Helper()
	match := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if match == nil {
		t.Fatalf("the README has nothing like %s", pattern)
	}
	return match[1]
}

func unmarshal(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err)
	}
}
