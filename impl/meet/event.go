package meet

import (
	"encoding/json"
	"time"
)

// EventID identifies an event.
type EventID string

// EventKind names what happened. The kinds are those that webhooks
// subscribe to, and those that only mail tells of.
type EventKind string

// The kinds that webhooks hear of.
const (
	BookingCreated     EventKind = "booking_created"
	BookingCancelled   EventKind = "booking_cancelled"
	BookingRescheduled EventKind = "booking_rescheduled"
	NewEmployee        EventKind = "new_employee"
)

// The kinds that only mail tells of.
const (
	ApprovalAsked EventKind = "approval_asked" // a hold waits for its host
	OptInAsked    EventKind = "opt_in_asked"   // a hold waits for its attendee
	HoldDeclined  EventKind = "hold_declined"
	HoldExpired   EventKind = "hold_expired"
	GuestAdded    EventKind = "guest_added"
	HostsChanged  EventKind = "hosts_changed" // at the same start
	HostReleased  EventKind = "host_released" // others host it now

	WebhookDisabled EventKind = "webhook_disabled" // by us; its endpoint fails or wants no more
)

// Event is one thing that happened. It is written in the transaction in
// which it happened, once, together with the jobs that tell the world.
type Event struct {
	ID      EventID
	Company CompanyID
	Kind    EventKind
	// Subject is the id of the booking, hold, user or webhook it happened to.
	Subject string
	// Snapshot is what the subject was right after: a Happening in JSON.
	Snapshot json.RawMessage
	At       time.Time
}

// Happening is the snapshot of an event.
type Happening struct {
	Booking *Booking `json:"booking,omitempty"`
	// PreviousStart is where a booking that moved was before.
	PreviousStart time.Time `json:"previousStart,omitzero"`
	// Left is set when one attendee left a group: the booking then shows
	// that attendee alone.
	Left bool `json:"left,omitempty"`
	// Joined are the hosts who did not host it before; Released are those
	// who no longer do, and to whom the booking shows what they hosted.
	Joined   []UserID `json:"joined,omitempty"`
	Released []UserID `json:"released,omitempty"`
	// Guest is the address of a guest who was added.
	Guest  string `json:"guest,omitempty"`
	Hold   *Hold  `json:"hold,omitempty"`
	Reason string `json:"reason,omitempty"` // of a decline
	User   *User  `json:"user,omitempty"`
	// Webhook is one that was disabled, without its key. Its FailingSince
	// is zero when its endpoint asked for it.
	Webhook *Webhook `json:"webhook,omitempty"`
}
