package ical

import (
	"strings"
	"time"
	"unicode/utf8"
)

// lines collects content lines (RFC 5545 §3.1).
type lines struct{ strings.Builder }

// maxOctets is how long a line may be, without its CRLF (RFC 5545 §3.1).
const maxOctets = 75

// add writes a content line, folded between characters. The name may carry
// parameters. Both are valid UTF-8 without line breaks.
func (l *lines) add(name, value string) {
	line := name + ":" + value
	for room := maxOctets; len(line) > room; room = maxOctets - 1 { // the blank counts
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		l.WriteString(line[:cut] + "\r\n ")
		line = line[cut:]
	}
	l.WriteString(line + "\r\n")
}

// escape makes a clean text a TEXT value (RFC 5545 §3.3.11).
var escape = strings.NewReplacer(`\`, `\\`, `;`, `\;`, `,`, `\,`, "\n", `\n`)

// text writes a clean text, unless it is empty.
func (l *lines) text(name, text string) {
	if text != "" {
		l.add(name, escape.Replace(text))
	}
}

// instant writes a time in UTC (RFC 5545 §3.3.5, form 2).
func (l *lines) instant(name string, t time.Time) {
	l.add(name, t.UTC().Format("20060102T150405Z"))
}

// person writes a calendar user (RFC 5545 §3.3.3), unless there is no address.
func (l *lines) person(name string, p Person, parameters string) {
	if uri := mailto(p.Email); uri != "" {
		l.add(name+p.commonName()+parameters, uri)
	}
}
