package page

import (
	"errors"
	"time"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/wording"
)

// starts are the times of a week that can be chosen.
type starts struct {
	Days []day
	// None says that there is no time, when there is none.
	None string
	// Earlier and Later are the weeks before and after, as the parameter
	// from; "" is none.
	Earlier, Later string
}

type day struct {
	Name  string
	Times []choice
}

type choice struct {
	Value string // RFC 3339
	Text  string
}

const (
	week        = 7
	weeksAhead  = 8   // looked through for the first free time
	maxDaysAway = 730 // of a week that can be asked for
)

// starts lists the free starts of the week that begins on a date, or, when
// none is named, of the first week from today that has any.
func (m meeting) starts(tx *store.Tx, w *words, zone *time.Location, from string) (*starts, error) {
	today := meet.DateOf(m.now.In(zone))
	first, err := meet.ParseDate(from)
	named := err == nil
	if !named {
		first = today
	}
	first = min(max(first, today), today+maxDaysAway)
	for range weeksAhead {
		s, err := m.weekFrom(tx, w, zone, first)
		if err != nil {
			return nil, err
		}
		if first > today {
			s.Earlier = max(first-week, today).String()
		}
		if first < today+maxDaysAway {
			s.Later = (first + week).String()
		}
		if named || len(s.Days) > 0 {
			return s, nil
		}
		first += week
	}
	return &starts{None: w.NoTimes, Later: first.String()}, nil
}

// weekFrom lists the free starts of seven days of the attendee's calendar,
// but for the one that the meeting has.
func (m meeting) weekFrom(tx *store.Tx, w *words, zone *time.Location, first meet.Date) (*starts, error) {
	ranges := meet.AppendRanges(nil, zone, meet.LocalSpan{Start: first.At(0), End: (first + week).At(0)})
	if len(ranges) == 0 {
		return &starts{None: w.NoTimesThisWeek}, nil
	}
	slots, err := m.slots(tx, meet.Range{Start: ranges[0].Start, End: ranges[len(ranges)-1].End})
	if err != nil {
		return nil, err
	}
	s := &starts{}
	last := meet.Date(0)
	for _, slot := range slots {
		if slot.Start.Equal(m.booking.Start) || slot.Booking != "" {
			continue
		}
		local := slot.Start.In(zone)
		if date := meet.DateOf(local); len(s.Days) == 0 || date != last {
			s.Days, last = append(s.Days, day{Name: w.Day(local)}), date
		}
		d := &s.Days[len(s.Days)-1]
		d.Times = append(d.Times, choice{Value: slot.Start.Format(time.RFC3339), Text: wording.Clock(local)})
	}
	if len(s.Days) == 0 {
		s.None = w.NoTimesThisWeek
	}
	return s, nil
}

// slots are the starts at which all hosts of the meeting are free or, when
// one of them no longer hosts such meetings, anybody of its queue is.
func (m meeting) slots(tx *store.Tx, r meet.Range) ([]availability.Slot, error) {
	b := m.booking
	q := booking.SlotQuery{Type: b.Type, Hosts: b.Hosts, Range: r, Duration: b.End.Sub(b.Start), Everyone: true, Exclude: b.ID}
	list, err := booking.Slots(tx, b.Company, q)
	if errors.Is(err, meet.ErrHostNotFound) && m.kind.Queue != "" && !m.kind.CoHosted {
		q.Hosts, q.Queue, q.Everyone = nil, m.kind.Queue, false
		list, err = booking.Slots(tx, b.Company, q)
	}
	return list.Slots, err
}
