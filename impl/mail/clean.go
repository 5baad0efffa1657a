package mail

import (
	"strings"

	"github.com/meetwright/meetwright/impl/wording"
)

// How many characters of a text are shown.
const (
	maxSubject = 200
	maxLetter  = 20000 // a host's own words
)

// header makes a text of one line fit for a header: a reader must not find
// an encoded word in it (RFC 2047 §2) that decodes to what [wording.Line]
// took out.
func header(s string, limit int) string {
	return wording.Line(strings.ReplaceAll(wording.Line(s, limit), "=?", "= ?"), limit)
}

// indented is a text of strangers with all lines but the first set off, so
// that none looks like one of the template's own.
func indented(s string) string {
	return strings.ReplaceAll(wording.Text(s, wording.MaxText), "\n", "\n    ")
}
