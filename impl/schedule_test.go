package impl_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
)

// schedules creates a schedule of the owner's.
func (w *world) schedules(t testing.TB, body string) client.Schedule {
	t.Helper()
	return got[client.Schedule](t, http.StatusCreated)(w.owner.send(t, "POST", "/availability", body))
}

// openAt lists the starts of a type that has these hours, on two days in Berlin.
func (w *world) openAt(t testing.TB, schedule, day, next string) []string {
	t.Helper()
	typ := w.addType(t, func(c *client.MeetingTypeCreate) { c.AvailabilityID, c.MeetingInfo.Duration = new(uid(schedule)), 60 })
	return startsOf(t, w.owner.slots(t, slotsOf(typ.ID, olivia), within(day, next, "Europe/Berlin")))
}

func TestCreateSchedule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, ada := w.ada(t)
	t.Run("usual hours in the user's zone", func(t *testing.T) {
		s := w.schedules(t, `{"name":" Usual\n"}`)
		if s.Name != "Usual" || s.Timezone != "Europe/Berlin" || len(s.Exceptions) != 0 || s.Exceptions == nil ||
			!s.Schedule.Friday.Enabled || s.Schedule.Saturday.Enabled || s.Schedule.Monday.Hours[0] != (client.TimeWindow{Start: "08:00", End: "17:00"}) {
			t.Errorf("answered %+v", s)
		}
	})
	t.Run("a day left out is closed", func(t *testing.T) {
		s := w.schedules(t, `{"name":"x","timezone":"Asia/Calcutta","schedule":{"sunday":{"enabled":true,"hours":[{"start":"10:00","end":"24:00"}]},"monday":{"enabled":false,"hours":[{"start":"01:00","end":"02:00"}]}}}`)
		want := client.WeekSchedule{
			Sunday: client.DayHours{Enabled: true, Hours: []client.TimeWindow{{Start: "10:00", End: "24:00"}}},
			Monday: client.DayHours{Hours: []client.TimeWindow{{Start: "01:00", End: "02:00"}}},
		}
		for _, day := range []*client.DayHours{&want.Tuesday, &want.Wednesday, &want.Thursday, &want.Friday, &want.Saturday} {
			day.Hours = []client.TimeWindow{}
		}
		if diff := cmp.Diff(want, s.Schedule); diff != "" || s.Timezone != "Asia/Calcutta" {
			t.Errorf("in %s (-want +got):\n%s", s.Timezone, diff)
		}
	})
	t.Run("refusals", func(t *testing.T) {
		for body, want := range map[string]string{
			`{"name":"\t"}`: "name must not be blank",
			`{"name":"x","schedule":{"friday":{"enabled":false,"hours":[{"start":"09:00","end":"10:00"},{"start":"09:00","end":"09:00"}]}}}`: "schedule.friday.hours.1 must end after it starts",
			`{"name":"x","schedule":{"sunday":{"enabled":true,"hours":[{"start":"24:00","end":"01:00"}]}}}`:                                  "schedule.sunday.hours.0.start must be before 24:00",
			`{"name":"x","exceptions":[{"dates":["2024-01-15"],"type":"available"}]}`:                                                        "exceptions.0.hours is required when the type is available",
			`{"name":"x","exceptions":[{"dates":["2024-01-15"],"type":"block","hours":[{"start":"08:00","end":"08:00"}]}]}`:                  "exceptions.0.hours.0 must end after it starts",
		} {
			refuses(t, http.StatusBadRequest, want)(w.owner.send(t, "POST", "/availability", body))
		}
		lists(t, "exceptions.0.dates.0 must be a date (YYYY-MM-DD)", "exceptions.0.type must be one of block, available", "name is required",
			"schedule.monday.enabled is required", "schedule.monday.hours.0.end must be a time of day (HH:MM)", "timezone must be an IANA time zone")(
			w.owner.send(t, "POST", "/availability", `{"timezone":"CEST!","schedule":{"monday":{"hours":[{"start":"08:00","end":"24:01"}]}},"exceptions":[{"dates":["2024-02-30"],"type":"free"}]}`))
	})
	t.Run("everybody's own", func(t *testing.T) {
		hers := got[client.Schedule](t, http.StatusCreated)(ada.send(t, "POST", "/availability", `{"name":"Ada's"}`))
		ours := w.schedules(t, `{"name":"Olivia's"}`)
		got[client.Schedule](t, http.StatusOK)(ada.GetSchedule(t.Context(), uid(hers.ID), nil))
		got[client.Schedule](t, http.StatusOK)(w.owner.GetSchedule(t.Context(), uid(hers.ID), nil))
		for _, c := range []caller{ada, w.rival(t).owner} {
			refuses(t, http.StatusNotFound, "Schedule not found")(c.GetSchedule(t.Context(), uid(ours.ID), nil))
			refuses(t, http.StatusNotFound, "Schedule not found")(c.send(t, "PATCH", "/v4/availability/"+ours.ID, `{"name":"mine"}`))
		}
		refuses(t, http.StatusNotFound, "Schedule not found")(w.owner.GetSchedule(t.Context(), uid(nobody), nil))
	})
}

// Ensure a change keeps what it does not name, and reaches the slots.
func TestUpdateSchedule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.schedules(t, `{"name":"x","schedule":{"monday":{"enabled":true,"hours":[{"start":"08:00","end":"10:00"}]},"tuesday":{"enabled":true,"hours":[{"start":"09:00","end":"10:00"}]}}}`)
	typ := w.addType(t, func(c *client.MeetingTypeCreate) { c.AvailabilityID, c.MeetingInfo.Duration = new(uid(s.ID)), 60 })
	for _, step := range []struct {
		name, body string
		want       []string // on Monday and Tuesday
	}{
		{"as created", `{}`, []string{"2024-01-15 08:00", "2024-01-15 09:00", "2024-01-16 09:00"}},
		{"one day", `{"schedule":{"monday":{"enabled":true,"hours":[{"start":"12:00","end":"13:00"}]}}}`, []string{"2024-01-15 12:00", "2024-01-16 09:00"}},
		{"a day off keeps its hours", `{"schedule":{"tuesday":{"enabled":false,"hours":[{"start":"09:00","end":"11:00"}]}}}`, []string{"2024-01-15 12:00"}},
		{"an exception", `{"exceptions":[{"dates":["2024-01-16"],"type":"available","hours":[{"start":"23:00","end":"24:00"}]}]}`, []string{"2024-01-15 12:00", "2024-01-16 23:00"}},
		{"the zone", `{"timezone":"Europe/London"}`, []string{"2024-01-15 13:00"}},
		{"exceptions are replaced", `{"timezone":"Europe/Berlin","exceptions":[{"dates":["2024-01-15"],"type":"block"}]}`, []string{}},
		{"and removed", `{"exceptions":[]}`, []string{"2024-01-15 12:00"}},
		{"the name", `{"name":"y","schedule":null,"exceptions":null}`, []string{"2024-01-15 12:00"}},
	} {
		changed := got[client.Schedule](t, http.StatusOK)(w.owner.send(t, "PATCH", "/v4/availability/"+s.ID, step.body))
		if diff := cmp.Diff(step.want, startsOf(t, w.owner.slots(t, slotsOf(typ.ID, olivia), within("2024-01-15", "2024-01-17", "Europe/Berlin")))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
		if read := got[client.Schedule](t, http.StatusOK)(w.owner.GetSchedule(t.Context(), uid(s.ID), nil)); !cmp.Equal(changed, read) {
			t.Errorf("%s answered %+v and reads %+v", step.name, changed, read)
		}
	}
	if hours := got[client.Schedule](t, http.StatusOK)(w.owner.GetSchedule(t.Context(), uid(s.ID), nil)).Schedule.Tuesday; hours.Enabled || len(hours.Hours) != 1 {
		t.Errorf("Tuesday is %+v", hours)
	}
	refuses(t, http.StatusBadRequest, "name must not be blank")(w.owner.send(t, "PATCH", "/v4/availability/"+s.ID, `{"name":" "}`))
}

// Ensure the layers lie as they should: week, block, available, bookings.
func TestSchedule_Exceptions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const monday = `"schedule":{"monday":{"enabled":true,"hours":[{"start":"08:00","end":"12:00"}]},"sunday":{"enabled":true,"hours":[{"start":"22:00","end":"02:00"}]}}`
	for name, test := range map[string]struct {
		exceptions string
		want       []string // on Monday
	}{
		"none":                     {``, []string{"00:00", "01:00", "08:00", "09:00", "10:00", "11:00"}},
		"a block":                  {`{"dates":["2024-01-15"],"type":"block"}`, []string{"00:00", "01:00"}},
		"a block the night before": {`{"dates":["2024-01-14"],"type":"block"}`, []string{"08:00", "09:00", "10:00", "11:00"}},
		"a block of hours":         {`{"dates":["2024-01-15"],"type":"block","hours":[{"start":"09:00","end":"10:00"}]}`, []string{"00:00", "01:00", "08:00", "10:00", "11:00"}},
		"a block of part of one":   {`{"dates":["2024-01-15"],"type":"block","hours":[{"start":"09:30","end":"09:45"}]}`, []string{"00:00", "01:00", "08:00", "09:45", "10:45"}},
		"a block of the night":     {`{"dates":["2024-01-15"],"type":"block","hours":[{"start":"00:00","end":"01:00"}]}`, []string{"01:00", "08:00", "09:00", "10:00", "11:00"}},
		"hours added":              {`{"dates":["2024-01-15"],"type":"available","hours":[{"start":"14:00","end":"15:00"}]}`, []string{"00:00", "01:00", "08:00", "09:00", "10:00", "11:00", "14:00"}},
		"a day replaced":           {`{"dates":["2024-01-15"],"type":"available","hours":[{"start":"14:00","end":"15:00"}]},{"dates":["2024-01-15"],"type":"block"}`, []string{"00:00", "01:00", "14:00"}},
		"available over a block":   {`{"dates":["2024-01-15"],"type":"block","hours":[{"start":"08:00","end":"24:00"}]},{"dates":["2024-01-15"],"type":"available","hours":[{"start":"09:00","end":"10:00"}]}`, []string{"00:00", "01:00", "09:00"}},
		"another day":              {`{"dates":["2024-01-22","2024-01-16"],"type":"block"}`, []string{"00:00", "01:00", "08:00", "09:00", "10:00", "11:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := w.schedules(t, `{"name":"x",`+monday+`,"exceptions":[`+test.exceptions+`]}`)
			var want []string
			for _, start := range test.want {
				want = append(want, "2024-01-15 "+start)
			}
			if diff := cmp.Diff(want, w.openAt(t, s.ID, "2024-01-15", "2024-01-16")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Ensure the hours are those of the type when it has any, for each of its
// hosts, and otherwise each host's own.
func TestSchedule_OfTypeOrHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adaID, _ := w.ada(t)
	ben := w.userID(t, "ben@demo.example")
	early := w.schedules(t, `{"name":"early","schedule":{"monday":{"enabled":true,"hours":[{"start":"05:00","end":"06:00"}]}}}`)
	typ := w.addType(t, func(c *client.MeetingTypeCreate) { c.MeetingInfo.Duration = 60 })
	w.addQueue(t, meet.MeetingTypeID(typ.ID), true, adaID, ben)
	count := func() int { return len(startsOf(t, w.owner.slots(t, slotsOf(typ.ID, adaID, ben)))) }
	if n := count(); n != 9 {
		t.Errorf("%d slots of their own hours", n)
	}
	if changed := w.owner.changes(t, typ.ID, `{"availabilityId":"`+early.ID+`"}`); text(changed.AvailabilityID) != early.ID || count() != 1 {
		t.Errorf("with %v there are %d slots", text(changed.AvailabilityID), count())
	}
	if changed := w.owner.changes(t, typ.ID, `{"availabilityId":null}`); changed.AvailabilityID != nil || count() != 9 {
		t.Errorf("with %v there are %d slots", text(changed.AvailabilityID), count())
	}
}
