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
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/fixture"
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

	app, err := impl.Open(t.Context(), impl.Settings{Seed: fixture.Demo()})
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

// TestReadme_CommandLine runs the lines of the README's section on the
// command line, but the one that listens until it is interrupted.
func TestReadme_CommandLine(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	serveDemo(t)
	t.Chdir(t.TempDir())
	for line := range strings.Lines(find(t, string(text), "(?s)## The command line\n.*?```sh\n(.*?)```")) {
		line, _, _ = strings.Cut(line, "#")
		words := regexp.MustCompile(`"[^"]*"|\S+`).FindAllString(line, -1)
		for i := range words {
			words[i] = strings.Trim(words[i], `"`)
		}
		if slices.Contains(words, "listen") {
			continue
		}
		var stdout, stderr strings.Builder
		if code := run(t.Context(), words[1:], &stdout, &stderr); code != exitDone || stdout.Len() == 0 {
			t.Errorf("%q ends with %d: %s%s", line, code, &stdout, &stderr)
		}
	}
}

// serveDemo starts a stub where commands look for one.
func serveDemo(t *testing.T) {
	t.Helper()
	app, err := impl.Open(t.Context(), impl.Settings{Seed: fixture.Demo(), Clock: time.Date(2024, 1, 10, 8, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(app)
	t.Cleanup(func() {
		web.Close()
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Setenv("MEETWRIGHT_ADDR", web.Listener.Addr().String())
	for _, name := range []string{"MEETERGO_BASE_URL", "MEETERGO_API_KEY", "MEETERGO_TOKEN"} {
		t.Setenv(name, "")
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
