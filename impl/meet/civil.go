package meet

import (
	"fmt"
	"time"
)

// Date is a calendar date without a zone, counted in days since 1970-01-01.
// Dates compare with < and subtract to a number of days.
type Date int32

// NewDate returns the date of a year, month and day; values outside their
// usual ranges are normalised as time.Date does.
func NewDate(year int, month time.Month, day int) Date {
	return Date(floorDiv(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix(), 86400))
}

// DateOf returns the date that a clock in t's location shows at t.
func DateOf(t time.Time) Date { return NewDate(t.Date()) }

// ParseDate reads the form 2006-01-02 and refuses dates that do not exist.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date of the form YYYY-MM-DD", s)
	}
	return DateOf(t), nil
}

// String returns the form 2006-01-02.
func (d Date) String() string { return d.midnightUTC().Format(time.DateOnly) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.midnightUTC().Weekday() }

// Monday returns the first day of d's week; weeks run Monday to Sunday.
func (d Date) Monday() Date { return d - Date((d.Weekday()+6)%7) }

func (d Date) midnightUTC() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// MarshalText writes the form 2006-01-02.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}

// TimeOfDay is a wall-clock time in minutes since midnight, 0 to 1440.
// 1440, written 24:00, is the end of the day and never a start.
type TimeOfDay int16

// EndOfDay is 24:00.
const EndOfDay TimeOfDay = 24 * 60

// ParseTimeOfDay reads HH:MM from 00:00 to 24:00.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	if len(s) == 5 && s[2] == ':' && isDigit(s[0]) && isDigit(s[1]) && isDigit(s[3]) && isDigit(s[4]) {
		hour, minute := int(s[0]-'0')*10+int(s[1]-'0'), int(s[3]-'0')*10+int(s[4]-'0')
		if t := TimeOfDay(hour*60 + minute); minute < 60 && t <= EndOfDay {
			return t, nil
		}
	}
	return 0, fmt.Errorf("%q is not a time of the form HH:MM between 00:00 and 24:00", s)
}

// String returns the form HH:MM.
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", t/60, t%60) }

// MarshalText writes the form HH:MM.
func (t TimeOfDay) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (t *TimeOfDay) UnmarshalText(text []byte) (err error) {
	*t, err = ParseTimeOfDay(string(text))
	return err
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
