package meet

// Identifiers are UUIDs in lower case, each a type of its own so that one
// kind is never passed for another.
type (
	// CompanyID identifies a company, the wall between customers.
	CompanyID string
	// UserID identifies a user of a company; a host is a user.
	UserID string
	// ScheduleID identifies a schedule.
	ScheduleID string
	// MeetingTypeID identifies a meeting type.
	MeetingTypeID string
	// QueueID identifies a queue of hosts.
	QueueID string
	// BookingID identifies a booking; the wire calls it an appointment.
	BookingID string
	// AttendeeID identifies one attendee of one booking.
	AttendeeID string
	// KeyID identifies an API key.
	KeyID string
)
