package availability_test

import (
	"fmt"
	"time"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
)

func ExampleSlots() {
	berlin, err := meet.LoadZone("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	date := meet.NewDate(2026, time.January, 12)
	lunch := meet.Range{Start: time.Date(2026, time.January, 12, 11, 0, 0, 0, time.UTC)}
	lunch.End = lunch.Start.Add(time.Hour)

	rules := availability.Rules{
		Duration: 90 * time.Minute, Interval: time.Hour, Notice: 24 * time.Hour,
		MaxAdvanceDays: availability.Unlimited,
	}
	ada := availability.Host{
		ID: "ada", Zone: berlin, Hours: meet.OfficeHours(),
		Busy: []availability.Busy{{Kind: availability.External, Occupied: lunch}},
	}
	query := availability.Query{
		Now:   time.Date(2026, time.January, 11, 8, 0, 0, 0, time.UTC),
		Range: meet.DayBounds(berlin, date),
	}
	for _, slot := range availability.Slots(query, rules, []availability.Host{ada}) {
		fmt.Println(slot.Start.In(berlin).Format(time.RFC3339), slot.Hosts)
	}
	// Output:
	// 2026-01-12T09:00:00+01:00 [ada]
	// 2026-01-12T10:00:00+01:00 [ada]
	// 2026-01-12T13:00:00+01:00 [ada]
	// 2026-01-12T14:00:00+01:00 [ada]
	// 2026-01-12T15:00:00+01:00 [ada]
}
