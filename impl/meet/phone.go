package meet

import "strings"

// E164 is a phone number without the blanks and signs that people write
// between its digits.
func E164(phone string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \u00a0-.()", r) {
			return -1
		}
		return r
	}, phone)
}
