package availability

import (
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// Query is what somebody asks.
type Query struct {
	Now time.Time
	// Range holds the starts that are asked for; a meeting may end after
	// it.
	Range meet.Range
	// Everyone asks for meetings with all hosts; otherwise one of them
	// suffices.
	Everyone bool
	// Exclude names a booking or hold that neither takes time nor counts:
	// the one being moved or confirmed. It is "" for none.
	Exclude meet.BookingID
	// Troubleshoot lists the starts that cannot be booked, too, and says
	// why not.
	Troubleshoot bool
}

// Rules are what a meeting type says about its slots. Their durations are
// whole microseconds.
type Rules struct {
	// Duration is the length of the meeting, Interval the distance of
	// starts. Unless both are positive there are no slots.
	Duration, Interval time.Duration
	Before, After      time.Duration // buffers
	Notice             time.Duration
	// MaxAdvanceDays is how many calendar days after today a meeting may
	// start, 0 being today only and Unlimited no limit.
	MaxAdvanceDays int
	// From and Until are the first and the last date on which a meeting
	// may start; nil leaves that side open.
	From, Until *meet.Date
	// MaxPerDay and MaxPerWeek limit the bookings of one host; 0 is no
	// limit.
	MaxPerDay, MaxPerWeek int
	// Capacity is how many attendees share a meeting; above 1 they may
	// join one that is booked.
	Capacity int
}

// Unlimited is the MaxAdvanceDays of a meeting type without that limit.
const Unlimited = -1

// Host is a person who may take the meeting.
type Host struct {
	ID    meet.UserID
	Zone  *time.Location // of Hours, dates and limits; not nil
	Hours meet.Hours
	// Busy is what is taken of the host's time, in any order. It covers
	// Query.Range, with a margin of the meeting and its buffers, and, when
	// there is a limit, the weeks of that range in Zone.
	Busy []Busy
}

// Busy is a stretch of a host's time that is taken.
type Busy struct {
	Kind     Kind
	Booking  meet.BookingID // or the id of a hold; "" for External
	Occupied meet.Range     // the meeting with the buffers it was booked with
	Meeting  meet.Range     // lies within Occupied
	// SameType tells that a Booking is of the meeting type asked about: it
	// counts towards the limits and may be joined. Of a Hold it tells that
	// it is of seats of such a group, and may be joined, too.
	SameType   bool
	SeatsTaken int       // of what may be joined
	ExpiresAt  time.Time // of a Hold
}

// Kind tells what takes the time.
type Kind string

// The kinds.
const (
	Booking  Kind = "appointment"
	Hold     Kind = "hold"     // a provisional booking; void from ExpiresAt on
	External Kind = "external" // from an outside calendar
)

// Slot is a start that can be booked.
type Slot struct {
	Start time.Time // UTC
	// Hosts are those who could take the meeting, in the order given; all
	// of them when everyone takes part. A start that cannot be booked has
	// none, and is listed only to troubleshoot.
	Hosts []meet.UserID
	// Booking is the group that an attendee joins here, of the first host
	// who has one, and SeatsTaken how many of its seats are taken so far.
	// All of them are only held when it is Held: it is not booked yet.
	Booking    meet.BookingID
	SeatsTaken int
	Held       bool
	// Blocks, listed only to troubleshoot, say what keeps the hosts who
	// are not in Hosts from taking the meeting.
	Blocks []Block
}

// Block is a reason why a host cannot take a meeting.
type Block struct {
	Host   meet.UserID
	Reason Reason
	// Range is the time taken, with buffers, if that is the reason, and
	// otherwise the meeting itself.
	Range meet.Range
}

// Reason says which rule a start breaks, in the words of the contract. Time
// that is taken has its Kind as the reason.
type Reason string

// The reasons besides the kinds of busy time.
const (
	TooSoon  Reason = "notice"        // in the past or within the notice
	TooFar   Reason = "horizon"       // beyond the horizon or outside the range of dates
	DayFull  Reason = "day-limit"     // as many bookings that day as allowed
	WeekFull Reason = "week-limit"    // as many bookings that week as allowed
	OffHours Reason = "outside-hours" // not wholly within the hours
	OffGrid  Reason = "off-grid"      // a start of other hosts, not of this one
)
