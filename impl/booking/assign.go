package booking

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Trace is how a queue chose.
type Trace struct {
	meet.Choice
	Candidates []Candidate `json:"candidates"` // in the order of their turn
}

// Traces returns how queues chose the hosts of bookings, also of cancelled
// ones; those that no queue chose for are left out.
func Traces(tx *store.Tx, bookings []meet.Booking) (map[meet.BookingID]Trace, error) {
	subjects := make([]string, len(bookings))
	for i, b := range bookings {
		subjects[i] = string(b.ID)
	}
	stored, err := tx.Traces(subjects)
	if err != nil {
		return nil, err
	}
	traces := map[meet.BookingID]Trace{}
	for subject, text := range stored {
		var t Trace
		if err := json.Unmarshal(text, &t); err != nil {
			return nil, fmt.Errorf("trace of %s: %w", subject, err)
		}
		traces[meet.BookingID(subject)] = t
	}
	return traces, nil
}

// TraceOf returns how a queue chose the hosts of a hold that came to no
// booking; found is false when none did.
func TraceOf(tx *store.Tx, h meet.Hold) (t Trace, found bool, err error) {
	id := meet.BookingID(subject(h))
	traces, err := Traces(tx, []meet.Booking{{ID: id}})
	t, found = traces[id]
	return t, found, err
}

// Candidate is a member of a queue as it was weighed for one booking.
type Candidate struct {
	Member   string    `json:"member"`
	Free     bool      `json:"free"`
	Hidden   bool      `json:"hidden,omitempty"` // too far ahead of the others
	Priority int       `json:"priority"`
	Count    int       `json:"count"`
	Share    float64   `json:"share"` // (count + calibration) / capacity
	LastAt   time.Time `json:"lastAt,omitzero"`
	Position int       `json:"position"`
}

// assign chooses who of a queue hosts a meeting at a start: among those who
// are free, whoever is next. A running group meeting that has seats left is
// joined first. The trace of the choice is stored with it. No member free is
// [meet.ErrSlotOccupied].
//
// It runs in the transaction that books, so that no two bookings are weighed
// against the same state.
func assign(tx *store.Tx, t meet.MeetingType, team []store.Host, start time.Time, duration time.Duration, exclude meet.BookingID) (chosen, error) {
	q, err := LoadQueue(tx, t.Company, t.Queue)
	if err != nil {
		return chosen{}, err
	}
	rules := rulesOf(t, duration)
	hidden, err := hiddenLeaders(tx, t, q, team, rules)
	if err != nil {
		return chosen{}, err
	}
	diaries, err := calendars(tx, t, team, rules, availability.Query{Range: meet.Range{Start: start, End: start.Add(duration)}, Exclude: exclude})
	if err != nil {
		return chosen{}, err
	}
	var c chosen
	var next, running *meet.QueueMember
	for _, m := range turns(q, hidden) {
		slot, free := availability.At(availability.Query{Now: tx.Now(), Everyone: true, Exclude: exclude}, rules, together(diaries, m, rules), start)
		if free && next == nil {
			next = &m
		}
		if free && slot.Booking != "" && (running == nil || m.Position < running.Position) {
			running, c.joins = &m, slot.Booking
		}
		c.trace = append(c.trace, candidate(m, free, hidden[m.ID()]))
	}
	if next == nil {
		return c, meet.ErrSlotOccupied
	}
	if running != nil { // whose turn it was already
		c.hosts, err = pick(team, running.Hosts())
		return c, err
	}
	c.choice = &meet.Choice{Users: next.Hosts(), Group: string(next.Group), Reason: reason(q, *next)}
	c.hosts, err = pick(team, next.Hosts())
	return c, err
}

// together returns the diaries of those who host when it is a member's turn.
// They are none unless all of them are there.
func together(diaries []availability.Host, m meet.QueueMember, rules availability.Rules) []availability.Host {
	var mine []availability.Host
	for _, d := range diaries {
		if slices.Contains(m.Hosts(), d.ID) {
			d.Busy = slices.Clone(d.Busy)
			mine = append(mine, d)
		}
	}
	if len(mine) != len(m.Hosts()) {
		return nil
	}
	closeToOthers(mine, rules)
	return mine
}

// LoadQueue returns a queue with what its members were given in the period
// that runs, counted on the calendar of the meeting type's owner.
func LoadQueue(tx *store.Tx, company meet.CompanyID, id meet.QueueID) (meet.Queue, error) {
	var begin time.Time
	q, err := tx.Queue(company, id, func(q meet.Queue) (time.Time, error) {
		zone, err := ownerZone(tx, q)
		if err == nil {
			begin = q.Period.Start(tx.Now(), zone)
		}
		return begin, err
	})
	if err != nil {
		return q, err
	}
	for i := range q.Members {
		if q.Members[i].JoinedAt.Before(begin) {
			q.Members[i].Calibration = 0
		}
	}
	return q, nil
}

func ownerZone(tx *store.Tx, q meet.Queue) (*time.Location, error) {
	types, err := tx.MeetingTypesByID(q.Company, []meet.MeetingTypeID{q.Type})
	if err != nil {
		return nil, err
	}
	owners, err := tx.UsersByID(q.Company, []meet.UserID{types[0].Owner})
	if err != nil {
		return nil, err
	}
	return meet.LoadZone(owners[0].Zone)
}

// Order returns the members of a queue, whoever is next first:
//
//   - in an equal distribution by the smallest share of the period;
//   - in an advanced round robin by priority, highest first;
//   - then by the last turn, longest ago first, never before all;
//   - then by position.
func Order(q meet.Queue) []meet.QueueMember {
	members := slices.Clone(q.Members)
	slices.SortStableFunc(members, func(a, b meet.QueueMember) int {
		order := 0
		switch q.Kind {
		case meet.EqualDistribution:
			order = compareShares(a, b)
		case meet.AdvancedRoundRobin:
			order = cmp.Compare(b.Priority, a.Priority)
		}
		return cmp.Or(order, cmp.Compare(a.LastTurn, b.LastTurn), cmp.Compare(a.Position, b.Position))
	})
	return members
}

func capacity(m meet.QueueMember) int { return max(m.Capacity, 1) }

func share(m meet.QueueMember) float64 {
	return float64(m.Count+m.Calibration) / float64(capacity(m))
}

func candidate(m meet.QueueMember, free, hidden bool) Candidate {
	return Candidate{
		Member: m.ID(), Free: free, Hidden: hidden, Priority: m.Priority, Count: m.Count, Share: share(m), LastAt: m.LastAt, Position: m.Position,
	}
}

func reason(q meet.Queue, m meet.QueueMember) string {
	switch q.Kind {
	case meet.EqualDistribution:
		return fmt.Sprintf("smallest share of this %s: %d bookings at capacity %d", q.Period, m.Count, capacity(m))
	case meet.AdvancedRoundRobin:
		return fmt.Sprintf("priority %d, least recently assigned", m.Priority)
	}
	return "least recently assigned"
}

// compareShares compares what two members were given in proportion to what
// they take.
func compareShares(a, b meet.QueueMember) int {
	return cmp.Compare((a.Count+a.Calibration)*capacity(b), (b.Count+b.Calibration)*capacity(a))
}

// Level is the calibration with which a newcomer of a capacity is level with
// the member of the smallest share, or next above where that is no whole
// number of bookings.
func Level(members []meet.QueueMember, newcomer int) int {
	if len(members) == 0 {
		return 0
	}
	least := slices.MinFunc(members, compareShares)
	return ((least.Count+least.Calibration)*max(newcomer, 1) + capacity(least) - 1) / capacity(least)
}
