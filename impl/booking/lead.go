package booking

import (
	"slices"
	"time"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Next returns the members of a queue in the order in which they would be
// given a booking that all of them could take.
func Next(tx *store.Tx, company meet.CompanyID, id meet.QueueID) ([]meet.QueueMember, error) {
	q, err := LoadQueue(tx, company, id)
	if err != nil {
		return nil, err
	}
	types, err := tx.MeetingTypesByID(company, []meet.MeetingTypeID{q.Type})
	if err != nil {
		return nil, err
	}
	team, err := tx.TypeHosts(q.Type)
	if err != nil {
		return nil, err
	}
	hidden, err := hiddenLeaders(tx, types[0], q, team, rulesOf(types[0], types[0].Duration))
	return turns(q, hidden), err
}

// turns is [Order], but for hidden members, who come last.
func turns(q meet.Queue, hidden map[string]bool) []meet.QueueMember {
	members := Order(q)
	slices.SortStableFunc(members, func(a, b meet.QueueMember) int {
		switch {
		case hidden[a.ID()] == hidden[b.ID()]:
			return 0
		case hidden[a.ID()]:
			return 1
		}
		return -1
	})
	return members
}

// soon is how long after the notice the others' first slot may be before a
// queue that prioritizes availability shows its leaders again.
const soon = 14 * 24 * time.Hour

// hiddenLeaders are the ids of the members who are so far ahead of the others
// that their queue hides them. It hides nobody while the others have nothing
// soon, if it prioritizes that.
func hiddenLeaders(tx *store.Tx, t meet.MeetingType, q meet.Queue, team []store.Host, rules availability.Rules) (map[string]bool, error) {
	hidden := leaders(q)
	if len(hidden) == 0 || !q.NearTerm {
		return hidden, nil
	}
	earliest := tx.Now().Add(rules.Notice)
	ask := availability.Query{Now: tx.Now(), Range: meet.Range{Start: earliest, End: earliest.Add(soon + time.Microsecond)}}
	diaries, err := calendars(tx, t, team, rules, ask)
	if err != nil || len(offered(ask, rules, shown(q, hidden), diaries)) > 0 {
		return hidden, err
	}
	return nil, nil
}

// leaders are the members who are as far ahead as their queue allows, or
// further. The last of all is never one.
func leaders(q meet.Queue) map[string]bool {
	if q.MaxLead <= 0 || len(q.Members) == 0 {
		return nil
	}
	given := func(m meet.QueueMember) int { return m.Count + m.Calibration }
	least := given(q.Members[0])
	for _, m := range q.Members {
		least = min(least, given(m))
	}
	hidden := map[string]bool{}
	for _, m := range q.Members {
		if given(m)-least >= q.MaxLead {
			hidden[m.ID()] = true
		}
	}
	return hidden
}

// shown are the members who are not hidden, in queue order.
func shown(q meet.Queue, hidden map[string]bool) []meet.QueueMember {
	var kept []meet.QueueMember
	for _, m := range q.Members {
		if !hidden[m.ID()] {
			kept = append(kept, m)
		}
	}
	return kept
}

// offered lists the starts that some member can take, with all who host when
// it is that member's turn.
func offered(ask availability.Query, rules availability.Rules, members []meet.QueueMember, diaries []availability.Host) []availability.Slot {
	ask.Everyone = true
	byStart := map[int64]*availability.Slot{}
	var starts []int64
	for _, m := range members {
		for _, slot := range availability.Slots(ask, rules, together(diaries, m, rules)) {
			at := slot.Start.UnixMicro()
			known, found := byStart[at]
			if !found {
				byStart[at] = &slot
				starts = append(starts, at)
				continue
			}
			known.Hosts = union(known.Hosts, slot.Hosts)
			known.Blocks = append(slices.Clip(known.Blocks), slot.Blocks...)
			if known.Booking == "" {
				known.Booking, known.SeatsTaken, known.Held = slot.Booking, slot.SeatsTaken, slot.Held
			}
		}
	}
	slices.Sort(starts)
	slots := make([]availability.Slot, len(starts))
	for i, at := range starts {
		slots[i] = *byStart[at]
	}
	return slots
}

func union(a, b []meet.UserID) []meet.UserID {
	all := slices.Clone(a)
	for _, id := range b {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}

// membersShown are the members of a type's queue whose slots it shows.
func membersShown(tx *store.Tx, t meet.MeetingType, team []store.Host, rules availability.Rules) ([]meet.QueueMember, error) {
	queue, err := LoadQueue(tx, t.Company, t.Queue)
	if err != nil {
		return nil, err
	}
	hidden, err := hiddenLeaders(tx, t, queue, team, rules)
	return shown(queue, hidden), err
}

// hostsOf are those of a team who host when it is some member's turn.
func hostsOf(members []meet.QueueMember, team []store.Host) []store.Host {
	var kept []store.Host
	for _, h := range team {
		if slices.ContainsFunc(members, func(m meet.QueueMember) bool { return slices.Contains(m.Hosts(), h.ID) }) {
			kept = append(kept, h)
		}
	}
	return kept
}
