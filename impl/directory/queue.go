package directory

import (
	"slices"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// QueueChange names what changes of a queue; nil stays.
type QueueChange struct {
	Kind       *meet.QueueKind
	Everyone   *bool
	Period     *meet.Period
	MaxLead    *int
	NearTerm   *bool
	Toggle     meet.UserID   // joins, or leaves
	Users      []meet.UserID // exactly these, in this order
	Priorities map[meet.UserID]int
	Capacities map[meet.UserID]int
	Links      map[meet.UserID]string
}

// ChangeQueue changes the queue of a meeting type, and makes one when there
// is none. A newcomer starts level with the member who was given the least.
// Refusals: [meet.ErrMeetingTypeNotFound], [meet.CodeForbidden],
// [meet.CodeInvalid] for users who are not of the company or not members.
func ChangeQueue(tx *store.Tx, p meet.Principal, id meet.MeetingTypeID, c QueueChange) (meet.Queue, error) {
	if err := tx.LockMeetingType(id); err != nil { // which may have no queue yet
		return meet.Queue{}, err
	}
	t, err := tx.MeetingType(p.Company, id)
	if err != nil {
		return meet.Queue{}, err
	}
	if err := may(p, t.Owner); err != nil {
		return meet.Queue{}, err
	}
	q := meet.Queue{ID: meet.QueueID(newID()), Company: p.Company, Type: t.ID, Kind: meet.SimpleRoundRobin, Period: meet.PerMonth}
	if t.Queue != "" {
		if q, err = booking.LoadQueue(tx, p.Company, t.Queue); err != nil {
			return q, err
		}
	}
	apply(&q.Kind, c.Kind)
	apply(&q.Everyone, c.Everyone)
	apply(&q.Period, c.Period)
	apply(&q.MaxLead, c.MaxLead)
	apply(&q.NearTerm, c.NearTerm)
	joined, err := changeMembers(tx, &q, c)
	if err != nil {
		return q, err
	}
	if t.Queue == "" {
		err = tx.InsertQueue(q)
	} else {
		err = tx.UpdateQueue(q)
	}
	if err != nil {
		return q, err
	}
	if err := level(tx, q, joined); err != nil {
		return q, err
	}
	return booking.LoadQueue(tx, p.Company, q.ID)
}

// level makes those who joined a queue level with the member who was given
// the least. One who comes back is not counted twice.
func level(tx *store.Tx, q meet.Queue, joined []meet.UserID) error {
	if len(joined) == 0 {
		return nil
	}
	q, err := booking.LoadQueue(tx, q.Company, q.ID)
	if err != nil {
		return err
	}
	isNew := func(m meet.QueueMember) bool { return slices.Contains(joined, m.User) }
	others := slices.DeleteFunc(slices.Clone(q.Members), isNew)
	for i, m := range q.Members {
		if isNew(m) {
			q.Members[i].Calibration = max(0, booking.Level(others, m.Capacity)-m.Count)
		}
	}
	return tx.UpdateQueue(q)
}

func apply[T any](target *T, value *T) {
	if value != nil {
		*target = *value
	}
}

// changeMembers changes who takes turns, and how, and returns who joined.
func changeMembers(tx *store.Tx, q *meet.Queue, c QueueChange) (joined []meet.UserID, err error) {
	users := []meet.UserID{}
	for _, m := range q.Members {
		if m.User != "" {
			users = append(users, m.User)
		}
	}
	if c.Users != nil {
		users = distinct(c.Users)
	}
	if c.Toggle != "" {
		if i := slices.Index(users, c.Toggle); i >= 0 {
			users = slices.Delete(users, i, i+1)
		} else {
			users = append(users, c.Toggle)
		}
	}
	members := []meet.QueueMember{}
	for position, id := range users {
		m := meet.QueueMember{User: id, Capacity: 1, JoinedAt: tx.Now()}
		if i := slices.IndexFunc(q.Members, func(old meet.QueueMember) bool { return old.User == id }); i >= 0 {
			m = q.Members[i]
		} else {
			if _, err := tx.User(q.Company, id); err != nil {
				return nil, meet.Refuse(meet.CodeInvalid, "A user of this queue is not a user of this company")
			}
			joined = append(joined, id)
		}
		m.Position = position
		members = append(members, m)
	}
	for _, m := range q.Members {
		if m.Group != "" {
			members = append(members, m)
		}
	}
	q.Members = members
	return joined, changeShares(q.Members, c)
}

// distinct returns ids each once, in the order in which they come first.
func distinct(ids []meet.UserID) []meet.UserID {
	var kept []meet.UserID
	for _, id := range ids {
		if !slices.Contains(kept, id) {
			kept = append(kept, id)
		}
	}
	return kept
}

// changeShares sets priorities, capacities and links of members.
func changeShares(members []meet.QueueMember, c QueueChange) error {
	member := func(id meet.UserID) (*meet.QueueMember, error) {
		i := slices.IndexFunc(members, func(m meet.QueueMember) bool { return m.User == id })
		if i < 0 {
			return nil, meet.Refuse(meet.CodeInvalid, "Priorities, capacities and links are for users of the queue")
		}
		return &members[i], nil
	}
	for id, priority := range c.Priorities {
		m, err := member(id)
		if err != nil {
			return err
		}
		m.Priority = priority
	}
	for id, capacity := range c.Capacities {
		m, err := member(id)
		if err != nil {
			return err
		}
		m.Capacity = capacity
	}
	for id, link := range c.Links {
		m, err := member(id)
		if err != nil {
			return err
		}
		m.Link = link
	}
	return nil
}

// AddGroup adds a group of users who host together to a queue, as its last
// member. Refusals: [meet.ErrQueueNotFound], [meet.CodeForbidden],
// [meet.CodeInvalid].
func AddGroup(tx *store.Tx, p meet.Principal, queue meet.QueueID, name string, users []meet.UserID, capacity int) (meet.QueueMember, error) {
	q, err := booking.LoadQueue(tx, p.Company, queue)
	if err != nil {
		return meet.QueueMember{}, err
	}
	t, err := tx.MeetingType(p.Company, q.Type)
	if err != nil {
		return meet.QueueMember{}, err
	}
	if err := may(p, t.Owner); err != nil {
		return meet.QueueMember{}, err
	}
	m := meet.QueueMember{
		Group: meet.GroupID(newID()), Name: meet.CleanLine(name), Users: distinct(users), Position: len(q.Members),
		Capacity: capacity, Calibration: booking.Level(q.Members, capacity), JoinedAt: tx.Now(),
	}
	if m.Name == "" {
		return m, meet.Refuse(meet.CodeInvalid, "name must not be blank")
	}
	for _, id := range m.Users {
		if _, err := tx.User(p.Company, id); err != nil {
			return m, meet.Refuse(meet.CodeInvalid, "A user of this group is not a user of this company")
		}
	}
	return m, tx.InsertGroup(queue, m)
}
