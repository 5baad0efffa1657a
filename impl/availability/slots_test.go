package availability_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
)

// The tests of this file take place in Berlin in January 2026, where the 12th
// is a Monday. Times like "12 09:00" are of that month, as clocks there show
// them, and so are the starts of slots.

// Ensure who joins a running group booking, and when it is in the way.
func TestSlots_Group(t *testing.T) {
	running := func(id meet.BookingID, seats int, span string) availability.Busy {
		b := booking(t, id, span)
		b.SeatsTaken = seats
		return b
	}
	with := func(b availability.Busy, change func(*availability.Busy)) availability.Busy {
		change(&b)
		return b
	}
	for _, test := range []struct {
		name     string
		capacity int
		everyone bool
		exclude  meet.BookingID
		busy     [2][]availability.Busy // of ada, open 09:00 to 12:00, and ben, 10:00 to 12:00
		want     string
	}{
		{"seats left", 3, false, "", [2][]availability.Busy{{running("g", 2, "12 09:00-10:00")}},
			"09:00 ada joins g with 2; 10:00 ada ben; 11:00 ada ben"},
		{"no seats left", 3, false, "", [2][]availability.Busy{{running("g", 3, "12 09:00-10:00")}},
			"10:00 ada ben; 11:00 ada ben"},
		{"not a group", 1, false, "", [2][]availability.Busy{{running("g", 0, "12 09:00-10:00")}},
			"10:00 ada ben; 11:00 ada ben"},
		{"off the grid", 3, false, "", [2][]availability.Busy{{running("g", 1, "12 09:30-10:30")}},
			"10:00 ben; 11:00 ada ben"},
		{"longer than asked", 3, false, "", [2][]availability.Busy{{running("g", 1, "12 09:00-10:30")}},
			"10:00 ben; 11:00 ada ben"},
		{"shorter than asked", 3, false, "", [2][]availability.Busy{{running("g", 1, "12 09:00-09:30")}},
			"10:00 ada ben; 11:00 ada ben"},
		{"of another type", 3, false, "", [2][]availability.Busy{{with(running("g", 1, "12 09:00-10:00"), func(b *availability.Busy) { b.SameType = false })}},
			"10:00 ada ben; 11:00 ada ben"},
		{"a hold", 3, false, "", [2][]availability.Busy{{with(running("g", 1, "12 09:00-10:00"), func(b *availability.Busy) {
			b.Kind, b.ExpiresAt, b.SameType = availability.Hold, berlin(t, "20 00:00"), false
		})}},
			"10:00 ada ben; 11:00 ada ben"},
		{"held seats", 3, false, "", [2][]availability.Busy{{with(running("g", 1, "12 09:00-10:00"), func(b *availability.Busy) {
			b.Kind, b.ExpiresAt = availability.Hold, berlin(t, "20 00:00")
		})}},
			"09:00 ada joins held g with 1; 10:00 ada ben; 11:00 ada ben"},
		{"held seats that expired", 3, false, "", [2][]availability.Busy{{with(running("g", 1, "12 09:00-10:00"), func(b *availability.Busy) {
			b.Kind, b.ExpiresAt = availability.Hold, january(t, "12 00:00", "13 00:00").Now
		})}},
			"09:00 ada; 10:00 ada ben; 11:00 ada ben"},
		{"being moved", 3, false, "g", [2][]availability.Busy{{running("g", 1, "12 09:00-10:00")}},
			"09:00 ada; 10:00 ada ben; 11:00 ada ben"},
		{"its buffers still take the neighbours' time", 3, false, "", [2][]availability.Busy{{with(running("g", 1, "12 10:00-11:00"), func(b *availability.Busy) {
			b.Occupied = meet.Range{Start: berlin(t, "12 09:45"), End: berlin(t, "12 11:15")}
		})}},
			"10:00 ada ben joins g with 1; 11:00 ben"},
		{"something else over it", 3, false, "", [2][]availability.Busy{{running("g", 1, "12 10:00-11:00"), running("h", 1, "12 10:30-11:30")}},
			"09:00 ada; 10:00 ben; 11:00 ben"},
		{"two at once, the first listed", 3, false, "", [2][]availability.Busy{{running("h", 1, "12 09:00-10:00"), running("g", 2, "12 09:00-10:00")}},
			"09:00 ada joins h with 1; 10:00 ada ben; 11:00 ada ben"},
		{"two at once, one of them full", 3, false, "", [2][]availability.Busy{{running("g", 1, "12 09:00-10:00"), running("h", 3, "12 09:00-10:00")}},
			"10:00 ada ben; 11:00 ada ben"},
		{"at two hosts, the first host's", 3, false, "", [2][]availability.Busy{{running("g", 1, "12 10:00-11:00")}, {running("h", 2, "12 10:00-11:00")}},
			"09:00 ada; 10:00 ada ben joins g with 1; 11:00 ada ben"},
		{"at the second host", 3, false, "", [2][]availability.Busy{{}, {running("h", 2, "12 10:00-11:00")}},
			"09:00 ada; 10:00 ada ben joins h with 2; 11:00 ada ben"},
		{"not of a host who cannot take it", 3, false, "", [2][]availability.Busy{{running("g", 1, "12 10:00-11:00"), booking(t, "b", "12 10:30-11:00")}},
			"09:00 ada; 10:00 ben; 11:00 ada ben"},
		{"of everyone", 3, true, "", [2][]availability.Busy{{running("g", 1, "12 10:00-11:00")}, {running("g", 1, "12 10:00-11:00")}},
			"10:00 ada ben joins g with 1; 11:00 ada ben"},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules := hourly()
			rules.Capacity = test.capacity
			q := january(t, "12 00:00", "13 00:00")
			q.Everyone, q.Exclude = test.everyone, test.exclude
			got := availability.Slots(q, rules, []availability.Host{
				{ID: "ada", Zone: zone(t, "Europe/Berlin"), Hours: hours(t, "mon 09:00-12:00"), Busy: test.busy[0]},
				{ID: "ben", Zone: zone(t, "Europe/Berlin"), Hours: hours(t, "mon 10:00-12:00"), Busy: test.busy[1]},
			})
			if diff := cmp.Diff(test.want, describe(t, got)); diff != "" {
				t.Errorf("slots (-want +got):\n%s", diff)
			}
		})
	}
}

// Ensure what counts towards the limits of a day and a week, and when.
func TestSlots_Limits(t *testing.T) {
	hold := availability.Busy{Kind: availability.Hold, Booking: "h", SameType: true, Occupied: span(t, "12 08:00-08:30"), ExpiresAt: berlin(t, "30 00:00")}
	external := availability.Busy{Kind: availability.External, SameType: true, Occupied: span(t, "12 08:00-08:30")}
	otherType := booking(t, "o", "12 08:00-08:30")
	otherType.SameType = false
	for _, test := range []struct {
		name            string
		perDay, perWeek int
		exclude         meet.BookingID
		busy            []availability.Busy
		wantDays        string // of January, those that offer something
	}{
		{name: "no limit", busy: []availability.Busy{booking(t, "a", "12 08:00-08:30")}, wantDays: "11 12 13 18 19"},
		{name: "below the day's limit", perDay: 2, busy: []availability.Busy{booking(t, "a", "12 08:00-08:30")}, wantDays: "11 12 13 18 19"},
		{name: "at the day's limit", perDay: 1, busy: []availability.Busy{booking(t, "a", "12 08:00-08:30")}, wantDays: "11 13 18 19"},
		{name: "the day on which it starts", perDay: 1, busy: []availability.Busy{booking(t, "a", "11 23:30-24:00")}, wantDays: "12 13 18 19"},
		{name: "the day by the host's clock, not by UTC", perDay: 1, busy: []availability.Busy{booking(t, "a", "12 00:30-01:00")}, wantDays: "11 13 18 19"},
		{name: "week from Monday", perWeek: 1, busy: []availability.Busy{booking(t, "a", "12 00:00-00:30")}, wantDays: "11 19"},
		{name: "week to Sunday", perWeek: 1, busy: []availability.Busy{booking(t, "a", "18 23:30-24:00")}, wantDays: "11 19"},
		{name: "the week before", perWeek: 1, busy: []availability.Busy{booking(t, "a", "11 23:30-24:00")}, wantDays: "12 13 18 19"},
		{name: "the week's bookings together", perWeek: 2, busy: []availability.Busy{booking(t, "a", "14 08:00-08:30"), booking(t, "b", "16 08:00-08:30")}, wantDays: "11 19"},
		{name: "before the range asked for", perWeek: 1, busy: []availability.Busy{booking(t, "a", "05 08:00-08:30")}, wantDays: "12 13 18 19"},
		{name: "after the range asked for", perWeek: 1, busy: []availability.Busy{booking(t, "a", "25 08:00-08:30")}, wantDays: "11 12 13 18"},
		{name: "only bookings of the type", perDay: 1, perWeek: 1, busy: []availability.Busy{hold, external, otherType}, wantDays: "11 12 13 18 19"},
		{name: "not the one being moved", perDay: 1, perWeek: 1, exclude: "a", busy: []availability.Busy{booking(t, "a", "12 08:00-08:30")}, wantDays: "11 12 13 18 19"},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules := hourly()
			rules.MaxPerDay, rules.MaxPerWeek = test.perDay, test.perWeek
			q := january(t, "11 00:00", "20 00:00")
			q.Exclude = test.exclude
			host := availability.Host{
				ID: "ada", Zone: zone(t, "Europe/Berlin"), Busy: test.busy,
				Hours: hours(t, "mon 10:00-11:00; tue 10:00-11:00; sun 10:00-11:00"),
			}
			var days []string
			for _, slot := range availability.Slots(q, rules, []availability.Host{host}) {
				days = append(days, slot.Start.In(host.Zone).Format("02"))
			}
			if diff := cmp.Diff(test.wantDays, strings.Join(days, " ")); diff != "" {
				t.Errorf("days (-want +got):\n%s", diff)
			}
		})
	}
}

// Ensure the first and the last start that notice and horizon allow.
func TestSlots_NoticeAndHorizon(t *testing.T) {
	date := func(day int) *meet.Date {
		d := meet.NewDate(2026, time.January, day)
		return &d
	}
	for _, test := range []struct {
		name   string
		zone   string
		now    time.Time
		change func(*availability.Query, *availability.Rules)
		want   string
	}{
		{"in the past", "Europe/Berlin", berlin(t, "13 10:00"), nil,
			"13 10:00, 14 09:00, 14 10:00"},
		{"a nanosecond in the past", "Europe/Berlin", berlin(t, "13 10:00").Add(1), nil,
			"14 09:00, 14 10:00"},
		{"exactly the notice", "Europe/Berlin", berlin(t, "12 10:00"), func(_ *availability.Query, r *availability.Rules) { r.Notice = 24 * time.Hour },
			"13 10:00, 14 09:00, 14 10:00"},
		{"a nanosecond less than the notice", "Europe/Berlin", berlin(t, "12 10:00").Add(1), func(_ *availability.Query, r *availability.Rules) { r.Notice = 24 * time.Hour },
			"14 09:00, 14 10:00"},
		{"today only", "Europe/Berlin", berlin(t, "12 01:00"), func(_ *availability.Query, r *availability.Rules) { r.MaxAdvanceDays = 0 },
			"12 09:00, 12 10:00"},
		{"until tomorrow", "Europe/Berlin", berlin(t, "12 23:59"), func(_ *availability.Query, r *availability.Rules) { r.MaxAdvanceDays = 1 },
			"13 09:00, 13 10:00"},
		{"today where the host is", "America/New_York", berlin(t, "13 05:00"), func(_ *availability.Query, r *availability.Rules) { r.MaxAdvanceDays = 1 },
			"13 15:00, 13 16:00"},
		{"from a date", "Europe/Berlin", berlin(t, "01 00:00"), func(_ *availability.Query, r *availability.Rules) { r.From = date(13) },
			"13 09:00, 13 10:00, 14 09:00, 14 10:00"},
		{"until a date", "Europe/Berlin", berlin(t, "01 00:00"), func(_ *availability.Query, r *availability.Rules) { r.Until = date(13) },
			"12 09:00, 12 10:00, 13 09:00, 13 10:00"},
		{"on one date", "Europe/Berlin", berlin(t, "01 00:00"), func(_ *availability.Query, r *availability.Rules) { r.From, r.Until = date(13), date(13) },
			"13 09:00, 13 10:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			q, rules := january(t, "12 00:00", "15 00:00"), hourly()
			q.Now = test.now
			if test.change != nil {
				test.change(&q, &rules)
			}
			host := availability.Host{ID: "ada", Zone: zone(t, test.zone), Hours: hours(t, "mon 09:00-11:00; tue 09:00-11:00; wed 09:00-11:00")}
			got := show(availability.Slots(q, rules, []availability.Host{host}), zone(t, "Europe/Berlin"))
			if got = strings.ReplaceAll(got, " +0100", ""); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// Ensure a microsecond of overlap is an overlap, and touching is none.
func TestAt_Microsecond(t *testing.T) {
	meeting := span(t, "12 10:00-11:00")
	for _, test := range []struct {
		name string
		busy meet.Range
		want bool
	}{
		{"until the start", meet.Range{Start: meeting.Start.Add(-time.Hour), End: meeting.Start}, true},
		{"a microsecond longer", meet.Range{Start: meeting.Start.Add(-time.Hour), End: meeting.Start.Add(time.Microsecond)}, false},
		{"from the end on", meet.Range{Start: meeting.End, End: meeting.End.Add(time.Hour)}, true},
		{"a microsecond earlier", meet.Range{Start: meeting.End.Add(-time.Microsecond), End: meeting.End.Add(time.Hour)}, false},
		{"no time in the middle", meet.Range{Start: meeting.Start.Add(time.Minute), End: meeting.Start.Add(time.Minute)}, true},
	} {
		host := availability.Host{
			ID: "ada", Zone: zone(t, "Europe/Berlin"), Hours: hours(t, "mon 09:00-12:00"),
			Busy: []availability.Busy{{Kind: availability.External, Occupied: test.busy}},
		}
		q := availability.Query{Now: berlin(t, "01 00:00")}
		if _, ok := availability.At(q, hourly(), []availability.Host{host}, meeting.Start); ok != test.want {
			t.Errorf("%s: slot %v, want %v", test.name, ok, test.want)
		}
	}
}

// Ensure that nothing comes of nothing.
func TestSlots_None(t *testing.T) {
	hosts := []availability.Host{{ID: "ada", Zone: zone(t, "Europe/Berlin"), Hours: hours(t, "mon 00:00-24:00")}}
	q := january(t, "12 00:00", "13 00:00")
	backwards := q
	backwards.Range.Start, backwards.Range.End = q.Range.End, q.Range.Start
	noDuration, noInterval := hourly(), hourly()
	noDuration.Duration, noInterval.Interval = 0, 0
	everyone := q
	everyone.Everyone = true
	for name, got := range map[string][]availability.Slot{
		"no hosts":           availability.Slots(q, hourly(), nil),
		"everyone of nobody": availability.Slots(everyone, hourly(), nil),
		"no hours":           availability.Slots(q, hourly(), []availability.Host{{ID: "ada", Zone: time.UTC}}),
		"backwards":          availability.Slots(backwards, hourly(), hosts),
		"no duration":        availability.Slots(q, noDuration, hosts),
		"no interval":        availability.Slots(q, noInterval, hosts),
	} {
		if len(got) != 0 {
			t.Errorf("%s: %d slots", name, len(got))
		}
	}
	if _, ok := availability.At(q, hourly(), hosts, berlin(t, "12 00:00")); !ok {
		t.Error("the hosts have no slot at all")
	}
}

// january returns a question about a stretch of January 2026, asked before.
func january(t testing.TB, from, to string) availability.Query {
	return availability.Query{
		Now:   at(t, "2026-01-01 00:00 +0000"),
		Range: meet.Range{Start: berlin(t, from), End: berlin(t, to)},
	}
}

// booking returns a booking of the meeting type, without buffers.
func booking(t testing.TB, id meet.BookingID, when string) availability.Busy {
	meeting := span(t, when)
	return availability.Busy{Kind: availability.Booking, Booking: id, Meeting: meeting, Occupied: meeting, SameType: true}
}

// span reads the form 12 09:00-10:00.
func span(t testing.TB, s string) meet.Range {
	day, hours, _ := strings.Cut(s, " ")
	w := parseWindows(t, hours)[0]
	first := berlin(t, day+" 00:00")
	return meet.Range{
		Start: first.Add(time.Duration(w.Start) * time.Minute),
		End:   first.Add(time.Duration(w.End) * time.Minute),
	}
}

// berlin reads the form 12 09:00.
func berlin(t testing.TB, s string) time.Time { return at(t, "2026-01-"+s+" +0100") }

// describe writes slots in words.
func describe(t testing.TB, slots []availability.Slot) string {
	zone := zone(t, "Europe/Berlin")
	var out []string
	for _, slot := range slots {
		words := []string{slot.Start.In(zone).Format("15:04")}
		for _, host := range slot.Hosts {
			words = append(words, string(host))
		}
		if slot.Booking != "" {
			words = append(words, "joins")
			if slot.Held {
				words = append(words, "held")
			}
			words = append(words, string(slot.Booking), "with", string(rune('0'+slot.SeatsTaken)))
		}
		out = append(out, strings.Join(words, " "))
	}
	return strings.Join(out, "; ")
}
