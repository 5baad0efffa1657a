package store

import (
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
)

// Erasure says whose data goes.
type Erasure struct {
	Company meet.CompanyID
	// Email is the address, of which case does not matter.
	Email string
	// Answer opens an answer that is kept for an Idempotency-Key.
	Answer func(key, sealed string) (string, error)
}

// Erased counts what an erasure found.
type Erased struct {
	Bookings int `json:"bookings"` // with the person as an attendee
	Upcoming int `json:"upcoming"` // of these, those that are still to take place
	Guests   int `json:"guests"`   // bookings and holds to which others bring the person
	Holds    int `json:"holds"`
	Contacts int `json:"contacts"`
	Events   int `json:"events"`
	Jobs     int `json:"jobs"`
	Messages int `json:"messages"`
	Answers  int `json:"answers"`
	// Users counts users of the company with the address, who stay.
	Users int `json:"users"`
}

// ErasedName is what an attendee whose data was erased is called.
const ErasedName = "erased"

// Erase removes the data of a person from a company. Bookings keep the time
// they take and an attendee without a name; the secret of such an attendee
// opens nothing any more, and mail that waits for the person is not sent.
// Events keep what they tell of others. It runs on top of whatever is being
// sent or booked at the same instant, so a second run may find more.
func (tx *Tx) Erase(e Erasure) (Erased, error) {
	r := &eraser{
		tx: tx, Erasure: e, pattern: mayContain(e.Email),
		people: map[meet.AttendeeID]bool{}, alone: map[meet.BookingID]bool{}, theirs: map[string]bool{}, ended: map[string]bool{},
	}
	for _, step := range []func() error{r.attendees, r.bookings, r.holds, r.contacts, r.events, r.jobs, r.messages, r.answers, r.users} {
		if err := step(); err != nil {
			return r.found, err
		}
	}
	return r.found, nil
}

// eraser is an erasure under way.
type eraser struct {
	Erasure
	tx      *Tx
	pattern string
	found   Erased

	people   map[meet.AttendeeID]bool // attendees that are the person
	with     []meet.BookingID         // bookings that have, or had, the person
	alone    map[meet.BookingID]bool  // of these, those with nobody else
	words    []string                 // what texts call the person by, in lower case
	subjects []string                 // bookings and holds that name the person in some way
	theirs   map[string]bool          // ids of what is the person's alone
	ended    map[string]bool          // holds that are gone
	about    []string                 // those, and their events
	affected []meet.JobID             // jobs about these
}

// mayContain is a pattern for texts in lower case, also JSON, that may contain an
// address. Letters beyond ASCII, of which the engines know no lower case, and
// those that JSON escapes stand for anything; whoever uses the pattern looks
// again.
func mayContain(email string) string {
	var b strings.Builder
	b.WriteByte('%')
	for _, r := range strings.ToLower(email) {
		switch {
		case r >= 0x80, strings.ContainsRune(`&<>"\`, r):
			b.WriteByte('%')
		case r == '%', r == '_':
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('%')
	return b.String()
}

func (r *eraser) is(email string) bool { return strings.EqualFold(email, r.Email) }

// mentions reports whether a text calls the person by something.
func (r *eraser) mentions(text string) bool {
	text = strings.ToLower(text)
	for _, word := range r.words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// shortest is how long a name must be to say whom a text is about.
const shortest = 4

// know notes what texts may call an attendee by.
func (r *eraser) know(a meet.Attendee) {
	for _, word := range []string{a.Email, a.DisplayName(), a.Phone, a.PhoneRaw} {
		if len(word) >= shortest {
			r.words = append(r.words, strings.ToLower(word))
		}
	}
}
