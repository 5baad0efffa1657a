package meet

import (
	"encoding/json"
	"time"
)

// Booking is a meeting that takes place, or was cancelled.
//
// It occupies each of its hosts from Start-Before to End+After. A booking of
// a group type has several attendees, each with a secret of their own.
type Booking struct {
	ID      BookingID
	Company CompanyID
	Type    MeetingTypeID
	Hosts   []UserID // the first is the main host
	Start   time.Time
	End     time.Time
	Before  time.Duration // buffers as booked
	After   time.Duration
	// Forced bookings lie outside the rules of the meeting type and may
	// overlap others.
	Forced bool

	Name        string // of the meeting type when booked
	Channel     Channel
	Location    string
	MeetingLink string

	// UID and Sequence are the iCalendar identity and revision
	// (RFC 5545 §3.8.4.7, §3.8.7.4). Each change that a calendar must
	// learn of raises Sequence by one.
	UID      string
	Sequence int

	ICSTitle       string // overrides the meeting type's template
	ICSDescription string
	SkipMail       bool // skipNotifications

	Notes         string // the host's
	Transcription string
	Summary       string

	RescheduledAt   time.Time // zero until moved
	RescheduleCount int
	Cancellation    Cancellation
	// Extra holds properties of the request that have no effect of their
	// own (paymentId, routingFormId, ...), kept as they came.
	Extra     json.RawMessage
	CreatedAt time.Time
	UpdatedAt time.Time

	Attendees []Attendee
}

// Occupied returns the stretch of time that the booking blocks.
func (b Booking) Occupied() Range {
	return Range{Start: b.Start.Add(-b.Before), End: b.End.Add(b.After)}
}

// IsCancelled reports whether the meeting will not take place.
func (b Booking) IsCancelled() bool { return !b.Cancellation.At.IsZero() }

// HasHost reports whether the user hosts the booking.
func (b Booking) HasHost(id UserID) bool {
	for _, host := range b.Hosts {
		if host == id {
			return true
		}
	}
	return false
}

// Attendee returns the attendee with the id, or nil.
func (b *Booking) Attendee(id AttendeeID) *Attendee {
	for i := range b.Attendees {
		if b.Attendees[i].ID == id {
			return &b.Attendees[i]
		}
	}
	return nil
}

// Cancellation records who called a meeting off. It is zero while the
// meeting stands.
type Cancellation struct {
	At     time.Time
	Source ActionSource
	By     string // a user id, or the attendee's
	Reason string
}

// ActionSource says who acted.
type ActionSource string

// The sources.
const (
	ByAttendee ActionSource = "attendee"
	ByHost     ActionSource = "host"
	BySystem   ActionSource = "system"
)

// Attendee is the person who booked.
type Attendee struct {
	ID        AttendeeID
	Booking   BookingID
	Email     string // "" for phone-only bookings
	FirstName string
	LastName  string
	FullName  string
	Phone     string // E.164
	PhoneRaw  string // as it was written
	Zone      string
	Language  string
	// Notes are the answers to the booking form and any other keys sent,
	// kept as they came.
	Notes            json.RawMessage
	ReceiveReminders bool
	Guests           []string // email addresses brought along
	UTM              UTM
	PolicyAcceptedAt time.Time // when the data policy was accepted, or zero
	// Generation counts the secrets given out: raising it revokes the one
	// before.
	Generation int
}

// DisplayName is the full name, else the first and last name.
func (a Attendee) DisplayName() string {
	if a.FullName != "" {
		return a.FullName
	}
	return joinNames(a.FirstName, a.LastName)
}

// MaxGuests is how many guests one attendee may bring.
const MaxGuests = 5

// UTM tells where a booking came from.
type UTM struct {
	Source, Medium, Campaign, Content, Term string
}

// Key is a credential of the API. The secret itself is not kept, only its
// digest.
type Key struct {
	ID        KeyID
	Company   CompanyID
	User      UserID // "" for platform keys
	Platform  bool
	Digest    [32]byte
	Hint      string // the first and last characters, for lists
	Scopes    []Scope
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never
	RevokedAt time.Time
	// Demo keys are published, and are refused outside stub mode.
	Demo bool
}

// Scope is a part of the API that a key may be limited to. A key without
// scopes may use all of it.
type Scope string

// The scopes.
const (
	Scheduling Scope = "scheduling"
	Contacts   Scope = "contacts"
	Account    Scope = "account"
)
