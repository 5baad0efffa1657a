package server

import (
	"errors"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"golang.org/x/text/language"
)

// format is one string format of the contract: what passes, and how a refusal is told.
type format struct {
	// valid decides on a value.
	valid func(string) bool
	// must completes "<field> must be ...".
	must string
}

// formats are all string formats the contract uses. kin-openapi checks none of email, uuid and uri by itself and is too
// lenient on date and date-time, so every one of them is defined here. The contract's formats are known to the process as
// a whole: kin-openapi keeps them in a global map, which is written once, before main.
var formats = map[string]format{
	"date":              {isDate, "a date (YYYY-MM-DD)"},
	"date-or-date-time": {func(s string) bool { return isDate(s) || isDateTime(s) }, "a date (YYYY-MM-DD) or a date-time with a UTC offset"},
	"date-time":         {isDateTime, "a date-time with a UTC offset"},
	"email":             {isEmail, "an email address"},
	"iana-time-zone":    {isTimeZone, "an IANA time zone"},
	"language-tag":      {isLanguageTag, "a language tag"},
	"phone":             {isPhone, "a phone number with its country code"},
	"time-of-day":       {isTimeOfDay, "a time of day (HH:MM)"},
	"uri":               {isURI, "an absolute http or https URL"},
	"uuid":              {isUUID, "a UUID"},
}

var errFormat = errors.New("does not have the format")

func init() {
	for name, f := range formats {
		openapi3.DefineStringFormatValidator(name, openapi3.NewCallbackValidator(func(s string) error {
			if f.valid(s) {
				return nil
			}
			return errFormat
		}))
	}
}

// isUUID accepts the plain form of 36 characters in any case, and none of the others that parsers tolerate.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !isDigit(c) && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
				return false
			}
		}
	}
	return true
}

// isDateTime accepts what RFC 3339 §5.6 calls a date-time, in capital letters and without leap seconds, for instants of
// the years 1970 to 2200 in UTC. The parser of package time takes more forms than that (hours of one digit, a comma,
// offsets of 99 hours), so the form is checked here.
func isDateTime(s string) bool {
	if len(s) < len("2006-01-02T15:04:05Z") || s[10] != 'T' || !isClock(s[11:16]) || s[16] != ':' || !isSexagesimal(s[17:19]) {
		return false
	}
	rest := s[19:]
	if rest[0] == '.' {
		digits := len(rest) - 1 - len(strings.TrimLeft(rest[1:], "0123456789"))
		if digits == 0 {
			return false
		}
		rest = rest[1+digits:]
	}
	if rest != "Z" && (len(rest) != 6 || (rest[0] != '+' && rest[0] != '-') || !isClock(rest[1:])) {
		return false
	}
	t, err := time.Parse(time.RFC3339, s)
	return err == nil && isYear(t.UTC().Year())
}

// isDate accepts days of the calendar in the years 1970 to 2200.
func isDate(s string) bool {
	t, err := time.Parse(time.DateOnly, s)
	return err == nil && isYear(t.Year())
}

func isYear(year int) bool { return year >= 1970 && year <= 2200 }

// isClock accepts HH:MM from 00:00 to 23:59.
func isClock(s string) bool {
	return len(s) == 5 && isDigit(s[0]) && isDigit(s[1]) && s[:2] <= "23" && s[2] == ':' && isSexagesimal(s[3:])
}

// isSexagesimal accepts 00 to 59.
func isSexagesimal(s string) bool {
	return len(s) == 2 && isDigit(s[0]) && isDigit(s[1]) && s <= "59"
}

// isTimeOfDay accepts HH:MM from 00:00 to 24:00.
func isTimeOfDay(s string) bool { return isClock(s) || s == "24:00" }

// isEmail accepts one bare address (the addr-spec of RFC 5322): no display name, comment, list or quoted local part,
// at most 254 bytes.
func isEmail(s string) bool {
	if len(s) > 254 {
		return false
	}
	if isPlainEmail(s) {
		return true
	}
	a, err := mail.ParseAddress(s)
	return err == nil && a.Name == "" && a.Address == s
}

// isPlainEmail recognises the usual address without the cost of a full parse.
func isPlainEmail(s string) bool {
	local, domain, found := strings.Cut(s, "@")
	if !found || local == "" || domain == "" {
		return false
	}
	return dotted(local, "!#$%&'*+-/=?^_`{|}~") && dotted(domain, "-")
}

// dotted tells whether s is letters, digits and the extra bytes, in non-empty parts between dots.
func dotted(s, extra string) bool {
	last := byte('.')
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '.' && last == '.':
			return false
		case c == '.' || isDigit(c) || isLetter(c) || strings.IndexByte(extra, c) >= 0:
			last = c
		default:
			return false
		}
	}
	return last != '.'
}

// isPhone accepts E.164 (plus sign, 7 to 15 digits) once blanks, hyphens, dots and parentheses are taken away.
func isPhone(s string) bool {
	digits, plus := 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c) && plus:
			digits++
		case c == '+' && !plus:
			plus = true
		case strings.IndexByte(" -.()", c) >= 0:
		default:
			return false
		}
	}
	return digits >= 7 && digits <= 15
}

// isLanguageTag accepts what is well-formed as of BCP 47, known or not.
func isLanguageTag(s string) bool {
	if len(s) == 2 && isLetter(s[0]) && isLetter(s[1]) {
		return true
	}
	if s == "" || len(s) > 100 {
		return false
	}
	_, err := language.Parse(s)
	var unknown language.ValueError
	return err == nil || errors.As(err, &unknown)
}

// isURI accepts absolute http and https URLs with a host.
func isURI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && !strings.ContainsAny(s, " \t")
}

// timeZones remembers the names that could be loaded; there are some six hundred.
var timeZones sync.Map

// zoneName is the form of the names in the IANA database. It leaves out what else systems keep beside the zones, such as
// right/UTC and localtime.
var zoneName = regexp.MustCompile(`^[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*)*$`)

// isTimeZone accepts the names of the IANA database, backward links among them.
func isTimeZone(s string) bool {
	if _, known := timeZones.Load(s); known {
		return true
	}
	if !zoneName.MatchString(s) || s == "Local" {
		return false
	}
	if _, err := time.LoadLocation(s); err != nil {
		return false
	}
	timeZones.Store(s, true)
	return true
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return (c|0x20) >= 'a' && (c|0x20) <= 'z' }
