package impl_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
)

// Ensure each setting of a meeting type does to its slots what it says. The
// host is free from eight to five, in Berlin; the clock shows Wednesday,
// January 10, nine o'clock.
func TestGetBookingAvailability_Settings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// What is booked: of the type itself, and of another.
	booked := []string{"2024-01-15T09:00:00+01:00", "2024-01-16T09:00:00+01:00"}
	w.owner.book(t, starting("2024-01-17T12:00:00+01:00"))
	type mutation = func(*client.MeetingTypeCreate)
	options := func(o client.MeetingOptions) mutation {
		return func(c *client.MeetingTypeCreate) { c.MeetingOptions = &o }
	}
	horizon := func(h client.DaysIntoFuture) mutation {
		return func(c *client.MeetingTypeCreate) { c.DaysIntoFuture = &h }
	}
	for name, test := range map[string]struct {
		change  mutation
		booked  []string
		from    string // one day, or the days from one to another
		until   string
		yes, no []string
		count   int
	}{
		"nothing set": {func(*client.MeetingTypeCreate) {}, nil, "2024-01-15", "2024-01-16", []string{"2024-01-15 08:00", "2024-01-15 16:30"}, nil, 18},
		"a long one starts every hour": {
			func(c *client.MeetingTypeCreate) { c.MeetingInfo.Duration = 120 }, nil, "2024-01-15", "2024-01-16",
			[]string{"2024-01-15 08:00", "2024-01-15 15:00"}, []string{"2024-01-15 15:30", "2024-01-15 16:00"}, 8,
		},
		"an interval": {
			func(c *client.MeetingTypeCreate) { c.TimeslotInterval = new(25) }, nil, "2024-01-15", "2024-01-16",
			[]string{"2024-01-15 08:25", "2024-01-15 16:20"}, []string{"2024-01-15 08:30"}, 21,
		},
		"a notice": {
			func(c *client.MeetingTypeCreate) { c.BookingMinimum = new(24*60 + 30) }, nil, "2024-01-10", "2024-01-12",
			[]string{"2024-01-11 09:30"}, []string{"2024-01-11 09:00"}, 15,
		},
		"buffers": {
			func(c *client.MeetingTypeCreate) {
				c.MeetingInfo.BufferBefore, c.MeetingInfo.BufferAfter = new(15), new(40)
			}, nil, "2024-01-17", "2024-01-18",
			[]string{"2024-01-17 08:00", "2024-01-17 10:30", "2024-01-17 13:00", "2024-01-17 16:30"},
			[]string{"2024-01-17 11:00", "2024-01-17 11:30", "2024-01-17 12:00", "2024-01-17 12:30"}, 14,
		},
		"buffers add up": {
			func(c *client.MeetingTypeCreate) {
				c.MeetingInfo.BufferBefore, c.MeetingInfo.BufferAfter = new(15), new(40)
			}, booked[:1], "2024-01-15", "2024-01-16",
			[]string{"2024-01-15 10:30"}, []string{"2024-01-15 08:00", "2024-01-15 09:00", "2024-01-15 10:00"}, 13,
		},
		"two a day": {options(client.MeetingOptions{MaxPerDay: new(2)}), booked, "2024-01-15", "2024-01-17", []string{"2024-01-15 08:00", "2024-01-16 08:00"}, nil, 34},
		"one a day": {options(client.MeetingOptions{MaxPerDay: new(1)}), booked, "2024-01-15", "2024-01-18", []string{"2024-01-17 08:00"}, nil, 17},
		"two a week": {
			options(client.MeetingOptions{MaxPerWeek: new(2)}), booked, "2024-01-12", "2024-01-23",
			[]string{"2024-01-12 16:30", "2024-01-22 08:00"}, nil, 36,
		},
		"three a week": {options(client.MeetingOptions{MaxPerWeek: new(3)}), booked, "2024-01-19", "2024-01-20", []string{"2024-01-19 08:00"}, nil, 18},
		"some days ahead": {
			horizon(client.DaysIntoFuture{Mode: client.HorizonModeLimit, BookingLimit: new(2 * 24 * 60)}), nil, "2024-01-10", "2024-02-10",
			[]string{"2024-01-12 16:30"}, nil, 16 + 18 + 18,
		},
		"a minute more is a day more": {
			horizon(client.DaysIntoFuture{Mode: client.HorizonModeLimit, BookingLimit: new(4*24*60 + 1)}), nil, "2024-01-13", "2024-02-10",
			[]string{"2024-01-15 16:30"}, nil, 18,
		},
		"no time ahead is today": {
			horizon(client.DaysIntoFuture{Mode: client.HorizonModeLimit, BookingLimit: new(0)}), nil, "2024-01-10", "2024-02-10",
			[]string{"2024-01-10 16:30"}, nil, 16,
		},
		"between two dates": {
			horizon(client.DaysIntoFuture{Mode: client.HorizonModeRange, RangeMin: new("2024-01-16"), RangeMax: new("2024-01-18")}), nil, "2024-01-15", "2024-02-10",
			[]string{"2024-01-16 08:00", "2024-01-18 16:30"}, nil, 18 + 17 + 18,
		},
		"dates that are over": {
			horizon(client.DaysIntoFuture{Mode: client.HorizonModeRange, RangeMin: new("2023-01-16"), RangeMax: new("2023-01-18")}), nil, "2024-01-10", "2024-02-10", nil, nil, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			typ := w.addType(t, test.change).ID
			for _, start := range test.booked {
				b := w.owner.book(t, ofType(typ), starting(start))
				defer w.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
			}
			starts := startsOf(t, w.owner.slots(t, slotsOf(typ, olivia), within(test.from, test.until, "Europe/Berlin")))
			if len(starts) != test.count {
				t.Errorf("%d slots, want %d: %v", len(starts), test.count, starts)
			}
			for _, start := range test.yes {
				if !slices.Contains(starts, start) {
					t.Errorf("%s is missing", start)
				}
			}
			for _, start := range test.no {
				if slices.Contains(starts, start) {
					t.Errorf("%s is listed", start)
				}
			}
		})
	}
}

// Ensure hours are wall-clock hours, also on days on which clocks change,
// and that slots are told in the offset of their time.
func TestGetBookingAvailability_ClocksChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.schedules(t, `{"name":"nights","timezone":"Europe/Berlin","schedule":{"sunday":{"enabled":true,"hours":[{"start":"01:00","end":"04:00"}]}}}`)
	typ := w.addType(t, func(c *client.MeetingTypeCreate) { c.AvailabilityID, c.MeetingInfo.Duration = new(uid(s.ID)), 60 }).ID
	for date, want := range map[string][]string{
		"2024-03-24": {"01:00:00.000+01:00", "02:00:00.000+01:00", "03:00:00.000+01:00"},
		"2024-03-31": {"01:00:00.000+01:00", "03:00:00.000+02:00"},
		"2024-10-27": {"01:00:00.000+02:00", "02:00:00.000+02:00", "02:00:00.000+01:00", "03:00:00.000+01:00"},
	} {
		raw := got[struct {
			Dates []struct {
				Date  string
				Spots []struct{ StartTime string }
			}
		}](t, 200)(w.owner.GetBookingAvailability(t.Context(), asking(slotsOf(typ, olivia), within(date, nextDate(date), "Europe/Berlin"))))
		var starts []string
		for _, d := range raw.Dates {
			for _, spot := range d.Spots {
				starts = append(starts, spot.StartTime[len(date)+1:])
				w.owner.isFree(t, ofType(typ), starting(spot.StartTime))
			}
		}
		if diff := cmp.Diff(want, starts); diff != "" || len(raw.Dates) != 1 {
			t.Errorf("%s (-want +got):\n%s", date, diff)
		}
	}
	w.owner.isTaken(t, ofType(typ), starting("2024-03-31T02:30:00+01:00")) // which is half past three
}

func nextDate(date string) string {
	return at(date+"T00:00:00Z").AddDate(0, 0, 1).Format("2006-01-02")
}
