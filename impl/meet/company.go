package meet

import "time"

// Company is the wall between customers: nothing of one company is visible
// from another.
type Company struct {
	ID        CompanyID
	Name      string
	Slug      string // unique over all companies
	Owner     UserID
	Settings  CompanySettings
	CreatedAt time.Time
}

// CompanySettings are what meeting types may leave to the company.
type CompanySettings struct {
	DoubleOptIn      bool `json:"doubleOptIn,omitempty"`
	HostConfirmation bool `json:"hostConfirmation,omitempty"`
	// How long holds wait; 0 is DefaultHoldTime.
	ApprovalTime time.Duration `json:"approvalTime,omitempty"`
	OptInTime    time.Duration `json:"optInTime,omitempty"`
}

// Role says what a user may do in the company.
type Role string

// The roles. Owners and admins see and change what belongs to anyone in the
// company, members what belongs to themselves.
const (
	Owner  Role = "owner"
	Admin  Role = "admin"
	Member Role = "member"
)

// User is a person of a company; each can host meetings.
type User struct {
	ID         UserID
	Company    CompanyID
	Email      string // unique in the company without regard to case
	GivenName  string
	FamilyName string
	Slug       string // unique in the company
	Picture    string
	Zone       string
	Language   string
	Role       Role
	Schedule   ScheduleID // the default hours
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// FullName joins the given and the family name.
func (u User) FullName() string { return joinNames(u.GivenName, u.FamilyName) }

// Principal is who a request acts as, or, with an appointment secret and no
// bearer, the attendee it acts for.
type Principal struct {
	Company CompanyID
	User    UserID
	Role    Role
	// Attendee and Booking are set, and User is empty, when the caller
	// proved knowledge of an appointment secret.
	Attendee AttendeeID
	Booking  BookingID
	// Hold is set when the caller proved knowledge of the token that an
	// attendee confirms with, ApprovesHold for the one of a host.
	Hold         HoldID
	ApprovesHold HoldID
	// Key identifies the credential; Platform tells a platform key from a
	// personal token.
	Key      KeyID
	Platform bool
}

// IsAttendee reports whether the caller is an attendee with a secret.
func (p Principal) IsAttendee() bool { return p.Attendee != "" }

// IsAdmin reports whether the caller may act on the whole company.
func (p Principal) IsAdmin() bool { return p.Role == Owner || p.Role == Admin }
