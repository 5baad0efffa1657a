package directory

import (
	"fmt"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// AddSchedule adds a schedule of the principal's own. Refusals:
// [meet.CodeInvalid].
func AddSchedule(tx *store.Tx, p meet.Principal, s meet.Schedule) (meet.Schedule, error) {
	s.ID, s.Company, s.Owner = meet.ScheduleID(newID()), p.Company, p.User
	s.Name = meet.CleanLine(s.Name)
	s.CreatedAt, s.UpdatedAt = tx.Now(), tx.Now()
	if s.Zone == "" {
		u, err := tx.User(p.Company, p.User)
		if err != nil {
			return s, err
		}
		s.Zone = u.Zone
	}
	if err := checkSchedule("", s); err != nil {
		return s, err
	}
	return s, tx.InsertSchedule(s)
}

// ReadSchedule returns a schedule: one's own, or any for an admin. Anything
// else is [meet.ErrScheduleNotFound].
func ReadSchedule(tx *store.Tx, p meet.Principal, id meet.ScheduleID) (meet.Schedule, error) {
	s, err := tx.Schedule(p.Company, id)
	if err == nil && !p.IsAdmin() && s.Owner != p.User {
		err = meet.ErrScheduleNotFound
	}
	return s, err
}

// ChangeSchedule applies a change to a schedule that the principal may read.
// Bookings that it leaves outside of the hours stay. Refusals:
// [meet.ErrScheduleNotFound], [meet.CodeInvalid].
func ChangeSchedule(tx *store.Tx, p meet.Principal, id meet.ScheduleID, change func(*meet.Schedule)) (meet.Schedule, error) {
	s, err := ReadSchedule(tx, p, id)
	if err != nil {
		return s, err
	}
	change(&s)
	s.Name = meet.CleanLine(s.Name)
	s.UpdatedAt = tx.Now()
	if err := checkSchedule("", s); err != nil {
		return s, err
	}
	return s, tx.UpdateSchedule(s)
}

// checkSchedule refuses zones without rules, windows of no length, and
// available exceptions without windows. The path is that of the schedule in
// the request.
func checkSchedule(path string, s meet.Schedule) error {
	if s.Name == "" {
		return meet.Refuse(meet.CodeInvalid, path+"name must not be blank")
	}
	if err := checkZone(path, s.Zone); err != nil {
		return err
	}
	if load(s.Hours) > maxLoad {
		return meet.Refuse(meet.CodeInvalid, "The schedule has too many hours and exceptions; join dates that are alike, or leave out past ones")
	}
	for weekday, day := range s.Hours.Week {
		if err := checkWindows(path+"schedule."+strings.ToLower(time.Weekday(weekday).String()), day.Windows); err != nil {
			return err
		}
	}
	for i, e := range s.Hours.Exceptions {
		path := fmt.Sprintf("%sexceptions.%d", path, i)
		if e.Kind == meet.Available && len(e.Windows) == 0 {
			return meet.Refuse(meet.CodeInvalid, path+".hours is required when the type is available")
		}
		if err := checkWindows(path, e.Windows); err != nil {
			return err
		}
	}
	return nil
}

// checkZone refuses names that the edge lets pass although nothing can be
// computed with them.
func checkZone(path, name string) error {
	if _, err := meet.LoadZone(name); err != nil {
		return meet.Refuse(meet.CodeInvalid, path+"timezone must be an IANA time zone such as Europe/Berlin")
	}
	return nil
}

func checkWindows(path string, windows []meet.Window) error {
	for i, w := range windows {
		if w.Start == meet.EndOfDay {
			return meet.Refuse(meet.CodeInvalid, fmt.Sprintf("%s.hours.%d.start must be before 24:00", path, i))
		}
		if w.Start == w.End {
			return meet.Refuse(meet.CodeInvalid, fmt.Sprintf("%s.hours.%d must end after it starts", path, i))
		}
	}
	return nil
}

// maxLoad bounds what a schedule may say, because each list of slots reads
// all of it.
const maxLoad = 2000

// load counts the windows of a schedule, once for each date they are on.
func load(h meet.Hours) int {
	n := 0
	for _, day := range h.Week {
		n += len(day.Windows)
	}
	for _, e := range h.Exceptions {
		n += len(e.Dates) * max(len(e.Windows), 1)
	}
	return n
}
