package directory

import (
	"errors"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// Profile describes a user to be. What is left out gets the usual value.
type Profile struct {
	ID                    meet.UserID
	Email                 string
	GivenName, FamilyName string
	Zone                  string
	Role                  meet.Role // default member

	ScheduleName string
	ScheduleZone string      // default Zone
	Hours        *meet.Hours // default office hours

	TypeName    string        // default "30min Meeting"
	TypeSlug    string        // default made of the name
	Duration    time.Duration // default 30 minutes
	TypeChannel meet.Channel  // default phone
}

// Newcomer is a user who was added, with what makes them bookable.
type Newcomer struct {
	User     meet.User
	Schedule meet.Schedule
	Type     meet.MeetingType
}

// AddUser adds a user who can be booked at once. It takes a platform key
// that acts for an admin. Refusals: [meet.CodeForbidden],
// [meet.CodeEmailTaken], [meet.CodeSlugTaken] for a slug that was chosen.
func AddUser(tx *store.Tx, p meet.Principal, profile Profile) (Newcomer, error) {
	switch {
	case !p.Platform:
		return Newcomer{}, meet.Refuse(meet.CodeForbidden, "Users are created with a platform key, not with a personal access token")
	case !p.IsAdmin():
		return Newcomer{}, errAdmins
	}
	n, err := addUser(tx, p.Company, profile)
	if err != nil {
		return n, err
	}
	return n, booking.NewEmployee(tx, n.User)
}

func addUser(tx *store.Tx, company meet.CompanyID, f Profile) (n Newcomer, err error) {
	f.GivenName, f.FamilyName = meet.CleanLine(f.GivenName), meet.CleanLine(f.FamilyName)
	n.User = meet.User{
		ID: f.ID, Company: company, Email: f.Email, GivenName: f.GivenName, FamilyName: f.FamilyName,
		Zone: f.Zone, Language: "en", Role: f.Role, CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
	}
	if n.User.FullName() == "" {
		return n, meet.Refuse(meet.CodeInvalid, "givenName or familyName must not be blank")
	}
	if err := checkZone("", f.Zone); err != nil {
		return n, err
	}
	if n.User.ID == "" {
		n.User.ID = meet.UserID(newID())
	}
	if n.User.Role == "" {
		n.User.Role = meet.Member
	}
	n.Schedule = meet.Schedule{
		ID: meet.ScheduleID(newID()), Company: company, Owner: n.User.ID,
		Name: orElse(meet.CleanLine(f.ScheduleName), "Office hours"), Zone: orElse(f.ScheduleZone, f.Zone),
		Hours: meet.OfficeHours(), CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
	}
	if f.Hours != nil {
		n.Schedule.Hours = *f.Hours
	}
	if err := checkSchedule("availability.", n.Schedule); err != nil {
		return n, err
	}
	n.User.Schedule = n.Schedule.ID
	wish := slugFrom(n.User.FullName(), "user")
	if len(wish) < minUserSlug {
		wish += "-user"
	}
	n.User.Slug, err = freeSlug(wish, func(slug string) (bool, error) { return tx.UserSlugTaken(company, slug) })
	if err != nil {
		return n, err
	}
	if err := tx.InsertUser(n.User); err != nil {
		return n, err
	}
	if err := tx.InsertSchedule(n.Schedule); err != nil {
		return n, err
	}
	n.Type, err = addType(tx, meet.MeetingType{
		Company: company, Owner: n.User.ID, Slug: f.TypeSlug, Enabled: true,
		Settings: meet.Settings{
			Name: orElse(meet.CleanLine(f.TypeName), "30min Meeting"), Duration: orElse(f.Duration, 30*time.Minute),
			Channel: orElse(f.TypeChannel, meet.Phone), Spots: 1, Reminders: meet.DefaultReminders(),
		},
	})
	return n, err
}

func orElse[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// splitName takes the last word of a name as the family name.
func splitName(name string) (given, family string) {
	name = meet.CleanLine(name)
	if i := strings.LastIndexByte(name, ' '); i > 0 {
		return strings.TrimSpace(name[:i]), name[i+1:]
	}
	return name, ""
}

// UserChange names what changes of a user; nil stays.
type UserChange struct{ GivenName, FamilyName, Slug *string }

// minUserSlug is how short a slug may be.
const minUserSlug = 5

// ChangeUser changes names and slug of a user: their own, or anybody's by an
// admin. Refusals: [meet.ErrUserNotFound], [meet.CodeForbidden],
// [meet.CodeInvalid], [meet.CodeSlugTaken].
func ChangeUser(tx *store.Tx, p meet.Principal, id meet.UserID, c UserChange) (meet.User, error) {
	u, err := tx.User(p.Company, id)
	if err != nil {
		return u, err
	}
	if err := may(p, u.ID); err != nil {
		return u, err
	}
	if c == (UserChange{}) {
		return u, meet.Refuse(meet.CodeInvalid, "Provide givenName, familyName or slug to change")
	}
	if c.GivenName != nil {
		u.GivenName = meet.CleanLine(*c.GivenName)
	}
	if c.FamilyName != nil {
		u.FamilyName = meet.CleanLine(*c.FamilyName)
	}
	if u.FullName() == "" {
		return u, meet.Refuse(meet.CodeInvalid, "givenName or familyName must not be blank")
	}
	if c.Slug != nil {
		if u.Slug = meet.Slug(*c.Slug); len(u.Slug) < minUserSlug {
			return u, meet.Refuse(meet.CodeInvalid, "slug needs at least 5 letters or digits")
		}
	}
	u.UpdatedAt = tx.Now()
	return u, tx.UpdateUser(u)
}

// RemoveUser takes a user out of the company. Meetings still to come, and
// requests for some, stand in the way unless another user takes them over;
// the meeting types go with them. Refusals: [meet.CodeForbidden], [meet.ErrUserNotFound],
// [meet.CodeHasAppointments], [meet.CodeConflict] for the owner or when the
// other user is not free.
func RemoveUser(tx *store.Tx, p meet.Principal, id, heir meet.UserID) error {
	if !p.IsAdmin() {
		return errAdmins
	}
	if err := tx.LockHosted(p.Company, id); err != nil {
		return err
	}
	u, err := tx.User(p.Company, id)
	if err != nil {
		return err
	}
	if u.Role == meet.Owner {
		return meet.Refuse(meet.CodeConflict, "The owner of the company cannot be deleted")
	}
	if heir == "" {
		switch busy, err := tx.HasUpcoming(id); {
		case err != nil:
			return err
		case busy:
			return meet.Refuse(meet.CodeHasAppointments, "This user has upcoming appointments; name another user in reassignTo or cancel them first")
		}
		return tx.RemoveUser(id)
	}
	if heir == id {
		return meet.Refuse(meet.CodeInvalid, "reassignTo must name another user")
	}
	if _, err := tx.User(p.Company, heir); err != nil {
		return err
	}
	if err := tx.GiveTypes(id, heir); err != nil {
		return err
	}
	switch err := booking.HandOver(tx, p.Company, id, heir); {
	case errors.Is(err, meet.ErrSlotOccupied):
		return errHeirBusy
	case err != nil:
		return err
	}
	return tx.RemoveUser(id)
}

var errHeirBusy = meet.Refuse(meet.CodeConflict, "The user named in reassignTo is not free for all of these appointments")
