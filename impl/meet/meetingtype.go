package meet

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// MeetingType is a kind of meeting that can be booked.
type MeetingType struct {
	ID      MeetingTypeID
	Company CompanyID
	Owner   UserID
	Queue   QueueID // "" when the owner alone hosts
	// CoHosted types have a queue whose members host every meeting
	// together.
	CoHosted bool
	// PlainQueue types have a queue of users alone, none of whom it ever
	// hides: each of its hosts offers slots by themselves.
	PlainQueue bool
	// Schedule, when set, are the hours of every host of this type;
	// otherwise each host's own default schedule counts.
	Schedule  ScheduleID
	Slug      string // unique in the company
	Enabled   bool
	CreatedAt time.Time
	UpdatedAt time.Time
	Settings
}

// Settings are what a meeting type says about its meetings. They are stored
// as one JSON document, so a tag is never renamed.
type Settings struct {
	Name        string        `json:"name"`
	Description string        `json:"description,omitempty"`
	Duration    time.Duration `json:"duration"`
	// Durations a booking may ask for beside Duration.
	AllowedDurations []time.Duration `json:"allowedDurations,omitempty"`
	Channel          Channel         `json:"channel"`
	AllowedChannels  []Channel       `json:"allowedChannels,omitempty"`
	Locations        []string        `json:"locations,omitempty"`
	BufferBefore     time.Duration   `json:"bufferBefore,omitempty"`
	BufferAfter      time.Duration   `json:"bufferAfter,omitempty"`
	// Increment is the distance between starts; 0 means the duration, at
	// most an hour.
	Increment  time.Duration `json:"increment,omitempty"`
	Notice     time.Duration `json:"notice,omitempty"`
	Horizon    Horizon       `json:"horizon"`
	MaxPerDay  int           `json:"maxPerDay,omitempty"`
	MaxPerWeek int           `json:"maxPerWeek,omitempty"`
	Spots      int           `json:"spots"`

	AllowSelectChannel bool `json:"allowSelectChannel,omitempty"`
	AllowHostSelection bool `json:"allowHostSelection,omitempty"`
	ForceHostSelection bool `json:"forceHostSelection,omitempty"`
	RefuseGuests       bool `json:"refuseGuests,omitempty"`
	AllowPhoneOnly     bool `json:"allowPhoneOnly,omitempty"`

	// OneTimeOnly types are booked through a one-time link alone.
	OneTimeOnly bool `json:"oneTimeOnly,omitempty"`

	DoubleOptIn      Switch `json:"doubleOptIn,omitempty"`
	HostConfirmation Switch `json:"hostConfirmation,omitempty"`
	// How long holds wait; 0 is what the company says.
	ApprovalTime time.Duration `json:"approvalTime,omitempty"`
	OptInTime    time.Duration `json:"optInTime,omitempty"`

	PasswordEnabled bool   `json:"passwordEnabled,omitempty"`
	Password        string `json:"password,omitempty"`

	Cancellation Policy `json:"cancellation"`
	Rescheduling Policy `json:"rescheduling"`
	// Reminders are how long before the start a reminder leaves.
	Reminders []time.Duration `json:"reminders,omitempty"`

	FormFields    []FormField       `json:"formFields,omitempty"`
	ICS           ICSTemplates      `json:"ics"`
	Metadata      map[string]string `json:"metadata,omitempty"`
	InternalNotes string            `json:"internalNotes,omitempty"`
	Workspace     string            `json:"workspace,omitempty"`

	Color             string `json:"color,omitempty"`
	Redirect          string `json:"redirect,omitempty"`
	EnableRedirect    bool   `json:"enableRedirect,omitempty"`
	CustomChannelName string `json:"customChannelName,omitempty"`
	CustomChannelLink string `json:"customChannelLink,omitempty"`
}

// Step returns the distance between starts for a meeting of the given
// length.
func (s Settings) Step(duration time.Duration) time.Duration {
	if s.Increment > 0 {
		return s.Increment
	}
	return min(duration, time.Hour)
}

// HoldTime is how long a hold of the type waits for a party.
func (s Settings) HoldTime(c CompanySettings, p Party) time.Duration {
	if p == TheHost {
		return cmp.Or(s.ApprovalTime, c.ApprovalTime, DefaultHoldTime)
	}
	return cmp.Or(s.OptInTime, c.OptInTime, DefaultHoldTime)
}

// AllowsDuration reports whether a booking may last d.
func (s Settings) AllowsDuration(d time.Duration) bool {
	return d == s.Duration || slices.Contains(s.AllowedDurations, d)
}

// AllowsChannel reports whether a booking may take place on c.
func (s Settings) AllowsChannel(c Channel) bool {
	return c == s.Channel || slices.Contains(s.AllowedChannels, c)
}

// Channel is where a meeting takes place.
type Channel string

// The channels.
const (
	Google        Channel = "google"
	Zoom          Channel = "zoom"
	Teams         Channel = "teamsForBusiness2"
	Phone         Channel = "phone"
	PhoneIncoming Channel = "phone-incoming"
	Local         Channel = "local"
	LocalAttendee Channel = "local-attendee"
	Connect       Channel = "connect"
	Webex         Channel = "webex"
	WhatsApp      Channel = "whatsapp"
)

// Channels are all channels.
var Channels = []Channel{Google, Zoom, Teams, Phone, PhoneIncoming, Local, LocalAttendee, Connect, Webex, WhatsApp}

// Switch is a setting that the company may decide. The zero value is off.
type Switch string

// The states of a Switch.
const (
	Enabled            Switch = "enabled"
	Disabled           Switch = "disabled"
	UseCompanySettings Switch = "useCompanySettings"
)

// On reports whether the setting is on in a company.
func (s Switch) On(company bool) bool {
	return s == Enabled || s == UseCompanySettings && company
}

// Horizon is how far ahead a meeting type can be booked, counted in calendar
// days of the host. The zero value is no limit.
type Horizon struct {
	Mode HorizonMode `json:"mode,omitempty"`
	// Minutes ahead, for HorizonLimit; the days are rounded up, so that 0 is
	// today alone.
	Minutes int `json:"minutes,omitempty"`
	// First and Last date, inclusive, for HorizonRange.
	First *Date `json:"first,omitempty"`
	Last  *Date `json:"last,omitempty"`
}

// Days returns the horizon of HorizonLimit in calendar days, and -1 for the
// other modes.
func (h Horizon) Days() int {
	if h.Mode != HorizonLimit {
		return -1
	}
	const day = 24 * 60
	return (h.Minutes + day - 1) / day
}

// HorizonMode tells how a Horizon is set.
type HorizonMode string

// The modes.
const (
	HorizonUnlimited HorizonMode = "unlimited"
	HorizonLimit     HorizonMode = "limit"
	HorizonRange     HorizonMode = "range"
)

// Policy binds attendees who cancel or reschedule without a key. The zero
// value allows it until the start.
type Policy struct {
	Mode PolicyMode `json:"mode,omitempty"`
	// Value is the number of hours or days before the start at which the
	// policy closes.
	Value int `json:"value,omitempty"`
}

// PolicyMode tells how a Policy is set.
type PolicyMode string

// The modes.
const (
	PolicyAllowed  PolicyMode = "allowed"
	PolicyDisabled PolicyMode = "disabled"
	PolicyHours    PolicyMode = "hours"
	PolicyDays     PolicyMode = "days"
)

// Allows reports whether an attendee may still act at now on a meeting that
// starts at start, which nobody may once it has begun. Days are counted on
// the calendar of start's location.
func (p Policy) Allows(now, start time.Time) bool {
	switch p.Mode {
	case PolicyDisabled:
		return false
	case PolicyHours:
		return !now.After(start.Add(-time.Duration(p.Value) * time.Hour))
	case PolicyDays:
		return !now.After(start.AddDate(0, 0, -p.Value))
	}
	return now.Before(start)
}

// FormField is a question of the booking form; its answer arrives in the
// attendee's notes under Key.
type FormField struct {
	Key      string   `json:"key"`
	Label    string   `json:"label,omitempty"`
	Kind     string   `json:"kind"`
	Required bool     `json:"required,omitempty"`
	Options  []string `json:"options,omitempty"`
}

// YesNo is the kind of a question that false answers.
const YesNo = "yes-no"

// ICSTemplates are the texts of calendar invites.
type ICSTemplates struct {
	Title       LocalizedText `json:"title,omitzero"`
	Description LocalizedText `json:"description,omitzero"`
	Location    LocalizedText `json:"location,omitzero"`
}

// LocalizedText is one text for all languages, or one per language.
type LocalizedText struct {
	All        string            `json:"all,omitempty"`
	ByLanguage map[string]string `json:"byLanguage,omitempty"`
}

// IsZero reports whether no text is set.
func (t LocalizedText) IsZero() bool { return t.All == "" && len(t.ByLanguage) == 0 }

// In returns the text for a language tag, without its region when that one
// is missing, else the English one, "" when neither is set.
func (t LocalizedText) In(tag string) string {
	language, _, _ := strings.Cut(strings.ToLower(tag), "-")
	for _, tag := range []string{tag, language, "en"} {
		if s, ok := t.ByLanguage[tag]; ok {
			return s
		}
	}
	return t.All
}

// DefaultReminders are a day and an hour before the start.
func DefaultReminders() []time.Duration { return []time.Duration{24 * time.Hour, time.Hour} }
