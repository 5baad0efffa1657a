package meet_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/meet"
)

// Ensure that hours become the instants at which the host's own clock shows
// them. Ranges are written as that clock shows them.
func TestAppendRanges(t *testing.T) {
	for _, test := range []struct{ name, zone, date, window, want string }{
		{"Berlin winter", "Europe/Berlin", "2026-01-12", "09:00-17:00", "12 09:00 +0100 - 12 17:00 +0100"},
		{"Berlin summer", "Europe/Berlin", "2026-07-13", "09:00-17:00", "13 09:00 +0200 - 13 17:00 +0200"},
		{"Kathmandu is a quarter to", "Asia/Kathmandu", "2026-01-12", "09:00-10:00", "12 09:00 +0545 - 12 10:00 +0545"},
		{"until 24:00", "Europe/Berlin", "2026-01-12", "22:00-24:00", "12 22:00 +0100 - 13 00:00 +0100"},
		{"past midnight", "Europe/Berlin", "2026-01-12", "22:00-02:00", "12 22:00 +0100 - 13 02:00 +0100"},
		{"past the turn of the year", "Europe/Berlin", "2026-12-31", "22:00-02:00", "31 22:00 +0100 - 01 02:00 +0100"},
		{"all day", "Europe/Berlin", "2026-01-12", "00:00-24:00", "12 00:00 +0100 - 13 00:00 +0100"},
		{"no time at all", "Europe/Berlin", "2026-01-12", "09:00-09:00", ""},

		{"Berlin spring forward, across", "Europe/Berlin", "2026-03-29", "01:00-05:00", "29 01:00 +0100 - 29 05:00 +0200"},
		{"Berlin spring forward, in the gap", "Europe/Berlin", "2026-03-29", "02:00-03:00", ""},
		{"Berlin spring forward, into the gap", "Europe/Berlin", "2026-03-29", "01:00-02:30", "29 01:00 +0100 - 29 03:00 +0200"},
		{"Berlin spring forward, out of the gap", "Europe/Berlin", "2026-03-29", "02:30-04:00", "29 03:00 +0200 - 29 04:00 +0200"},
		{"Berlin fall back, across", "Europe/Berlin", "2026-10-25", "01:00-04:00", "25 01:00 +0200 - 25 04:00 +0100"},
		{"Berlin fall back, the doubled hour", "Europe/Berlin", "2026-10-25", "02:00-03:00", "25 02:00 +0200 - 25 03:00 +0100"},
		{"Berlin fall back, a part of the doubled hour", "Europe/Berlin", "2026-10-25", "02:15-02:45",
			"25 02:15 +0200 - 25 02:45 +0200, 25 02:15 +0100 - 25 02:45 +0100"},
		{"Berlin fall back, into the doubled hour", "Europe/Berlin", "2026-10-25", "01:00-02:30",
			"25 01:00 +0200 - 25 02:30 +0200, 25 02:00 +0100 - 25 02:30 +0100"},
		{"Berlin fall back, out of the doubled hour", "Europe/Berlin", "2026-10-25", "02:30-04:00",
			"25 02:30 +0200 - 25 02:00 +0100, 25 02:30 +0100 - 25 04:00 +0100"},
		{"New York fall back, overnight", "America/New_York", "2026-10-31", "22:00-03:00", "31 22:00 -0400 - 01 03:00 -0500"},

		{"Dublin, where winter is the exception", "Europe/Dublin", "2026-03-29", "00:00-03:00", "29 00:00 +0000 - 29 03:00 +0100"},
		{"Lord Howe moves by half an hour, forward", "Australia/Lord_Howe", "2026-10-04", "01:00-03:00", "04 01:00 +1030 - 04 03:00 +1100"},
		{"Lord Howe moves by half an hour, back", "Australia/Lord_Howe", "2026-04-05", "01:45-01:50",
			"05 01:45 +1100 - 05 01:50 +1100, 05 01:45 +1030 - 05 01:50 +1030"},
		{"Troll moves by two hours", "Antarctica/Troll", "2026-03-29", "00:00-04:00", "29 00:00 +0000 - 29 04:00 +0200"},
		{"Casablanca in Ramadan, back", "Africa/Casablanca", "2026-02-15", "01:00-04:00", "15 01:00 +0100 - 15 04:00 +0000"},
		{"Casablanca after Ramadan, forward", "Africa/Casablanca", "2026-03-22", "01:00-04:00", "22 01:00 +0000 - 22 04:00 +0100"},
		{"Santiago has no midnight", "America/Santiago", "2026-09-06", "00:00-03:00", "06 01:00 -0300 - 06 03:00 -0300"},
		{"Santiago has no midnight, overnight", "America/Santiago", "2026-09-05", "23:00-01:30", "05 23:00 -0400 - 06 01:30 -0300"},
		{"Santiago has 23:00 twice", "America/Santiago", "2026-04-04", "23:30-00:30",
			"04 23:30 -0300 - 04 23:00 -0400, 04 23:30 -0400 - 05 00:30 -0400"},
		{"Cairo has no midnight", "Africa/Cairo", "2026-04-24", "00:00-02:00", "24 01:00 +0300 - 24 02:00 +0300"},
		{"St. John's goes back into the day before", "America/St_Johns", "2010-11-06", "23:00-24:00",
			"06 23:00 -0230 - 07 00:00 -0230, 06 23:01 -0330 - 07 00:00 -0330"},
		{"Apia left the date out", "Pacific/Apia", "2011-12-30", "09:00-17:00", ""},
		{"Apia left the next date out", "Pacific/Apia", "2011-12-29", "22:00-02:00", "29 22:00 -1000 - 31 00:00 +1400"},
		{"Apia left the date out, whose night remains", "Pacific/Apia", "2011-12-30", "22:00-02:00", "31 00:00 +1400 - 31 02:00 +1400"},
		{"Kwajalein had the date twice", "Pacific/Kwajalein", "1969-09-30", "09:00-10:00",
			"30 09:00 +1100 - 30 10:00 +1100, 30 09:00 -1200 - 30 10:00 -1200"},
		{"seconds before standard time", "Europe/Amsterdam", "1936-12-01", "09:00-10:00", "01 09:00 +0019 - 01 10:00 +0019"},
		{"beyond every table", "Europe/Berlin", "2480-03-31", "01:00-04:00", "31 01:00 +0100 - 31 04:00 +0200"},
	} {
		t.Run(test.name, func(t *testing.T) {
			loc := zone(t, test.zone)
			ranges := meet.AppendRanges(nil, loc, window(t, test.window).On(date(t, test.date)))
			if got := show(ranges, loc); got != test.want {
				t.Errorf("%s %s of %s:\n got %s\nwant %s", test.zone, test.window, test.date, got, test.want)
			}
		})
	}
}

func TestAppendRanges_KeepsWhatIsThere(t *testing.T) {
	loc := zone(t, "UTC")
	d := date(t, "2026-01-12")
	ranges := meet.AppendRanges(nil, loc, window(t, "09:00-12:00").On(d))
	ranges = meet.AppendRanges(ranges, loc, window(t, "12:00-13:00").On(d))
	const want = "12 09:00 +0000 - 12 12:00 +0000, 12 12:00 +0000 - 12 13:00 +0000"
	if got := show(ranges, loc); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDayBounds(t *testing.T) {
	for _, test := range []struct {
		name, zone, date, want string
		length                 time.Duration
	}{
		{"Berlin", "Europe/Berlin", "2026-01-12", "12 00:00 +0100 - 13 00:00 +0100", 24 * time.Hour},
		{"Berlin spring forward", "Europe/Berlin", "2026-03-29", "29 00:00 +0100 - 30 00:00 +0200", 23 * time.Hour},
		{"Berlin fall back", "Europe/Berlin", "2026-10-25", "25 00:00 +0200 - 26 00:00 +0100", 25 * time.Hour},
		{"Lord Howe fall back", "Australia/Lord_Howe", "2026-04-05", "05 00:00 +1100 - 06 00:00 +1030", 24*time.Hour + 30*time.Minute},
		{"Santiago without midnight", "America/Santiago", "2026-09-06", "06 01:00 -0300 - 07 00:00 -0300", 23 * time.Hour},
		{"Santiago with 23:00 twice", "America/Santiago", "2026-04-04", "04 00:00 -0300 - 05 00:00 -0400", 25 * time.Hour},
		{"Cairo without midnight", "Africa/Cairo", "2026-04-24", "24 01:00 +0300 - 25 00:00 +0300", 23 * time.Hour},
		{"St. John's, midnight twice", "America/St_Johns", "2010-11-07", "07 00:00 -0230 - 08 00:00 -0330", 25 * time.Hour},
		{"Apia without the date", "Pacific/Apia", "2011-12-30", "31 00:00 +1400 - 31 00:00 +1400", 0},
		{"Apia before it", "Pacific/Apia", "2011-12-29", "29 00:00 -1000 - 31 00:00 +1400", 24 * time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			loc := zone(t, test.zone)
			bounds := meet.DayBounds(loc, date(t, test.date))
			if got := show([]meet.Range{bounds}, loc); got != test.want || bounds.Duration() != test.length {
				t.Errorf("got %s, %v long; want %s, %v", got, bounds.Duration(), test.want, test.length)
			}
		})
	}
}

// Ensure zones that are a rule without a table work to the end of a leap
// year: some systems ship such files.
func TestAppendRanges_LeapYearWithoutTable(t *testing.T) {
	loc, err := time.LoadLocationFromTZData("Rule/Only", ruleOnly("CET-1CEST,M3.5.0,M10.5.0/3"))
	if err != nil {
		t.Fatal(err)
	}
	berlin := zone(t, "Europe/Berlin")
	for d := date(t, "2027-12-25"); d < date(t, "2029-01-05"); d++ {
		for _, w := range []string{"00:00-24:00", "09:00-17:00", "22:00-02:00", "02:15-02:45"} {
			got := meet.AppendRanges(nil, loc, window(t, w).On(d))
			want := meet.AppendRanges(nil, berlin, window(t, w).On(d))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s of %v (-table +rule):\n%s", w, d, diff)
			}
		}
		if got, want := meet.DayBounds(loc, d), meet.DayBounds(berlin, d); got != want {
			t.Fatalf("day %v = %v, want %v", d, got, want)
		}
	}
}

// ruleOnly returns a zone file (RFC 9636) that holds no transitions, only a
// footer with a rule.
func ruleOnly(rule string) []byte {
	var file bytes.Buffer
	header := func(counts ...uint32) {
		file.WriteString("TZif2")
		file.Write(make([]byte, 15))
		_ = binary.Write(&file, binary.BigEndian, counts) // a buffer takes all
	}
	localTimeType := []byte{0, 0, 0x0e, 0x10, 0, 0} // UTC+1, standard time, the abbreviation at 0
	for range 2 {                                   // once in the old layout and once in the new
		header(0, 0, 0, 0, 1, 4)
		file.Write(localTimeType)
		file.WriteString("CET\x00")
	}
	file.WriteString("\n" + rule + "\n")
	return file.Bytes()
}

// FuzzAppendRanges compares with a look at the clock in every minute.
func FuzzAppendRanges(f *testing.F) {
	for i := range fuzzZones {
		f.Add(byte(i), int32(20500), int16(22*60), int16(5*60))
	}
	f.Add(byte(0), int32(meet.NewDate(2026, time.March, 29)), int16(60), int16(240))
	f.Add(byte(3), int32(meet.NewDate(2026, time.September, 6)), int16(0), int16(180))
	f.Add(byte(5), int32(meet.NewDate(2011, time.December, 30)), int16(0), int16(1440))
	f.Add(byte(6), int32(meet.NewDate(2010, time.November, 6)), int16(23*60), int16(60))
	f.Add(byte(7), int32(meet.NewDate(1969, time.September, 30)), int16(0), int16(1440))
	f.Fuzz(func(t *testing.T, zoneIndex byte, day int32, start, minutes int16) {
		const century = 36525
		loc := zone(t, fuzzZones[int(zoneIndex)%len(fuzzZones)])
		from := meet.Date(day%century).At(0) + meet.LocalTime(start)
		span := meet.LocalSpan{Start: from, End: from + meet.LocalTime(minutes%3000)}

		ranges := meet.AppendRanges(nil, loc, span)
		shown := func(at time.Time) bool {
			at = at.In(loc)
			clock := meet.DateOf(at).At(meet.TimeOfDay(at.Hour()*60 + at.Minute()))
			return span.Start <= clock && clock < span.End
		}
		for i, r := range ranges {
			if r.Empty() || i > 0 && !ranges[i-1].End.Before(r.Start) {
				t.Fatalf("empty, touching or out of order: %s", show(ranges, loc))
			}
			if !shown(r.Start) || shown(r.Start.Add(-1)) || !shown(r.End.Add(-1)) || shown(r.End) {
				t.Fatalf("a bound of %s is not where the clock enters or leaves %v", show(ranges, loc), span)
			}
		}
		begin := time.Unix(int64(span.Start)*60, 0)
		for at := begin.Add(-30 * time.Hour); at.Before(begin.Add(80 * time.Hour)); at = at.Add(time.Minute) {
			in := false
			for _, r := range ranges {
				in = in || r.Contains(at)
			}
			if in != shown(at) {
				t.Fatalf("%v: in the ranges %v, within the hours by the clock %v", at.In(loc), in, shown(at))
			}
		}
	})
}

var fuzzZones = []string{
	"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Pacific/Apia",
	"America/St_Johns", "Pacific/Kwajalein", "Europe/Dublin", "Africa/Casablanca", "Asia/Kathmandu", "Antarctica/Troll",
	"Africa/Monrovia", "Asia/Manila", "America/Juneau", "UTC",
}

// show writes ranges as a clock in loc shows them.
func show(ranges []meet.Range, loc *time.Location) string {
	const layout = "02 15:04 -0700"
	var out []string
	for _, r := range ranges {
		out = append(out, r.Start.In(loc).Format(layout)+" - "+r.End.In(loc).Format(layout))
	}
	return strings.Join(out, ", ")
}

// window reads the form 09:00-17:00.
func window(t testing.TB, s string) (w meet.Window) {
	start, end, _ := strings.Cut(s, "-")
	if err := w.Start.UnmarshalText([]byte(start)); err != nil {
		t.Fatal(err)
	}
	if err := w.End.UnmarshalText([]byte(end)); err != nil {
		t.Fatal(err)
	}
	return w
}

func date(t testing.TB, s string) meet.Date {
	d, err := meet.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func zone(t testing.TB, name string) *time.Location {
	loc, err := meet.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}
