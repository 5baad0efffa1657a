package page

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
)

// TestWords checks that no language lacks a text, or what is put in it.
func TestWords(t *testing.T) {
	for tag, w := range languages {
		v, model := reflect.ValueOf(*w), reflect.ValueOf(english)
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if v.Field(i).IsZero() {
				t.Errorf("%s has no %s", tag, name)
			}
			switch v.Field(i).Kind() {
			case reflect.Map:
				if v.Field(i).Len() != model.Field(i).Len() {
					t.Errorf("%s has %d of %d %s", tag, v.Field(i).Len(), model.Field(i).Len(), name)
				}
			case reflect.String:
				if got, want := strings.Count(v.Field(i).String(), "%s"), strings.Count(model.Field(i).String(), "%s"); got != want {
					t.Errorf("%s puts %d of %d things in %s", tag, got, want, name)
				}
			}
		}
	}
}

func TestWordsOf(t *testing.T) {
	for tag, want := range map[string]string{"de": "de", "de-AT": "de", "DE_ch": "de", "en": "en", "fr": "en", "": "en", "deu": "en"} {
		if got := wordsOf(tag).Tag; got != want {
			t.Errorf("%q is answered in %s", tag, got)
		}
	}
	for accept, want := range map[string]string{"": "en", "de-DE,de;q=0.9,en;q=0.8": "de", "fr, en;q=0.9, de": "en", ";;,,": "en"} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Language", accept)
		if got := wordsFor(r).Tag; got != want {
			t.Errorf("%q is answered in %s", accept, got)
		}
	}
}
