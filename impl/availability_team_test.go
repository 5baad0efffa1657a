package impl_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
)

// everyone asks for the starts of all hosts at once.
func everyone(q *client.GetBookingAvailabilityParams) {
	q.CalculationMethod = new(client.CalculationMethodEveryone)
}

// ofQueue asks by queue.
func ofQueue(id meet.QueueID) slotQuery {
	return func(q *client.GetBookingAvailabilityParams) { q.HostIDs, q.QueueID = nil, new(uid(id)) }
}

// Ensure the slots of a team are those of anyone, unless those of everyone
// are asked for or the team hosts together.
func TestGetBookingAvailability_Team(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adaID, _ := w.ada(t)
	ben, cleo := w.userID(t, "ben@demo.example"), w.userID(t, "cleo@demo.example")
	panel, team := w.typeID(t, "co-host"), w.chosenType(t)
	solo := meet.MeetingTypeID(w.addType(t, func(c *client.MeetingTypeCreate) { c.MeetingInfo.Duration = 60 }).ID)
	queue := w.addQueue(t, solo, false, adaID, ben)
	w.owner.book(t, ofType(team), hostedBy(adaID), starting("2024-01-15T09:00:00+01:00"))
	w.owner.book(t, ofType(team), hostedBy(ben), starting("2024-01-15T09:00:00+01:00"))
	w.owner.book(t, ofType(team), hostedBy(ben), starting("2024-01-15T10:00:00+01:00"))
	w.owner.book(t, ofType(team), hostedBy(cleo), starting("2024-01-15T11:00:00+01:00"))
	for name, test := range map[string]struct {
		query   []slotQuery
		missing []string // of the starts from 8:00 to 16:00
	}{
		"anyone of two":            {[]slotQuery{slotsOf(solo, adaID, ben)}, []string{"09:00"}},
		"everyone of two":          {[]slotQuery{slotsOf(solo, adaID, ben), everyone}, []string{"09:00", "10:00"}},
		"one of two":               {[]slotQuery{slotsOf(solo, ben)}, []string{"09:00", "10:00"}},
		"one of two, by everyone":  {[]slotQuery{slotsOf(solo, adaID), everyone}, []string{"09:00"}},
		"the queue":                {[]slotQuery{slotsOf(solo), ofQueue(queue)}, []string{"09:00"}},
		"everyone of the queue":    {[]slotQuery{slotsOf(solo), ofQueue(queue), everyone}, []string{"09:00", "10:00"}},
		"hosts who go together":    {[]slotQuery{slotsOf(panel, adaID, ben, cleo)}, []string{"09:00", "10:00", "11:00"}},
		"two who go with a third":  {[]slotQuery{slotsOf(panel, adaID, cleo)}, []string{"09:00", "10:00", "11:00"}},
		"two of a team":            {[]slotQuery{slotsOf(team, adaID, cleo), everyone}, []string{"09:00", "11:00"}},
		"the same host twice":      {[]slotQuery{slotsOf(solo, ben, ben), everyone}, []string{"09:00", "10:00"}},
		"a channel makes no odds":  {[]slotQuery{slotsOf(solo, ben), func(q *client.GetBookingAvailabilityParams) { q.Channel = new(client.ChannelWebex) }}, []string{"09:00", "10:00"}},
		"nor do resources":         {[]slotQuery{slotsOf(solo, ben), func(q *client.GetBookingAvailabilityParams) { q.ResourceChannelIDs = q.HostIDs }}, []string{"09:00", "10:00"}},
		"nor do outside calendars": {[]slotQuery{slotsOf(solo, ben), func(q *client.GetBookingAvailabilityParams) { q.RefreshCache = new(true) }}, []string{"09:00", "10:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := w.owner.slots(t, test.query...)
			missing := []string{"08:00", "09:00", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00"}
			for _, start := range startsOf(t, a) {
				missing = slices.DeleteFunc(missing, func(m string) bool { return start == "2024-01-15 "+m })
			}
			if diff := cmp.Diff(test.missing, missing); diff != "" {
				t.Errorf("missing (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("listed for each host is bookable", func(t *testing.T) {
		w.owner.isFree(t, ofType(team), hostedBy(adaID, cleo), starting("2024-01-15T10:00:00+01:00"))
		w.owner.isTaken(t, ofType(team), hostedBy(adaID, ben), starting("2024-01-15T10:00:00+01:00"))
		w.owner.isTaken(t, ofType(panel), hostedBy(adaID, cleo), starting("2024-01-15T10:00:00+01:00"))
	})
}

// Ensure an appointment about to be moved does not stand in its own way.
func TestGetBookingAvailability_Existing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	limited := w.addType(t, func(c *client.MeetingTypeCreate) {
		c.MeetingOptions, c.MeetingInfo.BufferAfter = &client.MeetingOptions{MaxPerDay: new(1)}, new(30)
	}).ID
	b := w.owner.book(t, ofType(limited), starting("2024-01-15T10:00:00+01:00"))
	except := func(id string) slotQuery {
		return func(q *client.GetBookingAvailabilityParams) { q.ExistingAppointmentID = new(uid(id)) }
	}
	for name, test := range map[string]struct {
		query []slotQuery
		count int
	}{
		"it takes its time":                  {[]slotQuery{}, 16},
		"but not from itself":                {[]slotQuery{except(b.AppointmentID)}, 18},
		"the day is full":                    {[]slotQuery{slotsOf(limited, olivia)}, 0},
		"but not by itself":                  {[]slotQuery{slotsOf(limited, olivia), except(b.AppointmentID)}, 18},
		"another one makes no odds":          {[]slotQuery{except(nobody)}, 16},
		"nor does that of another company's": {[]slotQuery{except(w.rivalBooking(t))}, 16},
	} {
		t.Run(name, func(t *testing.T) {
			if starts := startsOf(t, w.owner.slots(t, test.query...)); len(starts) != test.count {
				t.Errorf("%d slots: %v", len(starts), starts)
			}
		})
	}
}

// rivalBooking is an appointment of another company.
func (w *world) rivalBooking(t testing.TB) string {
	r := w.rival(t)
	return r.owner.book(t, ofType(r.Type.ID), hostedBy(r.User.ID), phoned("+4912345678")).AppointmentID
}

// Ensure a group appointment with seats left is listed with them, and a full
// one is not.
func TestGetBookingAvailability_Group(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := w.typeID(t, "group")
	var b client.Booked
	join := func() { b = w.owner.book(t, ofType(group)) }
	spot := func(query ...slotQuery) *client.Spot {
		a := w.owner.slots(t, append(query, slotsOf(group, olivia))...)
		for _, s := range a.Dates[0].Spots {
			if s.StartTime.Equal(at("2024-01-15T08:00:00Z")) {
				return &s
			}
		}
		return nil
	}
	if s := spot(); s == nil || s.Appointment != nil {
		t.Errorf("before anybody booked it is %+v", s)
	}
	for taken := 1; taken < 5; taken++ {
		join()
		s := spot()
		if s == nil || s.Appointment == nil || *s.Appointment != (client.SpotAppointment{ID: b.AppointmentID, TotalSpots: 5, TakenSpots: taken}) {
			t.Fatalf("with %d seats taken it is %+v", taken, s)
		}
		if s := spot(func(q *client.GetBookingAvailabilityParams) { q.HideGroupAppointments = new(true) }); s != nil {
			t.Errorf("hidden it is %+v", s)
		}
	}
	join()
	if s := spot(); s != nil {
		t.Errorf("full it is %+v", s)
	}
	w.owner.isTaken(t, ofType(group))
	if starts := startsOf(t, w.owner.slots(t)); slices.Contains(starts, "2024-01-15 09:30") || len(starts) != 16 {
		t.Errorf("another type lists %v", starts)
	}
	guest := w.owner.appointment(t, b.AppointmentID).AttendeeIDs[2]
	wants(t, http.StatusOK)(w.owner.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{AttendeeID: new(uid(guest))}))
	if s := spot(); s == nil || s.Appointment.TakenSpots != 4 {
		t.Errorf("after one left it is %+v", s)
	}
}

// Ensure the contract names every reason why a start cannot be booked.
func TestGetBookingAvailability_Reasons(t *testing.T) {
	t.Parallel()
	doc, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	told := doc.Components.Schemas["UnavailabilityEvent"].Value.Properties["type"].Value.Description
	for _, reason := range []string{
		string(availability.Booking), string(availability.Hold), string(availability.External), string(availability.TooSoon), string(availability.TooFar),
		string(availability.DayFull), string(availability.WeekFull), string(availability.OffHours), string(availability.OffGrid),
	} {
		if !strings.Contains(told, "`"+reason+"`") {
			t.Errorf("%s is not among: %s", reason, told)
		}
	}
}

// Ensure troubleshooting lists what cannot be booked, and why, and changes
// nothing else.
func TestGetBookingAvailability_Troubleshoot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.owner.book(t, starting("2024-01-15T10:00:00+01:00"))
	why := func(q *client.GetBookingAvailabilityParams) { q.Troubleshoot = new(true) }
	reasons := func(a client.Availability, start string) []string {
		var types []string
		for _, d := range a.Dates {
			for _, s := range d.Spots {
				if s.StartTime.Equal(at(start)) {
					for _, e := range s.UnavailabilityEvents {
						types = append(types, e.Type)
					}
				}
			}
		}
		return types
	}
	plain, full := w.owner.slots(t), w.owner.slots(t, why)
	if len(full.Dates[0].Spots) != 18 {
		t.Errorf("%d starts", len(full.Dates[0].Spots))
	}
	events := full.Dates[0].Spots[4].UnavailabilityEvents
	want := []client.UnavailabilityEvent{{
		HostID: string(olivia), HostName: "Olivia Owner", Type: "appointment", Start: at("2024-01-15T09:00:00Z"), End: at("2024-01-15T09:30:00Z"),
	}}
	if diff := cmp.Diff(want, events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(plain.Timeframes, full.Timeframes); diff != "" {
		t.Errorf("timeframes (-plain +troubleshoot):\n%s", diff)
	}
	past := w.owner.slots(t, why, within("2024-01-09", "2024-01-11", "Europe/Berlin"))
	if got := reasons(past, "2024-01-09T08:00:00Z"); !slices.Equal(got, []string{"notice"}) || *past.EarliestAvailableDate != "2024-01-10" {
		t.Errorf("the past is refused for %v, the first date is %s", got, *past.EarliestAvailableDate)
	}
	panel := w.typeID(t, "co-host")
	ben, cleo := w.userID(t, "ben@demo.example"), w.userID(t, "cleo@demo.example")
	w.owner.book(t, ofType(w.chosenType(t)), hostedBy(cleo))
	both := w.owner.slots(t, why, slotsOf(panel, ben, cleo))
	if got := reasons(both, "2024-01-15T08:00:00Z"); !slices.Equal(got, []string{"appointment"}) {
		t.Errorf("a host who is booked is %v", got)
	}
	skipped := w.owner.slots(t, func(q *client.GetBookingAvailabilityParams) { q.SkipEarliestBookingCalculation = new(true) })
	if skipped.EarliestAvailableDate != nil || skipped.EarliestMonthAvailability != nil || len(skipped.Dates) != 1 {
		t.Errorf("answered %+v", skipped)
	}
}
