package availability_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
)

// scenario is a question to Slots that is drawn at random, dense enough for
// its rules to meet: a few days around a change of clocks.
type scenario struct {
	query availability.Query
	rules availability.Rules
	hosts []availability.Host
}

// moments are dates in zones whose clocks do something on them.
var moments = []struct{ zone, date string }{
	{"UTC", "2026-01-14"},
	{"Europe/Berlin", "2026-03-29"},
	{"Europe/Berlin", "2026-10-25"},
	{"America/New_York", "2026-11-01"},
	{"Asia/Kathmandu", "2026-06-10"},
	{"Australia/Lord_Howe", "2026-04-05"}, // back by 30 minutes
	{"Australia/Lord_Howe", "2026-10-04"}, // forward by 30 minutes
	{"America/Santiago", "2026-09-06"},    // no midnight
	{"America/Santiago", "2026-04-05"},    // two hours before midnight
	{"Africa/Cairo", "2026-04-24"},        // no midnight
	{"Africa/Casablanca", "2026-02-15"},   // back for Ramadan
	{"Europe/Dublin", "2026-03-29"},       // winter time is the exception
	{"America/St_Johns", "2010-11-07"},    // back from 00:01 into the day before
	{"Antarctica/Casey", "2010-03-05"},    // back by three hours into the day before
	{"Antarctica/Troll", "2026-03-29"},    // forward by two hours
	{"Pacific/Apia", "2011-12-30"},        // a date that never was
	{"Pacific/Kwajalein", "1993-08-21"},   // likewise
	{"America/Anchorage", "2026-03-08"},   // far from UTC
	{"Pacific/Kiritimati", "2026-03-08"},  // on the other side
}

func drawScenario(t *rapid.T) scenario {
	moment := rapid.SampledFrom(moments).Draw(t, "moment")
	date, err := meet.ParseDate(moment.date)
	if err != nil {
		t.Fatal(err)
	}
	base := meet.DayBounds(zone(t, moment.zone), date).Start
	oneInFour := func(label string) bool { return rapid.IntRange(1, 4).Draw(t, label) == 4 }
	minutes := func(label string, of ...int) time.Duration {
		return time.Duration(rapid.SampledFrom(of).Draw(t, label)) * time.Minute
	}
	unless := func(limit bool, none, some int) int {
		if limit {
			return some
		}
		return none
	}

	now := base.Add(-minutes("now", 4*24*60, 24*60, 10*60, 3*60, 0)).Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "now+ns")))
	s := scenario{
		query: availability.Query{
			Now:      now,
			Everyone: rapid.Bool().Draw(t, "everyone"),
			Exclude:  meet.BookingID(rapid.SampledFrom([]string{"", "", "b0", "b1"}).Draw(t, "exclude")),
		},
		rules: availability.Rules{
			Duration:       minutes("duration", 15, 30, 45, 60, 120, 30*60),
			Interval:       minutes("interval", 5, 15, 20, 30, 45, 60, 90),
			Before:         minutes("before", 0, 5, 30),
			After:          minutes("after", 0, 10, 20),
			Notice:         minutes("notice", 0, 30, 3*60, 24*60),
			MaxAdvanceDays: unless(oneInFour("limit days"), availability.Unlimited, rapid.IntRange(0, 5).Draw(t, "days")),
			MaxPerDay:      unless(oneInFour("limit per day"), 0, rapid.IntRange(1, 2).Draw(t, "per day")),
			MaxPerWeek:     unless(oneInFour("limit per week"), 0, rapid.IntRange(1, 3).Draw(t, "per week")),
			Capacity:       rapid.IntRange(1, 3).Draw(t, "capacity"),
		},
	}
	s.query.Range.Start = base.Add(minutes("from", -36*60, -24*60, -95, 0, 125, 24*60))
	s.query.Range.End = s.query.Range.Start.Add(minutes("to", 0, 5, 125, 24*60, 25*60, 48*60))
	if oneInFour("range of dates") {
		from, until := date-1, date+meet.Date(rapid.IntRange(-1, 1).Draw(t, "until"))
		s.rules.From, s.rules.Until = &from, &until
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "hosts") {
		h := availability.Host{ID: meet.UserID(fmt.Sprintf("h%d", i)), Zone: zone(t, moment.zone), Hours: drawHours(t, date)}
		if oneInFour("elsewhere") {
			h.Zone = zone(t, rapid.SampledFrom(moments).Draw(t, "zone").zone)
		}
		for n := range rapid.IntRange(0, 4).Draw(t, "busy") {
			h.Busy = append(h.Busy, drawBusy(t, s, base, meet.BookingID(fmt.Sprintf("b%d", n))))
		}
		s.hosts = append(s.hosts, h)
	}
	return s
}

func drawHours(t *rapid.T, date meet.Date) (h meet.Hours) {
	window := rapid.Custom(func(t *rapid.T) meet.Window {
		w := meet.Window{
			Start: meet.TimeOfDay(rapid.IntRange(0, 95).Draw(t, "start") * 15),
			End:   meet.TimeOfDay(rapid.IntRange(1, 96).Draw(t, "end") * 15),
		}
		if w.Start == w.End {
			w.Start = 0
		}
		return w
	})
	for day := range h.Week {
		h.Week[day] = meet.Day{
			Enabled: rapid.IntRange(1, 5).Draw(t, "enabled") < 5,
			Windows: rapid.SliceOfN(window, 1, 3).Draw(t, "windows"),
		}
	}
	h.Exceptions = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) meet.Exception {
		return meet.Exception{
			Dates:   []meet.Date{date + meet.Date(rapid.IntRange(-3, 3).Draw(t, "date"))},
			Kind:    rapid.SampledFrom([]meet.ExceptionKind{meet.Block, meet.Block, meet.Available}).Draw(t, "kind"),
			Windows: rapid.SliceOfN(window, 0, 2).Draw(t, "windows"),
		}
	}), 0, 4).Draw(t, "exceptions")
	return h
}

func drawBusy(t *rapid.T, s scenario, base time.Time, id meet.BookingID) availability.Busy {
	b := availability.Busy{
		Kind:       rapid.SampledFrom([]availability.Kind{availability.Booking, availability.Booking, availability.Hold, availability.External}).Draw(t, "kind"),
		Booking:    id,
		SameType:   rapid.IntRange(1, 4).Draw(t, "same type") < 4,
		SeatsTaken: rapid.IntRange(0, 3).Draw(t, "seats"),
		ExpiresAt:  s.query.Now.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "expires"))),
	}
	days := rapid.SampledFrom([]int{0, 0, 0, -1, 1, -6, 6}).Draw(t, "day")
	b.Meeting.Start = base.Add(time.Duration(days)*24*time.Hour + time.Duration(rapid.IntRange(0, 24*4).Draw(t, "start"))*15*time.Minute)
	b.Meeting.End = b.Meeting.Start.Add(s.rules.Duration)
	if rapid.Bool().Draw(t, "other length") {
		b.Meeting.End = b.Meeting.Start.Add(time.Duration(rapid.SampledFrom([]int{0, 5, 15, 60, 125, 600}).Draw(t, "length")) * time.Minute)
	}
	b.Occupied = b.Meeting
	if b.Kind == availability.Booking && !b.Meeting.Empty() {
		b.Occupied.Start = b.Meeting.Start.Add(-s.rules.Before)
		b.Occupied.End = b.Meeting.End.Add(time.Duration(rapid.IntRange(0, 4).Draw(t, "after")) * 5 * time.Minute)
	}
	return b
}
