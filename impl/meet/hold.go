package meet

import (
	"encoding/json"
	"time"
)

// HoldID identifies a provisional booking.
type HoldID string

// Hold is a provisional booking: it keeps its hosts' time until it is
// confirmed, declined or expires. Nothing is sent to calendars before it is
// confirmed.
type Hold struct {
	ID      HoldID
	Company CompanyID
	Type    MeetingTypeID
	Hosts   []UserID
	Start   time.Time
	End     time.Time
	Before  time.Duration
	After   time.Duration

	// WaitsFor is whose answer is missing. A hold that needs both waits
	// for the host first, and ThenAttendee says that the attendee is next.
	WaitsFor     Party
	ThenAttendee bool
	Status       HoldStatus
	ApprovedAt   time.Time // zero until the host agreed

	// Request is the booking to be made once everybody agreed, in JSON,
	// and Body the request as it was sent.
	Request json.RawMessage
	Body    json.RawMessage
	// Joins is the group of which a seat is held: the id that its booking
	// has, or will have once one of its seats is booked. "" is no group.
	Joins BookingID
	// OneTimeLink is the link that was used up, "" for none.
	OneTimeLink string
	// Attendee is who asked. It becomes the booking's attendee, id and
	// all.
	Attendee   Attendee
	Generation int // of the tokens sent
	Choice     *Choice

	CreatedAt time.Time
	ExpiresAt time.Time // not after Start
	DeletedAt time.Time // when it ended without a booking
}

// Occupied returns the stretch of time that the hold blocks.
func (h Hold) Occupied() Range {
	return Range{Start: h.Start.Add(-h.Before), End: h.End.Add(h.After)}
}

// StatusAt returns the status at an instant: a hold that nobody answered in
// time has expired, whether or not that was noted.
func (h Hold) StatusAt(now time.Time) HoldStatus {
	if h.Status == Pending && !now.Before(h.ExpiresAt) {
		return Expired
	}
	return h.Status
}

// HasHost reports whether the user is a host of what is held.
func (h Hold) HasHost(id UserID) bool {
	for _, host := range h.Hosts {
		if host == id {
			return true
		}
	}
	return false
}

// Party is one side of a meeting.
type Party string

// The parties.
const (
	TheHost     Party = "host"
	TheAttendee Party = "attendee"
)

// HoldStatus is where a hold stands.
type HoldStatus string

// The states. All but Pending are final.
const (
	Pending   HoldStatus = "pending"
	Confirmed HoldStatus = "confirmed"
	Expired   HoldStatus = "expired"
	Declined  HoldStatus = "declined_by_host"
)

// DefaultHoldTime is how long a hold waits for an answer.
const DefaultHoldTime = 24 * time.Hour

// Choice records how a queue chose its hosts.
type Choice struct {
	Users  []UserID `json:"users"`
	Group  string   `json:"group,omitempty"`
	Reason string   `json:"reason"`
}
