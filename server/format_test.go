package server

import (
	"strings"
	"testing"
	"time"
)

func TestFormats(t *testing.T) {
	tests := map[string]struct{ yes, no []string }{
		"uuid": {
			yes: []string{"770e8400-e29b-41d4-a716-446655440002", "770E8400-E29B-41D4-A716-446655440002", "00000000-0000-0000-0000-000000000000"},
			no: []string{
				"", "770e8400e29b41d4a716446655440002", "{770e8400-e29b-41d4-a716-446655440002}",
				"urn:uuid:770e8400-e29b-41d4-a716-446655440002", "770e8400-e29b-41d4-a716-44665544000g",
				" 770e8400-e29b-41d4-a716-446655440002", "770e8400-e29b-41d4-a7166446655440002",
			},
		},
		"date-time": {
			yes: []string{
				"2024-01-15T09:00:00+01:00", "2024-01-15T09:00:00Z", "2024-01-15T09:00:00.000Z", "2024-02-29T23:59:59.999999999-12:00",
				"1970-01-01T00:00:00Z", "2200-12-31T23:59:59Z", "1969-12-31T22:00:00-02:00", "2201-01-01T01:59:59.999+02:00",
			},
			no: []string{
				"", "tomorrow", "2024-01-15", "2024-01-15T09:00:00", "2024-01-15 09:00:00Z", "2024-01-15T9:00:00Z", "2024-02-30T09:00:00Z",
				"2023-02-29T09:00:00Z", "2024-01-15T24:00:00Z", "2024-01-15T23:59:60Z", "2024-01-15T09:00:00+99:99", "2024-01-15T09:00:00+24:00",
				"2024-01-15T09:00:00+01:60", "2024-01-15T09:00:00+0100", "2024-01-15T09:00:00,5Z", "2024-01-15t09:00:00Z", "2024-01-15T09:00:00z",
				"1969-12-31T23:59:59Z", "2201-01-01T00:00:00Z", "1970-01-01T00:00:00+00:01", "2200-12-31T23:59:59-00:01", "0001-01-01T00:00:00Z", "2024-01-15T09:00:00 01:00",
			},
		},
		"date": {
			yes: []string{"2024-02-29", "1970-01-01"},
			no:  []string{"", "2023-02-29", "2024-2-9", "2024-02-30", "20240229", "2024-01-15T09:00:00Z", "1969-12-31"},
		},
		"date-or-date-time": {
			yes: []string{"2024-02-29", "2024-01-15T09:00:00+01:00"},
			no:  []string{"", "2024-02-30", "now"},
		},
		"time-of-day": {
			yes: []string{"00:00", "09:30", "23:59", "24:00"},
			no:  []string{"", "9:30", "24:01", "25:00", "12:60", "12-30", "12:3O", "12:300"},
		},
		"email": {
			yes: []string{"client@example.com", "a.b+c@sub.example.co.uk", "o'hara@example.com", "a@localhost", "dörte@example.com"},
			no: []string{
				"", "@", "a@", "@b", "plain", "a@b@c", "Jane <jane@example.com>", "<jane@example.com>", "a@example.com, b@example.com",
				"a@example.com\r\nBcc: b@example.com", "a@example.com\n", " a@example.com", "a@example.com ", "a..b@example.com", ".a@example.com",
				"a@example..com", "a@example.com (Jane)", `"a b"@example.com`, strings.Repeat("a", 250) + "@b.de",
			},
		},
		"phone": {
			yes: []string{"+1-555-123-4567", "+49 (30) 1234.567", "+15551234567", "+1234567"},
			no:  []string{"", "+", "5551234567", "0049301234567", "+123456", "+1234567890123456", "+1 555 CALL NOW", "1+5551234567", "++15551234567", "+1\t5551234567"},
		},
		"language-tag": {
			yes: []string{"en", "de-AT", "zh-Hant-TW", "xx", "tlh", "sr-Latn"},
			no:  []string{"", "e", "en-", "-en", "english language", "en\n", strings.Repeat("en-", 50)},
		},
		"uri": {
			yes: []string{"https://example.com", "http://example.com:8080/a?b=c#d", "https://bücher.example/", "http://[::1]:9/"},
			no:  []string{"", "example.com", "/path", "ftp://example.com", "javascript:alert(1)", "https://", "https:///path", "https://exa mple.com", "https://:443/", "http://a b"},
		},
		"iana-time-zone": {
			yes: []string{"Europe/Berlin", "Asia/Calcutta", "Europe/Kiev", "UTC", "Etc/GMT+5"},
			no:  []string{"", "Local", "Berlin", "Mars/Olympus", "../etc/passwd", "/etc/passwd", "right/Europe/Berlin", "posix/Europe/Berlin", "Europe/Berlin\x00"},
		},
	}
	for name := range formats {
		if _, tested := tests[name]; !tested {
			t.Errorf("format %s has no test", name)
		}
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, s := range tt.yes {
				if !formats[name].valid(s) {
					t.Errorf("%q is refused", s)
				}
			}
			for _, s := range tt.no {
				if formats[name].valid(s) {
					t.Errorf("%q is accepted", s)
				}
			}
		})
	}
}

// Whatever passes as a date-time must decode, or a handler would meet an error that names no field.
func FuzzDateTimeDecodes(f *testing.F) {
	f.Add("2024-01-15T09:00:00+01:00")
	f.Add("2024-01-15T0:00:00Z")
	f.Fuzz(func(t *testing.T, s string) {
		if !isDateTime(s) {
			return
		}
		var at time.Time
		if err := at.UnmarshalJSON([]byte(`"` + s + `"`)); err != nil {
			t.Fatal(err)
		}
	})
}
