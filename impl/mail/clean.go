package mail

import (
	"net/url"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// How many characters of a text are shown.
const (
	maxName    = 100
	maxLine    = 200
	maxText    = 2000
	maxSubject = 200
	maxLetter  = 20000 // a host's own words
)

// line makes a text of strangers fit for one line.
func line(s string, limit int) string {
	return clip(strings.Join(strings.Fields(meet.CleanLine(s)), " "), limit)
}

// text makes a text of strangers fit for several lines.
func text(s string, limit int) string { return clip(meet.CleanText(s), limit) }

// header makes a text of one line fit for a header: a reader must not find
// an encoded word in it (RFC 2047 §2) that decodes to what line took out.
func header(s string, limit int) string {
	return clip(strings.ReplaceAll(line(s, limit), "=?", "= ?"), limit)
}

// indented is text, with all lines but the first set off, so that none looks
// like one of the template's own.
func indented(s string, limit int) string {
	return strings.ReplaceAll(text(s, limit), "\n", "\n    ")
}

// clip cuts a text after limit characters, and shows that it did.
func clip(s string, limit int) string {
	n := 0
	for i := range s {
		if n == limit {
			return strings.TrimSpace(s[:i]) + "…"
		}
		n++
	}
	return s
}

// webLink is s when a click on it does no more than open a page, else "".
func webLink(s string) string {
	s = line(s, maxText)
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return s
}
