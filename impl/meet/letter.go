package meet

import "time"

// Letter is one mail to one recipient about an event. The job that sends it
// has the event as its subject; that of a MailQuick has the booking.
type Letter struct {
	Template Template   `json:"template"`
	To       string     `json:"to,omitempty"`       // of an attendee or a guest
	Host     UserID     `json:"host,omitempty"`     // or a host or owner, whose address is looked up
	Attendee AttendeeID `json:"attendee,omitempty"` // whom it is to, or who brought the guest

	// A MailQuick is from Host to Attendee, in these words.
	Subject string `json:"subject,omitempty"`
	Body    string `json:"body,omitempty"`
}

// Template names the text of a mail.
type Template string

// The templates. Those with an invite carry the calendar message.
const (
	MailBooked           Template = "booked"      // invite
	MailRescheduled      Template = "rescheduled" // update
	MailCancelled        Template = "cancelled"   // cancel
	MailReminder         Template = "reminder"
	MailOptIn            Template = "opt_in"
	MailAwaitingApproval Template = "awaiting_approval"
	MailDeclined         Template = "declined"
	MailExpired          Template = "expired"
	MailApprovalAsked    Template = "approval_asked" // to a host
	MailQuick            Template = "quick"          // a host's own words
	HostBooked           Template = "host_booked"
	HostRescheduled      Template = "host_rescheduled"
	HostCancelled        Template = "host_cancelled"
	InviteGuest          Template = "guest_invite"
	CancelGuest          Template = "guest_cancel"
	MailWebhookDisabled  Template = "webhook_disabled" // to the owner of the company
)

// ForHost is the template that tells a host what t tells the attendee.
func (t Template) ForHost() Template { return "host_" + t }

// Reminder is what a reminder job keeps. It is sent only while the booking
// still starts at Start.
type Reminder struct {
	Booking  BookingID     `json:"booking"`
	Attendee AttendeeID    `json:"attendee"`
	Start    time.Time     `json:"start"`
	Before   time.Duration `json:"before"`
}
