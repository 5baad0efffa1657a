package booking

import (
	"bytes"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// Request asks for a booking.
type Request struct {
	Type  meet.MeetingTypeID
	Start time.Time
	Hosts []meet.UserID // or
	Queue meet.QueueID
	// Duration of the meeting; 0 is that of the appointment that moves, else
	// the type's own.
	Duration time.Duration
	Channel  meet.Channel // "" is the type's own
	Location string

	// Attendee is whoever books; its ID, Booking, FullName and UTM are
	// filled in here.
	Attendee       meet.Attendee
	PolicyAccepted bool
	// PhoneOnly bookings need a phone and no email.
	PhoneOnly bool

	SkipMail       bool
	ICSTitle       string
	ICSDescription string
	Password       string
	OneTimeLink    string
	// Force books outside the rules, for hosts and admins.
	Force bool
	// Moves names the appointment that its attendee moves by booking anew.
	Moves meet.BookingID
	// Body is the request as it was sent but for the password; a hold shows
	// its JSON.
	Body any
	// Extra is kept with the booking as it is.
	Extra json.RawMessage
}

// The refusals of a request, each with its sentence.
var (
	errHostMissing   = meet.Refuse(meet.CodeHostMissing, "hostIds or queueId is required")
	errHostsAndQueue = meet.Refuse(meet.CodeInvalid, "Provide either hostIds or queueId, not both")
	errForeignQueue  = meet.Refuse(meet.CodeInvalid, "queueId is not the queue of this meeting type")
	errNeedsQueue    = meet.Refuse(meet.CodeInvalid, "This meeting type is booked by queueId; its hosts cannot be chosen")
	errNoQueue       = meet.Refuse(meet.CodeInvalid, "This meeting type has no queue; provide hostIds")
	errName          = meet.Refuse(meet.CodeInvalid, "attendee.fullname, attendee.firstname or attendee.lastname is required")
	errEmail         = meet.Refuse(meet.CodeInvalid, "attendee.email is required unless phoneOnlyBooking is true")
	errPhoneOnly     = meet.Refuse(meet.CodeInvalid, "This meeting type does not allow phone-only bookings")
	errPhoneMissing  = meet.Refuse(meet.CodeInvalid, "attendee.phone is required for phone-only bookings")
	errChannel       = meet.Refuse(meet.CodeChannel, "The channel is not allowed for this meeting type")
	errChannelPhone  = meet.Refuse(meet.CodeInvalid, "attendee.phone is required for the phone channel")
	errLocation      = meet.Refuse(meet.CodeInvalid, "location must be one of the locations of this meeting type")
	errNoLocation    = meet.Refuse(meet.CodeInvalid, "location is required: this meeting type has several locations")
	errAddress       = meet.Refuse(meet.CodeInvalid, "location or attendee.notes.address is required for the local-attendee channel")
	errNotes         = meet.Refuse(meet.CodeInvalid, "attendee.notes must not be longer than 64 KiB")
	errGuests        = meet.Refuse(meet.CodeInvalid, "This meeting type does not allow guests")
	errForce         = meet.Refuse(meet.CodeForbidden, "ignoreAvailability is for a host of the booking or an admin of the company")
	errOneTimeLink   = meet.Refuse(meet.CodeInvalid, "The one-time booking link is not valid or was used already")
	errOptInEmail    = meet.Refuse(meet.CodeInvalid, "attendee.email is required: this meeting type asks the attendee to confirm by email")
)

// ErrPassword refuses a request without the password of the booking page, or
// with a wrong one.
var ErrPassword = meet.Refuse(meet.CodePassword, "The booking password is wrong")

// maxNotes bounds the answers of one attendee, in bytes of JSON.
const maxNotes = 64 << 10

// CheckHosting is the first rule of Book, which needs nothing that is stored:
// a type is booked by hosts or by queue.
func (r *Request) CheckHosting() error {
	switch {
	case len(r.Hosts) == 0 && r.Queue == "":
		return errHostMissing
	case len(r.Hosts) > 0 && r.Queue != "":
		return errHostsAndQueue
	}
	return nil
}

// check completes the request by the settings of its type and refuses what
// they do not allow, in this order: hosts or queue, attendee, duration,
// channel, form, password, guests, and an address to confirm by. The type
// asks for opt-in when optIn is set.
func (r *Request) check(t meet.MeetingType, optIn bool) (err error) {
	switch {
	case r.Queue != "" && t.Queue == "":
		return errNoQueue
	case r.Queue != "" && r.Queue != t.Queue:
		return errForeignQueue
	case r.Queue == "" && t.Queue != "" && !t.AllowHostSelection:
		return errNeedsQueue
	}
	if err := r.checkAttendee(t); err != nil {
		return err
	}
	if r.Duration, err = durationOf(t, r.Duration); err != nil {
		return err
	}
	if len(r.Attendee.Notes) > maxNotes {
		return errNotes
	}
	notes, err := readNotes(r.Attendee.Notes)
	if err != nil {
		return err
	}
	if err := r.checkChannel(t, notes); err != nil {
		return err
	}
	if err := checkForm(t, notes); err != nil {
		return err
	}
	r.Attendee.UTM = utmOf(notes)
	if t.PasswordEnabled && subtle.ConstantTimeCompare([]byte(r.Password), []byte(t.Password)) == 0 {
		return ErrPassword
	}
	if len(r.Attendee.Guests) > 0 && t.RefuseGuests {
		return errGuests
	}
	if optIn && r.Attendee.Email == "" {
		return errOptInEmail
	}
	return nil
}

func (r *Request) checkAttendee(t meet.MeetingType) error {
	a := &r.Attendee
	a.FirstName, a.LastName, a.FullName = meet.CleanLine(a.FirstName), meet.CleanLine(a.LastName), meet.CleanLine(a.FullName)
	switch {
	case a.DisplayName() == "":
		return errName
	case a.Email == "" && !r.PhoneOnly:
		return errEmail
	case r.PhoneOnly && !t.AllowPhoneOnly:
		return errPhoneOnly
	case r.PhoneOnly && a.Phone == "":
		return errPhoneMissing
	}
	return nil
}

func (r *Request) checkChannel(t meet.MeetingType, notes map[string]any) error {
	if r.Channel == "" {
		r.Channel = t.Channel
	}
	if !t.AllowsChannel(r.Channel) {
		return errChannel
	}
	r.Location = meet.CleanLine(r.Location)
	switch r.Channel {
	case meet.Local:
		switch {
		case r.Location != "" && !slices.Contains(t.Locations, r.Location):
			return errLocation
		case r.Location == "" && len(t.Locations) > 1:
			return errNoLocation
		case r.Location == "" && len(t.Locations) == 1:
			r.Location = t.Locations[0]
		}
	case meet.LocalAttendee:
		if r.Location == "" {
			address, _ := notes["address"].(string)
			r.Location = meet.CleanLine(address)
		}
		if r.Location == "" {
			return errAddress
		}
	case meet.Phone:
		if r.Attendee.Phone == "" {
			return errChannelPhone
		}
	}
	return nil
}

// readNotes decodes the free-form answers; numbers keep their text.
func readNotes(raw json.RawMessage) (map[string]any, error) {
	var notes map[string]any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&notes); err != nil {
		return nil, fmt.Errorf("read notes: %w", err)
	}
	return notes, nil
}

// checkForm wants an answer to each required field.
func checkForm(t meet.MeetingType, notes map[string]any) error {
	for _, field := range t.FormFields {
		if field.Required && !answered(field, notes[field.Key]) {
			return meet.Refuse(meet.CodeFormField, fmt.Sprintf("attendee.notes.%s is required", field.Key))
		}
	}
	return nil
}

// answered reports whether a value says anything. The box of a consent that
// is not ticked says nothing, whereas "no" is an answer.
func answered(field meet.FormField, value any) bool {
	switch v := value.(type) {
	case nil:
		return false
	case string:
		return strings.TrimSpace(v) != ""
	case bool:
		return v || field.Kind == meet.YesNo
	case []any:
		return len(v) > 0
	}
	return true
}

func utmOf(notes map[string]any) meet.UTM {
	value := func(key string) string {
		s, _ := notes[key].(string)
		return meet.CleanLine(s)
	}
	return meet.UTM{
		Source: value("utm_source"), Medium: value("utm_medium"), Campaign: value("utm_campaign"),
		Content: value("utm_content"), Term: value("utm_term"),
	}
}
