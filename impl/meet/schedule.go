package meet

import "time"

// Schedule is a person's bookable hours: a week that repeats, and exceptions
// on single dates. All its times are wall-clock times in Zone.
type Schedule struct {
	ID        ScheduleID
	Company   CompanyID
	Owner     UserID
	Name      string
	Zone      string // IANA name, kept as given
	Hours     Hours
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Hours are the rules of a schedule in layers, lowest first: weekly windows,
// blocking exceptions, available exceptions.
type Hours struct {
	Week       [7]Day      `json:"week"` // indexed by time.Weekday: Sunday is 0
	Exceptions []Exception `json:"exceptions,omitempty"`
}

// Day is one weekday of the repeating week. A day that is not enabled keeps
// its windows for later and offers none.
type Day struct {
	Enabled bool     `json:"enabled,omitempty"`
	Windows []Window `json:"windows,omitempty"`
}

// Window is a stretch of wall-clock time. An End before its Start runs past
// midnight; the whole window belongs to the date on which it starts. An End
// equal to its Start is invalid.
type Window struct {
	Start TimeOfDay `json:"start"`
	End   TimeOfDay `json:"end"`
}

// Exception changes the hours of single dates.
type Exception struct {
	Dates []Date        `json:"dates"`
	Kind  ExceptionKind `json:"kind"`
	// Windows of an available exception are added. Windows of a block are
	// taken away from the date; a block without windows drops every window
	// that starts on its dates.
	Windows []Window `json:"windows,omitempty"`
}

// ExceptionKind says what an exception does to its dates.
type ExceptionKind string

// The kinds of exception.
const (
	Block     ExceptionKind = "block"
	Available ExceptionKind = "available"
)

// OfficeHours are Monday to Friday 08:00 to 17:00, what a new user starts
// with.
func OfficeHours() Hours {
	var h Hours
	for day := time.Monday; day <= time.Friday; day++ {
		h.Week[day] = Day{Enabled: true, Windows: []Window{{Start: 8 * 60, End: 17 * 60}}}
	}
	return h
}
