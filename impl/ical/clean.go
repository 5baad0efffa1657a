package ical

import (
	"strings"
	"unicode"
)

// lineBreaks makes LF of everything that some reader takes for the end of a
// line: the mandatory breaks of Unicode (UAX 14: BK, CR, LF, NL).
var lineBreaks = strings.NewReplacer(
	"\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n",
	"\u0085", "\n", "\u2028", "\n", "\u2029", "\n",
)

// multiLine cleans a text of several lines, which end in LF.
func multiLine(s string) string {
	return strings.TrimSpace(strings.Map(printable, lineBreaks.Replace(s)))
}

// oneLine cleans a text of one line. Line breaks become blanks.
func oneLine(s string) string {
	return strings.ReplaceAll(multiLine(s), "\n", " ")
}

// printable drops the control characters, which TEXT excludes (RFC 5545
// §3.3.11), and marks that nobody sees but that reorder or hide text. Joiners
// stay: scripts and emoji need them.
func printable(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
		return -1
	case r == '\u200b' || r == '\ufeff': // zero width space, byte order mark
		return -1
	}
	return r
}
