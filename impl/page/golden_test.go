package page_test

import (
	"bytes"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden pages")

// golden compares a page with a file. The id and the secret of a link, and
// the style, are left out.
func golden(t *testing.T, name string, answer *httptest.ResponseRecorder, l link) {
	t.Helper()
	head, rest, _ := strings.Cut(answer.Body.String(), "<style>")
	_, body, _ := strings.Cut(rest, "</style>")
	got := head + "<style>…</style>" + body
	if l.id != "" {
		got = strings.NewReplacer(l.id, "ID", l.secret, "SECRET").Replace(got)
	}
	file := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(got)) {
		t.Errorf("the page is not %s (write it with -update):\n%s", file, got)
	}
}

func TestGolden(t *testing.T) {
	for _, language := range []string{"en", "de"} {
		for _, s := range scenes() {
			t.Run(language+"/"+s.name, func(t *testing.T) {
				w := s.world(t, language)
				l := s.make(t, w)
				golden(t, language+"/"+s.name, w.get(l.page()), l)
			})
		}
		t.Run(language+"/lost", func(t *testing.T) {
			s := scenes()[0]
			w := s.world(t, language)
			l := s.make(t, w)
			w.post(l, "confirm")
			golden(t, language+"/lost", w.post(l, "confirm"), l)
		})
		t.Run(language+"/refusals", func(t *testing.T) {
			w := newWorld(t, "en")
			speaks := []string{"Accept-Language", "fr, " + language + "-CH;q=0.8"}
			for name, answer := range map[string]*httptest.ResponseRecorder{
				"left":          w.do(http.MethodGet, "/m/x/left", "", speaks...),
				"not-found":     w.do(http.MethodGet, "/m/", "", speaks...),
				"not-valid":     w.do(http.MethodGet, "/m/x?secret=y", "", speaks...),
				"not-a-form":    w.do(http.MethodPost, "/m/x/cancel", "{}", append(speaks, "Content-Type", "application/json")...),
				"foreign":       w.do(http.MethodPost, "/m/x/cancel", "", append(speaks, "Sec-Fetch-Site", "cross-site")...),
				"not-by-itself": w.do(http.MethodGet, "/m/x/cancel", "", speaks...),
			} {
				golden(t, language+"/"+name, answer, link{})
			}
		})
	}
}
