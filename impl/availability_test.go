package impl_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
)

type slotQuery = func(*client.GetBookingAvailabilityParams)

// asking is a query for the slots of the published sample's Monday, changed
// by the functions.
func asking(change ...slotQuery) *client.GetBookingAvailabilityParams {
	q := &client.GetBookingAvailabilityParams{
		MeetingTypeID: uid(intro), HostIDs: []uuid.UUID{uid(olivia)}, Start: "2024-01-15", End: "2024-01-16", Timezone: new("Europe/Berlin"),
	}
	for _, c := range change {
		c(q)
	}
	return q
}

// slots lists slots.
func (c caller) slots(t testing.TB, change ...slotQuery) client.Availability {
	t.Helper()
	return got[client.Availability](t, http.StatusOK)(c.GetBookingAvailability(t.Context(), asking(change...)))
}

// slotsOf asks for another meeting type and its hosts.
func slotsOf[T ~string](id T, hosts ...meet.UserID) slotQuery {
	return func(q *client.GetBookingAvailabilityParams) {
		q.MeetingTypeID, q.HostIDs = uid(id), nil
		for _, h := range hosts {
			q.HostIDs = append(q.HostIDs, uid(h))
		}
	}
}

// within asks for another range, in a zone unless that is "".
func within(start, end, zone string) slotQuery {
	return func(q *client.GetBookingAvailabilityParams) {
		q.Start, q.End, q.Timezone = start, end, &zone
		if zone == "" {
			q.Timezone = nil
		}
	}
}

// startsOf are the starts of an answer, in its zone, as date and time.
func startsOf(t testing.TB, a client.Availability) []string {
	t.Helper()
	zone, err := time.LoadLocation(a.Timezone)
	if err != nil {
		t.Fatal(err)
	}
	starts := []string{}
	for _, d := range a.Dates {
		for _, s := range d.Spots {
			local := s.StartTime.In(zone).Format("2006-01-02 15:04")
			if !strings.HasPrefix(local, d.Date) {
				t.Errorf("%v is listed under %s", local, d.Date)
			}
			starts = append(starts, local)
		}
	}
	if !slices.IsSorted(starts) {
		t.Errorf("starts are out of order: %v", starts)
	}
	return starts
}

func TestGetBookingAvailability_Day(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.owner.book(t, starting("2024-01-15T10:00:00+01:00"))
	raw := got[struct {
		Timezone   string
		Timeframes []struct{ Start, End string }
		Dates      []struct {
			Date  string
			Spots []struct {
				StartTime            string
				UnavailabilityEvents []any
				Appointment          any
			}
		}
		EarliestAvailableDate, EarliestMonthAvailability string
	}](t, http.StatusOK)(w.owner.GetBookingAvailability(t.Context(), asking()))
	if raw.Timezone != "Europe/Berlin" || raw.EarliestAvailableDate != "2024-01-15" || raw.EarliestMonthAvailability != "2024-01" {
		t.Errorf("answered %+v", raw)
	}
	frames := []struct{ Start, End string }{
		{"2024-01-15T07:00:00.000Z", "2024-01-15T09:00:00.000Z"}, {"2024-01-15T09:30:00.000Z", "2024-01-15T16:00:00.000Z"},
	}
	if diff := cmp.Diff(frames, raw.Timeframes); diff != "" {
		t.Errorf("timeframes (-want +got):\n%s", diff)
	}
	if len(raw.Dates) != 1 || raw.Dates[0].Date != "2024-01-15" || len(raw.Dates[0].Spots) != 17 {
		t.Fatalf("dates are %+v", raw.Dates)
	}
	for i, spot := range raw.Dates[0].Spots {
		if i == 4 && spot.StartTime != "2024-01-15T10:30:00.000+01:00" || spot.UnavailabilityEvents == nil || len(spot.UnavailabilityEvents) > 0 || spot.Appointment != nil {
			t.Errorf("spot %d is %+v", i, spot)
		}
	}
}

func TestGetBookingAvailability_Range(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, test := range map[string]struct {
		start, end, zone string
		first, last      string
		count            int
	}{
		"a date is a day in the zone":      {"2024-01-15", "2024-01-16", "Europe/Berlin", "2024-01-15 08:00", "2024-01-15 16:30", 18},
		"the zone is UTC when left out":    {"2024-01-15", "2024-01-16", "", "2024-01-15 07:00", "2024-01-15 15:30", 18},
		"a zone far east":                  {"2024-01-15", "2024-01-16", "Pacific/Auckland", "2024-01-15 20:00", "2024-01-15 23:30", 8},
		"and the day after":                {"2024-01-16", "2024-01-17", "Pacific/Auckland", "2024-01-16 00:00", "2024-01-16 23:30", 18},
		"a zone far west":                  {"2024-01-14", "2024-01-15", "Pacific/Honolulu", "2024-01-14 21:00", "2024-01-14 23:30", 6},
		"a zone of 45 minutes":             {"2024-01-15", "2024-01-16", "Asia/Kathmandu", "2024-01-15 12:45", "2024-01-15 21:15", 18},
		"a link of a zone":                 {"2024-01-15", "2024-01-16", "Asia/Calcutta", "2024-01-15 12:30", "2024-01-15 21:00", 18},
		"instants":                         {"2024-01-15T09:00:00+01:00", "2024-01-15T08:30:00.001Z", "Europe/Berlin", "2024-01-15 09:00", "2024-01-15 09:30", 2},
		"the end is excluded":              {"2024-01-15T09:00:00+01:00", "2024-01-15T10:00:00+01:00", "Europe/Berlin", "2024-01-15 09:00", "2024-01-15 09:30", 2},
		"a start may end after the end":    {"2024-01-15T16:29:00+01:00", "2024-01-15T16:31:00+01:00", "Europe/Berlin", "2024-01-15 16:30", "2024-01-15 16:30", 1},
		"a date and an instant":            {"2024-01-15", "2024-01-15T08:00:00Z", "Europe/Berlin", "2024-01-15 08:00", "2024-01-15 08:30", 2},
		"equal dates":                      {"2024-01-15", "2024-01-15", "Europe/Berlin", "", "", 0},
		"equal instants":                   {"2024-01-15T09:00:00Z", "2024-01-15T10:00:00+01:00", "Europe/Berlin", "", "", 0},
		"from now on":                      {"2024-01-10", "2024-01-11", "Europe/Berlin", "2024-01-10 09:00", "2024-01-10 16:30", 16},
		"all of it past":                   {"2023-01-09", "2023-01-10", "Europe/Berlin", "", "", 0},
		"62 days":                          {"2024-01-15", "2024-03-17", "Europe/Berlin", "2024-01-15 08:00", "2024-03-15 16:30", 45 * 18},
		"62 days over the change of clock": {"2024-03-01", "2024-05-02", "Europe/Berlin", "2024-03-01 08:00", "2024-05-01 16:30", 44 * 18},
		"62 days that are longer":          {"2024-10-01T00:00:00+02:00", "2024-12-02T00:00:00+01:00", "Europe/Berlin", "2024-10-01 08:00", "2024-11-29 16:30", 44 * 18},
		"the last day there is":            {"2200-12-30", "2200-12-31", "UTC", "2200-12-30 07:00", "2200-12-30 15:30", 18},
	} {
		t.Run(name, func(t *testing.T) {
			a := w.owner.slots(t, within(test.start, test.end, test.zone))
			starts := startsOf(t, a)
			if len(starts) != test.count {
				t.Fatalf("%d slots: %v", len(starts), starts)
			}
			if test.count == 0 {
				if a.EarliestAvailableDate != nil || a.EarliestMonthAvailability != nil || len(a.Timeframes) > 0 {
					t.Errorf("answered %+v", a)
				}
				return
			}
			if starts[0] != test.first || starts[len(starts)-1] != test.last || *a.EarliestAvailableDate != test.first[:10] {
				t.Errorf("from %s (%s) to %s", starts[0], *a.EarliestAvailableDate, starts[len(starts)-1])
			}
		})
	}
}

func TestGetBookingAvailability_Refusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	none := func(q *client.GetBookingAvailabilityParams) { q.HostIDs = nil }
	off := w.addType(t, func(c *client.MeetingTypeCreate) { c.Enabled = new(false) }).ID
	adaID, _ := w.ada(t)
	rival := w.rival(t)
	queue := func(id string) slotQuery {
		return func(q *client.GetBookingAvailabilityParams) { q.QueueID = new(uuid.MustParse(id)) }
	}
	for name, test := range map[string]struct {
		change []slotQuery
		status int
		want   string
	}{
		"neither hosts nor queue, before the type": {[]slotQuery{slotsOf(nobody)}, 400, "Expected hostIds or queueId"},
		"hosts and queue":                          {[]slotQuery{queue(nobody)}, 400, hostsAndQueue},
		"end before start":                         {[]slotQuery{within("2024-01-16", "2024-01-15", "UTC")}, 400, "end must not be before start"},
		"63 days":                                  {[]slotQuery{within("2024-01-15", "2024-03-18", "UTC")}, 400, "The range from start to end must not exceed 62 days"},
		"62 days and a moment":                     {[]slotQuery{within("2024-01-15", "2024-03-17T00:00:00.000001Z", "UTC")}, 400, "The range from start to end must not exceed 62 days"},
		"a type that is unknown":                   {[]slotQuery{slotsOf(nobody, olivia)}, 404, noSuchType},
		"a type that is off":                       {[]slotQuery{slotsOf(off, olivia)}, 404, noSuchType},
		"a type of another company":                {[]slotQuery{slotsOf(rival.Type.ID, rival.User.ID)}, 404, noSuchType},
		"a duration that is not allowed":           {[]slotQuery{func(q *client.GetBookingAvailabilityParams) { q.MeetingDuration = new(45) }}, 400, wrongDuration},
		"a host of other types":                    {[]slotQuery{slotsOf(intro, adaID)}, 400, noSuchHost},
		"a host of another company":                {[]slotQuery{slotsOf(intro, rival.User.ID)}, 400, noSuchHost},
		"one host of two":                          {[]slotQuery{slotsOf(intro, olivia, nobody)}, 400, noSuchHost},
		"a queue of another type":                  {[]slotQuery{none, queue(nobody)}, 400, "queueId is not the queue of this meeting type"},
	} {
		t.Run(name, func(t *testing.T) {
			refuses(t, test.status, test.want)(w.owner.GetBookingAvailability(t.Context(), asking(test.change...)))
		})
	}
	t.Run("shape", func(t *testing.T) {
		lists(t, "meetingTypeId must be a UUID", "start must be a date (YYYY-MM-DD) or a date-time with a UTC offset", "end is required",
			"hostIds.1 must be a UUID", "timezone must be an IANA time zone")(
			w.owner.send(t, "GET", "/v4/booking-availability?meetingTypeId=x&start=2024-01-15T09:00&timezone=Mars&hostIds="+nobody+",x", ""))
	})
}

// Ensure each way to write a list of hosts works.
func TestGetBookingAvailability_Lists(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adaID, _ := w.ada(t)
	ben := w.userID(t, "ben@demo.example")
	w.owner.book(t, ofType(w.typeID(t, "co-host")), hostedBy(ben))
	path := "/v4/booking-availability?start=2024-01-15&end=2024-01-16&meetingTypeId=" + string(w.typeID(t, "co-host"))
	a, b := string(adaID), string(ben)
	for _, form := range []string{"&hostIds=" + a + "&hostIds=" + b, "&hostIds=" + a + "," + b, "&hostIds[]=" + a + "&hostIds[]=" + b, "&hostIds%5B%5D=" + a + "%2C" + strings.ToUpper(b)} {
		all := got[client.Availability](t, 200)(w.owner.send(t, "GET", path+form+"&unknown=1&timezone=", ""))
		if n := len(startsOf(t, all)); n != 8 { // 8:00 to 16:00 without 9:00: ben is booked, and all take part
			t.Errorf("%s: %d slots", form, n)
		}
	}
}
