package availability_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/impl/availability"
)

// Ensure each reason why a start cannot be booked, and no more than apply.
func TestSlots_Reasons(t *testing.T) {
	q, rules := january(t, "12 00:00", "14 00:00"), hourly()
	q.Now, q.Troubleshoot = berlin(t, "12 09:00"), true
	rules.Notice, rules.Before = time.Hour, 15*time.Minute
	rules.MaxAdvanceDays, rules.MaxPerDay, rules.MaxPerWeek = 0, 2, 3
	hosts := []availability.Host{
		{ID: "ada", Zone: zone(t, "Europe/Berlin"), Hours: hours(t, "mon 09:00-12:30, 13:00-15:30; tue 09:00-10:00"), Busy: []availability.Busy{
			booking(t, "a", "12 11:00-12:00"),
			{Kind: availability.Hold, Occupied: span(t, "12 13:00-13:30"), ExpiresAt: berlin(t, "12 12:00")},
			{Kind: availability.External, Occupied: span(t, "12 13:50-14:10")},
		}},
		{ID: "ben", Zone: zone(t, "Europe/Berlin"), Hours: hours(t, "mon 10:30-11:30"), Busy: []availability.Busy{
			booking(t, "b", "12 07:00-08:00"), booking(t, "c", "12 07:00-08:00"),
		}},
		{ID: "cleo", Zone: zone(t, "Europe/Berlin"), Hours: hours(t, "mon 09:30-24:00"), Busy: []availability.Busy{
			booking(t, "d", "12 16:00-24:00"), booking(t, "e", "13 07:00-08:00"), booking(t, "f", "14 07:00-08:00"),
		}},
		{ID: "dan", Zone: zone(t, "Europe/Berlin"), Hours: hours(t, "mon 09:00-14:00")},
	}
	var got []string
	for _, slot := range availability.Slots(q, rules, hosts) {
		if start := slot.Start.In(hosts[0].Zone); start.Minute() == 0 && start.Hour() < 14 {
			got = append(got, fmt.Sprint(start.Format("02 15:04 "), slot.Hosts))
			for _, b := range slot.Blocks {
				when := b.Range.Start.In(hosts[0].Zone).Format("15:04") + "-" + b.Range.End.In(hosts[0].Zone).Format("15:04")
				got = append(got, fmt.Sprint("    ", b.Host, " ", b.Reason, " ", when))
			}
		}
	}
	want := []string{
		"12 09:00 []",
		"    ada notice 09:00-10:00",
		"    ben notice 09:00-10:00",
		"    ben day-limit 09:00-10:00",
		"    ben outside-hours 09:00-10:00",
		"    cleo notice 09:00-10:00",
		"    cleo week-limit 09:00-10:00",
		"    cleo outside-hours 09:00-10:00",
		"    dan notice 09:00-10:00",
		"12 10:00 [ada dan]",
		"    ben day-limit 10:00-11:00",
		"    ben outside-hours 10:00-11:00",
		"    cleo week-limit 10:00-11:00",
		"12 11:00 [dan]",
		"    ada appointment 11:00-12:00",
		"    ben day-limit 11:00-12:00",
		"    ben outside-hours 11:00-12:00",
		"    cleo week-limit 11:00-12:00",
		"12 12:00 [dan]",
		"    ada outside-hours 12:00-13:00",
		"    ada appointment 11:00-12:00",
		"    ben day-limit 12:00-13:00",
		"    ben outside-hours 12:00-13:00",
		"    cleo week-limit 12:00-13:00",
		"12 13:00 [dan]",
		"    ada hold 13:00-13:30",
		"    ada external 13:50-14:10",
		"    ben day-limit 13:00-14:00",
		"    ben outside-hours 13:00-14:00",
		"    cleo week-limit 13:00-14:00",
		"13 09:00 []",
		"    ada horizon 09:00-10:00",
		"    ben horizon 09:00-10:00",
		"    ben outside-hours 09:00-10:00",
		"    cleo horizon 09:00-10:00",
		"    cleo outside-hours 09:00-10:00",
		"    dan horizon 09:00-10:00",
		"    dan outside-hours 09:00-10:00",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

// Ensure that a start of another host's grid is told from one that is taken.
func TestSlots_ReasonOffGrid(t *testing.T) {
	q := january(t, "12 00:00", "13 00:00")
	q.Troubleshoot = true
	hosts := []availability.Host{
		{ID: "ada", Zone: zone(t, "Europe/Berlin"), Hours: hours(t, "mon 09:00-11:00")},
		{ID: "ben", Zone: zone(t, "Europe/Berlin"), Hours: hours(t, "mon 09:30-10:30")},
	}
	blocksAt := func(start string) []availability.Block {
		for _, slot := range availability.Slots(q, hourly(), hosts) {
			if slot.Start.Equal(berlin(t, start)) {
				return slot.Blocks
			}
		}
		return nil
	}
	want := []availability.Block{{Host: "ada", Reason: availability.OffGrid, Range: span(t, "12 09:30-10:30")}}
	if diff := cmp.Diff(want, blocksAt("12 09:30")); diff != "" {
		t.Errorf("anyone (-want +got):\n%s", diff)
	}
	q.Everyone = true
	if got := blocksAt("12 09:30"); got != nil {
		t.Errorf("everyone can take it, but %v", got)
	}
}
