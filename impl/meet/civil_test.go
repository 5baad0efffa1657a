package meet_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

func TestDate(t *testing.T) {
	for _, test := range []struct {
		date    string
		days    meet.Date // since 1970-01-01
		weekday time.Weekday
		monday  string
	}{
		{"1970-01-01", 0, time.Thursday, "1969-12-29"},
		{"1969-12-31", -1, time.Wednesday, "1969-12-29"},
		{"1600-02-29", -135081, time.Tuesday, "1600-02-28"},
		{"2026-01-12", 20465, time.Monday, "2026-01-12"},
		{"2026-01-18", 20471, time.Sunday, "2026-01-12"},
		{"2028-02-29", 21243, time.Tuesday, "2028-02-28"},
		{"9999-12-31", 2932896, time.Friday, "9999-12-27"},
	} {
		d, err := meet.ParseDate(test.date)
		if err != nil {
			t.Fatal(err)
		}
		if d != test.days || d.String() != test.date || d.Weekday() != test.weekday || d.Monday().String() != test.monday {
			t.Errorf("%s = day %d, %v, %v of the week of %v", test.date, d, d, d.Weekday(), d.Monday())
		}
	}
}

func TestParseDate_Refuses(t *testing.T) {
	for _, s := range []string{"", "2026-02-29", "2026-13-01", "2026-1-1", "12.01.2026", "2026-01-12T00:00:00Z", "2026-01-12 "} {
		if d, err := meet.ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %v, want an error", s, d)
		}
	}
}

// Ensure the date is that of the clock, not that of UTC.
func TestDateOf(t *testing.T) {
	at := time.Date(2026, time.January, 12, 23, 30, 0, 0, time.UTC)
	for name, want := range map[string]string{"UTC": "2026-01-12", "Europe/Berlin": "2026-01-13", "Pacific/Honolulu": "2026-01-12", "Pacific/Kiritimati": "2026-01-13"} {
		if got := meet.DateOf(at.In(zone(t, name))).String(); got != want {
			t.Errorf("in %s it is %s, want %s", name, got, want)
		}
	}
	if got := meet.NewDate(2026, time.January, 32).String(); got != "2026-02-01" {
		t.Errorf("January 32 is %s, want February 1", got)
	}
}

func TestParseTimeOfDay(t *testing.T) {
	for s, want := range map[string]meet.TimeOfDay{"00:00": 0, "09:05": 545, "23:59": 1439, "24:00": meet.EndOfDay} {
		if got, err := meet.ParseTimeOfDay(s); err != nil || got != want || got.String() != s {
			t.Errorf("ParseTimeOfDay(%q) = %v, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "9:05", "09:5", "09:60", "24:01", "25:00", "-1:00", "09.05", "09:05:00", "0a:00", "٠٩:٠٥"} {
		if got, err := meet.ParseTimeOfDay(s); err == nil {
			t.Errorf("ParseTimeOfDay(%q) = %v, want an error", s, got)
		}
	}
}

func TestWindow_On(t *testing.T) {
	d := meet.Date(1)
	for s, want := range map[string]meet.LocalSpan{
		"09:00-17:00": {Start: 1980, End: 2460},
		"00:00-24:00": {Start: 1440, End: 2880},
		"22:00-02:00": {Start: 2760, End: 3000},
		"22:00-00:00": {Start: 2760, End: 2880},
	} {
		if got := window(t, s).On(d); got != want {
			t.Errorf("%s on %v = %v, want %v", s, d, got, want)
		}
	}
}

// Ensure stored hours read back as they were.
func TestHours_JSON(t *testing.T) {
	const stored = `{"dates":["2026-12-24"],"kind":"available","windows":[{"start":"22:00","end":"24:00"}]}`
	var e meet.Exception
	if err := json.Unmarshal([]byte(stored), &e); err != nil {
		t.Fatal(err)
	}
	if text, err := json.Marshal(e); err != nil || string(text) != stored {
		t.Errorf("got %s, %v; want %s", text, err, stored)
	}
}
