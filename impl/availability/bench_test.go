package availability_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
)

// The month that the benchmarks list.
var (
	benchNow   = time.Date(2026, time.September, 30, 10, 0, 0, 0, time.UTC)
	benchMonth = meet.Range{
		Start: time.Date(2026, time.October, 1, 0, 0, 0, 0, time.UTC),
		End:   time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC),
	}
	benchRules = availability.Rules{
		Duration: 30 * time.Minute, Interval: 30 * time.Minute, Before: 5 * time.Minute, After: 10 * time.Minute,
		Notice: 4 * time.Hour, MaxAdvanceDays: 60, MaxPerDay: 20, MaxPerWeek: 80,
	}
)

func BenchmarkSlots(b *testing.B) {
	for _, size := range []struct{ hosts, bookings int }{{1, 500}, {10, 200}, {100, 200}} {
		hosts := benchHosts(b, size.hosts, size.bookings)
		for _, everyone := range []bool{false, true} {
			q := availability.Query{Now: benchNow, Range: benchMonth, Everyone: everyone}
			mode := map[bool]string{false: "anyone", true: "everyone"}[everyone]
			b.Run(fmt.Sprintf("%d hosts, %d bookings, %s", size.hosts, size.bookings, mode), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					availability.Slots(q, benchRules, hosts)
				}
			})
		}
	}
}

func BenchmarkAt(b *testing.B) {
	start := time.Date(2026, time.October, 14, 8, 0, 0, 0, time.UTC)
	q := availability.Query{Now: benchNow}
	for _, bookings := range []int{0, 20, 500} {
		hosts := benchHosts(b, 1, bookings)
		b.Run(fmt.Sprintf("%d bookings", bookings), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				availability.At(q, benchRules, hosts, start)
			}
		})
	}
}

func BenchmarkFree(b *testing.B) {
	hosts := benchHosts(b, 100, 200)
	q := availability.Query{Now: benchNow, Range: benchMonth}
	b.ReportAllocs()
	for b.Loop() {
		availability.Free(q, benchRules, hosts)
	}
}

// BenchmarkSlots_Schedule asks about a schedule that says as much as one may.
func BenchmarkSlots_Schedule(b *testing.B) {
	q := availability.Query{Now: benchNow, Range: benchMonth}
	for name, hours := range map[string]meet.Hours{
		"office": meet.OfficeHours(), "blocks of the month": crowded(meet.Block, 31), "extra hours of the month": crowded(meet.Available, 31),
		"blocks of four years": crowded(meet.Block, 1461),
	} {
		hosts := benchHosts(b, 1, 20)
		hosts[0].Hours = hours
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				availability.Slots(q, benchRules, hosts)
			}
		})
	}
}

// crowded are hours with 24 windows each day of the week, and as many of a
// kind of exception as there may be beside them, on the first dates of a
// time that is around the month.
func crowded(kind meet.ExceptionKind, dates int) meet.Hours {
	var windows []meet.Window
	for i := range meet.TimeOfDay(24) {
		windows = append(windows, meet.Window{Start: 60 * i, End: 60*i + 50})
	}
	var h meet.Hours
	for i := range h.Week {
		h.Week[i] = meet.Day{Enabled: true, Windows: windows}
	}
	first := meet.NewDate(2026, time.October, 1) - meet.Date(dates-31)/2
	for i := range 2000 - 7*24 {
		start := meet.TimeOfDay(i * 7 % 1400)
		h.Exceptions = append(h.Exceptions, meet.Exception{
			Kind: kind, Dates: []meet.Date{first + meet.Date(i%dates)}, Windows: []meet.Window{{Start: start, End: start + 5}},
		})
	}
	return h
}

// benchHosts returns hosts of three zones with office hours and a holiday,
// whose bookings spread over the month in no order.
func benchHosts(b *testing.B, hosts, bookings int) []availability.Host {
	zones := []string{"Europe/Berlin", "America/New_York", "Asia/Kolkata"}
	out := make([]availability.Host, hosts)
	for i := range out {
		out[i] = availability.Host{ID: meet.UserID(fmt.Sprintf("host-%d", i)), Zone: zone(b, zones[i%len(zones)]), Hours: meet.OfficeHours()}
		out[i].Hours.Exceptions = []meet.Exception{{Dates: []meet.Date{meet.NewDate(2026, time.October, 5)}, Kind: meet.Block}}
		for n := range bookings {
			start := benchMonth.Start.Add(time.Duration((n*7919+i*104729)%(31*48)) * 30 * time.Minute)
			meeting := meet.Range{Start: start, End: start.Add(30 * time.Minute)}
			out[i].Busy = append(out[i].Busy, availability.Busy{
				Kind: availability.Booking, Booking: meet.BookingID(fmt.Sprintf("booking-%d-%d", i, n)),
				Meeting: meeting, Occupied: meet.Range{Start: meeting.Start.Add(-5 * time.Minute), End: meeting.End.Add(10 * time.Minute)},
				SameType: n%2 == 0,
			})
		}
	}
	return out
}
