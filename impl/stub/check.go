package stub

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/credential"
	"github.com/meetwright/meetwright/impl/meet"
)

// check finds what a fixture says wrong, all of it.
func (f Fixture) check() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	user := func(where, slug string) {
		if f.userID(slug) == "" {
			wrong("%s: there is no user %q", where, slug)
		}
	}
	if f.Company.Slug == "" || f.Company.Name == "" {
		wrong("company: slug and name are required")
	}
	errs = append(errs, f.Company.HoldTimes.check("company")...)
	owners := 0
	for i, u := range f.Users {
		where := fmt.Sprintf("users[%d]", i)
		if _, err := meet.LoadZone(u.Timezone); err != nil {
			wrong("%s.timezone: %w", where, err)
		}
		switch meet.Role(u.Role) {
		case meet.Owner:
			owners++
		case "", meet.Admin, meet.Member:
		default:
			wrong("%s.role: %q is none of owner, admin and member", where, u.Role)
		}
		if u.Slug == "" || u.Email == "" || u.GivenName == "" && u.FamilyName == "" {
			wrong("%s: slug, email and a name are required", where)
		}
	}
	if owners != 1 {
		wrong("users: exactly one has the role owner, not %d", owners)
	}
	for i, s := range f.Schedules {
		where := fmt.Sprintf("schedules[%d]", i)
		user(where+".user", s.User)
		if _, err := meet.LoadZone(s.Timezone); err != nil {
			wrong("%s.timezone: %w", where, err)
		}
		if _, err := readWeek(s.Week); err != nil {
			wrong("%s.week: %w", where, err)
		}
	}
	for i, t := range f.MeetingTypes {
		errs = append(errs, f.checkType(fmt.Sprintf("meetingTypes[%d]", i), t)...)
	}
	for i, k := range f.Keys {
		where := fmt.Sprintf("keys[%d]", i)
		if k.Platform != (k.User == "") {
			wrong("%s: a key is either of a user or platform: true", where)
		} else if !k.Platform {
			user(where+".user", k.User)
		}
		if !credential.WellFormed(k.Key, k.Platform) {
			wrong("%s.key: it is rgo- and 32 characters, or ak_live:, a UUID, : and a secret of 16 characters or more for platform keys", where)
		}
	}
	return errors.Join(errs...)
}

func (f Fixture) checkType(where string, t meetingTypeFixture) (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(where+format, args...)) }
	if t.Slug == "" || t.Name == "" {
		wrong(": slug and name are required")
	}
	users := []string{t.User}
	if t.Queue != nil {
		users = t.Queue.Users
	}
	for _, slug := range users {
		if f.userID(slug) == "" {
			wrong(": there is no user %q", slug)
		}
	}
	errs = append(errs, t.HoldTimes.check(where)...)
	if t.Schedule != "" && f.scheduleID(t.Schedule) == "" {
		wrong(".schedule: there is no schedule %q", t.Schedule)
	}
	for _, d := range append([]int{t.Duration}, t.Durations...) {
		if d < 5 || d > 480 {
			wrong(".duration: %d is not between 5 and 480 minutes", d)
		}
	}
	for _, c := range append([]string{t.Channel}, t.Channels...) {
		if !slices.Contains(meet.Channels, meet.Channel(c)) {
			wrong(".channel: %q is no channel", c)
		}
	}
	return errs
}

// check finds times that nobody could answer in.
func (h holdFixture) check(where string) (errs []error) {
	names := []string{"approvalTime", "optInTime"}
	for i, n := range []int{h.Approval, h.OptIn} {
		if n < 0 || n > 60*24*365 {
			errs = append(errs, fmt.Errorf("%s.%s: %d is not between 0 and 525600 minutes", where, names[i], n))
		}
	}
	return errs
}

// weekdays are the names that a week may use.
var weekdays = func() (names []string) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		names = append(names, strings.ToLower(day.String()))
	}
	return names
}()
