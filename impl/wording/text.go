package wording

import (
	"net/url"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// How many characters of a text are shown.
const (
	MaxName = 100
	MaxLine = 320 // longer than any address
	MaxText = 2000
)

// Line makes a text of strangers fit for one line.
func Line(s string, limit int) string {
	return clip(strings.Join(strings.Fields(meet.CleanLine(s)), " "), limit)
}

// Text makes a text of strangers fit for several lines.
func Text(s string, limit int) string { return clip(meet.CleanText(s), limit) }

// clip cuts a text after limit characters, the last of which then shows it.
func clip(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return strings.TrimSpace(string(runes[:limit-1])) + "…"
}

// Names are the names of people, each fit for one line, without those that
// are empty.
func Names[T any](all []T, name func(T) string) []string {
	var names []string
	for _, one := range all {
		if s := Line(name(one), MaxName); s != "" {
			names = append(names, s)
		}
	}
	return names
}

// WebLink is s when a click on it does no more than open a page, else "".
func WebLink(s string) string {
	s = Line(s, MaxText)
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return s
}
