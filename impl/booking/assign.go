package booking

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

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
// are free, whoever is next. The trace of the choice is stored with it. No
// member free is [meet.ErrSlotOccupied].
//
// It runs in the transaction that books, so that no two bookings are weighed
// against the same state.
func assign(tx *store.Tx, t meet.MeetingType, team []store.Host, start time.Time, duration time.Duration,
	exclude meet.BookingID,
) ([]store.Host, *meet.Choice, []Candidate, error) {
	q, err := LoadQueue(tx, t.Company, t.Queue)
	if err != nil {
		return nil, nil, nil, err
	}
	rules := rulesOf(t, duration)
	diaries, err := calendars(tx, t, team, rules, meet.Range{Start: start, End: start.Add(duration)}, exclude)
	if err != nil {
		return nil, nil, nil, err
	}
	free := func(m meet.QueueMember) bool {
		mine := only(diaries, m.Hosts())
		_, found := availability.At(availability.Query{Now: tx.Now(), Everyone: true, Exclude: exclude}, rules, mine, start)
		return found && len(mine) == len(m.Hosts())
	}
	var trace []Candidate
	var chosen *meet.QueueMember
	for _, m := range Order(q) {
		c := candidate(m)
		c.Free = free(m)
		if c.Free && chosen == nil {
			chosen = &m
		}
		trace = append(trace, c)
	}
	if chosen == nil {
		return nil, nil, trace, meet.ErrSlotOccupied
	}
	hosts, err := pick(team, chosen.Hosts())
	if err != nil {
		return nil, nil, trace, err
	}
	return hosts, &meet.Choice{Users: chosen.Hosts(), Group: string(chosen.Group), Reason: reason(q, *chosen)}, trace, nil
}

// only returns the diaries of some hosts.
func only(diaries []availability.Host, ids []meet.UserID) []availability.Host {
	var kept []availability.Host
	for _, d := range diaries {
		if slices.Contains(ids, d.ID) {
			kept = append(kept, d)
		}
	}
	return kept
}

// LoadQueue returns a queue with what its members were given in the period
// that runs, counted on the calendar of the meeting type's owner.
func LoadQueue(tx *store.Tx, company meet.CompanyID, id meet.QueueID) (meet.Queue, error) {
	var failed error
	q, err := tx.Queue(company, id, func(q meet.Queue) time.Time {
		zone, err := ownerZone(tx, q)
		if err != nil {
			failed = err
			return tx.Now()
		}
		return q.Period.Start(tx.Now(), zone)
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return q, err
	}
	zone, err := ownerZone(tx, q)
	if err != nil {
		return q, err
	}
	begin := q.Period.Start(tx.Now(), zone)
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
			order = cmp.Compare((a.Count+a.Calibration)*capacity(b), (b.Count+b.Calibration)*capacity(a))
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

func candidate(m meet.QueueMember) Candidate {
	return Candidate{Member: m.ID(), Priority: m.Priority, Count: m.Count, Share: share(m), LastAt: m.LastAt, Position: m.Position}
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

// Level is the calibration with which a newcomer of a capacity is level with
// the member of the smallest share.
func Level(members []meet.QueueMember, newcomer int) int {
	if len(members) == 0 {
		return 0
	}
	least := slices.MinFunc(members, func(a, b meet.QueueMember) int { return cmp.Compare(share(a), share(b)) })
	return int(share(least) * float64(max(newcomer, 1)))
}

// hideLeaders drops the hosts who are so far ahead of the others that a
// queue hides them, unless nobody would be left.
func hideLeaders(q meet.Queue, team []store.Host) []store.Host {
	if q.MaxLead <= 0 || len(q.Members) == 0 {
		return team
	}
	least := slices.MinFunc(q.Members, func(a, b meet.QueueMember) int { return cmp.Compare(a.Count, b.Count) }).Count
	hidden := map[meet.UserID]bool{}
	for _, m := range q.Members {
		if m.Count-least >= q.MaxLead {
			for _, id := range m.Hosts() {
				hidden[id] = true
			}
		}
	}
	var shown []store.Host
	for _, h := range team {
		if !hidden[h.ID] {
			shown = append(shown, h)
		}
	}
	return shown
}
