package meet

import "time"

// Queue gives a meeting type several hosts, and says who is next.
type Queue struct {
	ID      QueueID
	Company CompanyID
	Type    MeetingTypeID
	Kind    QueueKind
	// Everyone means that all members host together; otherwise one member
	// does.
	Everyone bool
	// Period is within which an equal distribution counts.
	Period Period
	// MaxLead hides members who are that many bookings ahead of the one
	// with the fewest; 0 hides nobody. NearTerm relieves it when the first
	// slot would be far away.
	MaxLead  int
	NearTerm bool
	Members  []QueueMember // in queue order
}

// QueueMember is one who takes turns in a queue: a user, or a group of users who
// host together.
type QueueMember struct {
	User     UserID // or
	Group    GroupID
	Name     string   // of a group
	Users    []UserID // of a group
	Position int
	Priority int // 0 to 3
	Capacity int // share in an equal distribution
	Link     string
	// Calibration makes a newcomer level with the member who had the least
	// on joining. It counts in the period of JoinedAt.
	Calibration int
	JoinedAt    time.Time

	// Count is how many bookings the member was given in the period, and
	// LastAt when the last one was; LastTurn numbers it among all turns of
	// the queue, 0 for never.
	Count    int
	LastAt   time.Time
	LastTurn int
}

// ID is the id of the user or of the group.
func (m QueueMember) ID() string {
	if m.Group != "" {
		return string(m.Group)
	}
	return string(m.User)
}

// Hosts are the users who host together when it is the member's turn.
func (m QueueMember) Hosts() []UserID {
	if m.Group != "" {
		return m.Users
	}
	return []UserID{m.User}
}

// GroupID identifies a group of a queue.
type GroupID string

// QueueKind is how a queue decides.
type QueueKind string

// The kinds.
const (
	SimpleRoundRobin   QueueKind = "simpleRoundRobin"
	AdvancedRoundRobin QueueKind = "advancedRoundRobin" // by priority first
	EqualDistribution  QueueKind = "equalDistribution"  // by share of the period
)

// Period is a stretch of the calendar.
type Period string

// The periods.
const (
	PerDay   Period = "day"
	PerWeek  Period = "week"
	PerMonth Period = "month"
)

// Start returns the first instant of the period around now, on the calendar
// of loc.
func (p Period) Start(now time.Time, loc *time.Location) time.Time {
	local := now.In(loc)
	date := DateOf(local)
	switch p {
	case PerDay:
	case PerWeek:
		date = date.Monday()
	default:
		date = NewDate(local.Year(), local.Month(), 1)
	}
	return DayBounds(loc, date).Start
}

// Members are users who take turns in the given order, all alike, from an
// instant on.
func Members(users []UserID, joined time.Time) []QueueMember {
	members := make([]QueueMember, len(users))
	for i, id := range users {
		members[i] = QueueMember{User: id, Position: i, Capacity: 1, JoinedAt: joined}
	}
	return members
}
