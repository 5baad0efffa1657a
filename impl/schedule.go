package impl

import (
	"context"
	"time"

	"github.com/meetwright/meetwright/impl/directory"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// CreateSchedule adds a schedule of the acting user's.
func (s *Service) CreateSchedule(ctx context.Context, r server.CreateScheduleRequestObject) (server.CreateScheduleResponseObject, error) {
	schedule := meet.Schedule{Name: r.Body.Name, Zone: value(r.Body.Timezone), Hours: meet.OfficeHours()}
	if r.Body.Schedule != nil {
		schedule.Hours.Week = [7]meet.Day{}
		weekIn(&schedule.Hours, r.Body.Schedule)
	}
	schedule.Hours.Exceptions = exceptionsIn(r.Body.Exceptions)
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		schedule, err = directory.AddSchedule(tx, principal(ctx), schedule)
		return err
	})
	return server.CreateSchedule201JSONResponse(scheduleOut(schedule)), err
}

// GetSchedule answers a schedule.
func (s *Service) GetSchedule(ctx context.Context, r server.GetScheduleRequestObject) (server.GetScheduleResponseObject, error) {
	var schedule meet.Schedule
	err := s.store.View(ctx, func(tx *store.Tx) (err error) {
		schedule, err = directory.ReadSchedule(tx, principal(ctx), id[meet.ScheduleID](r.ID))
		return err
	})
	return server.GetSchedule200JSONResponse(scheduleOut(schedule)), err
}

// UpdateSchedule changes a schedule; weekdays that are left out stay.
func (s *Service) UpdateSchedule(ctx context.Context, r server.UpdateScheduleRequestObject) (server.UpdateScheduleResponseObject, error) {
	var schedule meet.Schedule
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		schedule, err = directory.ChangeSchedule(tx, principal(ctx), id[meet.ScheduleID](r.ID), func(sc *meet.Schedule) {
			set(&sc.Name, r.Body.Name)
			set(&sc.Zone, r.Body.Timezone)
			if r.Body.Schedule != nil {
				weekIn(&sc.Hours, r.Body.Schedule)
			}
			if r.Body.Exceptions != nil {
				sc.Hours.Exceptions = exceptionsIn(r.Body.Exceptions)
			}
		})
		return err
	})
	return server.UpdateSchedule200JSONResponse(scheduleOut(schedule)), err
}

// weekIn takes over the weekdays that are given; one whose hours are left
// out keeps them.
func weekIn(hours *meet.Hours, w *server.WeekScheduleInput) {
	for day, in := range map[time.Weekday]*server.DayHoursInput{
		time.Monday: w.Monday, time.Tuesday: w.Tuesday, time.Wednesday: w.Wednesday, time.Thursday: w.Thursday,
		time.Friday: w.Friday, time.Saturday: w.Saturday, time.Sunday: w.Sunday,
	} {
		if in == nil {
			continue
		}
		hours.Week[day].Enabled = in.Enabled
		if in.Hours != nil {
			hours.Week[day].Windows = windowsIn(in.Hours)
		}
	}
}

// windowsIn reads times of day that the edge has checked.
func windowsIn(in []server.TimeWindow) []meet.Window {
	windows := make([]meet.Window, len(in))
	for i, w := range in {
		windows[i].Start, _ = meet.ParseTimeOfDay(w.Start)
		windows[i].End, _ = meet.ParseTimeOfDay(w.End)
	}
	return windows
}

// exceptionsIn reads dates that the edge has checked.
func exceptionsIn(in []server.ScheduleException) []meet.Exception {
	exceptions := make([]meet.Exception, len(in))
	for i, e := range in {
		exceptions[i] = meet.Exception{Kind: meet.ExceptionKind(e.Type), Windows: windowsIn(e.Hours), Dates: make([]meet.Date, len(e.Dates))}
		for j, text := range e.Dates {
			exceptions[i].Dates[j], _ = meet.ParseDate(text)
		}
	}
	return exceptions
}

func scheduleOut(s meet.Schedule) server.Schedule {
	day := func(d time.Weekday) server.DayHours {
		return server.DayHours{Enabled: s.Hours.Week[d].Enabled, Hours: windowsOut(s.Hours.Week[d].Windows)}
	}
	out := server.Schedule{
		ID: string(s.ID), Name: s.Name, Timezone: s.Zone,
		Schedule: server.WeekSchedule{
			Monday: day(time.Monday), Tuesday: day(time.Tuesday), Wednesday: day(time.Wednesday), Thursday: day(time.Thursday),
			Friday: day(time.Friday), Saturday: day(time.Saturday), Sunday: day(time.Sunday),
		},
		Exceptions: make([]server.ScheduleException, len(s.Hours.Exceptions)),
	}
	for i, e := range s.Hours.Exceptions {
		out.Exceptions[i] = server.ScheduleException{Type: server.ScheduleExceptionType(e.Kind), Hours: windowsOut(e.Windows), Dates: make([]string, len(e.Dates))}
		for j, d := range e.Dates {
			out.Exceptions[i].Dates[j] = d.String()
		}
	}
	return out
}

func windowsOut(windows []meet.Window) []server.TimeWindow {
	out := make([]server.TimeWindow, len(windows))
	for i, w := range windows {
		out[i] = server.TimeWindow{Start: w.Start.String(), End: w.End.String()}
	}
	return out
}
