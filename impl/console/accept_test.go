package console

import (
	"strings"
	"testing"
	"time"
)

func TestPrefersPage(t *testing.T) {
	for accept, want := range map[string]bool{
		"":                         false,
		"*/*":                      false,
		"application/json":         false,
		"text/html":                true,
		"TEXT/HTML; charset=utf-8": true,
		"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8": true, // a browser
		"text/html, application/json":                   false,
		"text/html;q=0.5, application/json":             false,
		"text/html, application/json;q=0.5":             true,
		"text/*, */*;q=0.1":                             true,
		"text/html;q=0, */*":                            false,
		"text/*, text/html;q=0, application/json;q=0.1": false,
		"application/*;q=0.2, text/html;q=0.3":          true,
		"text/html;q=x":                                 false,
		"application/json, */*":                         false,
		"text/html,,;;":                                 true,
		"image/png":                                     false,
	} {
		if got := prefersPage([]string{accept}); got != want {
			t.Errorf("%q prefers a page: %v", accept, got)
		}
		if parts := strings.SplitN(accept, ",", 2); len(parts) == 2 && prefersPage(parts) != want {
			t.Errorf("%q in two lines prefers a page: %v", accept, !want)
		}
	}
}

func TestRelative(t *testing.T) {
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{
		0: "now", 999 * time.Millisecond: "now", -time.Second: "1 second ago", 90 * time.Second: "in 90 seconds", -2 * time.Minute: "2 minutes ago",
		119 * time.Minute: "in 119 minutes", 2 * time.Hour: "in 2 hours", -47 * time.Hour: "47 hours ago", 48 * time.Hour: "in 2 days",
		729 * day: "in 729 days", -730 * day: "2 years ago",
	} {
		if got := relative(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

func TestPaged(t *testing.T) {
	all := make([]int, 250)
	for page, want := range []pager{
		{First: 1, Last: 100, Total: 250, Older: "1"}, {First: 101, Last: 200, Total: 250, Newer: "0", Older: "2"},
		{First: 201, Last: 250, Total: 250, Newer: "1"}, {First: 251, Last: 250, Total: 250, Newer: "2", Beyond: true},
	} {
		p := paged(page, len(all))
		if p != want {
			t.Errorf("page %d is %+v, want %+v", page, p, want)
		}
		if n := len(cut(all, p)); n != max(want.Last-want.First+1, 0) {
			t.Errorf("page %d has %d entries", page, n)
		}
	}
	if n := len(cut(all[:0], paged(0, 0))); n != 0 {
		t.Errorf("of nothing, a page has %d entries", n)
	}
}
