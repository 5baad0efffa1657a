package availability_test

import (
	"strings"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
)

// Ensure the layers of a schedule: the week, blocks, what is available.
// Meetings last an hour and start every hour; 2026-01-12 is a Monday.
func TestSlots_Exceptions(t *testing.T) {
	for _, test := range []struct {
		name  string
		hours string
		want  string
	}{
		{"a week", "mon 09:00-11:00; tue 10:00-11:00", "12 09:00, 12 10:00, 13 10:00"},
		{"a day that is not enabled", "off mon 09:00-11:00; tue 10:00-11:00", "13 10:00"},
		{"a blocked date", "mon 09:00-11:00; tue 10:00-11:00; block 12", "13 10:00"},
		{"two dates in one block", "mon 09:00-11:00; tue 10:00-11:00; wed 08:00-09:00; block 12,13", "14 08:00"},
		{"a blocked date keeps last night's tail", "mon 22:00-02:00; tue 01:00-04:00; block 13", "12 22:00, 12 23:00, 13 00:00, 13 01:00"},
		{"a blocked date loses its night", "mon 22:00-02:00; tue 01:00-04:00; block 12", "13 01:00, 13 02:00, 13 03:00"},
		{"a block in the middle, and the grid after it", "mon 09:00-13:30; block 12 10:15-11:30", "12 09:00, 12 11:30, 12 12:30"},
		{"a block over the start", "mon 09:00-12:00; block 12 08:00-09:45", "12 09:45, 12 10:45"},
		{"a block over the end", "mon 09:00-12:00; block 12 11:30-13:00", "12 09:00, 12 10:00"},
		{"a block over everything", "mon 09:00-12:00; block 12 09:00-12:00", ""},
		{"a block that only touches", "mon 09:00-12:00; block 12 08:00-09:00, 12:00-13:00", "12 09:00, 12 10:00, 12 11:00"},
		{"blocks that overlap", "mon 09:00-14:00; block 12 10:00-12:00, 11:00-11:30; block 12 11:45-12:15", "12 09:00, 12 12:15"},
		{"a block with hours takes last night's tail", "mon 22:00-03:00; block 13 00:00-01:30", "12 22:00, 12 23:00, 13 01:30"},
		{"a block of all hours takes last night's tail", "mon 22:00-03:00; tue 09:00-10:00; block 13 00:00-24:00", "12 22:00, 12 23:00"},
		{"a block past midnight", "mon 21:00-24:00; tue 00:00-03:00; block 12 22:00-01:30", "12 21:00, 13 01:30"},
		{"a block past midnight into a date without other blocks", "tue 00:00-03:00; block 12 23:00-01:00", "13 01:00, 13 02:00"},
		{"available on a closed date", "tue 10:00-11:00; available 12 14:00-16:00", "12 14:00, 12 15:00, 13 10:00"},
		{"available beside the week", "mon 09:00-10:00; available 12 14:00-15:00", "12 09:00, 12 14:00"},
		{"available inside the week has a grid of its own", "mon 09:00-11:00; available 12 09:30-10:30", "12 09:00, 12 09:30, 12 10:00"},
		{"block and available replace a date", "mon 09:00-11:00; block 12; available 12 14:00-15:00", "12 14:00"},
		{"replaced in the other order", "mon 09:00-11:00; available 12 14:00-15:00; block 12", "12 14:00"},
		{"available is not cut by a block with hours", "mon 09:00-11:00; available 12 14:00-16:00; block 12 10:00-15:00", "12 09:00, 12 14:00, 12 15:00"},
		{"available past midnight is not cut by the next date's block", "available 12 23:00-02:00; block 13 00:00-24:00", "12 23:00, 13 00:00, 13 01:00"},
		{"available fills the gap of a block", "mon 09:00-12:00; block 12 10:00-11:00; available 12 10:00-11:00", "12 09:00, 12 10:00, 12 11:00"},
		{"available with several windows on several dates", "available 12,14 09:00-10:00, 14:00-15:00", "12 09:00, 12 14:00, 14 09:00, 14 14:00"},
		{"a date named twice counts once", "available 12,12 09:00-10:00", "12 09:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			host := availability.Host{ID: "ada", Zone: zone(t, "Europe/Berlin"), Hours: hours(t, test.hours)}
			q := availability.Query{Now: at(t, "2026-01-01 00:00 +0000")}
			q.Range = meet.Range{Start: at(t, "2026-01-12 00:00 +0100"), End: at(t, "2026-01-15 00:00 +0100")}
			got := show(availability.Slots(q, hourly(), []availability.Host{host}), host.Zone)
			if got = strings.ReplaceAll(got, " +0100", ""); got != test.want {
				t.Errorf("%s:\n got %s\nwant %s", test.hours, got, test.want)
			}
		})
	}
}

// Ensure hours and grids around the changes of clocks. The schedule has one
// window, on the weekday of the date; starts are shown by the host's clock.
func TestSlots_ClockChanges(t *testing.T) {
	for _, test := range []struct {
		name, zone, date, window string
		duration, interval       time.Duration // minutes
		want                     string
	}{
		{"Berlin forward: the grid goes on in elapsed time", "Europe/Berlin", "2026-03-29", "01:15-04:15", 60, 60,
			"29 01:15 +0100, 29 03:15 +0200"},
		{"Berlin forward: a window that opens in the gap", "Europe/Berlin", "2026-03-29", "02:30-04:30", 60, 30,
			"29 03:00 +0200, 29 03:30 +0200"},
		{"Berlin back: both passes of the hour", "Europe/Berlin", "2026-10-25", "02:00-03:00", 60, 30,
			"25 02:00 +0200, 25 02:30 +0200, 25 02:00 +0100"},
		{"Berlin back: a window broken in two", "Europe/Berlin", "2026-10-25", "02:15-02:45", 15, 15,
			"25 02:15 +0200, 25 02:30 +0200, 25 02:15 +0100, 25 02:30 +0100"},
		{"Berlin back: a window broken in two has one grid", "Europe/Berlin", "2026-10-25", "02:15-02:45", 15, 25,
			"25 02:15 +0200, 25 02:30 +0100"},
		{"Dublin, where winter is the exception", "Europe/Dublin", "2026-03-29", "00:30-03:00", 60, 30,
			"29 00:30 +0000, 29 02:00 +0100"},
		{"Lord Howe moves by half an hour", "Australia/Lord_Howe", "2026-10-04", "01:00-04:00", 60, 60,
			"04 01:00 +1030, 04 02:30 +1100"},
		{"Casablanca goes back for Ramadan", "Africa/Casablanca", "2026-02-15", "02:00-04:00", 60, 60,
			"15 02:00 +0100, 15 02:00 +0000, 15 03:00 +0000"},
		{"Kathmandu is a quarter to", "Asia/Kathmandu", "2026-01-12", "09:00-11:00", 60, 60,
			"12 09:00 +0545, 12 10:00 +0545"},
		{"Cairo has no midnight", "Africa/Cairo", "2026-04-24", "00:00-03:00", 60, 60,
			"24 01:00 +0300, 24 02:00 +0300"},
		{"Santiago has no midnight", "America/Santiago", "2026-09-05", "23:00-02:00", 60, 60,
			"05 23:00 -0400, 06 01:00 -0300"},
		{"St. John's goes back into the day before", "America/St_Johns", "2010-11-06", "23:00-24:00", 30, 30,
			"06 23:00 -0230, 06 23:30 -0230, 06 23:30 -0330"},
		{"Apia has no such date", "Pacific/Apia", "2011-12-30", "09:00-17:00", 60, 60, ""},
		{"Apia's night ends early", "Pacific/Apia", "2011-12-29", "22:00-02:00", 60, 60,
			"29 22:00 -1000, 29 23:00 -1000"},
	} {
		t.Run(test.name, func(t *testing.T) {
			date, err := meet.ParseDate(test.date)
			if err != nil {
				t.Fatal(err)
			}
			host := availability.Host{ID: "ada", Zone: zone(t, test.zone)}
			host.Hours.Week[date.Weekday()] = meet.Day{Enabled: true, Windows: parseWindows(t, test.window)}
			rules := hourly()
			rules.Duration, rules.Interval = test.duration*time.Minute, test.interval*time.Minute
			q := availability.Query{Range: meet.Range{
				Start: meet.DayBounds(host.Zone, date-1).Start,
				End:   meet.DayBounds(host.Zone, date+1).End,
			}}
			if got := show(availability.Slots(q, rules, []availability.Host{host}), host.Zone); got != test.want {
				t.Errorf("%s of %s, %s:\n got %s\nwant %s", test.window, test.date, test.zone, got, test.want)
			}
		})
	}
}

// Ensure that listing, asking about a single start and the reference agree on
// every start around the changes of clocks, in hours that reach far.
func TestAt_ClockChanges(t *testing.T) {
	for _, moment := range moments {
		date, err := meet.ParseDate(moment.date)
		if err != nil {
			t.Fatal(err)
		}
		for _, week := range []string{"00:00-24:00", "23:50-23:40", "22:00-02:00,09:15-17:45"} {
			t.Run(strings.Join([]string{moment.zone, moment.date, week}, " "), func(t *testing.T) {
				host := availability.Host{ID: "ada", Zone: zone(t, moment.zone)}
				for day := range host.Hours.Week {
					host.Hours.Week[day] = meet.Day{Enabled: true, Windows: parseWindows(t, week)}
				}
				s := scenario{rules: hourly(), hosts: []availability.Host{host}}
				s.rules.Duration, s.rules.Interval = 30*time.Minute, 5*time.Minute
				midnight := meet.DayBounds(host.Zone, date).Start
				s.query.Range = meet.Range{Start: midnight.Add(-6 * time.Hour), End: midnight.Add(30 * time.Hour)}

				want := referenceSlots(s)
				for _, slot := range s.slots() {
					if want[slot.Start] == nil {
						t.Errorf("%v is listed", slot.Start.In(host.Zone))
					}
				}
				for at := s.query.Range.Start; at.Before(s.query.Range.End); at = at.Add(5 * time.Minute) {
					if _, ok := availability.At(s.query, s.rules, s.hosts, at); ok != (want[at] != nil) {
						t.Errorf("At(%v) = %v", at.In(host.Zone), ok)
					}
				}
			})
		}
	}
}

// show writes the starts as a clock in zone shows them.
func show(slots []availability.Slot, zone *time.Location) string {
	var out []string
	for _, slot := range slots {
		out = append(out, slot.Start.In(zone).Format("02 15:04 -0700"))
	}
	return strings.Join(out, ", ")
}

// hourly are rules of meetings that last an hour and start every hour.
func hourly() availability.Rules {
	return availability.Rules{Duration: time.Hour, Interval: time.Hour, MaxAdvanceDays: availability.Unlimited, Capacity: 1}
}

// hours reads a schedule: clauses like "mon 09:00-11:00, 13:00-14:00",
// "off mon 09:00-11:00" for a day that is not enabled, "block 12", "block 12
// 10:00-11:00" and "available 12,14 09:00-10:00", whose dates are days of
// January 2026.
func hours(t testing.TB, schedule string) (h meet.Hours) {
	for clause := range strings.SplitSeq(schedule, ";") {
		words := strings.Fields(strings.ReplaceAll(clause, ", ", ","))
		switch words[0] {
		case "block", "available":
			e := meet.Exception{Kind: meet.ExceptionKind(words[0])}
			for day := range strings.SplitSeq(words[1], ",") {
				date, err := meet.ParseDate("2026-01-" + day)
				if err != nil {
					t.Fatal(err)
				}
				e.Dates = append(e.Dates, date)
			}
			if len(words) > 2 {
				e.Windows = parseWindows(t, words[2])
			}
			h.Exceptions = append(h.Exceptions, e)
		case "off":
			h.Week[weekday(t, words[1])] = meet.Day{Windows: parseWindows(t, words[2])}
		default:
			h.Week[weekday(t, words[0])] = meet.Day{Enabled: true, Windows: parseWindows(t, words[1])}
		}
	}
	return h
}

// parseWindows reads the form 09:00-11:00,13:00-14:00.
func parseWindows(t testing.TB, list string) (out []meet.Window) {
	for window := range strings.SplitSeq(list, ",") {
		var w meet.Window
		start, end, _ := strings.Cut(window, "-")
		if err := w.Start.UnmarshalText([]byte(start)); err != nil {
			t.Fatal(err)
		}
		if err := w.End.UnmarshalText([]byte(end)); err != nil {
			t.Fatal(err)
		}
		out = append(out, w)
	}
	return out
}

// at reads the form 2006-01-02 15:04 -0700.
func at(t testing.TB, s string) time.Time {
	instant, err := time.Parse("2006-01-02 15:04 -0700", s)
	if err != nil {
		t.Fatal(err)
	}
	return instant.UTC()
}
