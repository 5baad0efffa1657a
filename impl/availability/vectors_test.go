package availability_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
)

// TestVectors runs the published cases of testdata/availability.json.
func TestVectors(t *testing.T) {
	text, err := os.ReadFile("testdata/availability.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []vector }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, v := range file.Cases {
		t.Run(v.ID, func(t *testing.T) {
			q, rules, hosts := v.question(t)
			if v.RangeUTC != [2]time.Time{q.Range.Start, q.Range.End} {
				t.Errorf("range = %v, want %v", q.Range, v.RangeUTC)
			}
			starts := []time.Time{}
			for _, slot := range availability.Slots(q, rules, hosts) {
				starts = append(starts, slot.Start)
				if want, ok := v.ExpectedHosts[slot.Start.Format(time.RFC3339)]; ok {
					if diff := cmp.Diff(want, slot.Hosts); diff != "" {
						t.Errorf("hosts of %v (-want +got):\n%s", slot.Start, diff)
					}
				}
			}
			if diff := cmp.Diff(v.Expected, starts); diff != "" {
				t.Errorf("%s (-want +got):\n%s", v.Title, diff)
			}
		})
	}
}

// vector is one case; its durations are in minutes, 0 for those that do not
// apply.
type vector struct {
	ID, Title string
	Now       time.Time
	Mode      string
	Query     struct {
		From, To meet.Date
		Timezone string
	}
	Type struct {
		Duration, Interval, Notice time.Duration
		Before                     time.Duration `json:"buffer_before"`
		After                      time.Duration `json:"buffer_after"`
		MaxAdvanceDays             *int          `json:"max_advance_days"`
		MaxPerDay                  int           `json:"max_per_day"`
		MaxPerWeek                 int           `json:"max_per_week"`
		Capacity                   int
	}
	Exclude       meet.BookingID `json:"exclude_booking"`
	Hosts         []vectorHost
	RangeUTC      [2]time.Time `json:"range_utc"`
	Expected      []time.Time
	ExpectedHosts map[string][]meet.UserID `json:"expected_hosts"`
}

type vectorHost struct {
	ID        meet.UserID
	Timezone  string
	Weekly    map[string][][2]meet.TimeOfDay
	Overrides map[meet.Date][][2]meet.TimeOfDay
	Busy      []vectorBusy
}

type vectorBusy struct {
	Kind       string
	ID         meet.BookingID
	Start, End time.Time
	Date       meet.Date     // of all_day
	Before     time.Duration `json:"buffer_before"`
	After      time.Duration `json:"buffer_after"`
	SeatsTaken int           `json:"seats_taken"`
	ExpiresAt  time.Time     `json:"expires_at"`
}

var vectorKinds = map[string]availability.Kind{
	"booking": availability.Booking, "hold": availability.Hold, "external": availability.External, "all_day": availability.External,
}

func (v vector) question(t *testing.T) (availability.Query, availability.Rules, []availability.Host) {
	viewer := zone(t, v.Query.Timezone)
	q := availability.Query{
		Now: v.Now,
		Range: meet.Range{
			Start: meet.DayBounds(viewer, v.Query.From).Start,
			End:   meet.DayBounds(viewer, v.Query.To).End,
		},
		Everyone: v.Mode == "everyone",
		Exclude:  v.Exclude,
	}
	rules := availability.Rules{
		Duration:       v.Type.Duration * time.Minute,
		Interval:       v.Type.Interval * time.Minute,
		Before:         v.Type.Before * time.Minute,
		After:          v.Type.After * time.Minute,
		Notice:         v.Type.Notice * time.Minute,
		MaxAdvanceDays: availability.Unlimited,
		MaxPerDay:      v.Type.MaxPerDay,
		MaxPerWeek:     v.Type.MaxPerWeek,
		Capacity:       v.Type.Capacity,
	}
	if v.Type.MaxAdvanceDays != nil {
		rules.MaxAdvanceDays = *v.Type.MaxAdvanceDays
	}
	var hosts []availability.Host
	for _, h := range v.Hosts {
		hosts = append(hosts, h.host(t))
	}
	return q, rules, hosts
}

func (h vectorHost) host(t *testing.T) availability.Host {
	host := availability.Host{ID: h.ID, Zone: zone(t, h.Timezone)}
	for name, hours := range h.Weekly {
		host.Hours.Week[weekday(t, name)] = meet.Day{Enabled: true, Windows: windows(hours)}
	}
	for date, hours := range h.Overrides { // replacing a day is a block and what is available instead
		dates := []meet.Date{date}
		host.Hours.Exceptions = append(host.Hours.Exceptions,
			meet.Exception{Dates: dates, Kind: meet.Block},
			meet.Exception{Dates: dates, Kind: meet.Available, Windows: windows(hours)})
	}
	for _, b := range h.Busy {
		busy := availability.Busy{
			Kind:       vectorKinds[b.Kind],
			Booking:    b.ID,
			Occupied:   meet.Range{Start: b.Start.Add(-b.Before * time.Minute), End: b.End.Add(b.After * time.Minute)},
			Meeting:    meet.Range{Start: b.Start, End: b.End},
			SameType:   true,
			SeatsTaken: b.SeatsTaken,
			ExpiresAt:  b.ExpiresAt,
		}
		if b.Kind == "all_day" {
			busy.Occupied = meet.DayBounds(host.Zone, b.Date)
		}
		host.Busy = append(host.Busy, busy)
	}
	return host
}

func windows(hours [][2]meet.TimeOfDay) (out []meet.Window) {
	for _, h := range hours {
		out = append(out, meet.Window{Start: h[0], End: h[1]})
	}
	return out
}

func weekday(t testing.TB, name string) time.Weekday {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.EqualFold(day.String()[:3], name) {
			return day
		}
	}
	t.Fatalf("%q is no weekday", name)
	return 0
}

func zone(t rapid.TB, name string) *time.Location {
	loc, err := meet.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}
