package stub

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/uuid"

	"github.com/meetwright/meetwright/impl/credential"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

//go:embed demo.yaml
var demo []byte

// DemoText returns the file that the demo is read from, comments and all.
func DemoText() []byte { return slices.Clone(demo) }

// Demo returns the fixture that a stub server starts with, to keep or to
// change.
func Demo() *Fixture {
	f := *readDemo()
	f.Users, f.Schedules = slices.Clone(f.Users), slices.Clone(f.Schedules)
	f.MeetingTypes, f.Keys = slices.Clone(f.MeetingTypes), slices.Clone(f.Keys)
	return &f
}

var readDemo = sync.OnceValue(func() *Fixture {
	f, err := Parse("demo.yaml", demo)
	if err != nil {
		panic(err) // a test reads it
	}
	f.demo = true
	return &f
})

// Fixture is one company with everything in it. Things are named by slug;
// ids that are not given follow from the slugs, and so stay the same.
type Fixture struct {
	Company struct {
		Slug string `yaml:"slug"`
		Name string `yaml:"name"`
		// What meeting types do that do not say.
		DoubleOptIn      bool        `yaml:"doubleOptIn"`
		HostConfirmation bool        `yaml:"requireHostConfirmation"`
		HoldTimes        holdFixture `yaml:",inline"`
	} `yaml:"company"`
	Users        []userFixture        `yaml:"users"`
	Schedules    []scheduleFixture    `yaml:"schedules"`
	MeetingTypes []meetingTypeFixture `yaml:"meetingTypes"`
	Keys         []keyFixture         `yaml:"keys"`

	demo bool // its keys are published
}

// holdFixture is how many minutes requests wait; 0 is the default.
type holdFixture struct {
	Approval int `yaml:"approvalTime"` // for the host
	OptIn    int `yaml:"optInTime"`    // for the attendee
}

type userFixture struct {
	Slug       string `yaml:"slug"`
	ID         string `yaml:"id"`
	Email      string `yaml:"email"`
	GivenName  string `yaml:"givenName"`
	FamilyName string `yaml:"familyName"`
	Timezone   string `yaml:"timezone"`
	Role       string `yaml:"role"` // owner, admin or member, the default
}

type scheduleFixture struct {
	Slug     string              `yaml:"slug"`
	ID       string              `yaml:"id"`
	User     string              `yaml:"user"`
	Name     string              `yaml:"name"`
	Timezone string              `yaml:"timezone"`
	Week     map[string][]string `yaml:"week"` // monday: ["08:00-17:00"]
}

type meetingTypeFixture struct {
	Slug               string         `yaml:"slug"`
	ID                 string         `yaml:"id"`
	Name               string         `yaml:"name"`
	Description        string         `yaml:"description"`
	User               string         `yaml:"user"` // or a queue
	Queue              *queueFixture  `yaml:"queue"`
	Schedule           string         `yaml:"schedule"`
	Duration           int            `yaml:"duration"`
	Durations          []int          `yaml:"durations"`
	Interval           int            `yaml:"interval"`
	BufferBefore       int            `yaml:"bufferBefore"`
	BufferAfter        int            `yaml:"bufferAfter"`
	Notice             int            `yaml:"notice"`
	Channel            string         `yaml:"channel"`
	Channels           []string       `yaml:"channels"`
	Locations          []string       `yaml:"locations"`
	Spots              int            `yaml:"spots"`
	AllowPhoneOnly     bool           `yaml:"allowPhoneOnlyBooking"`
	AllowHostSelection bool           `yaml:"allowHostSelection"`
	DoubleOptIn        *bool          `yaml:"doubleOptIn"`             // or the company's
	HostConfirmation   *bool          `yaml:"requireHostConfirmation"` // or the company's
	HoldTimes          holdFixture    `yaml:",inline"`                 // or the company's
	OneTimeOnly        bool           `yaml:"oneTimeLinkOnly"`
	FormFields         []fieldFixture `yaml:"formFields"`
}

type queueFixture struct {
	Everyone bool     `yaml:"everyone"`
	Users    []string `yaml:"users"`
}

type fieldFixture struct {
	Key      string   `yaml:"key"`
	Label    string   `yaml:"label"`
	Type     string   `yaml:"type"`
	Required bool     `yaml:"required"`
	Options  []string `yaml:"options"`
}

type keyFixture struct {
	Key      string `yaml:"key"`
	User     string `yaml:"user"`
	Platform bool   `yaml:"platform"`
}

// Parse reads a fixture; an error names the file, line and column and shows
// the line.
func Parse(name string, text []byte) (Fixture, error) {
	var f Fixture
	if err := yaml.UnmarshalWithOptions(text, &f, yaml.Strict()); err != nil {
		return f, fmt.Errorf("%s:%s", name, yaml.FormatError(err, false, true))
	}
	if err := f.check(); err != nil {
		return f, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

// namespace makes the ids that follow from slugs.
var namespace = uuid.MustParse("6f1c7f0e-7d5b-4a0e-9d38-3f6f5f2f5b11")

func (f Fixture) id(kind, slug, given string) string {
	if given != "" {
		return strings.ToLower(given)
	}
	return uuid.NewSHA1(namespace, []byte(f.Company.Slug+"/"+kind+"/"+slug)).String()
}

// CompanyID is the id of the fixture's company.
func (f Fixture) CompanyID() meet.CompanyID {
	return meet.CompanyID(f.id("company", f.Company.Slug, ""))
}

// Owner is the id of the user who owns the company.
func (f Fixture) Owner() meet.UserID {
	for _, u := range f.Users {
		if meet.Role(u.Role) == meet.Owner {
			return f.userID(u.Slug)
		}
	}
	return ""
}

func (f Fixture) userID(slug string) meet.UserID {
	for _, u := range f.Users {
		if u.Slug == slug {
			return meet.UserID(f.id("user", slug, u.ID))
		}
	}
	return ""
}

func (f Fixture) scheduleID(slug string) meet.ScheduleID {
	for _, s := range f.Schedules {
		if s.Slug == slug {
			return meet.ScheduleID(f.id("schedule", slug, s.ID))
		}
	}
	return ""
}

// Apply stores the fixture. The keys of the demo are marked as published.
func (f Fixture) Apply(tx *store.Tx) error {
	company := meet.Company{
		ID: f.CompanyID(), Name: f.Company.Name, Slug: f.Company.Slug, Owner: f.Owner(), CreatedAt: tx.Now(),
		Settings: meet.CompanySettings{
			DoubleOptIn: f.Company.DoubleOptIn, HostConfirmation: f.Company.HostConfirmation,
			ApprovalTime: minutes(f.Company.HoldTimes.Approval), OptInTime: minutes(f.Company.HoldTimes.OptIn),
		},
	}
	if err := tx.InsertCompany(company); err != nil {
		return err
	}
	for _, step := range []func(*store.Tx, meet.CompanyID) error{f.users, f.schedules, f.meetingTypes, f.keys} {
		if err := step(tx, company.ID); err != nil {
			return err
		}
	}
	return nil
}

func (f Fixture) users(tx *store.Tx, company meet.CompanyID) error {
	for _, u := range f.Users {
		schedule := meet.Schedule{
			ID: meet.ScheduleID(f.id("schedule-of-user", u.Slug, "")), Company: company, Owner: f.userID(u.Slug),
			Name: "Office hours", Zone: u.Timezone, Hours: meet.OfficeHours(), CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
		}
		role := meet.Role(u.Role)
		if role == "" {
			role = meet.Member
		}
		user := meet.User{
			ID: schedule.Owner, Company: company, Email: u.Email, GivenName: u.GivenName, FamilyName: u.FamilyName, Slug: u.Slug,
			Zone: u.Timezone, Language: "en", Role: role, Schedule: schedule.ID, CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
		}
		if err := tx.InsertUser(user); err != nil {
			return fmt.Errorf("user %s: %w", u.Slug, err)
		}
		if err := tx.InsertSchedule(schedule); err != nil {
			return fmt.Errorf("hours of user %s: %w", u.Slug, err)
		}
	}
	return nil
}

func (f Fixture) schedules(tx *store.Tx, company meet.CompanyID) error {
	for _, s := range f.Schedules {
		hours, err := readWeek(s.Week)
		if err != nil {
			return fmt.Errorf("schedule %s: %w", s.Slug, err)
		}
		err = tx.InsertSchedule(meet.Schedule{
			ID: f.scheduleID(s.Slug), Company: company, Owner: f.userID(s.User), Name: s.Name, Zone: s.Timezone,
			Hours: hours, CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
		})
		if err != nil {
			return fmt.Errorf("schedule %s: %w", s.Slug, err)
		}
	}
	return nil
}

func readWeek(week map[string][]string) (hours meet.Hours, err error) {
	for name := range week {
		if !slices.Contains(weekdays, name) {
			return hours, fmt.Errorf("%q is no weekday", name)
		}
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		for _, text := range week[strings.ToLower(day.String())] {
			from, until, _ := strings.Cut(text, "-")
			var w meet.Window
			if w.Start, err = meet.ParseTimeOfDay(from); err != nil {
				return hours, err
			}
			if w.End, err = meet.ParseTimeOfDay(until); err != nil {
				return hours, err
			}
			hours.Week[day].Enabled = true
			hours.Week[day].Windows = append(hours.Week[day].Windows, w)
		}
	}
	return hours, nil
}

func (f Fixture) meetingTypes(tx *store.Tx, company meet.CompanyID) error {
	for _, t := range f.MeetingTypes {
		mt := meet.MeetingType{
			ID: meet.MeetingTypeID(f.id("meeting-type", t.Slug, t.ID)), Company: company, Owner: f.userID(t.User),
			Schedule: f.scheduleID(t.Schedule), Slug: t.Slug, Enabled: true, CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
			Settings: t.settings(),
		}
		if mt.Owner == "" {
			mt.Owner = f.Owner()
		}
		if err := tx.InsertMeetingType(mt); err != nil {
			return fmt.Errorf("meeting type %s: %w", t.Slug, err)
		}
		if t.Queue == nil {
			continue
		}
		queue := meet.Queue{
			ID: meet.QueueID(f.id("queue", t.Slug, "")), Company: company, Type: mt.ID, Everyone: t.Queue.Everyone,
			Kind: meet.SimpleRoundRobin, Period: meet.PerMonth,
		}
		users := make([]meet.UserID, len(t.Queue.Users))
		for i, slug := range t.Queue.Users {
			users[i] = f.userID(slug)
		}
		queue.Members = meet.Members(users, tx.Now())
		if err := tx.InsertQueue(queue); err != nil {
			return fmt.Errorf("queue of %s: %w", t.Slug, err)
		}
	}
	return nil
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

func switchOf(on *bool) meet.Switch {
	switch {
	case on == nil:
		return meet.UseCompanySettings
	case *on:
		return meet.Enabled
	}
	return meet.Disabled
}

func (t meetingTypeFixture) settings() meet.Settings {
	s := meet.Settings{
		Name: t.Name, Description: t.Description, Duration: minutes(t.Duration), Increment: minutes(t.Interval),
		BufferBefore: minutes(t.BufferBefore), BufferAfter: minutes(t.BufferAfter), Notice: minutes(t.Notice),
		Channel: meet.Channel(t.Channel), AllowSelectChannel: len(t.Channels) > 0, Locations: t.Locations,
		Spots: max(t.Spots, 1), AllowPhoneOnly: t.AllowPhoneOnly, AllowHostSelection: t.AllowHostSelection,
		Reminders: meet.DefaultReminders(), OneTimeOnly: t.OneTimeOnly,
		DoubleOptIn: switchOf(t.DoubleOptIn), HostConfirmation: switchOf(t.HostConfirmation),
		ApprovalTime: minutes(t.HoldTimes.Approval), OptInTime: minutes(t.HoldTimes.OptIn),
	}
	for _, d := range t.Durations {
		s.AllowedDurations = append(s.AllowedDurations, minutes(d))
	}
	for _, c := range t.Channels {
		s.AllowedChannels = append(s.AllowedChannels, meet.Channel(c))
	}
	for _, field := range t.FormFields {
		s.FormFields = append(s.FormFields, meet.FormField{
			Key: field.Key, Label: field.Label, Kind: field.Type, Required: field.Required, Options: field.Options,
		})
	}
	return s
}

func (f Fixture) keys(tx *store.Tx, company meet.CompanyID) error {
	for _, k := range f.Keys {
		key, _ := credential.Key(meet.Key{
			ID: meet.KeyID(f.id("key", k.Key, "")), Company: company, User: f.userID(k.User), Platform: k.Platform,
			Demo: f.demo, CreatedAt: tx.Now(),
		}, k.Key)
		if err := tx.InsertKey(key); err != nil {
			return fmt.Errorf("key: %w", err)
		}
	}
	return nil
}

// IntroID is the meeting type of the published samples, which the demo has.
const IntroID meet.MeetingTypeID = "770e8400-e29b-41d4-a716-446655440002"

// PersonalKey is the first personal token of the fixture, or "".
func (f Fixture) PersonalKey() string {
	for _, k := range f.Keys {
		if !k.Platform {
			return k.Key
		}
	}
	return ""
}

// PlatformKey is the first platform key of the fixture, or "".
func (f Fixture) PlatformKey() string {
	for _, k := range f.Keys {
		if k.Platform {
			return k.Key
		}
	}
	return ""
}
