package ical

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// link returns s as a URI value (RFC 5545 §3.3.13), or "" when s is not an
// http or https URL with a host.
func link(s string) string {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return percentEncode(s, "-._~:/?#[]@!$&'()*+,;=%")
}

// mailto returns the address as a mailto URI, with the characters that RFC
// 6068 §2 wants encoded, or "" when it is not a plain address. Characters
// beyond ASCII are welcome (RFC 6532 §3.2).
func mailto(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	if local == "" || domain == "" || strings.ContainsFunc(local+domain, notInAddress) {
		return ""
	}
	return "mailto:" + percentEncode(address, "-._~@!$'*+")
}

// notInAddress reports whether no plain address holds r: blanks, controls,
// what is invalid, and the specials (RFC 5322 §3.2.3) but for the dot.
func notInAddress(r rune) bool {
	return r == ' ' || r == utf8.RuneError || !unicode.IsPrint(r) ||
		strings.ContainsRune(`()<>[]:;@\,"`, r)
}

// percentEncode encodes all octets of s (RFC 3986 §2.1) but letters, digits
// and those to keep.
func percentEncode(s, keep string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			strings.IndexByte(keep, c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
