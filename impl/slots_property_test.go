package impl_test

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store/postgrestest"
)

// TestMain makes rapid check fewer cases than it does by itself, because
// each is a conversation with a server; -rapid.checks counts when given.
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", "20"); err != nil {
			panic(err)
		}
	}
	postgrestest.Main(m)
}

// scene is a host, or two who go together, with hours and a meeting type,
// and some time that is taken.
type scene struct {
	w        *world
	t        *testing.T // what goes wrong here is not the property's fault
	rt       *rapid.T
	now      time.Time
	hosts    []meet.UserID
	together bool // the type's hosts never go alone
	typ      client.MeetingType
	other    client.MeetingType // of the first host, too
	// Starts are listed and tried from one instant until another.
	from, until time.Time
}

// Weeks in which clocks change, and one in which none does.
var weeks = map[string]string{
	"Europe/Berlin": "2024-03-29T10:00:00Z", "Europe/London": "2024-10-25T10:00:00Z", "America/New_York": "2024-03-08T10:00:00Z",
	"America/Santiago": "2024-09-06T10:00:00Z", "Australia/Lord_Howe": "2024-04-05T10:00:00Z", "Asia/Kolkata": "2024-01-10T10:00:00Z",
	"Africa/Casablanca": "2024-03-08T10:00:00Z", "America/Havana": "2024-11-01T10:00:00Z",
}

func drawScene(t *testing.T, rt *rapid.T, w *world) *scene {
	s := &scene{w: w, t: t, rt: rt}
	zone := rapid.SampledFrom(slices.Sorted(maps.Keys(weeks))).Draw(rt, "zone")
	s.now = at(weeks[zone]).Add(time.Duration(rapid.IntRange(0, 2*24*60*60).Draw(rt, "clock")) * time.Second)
	w.setClock(t, s.now.Format(time.RFC3339))
	for range rapid.IntRange(1, 2).Draw(rt, "hosts") {
		n := w.hires(t, func(u *client.UserCreate) {
			u.Email, u.Timezone = uuid.NewString()+"@demo.example", zone
			u.Availability = &client.UserScheduleInput{Schedule: drawWeek(rt)}
		})
		s.hosts = append(s.hosts, meet.UserID(n.UserID))
	}
	s.typ, s.other = s.drawType(), s.drawType()
	if len(s.hosts) > 1 {
		s.together = rapid.Bool().Draw(rt, "together")
		w.addQueue(t, meet.MeetingTypeID(s.typ.ID), s.together, s.hosts...)
	}
	s.from = s.now.Truncate(24*time.Hour).AddDate(0, 0, rapid.SampledFrom([]int{0, 1, 2}).Draw(rt, "first day"))
	s.until = s.from.AddDate(0, 0, rapid.SampledFrom([]int{3, 2, 1}).Draw(rt, "days"))
	s.takeTime()
	return s
}

// drawWeek draws hours for every day, also such as run past midnight.
func drawWeek(rt *rapid.T) *client.WeekScheduleInput {
	week := &client.WeekScheduleInput{}
	for _, day := range []**client.DayHoursInput{&week.Monday, &week.Tuesday, &week.Wednesday, &week.Thursday, &week.Friday, &week.Saturday, &week.Sunday} {
		hours := &client.DayHoursInput{Enabled: rapid.SampledFrom([]bool{true, true, true, true, true, false}).Draw(rt, "open")}
		for range rapid.IntRange(1, 2).Draw(rt, "windows") {
			start := rapid.SampledFrom([]int{480, 0, 540, 120, 1320, 545, 780, 105, 15}).Draw(rt, "start")
			end := start + rapid.SampledFrom([]int{480, 240, 300, 180, 600, 90, 30}).Draw(rt, "length")
			text := fmt.Sprintf("%02d:%02d", end/60%24, end%60)
			if end == 24*60 {
				text = "24:00"
			}
			hours.Hours = append(hours.Hours, client.TimeWindow{Start: fmt.Sprintf("%02d:%02d", start/60, start%60), End: text})
		}
		*day = hours
	}
	return week
}

// drawType draws a meeting type of the first host.
func (s *scene) drawType() client.MeetingType {
	one := func(name string, values ...int) *int { return new(rapid.SampledFrom(values).Draw(s.rt, name)) }
	return s.w.addType(s.t, func(c *client.MeetingTypeCreate) {
		c.UserID = new(uid(s.hosts[0]))
		c.MeetingInfo.Duration = *one("duration", 15, 20, 30, 45, 60, 90)
		c.MeetingInfo.BufferBefore, c.MeetingInfo.BufferAfter = one("before", 0, 0, 5, 10, 30), one("after", 0, 0, 5, 15, 60)
		if interval := one("interval", 0, 0, 10, 15, 25, 60); *interval > 0 {
			c.TimeslotInterval = interval
		}
		c.BookingMinimum, c.Spots = one("notice", 0, 0, 0, 30, 600), one("seats", 1, 1, 1, 2, 3)
		c.MeetingOptions = &client.MeetingOptions{
			MaxPerDay: one("per day", 0, 0, 0, 0, 1, 2), MaxPerWeek: one("per week", 0, 0, 0, 0, 1, 3), AllowHostSelection: new(true),
		}
		switch today := s.now.Format(time.DateOnly); *one("horizon", 0, 0, 0, 1, 2) {
		case 1:
			c.DaysIntoFuture = &client.DaysIntoFuture{Mode: client.HorizonModeLimit, BookingLimit: one("limit", 1, 1440, 1441, 4320, 4321)}
		case 2:
			last := s.now.AddDate(0, 0, *one("range", 0, 1, 2, 3)).Format(time.DateOnly)
			c.DaysIntoFuture = &client.DaysIntoFuture{Mode: client.HorizonModeRange, RangeMin: &today, RangeMax: &last}
		}
	})
}

// list lists the starts at which all hosts can take the meeting.
func (s *scene) list(hosts []meet.UserID, method client.CalculationMethod) map[time.Time]client.Spot {
	q := asking(slotsOf(s.typ.ID, hosts...), within(s.from.Format(time.RFC3339), s.until.Format(time.RFC3339), "Asia/Kathmandu"))
	q.CalculationMethod = &method
	starts := map[time.Time]client.Spot{}
	for _, d := range got[client.Availability](s.t, http.StatusOK)(s.w.owner.GetBookingAvailability(s.t.Context(), q)).Dates {
		for _, spot := range d.Spots {
			starts[spot.StartTime.UTC()] = spot
		}
	}
	return starts
}

// book tries a start and undoes what it did.
func (s *scene) book(start time.Time) bool {
	a := read(s.t)(s.w.owner.tryBook(s.t, ofType(s.typ.ID), hostedBy(s.hosts...), startingAt(start)))
	if a.status != http.StatusCreated {
		if f := decode[failure](s.t, a.body); f.sentence() != occupied {
			s.rt.Fatalf("%v was answered %s", start, a.body)
		}
		return false
	}
	id := decode[client.Booked](s.t, a.body).AppointmentID
	guests := s.w.owner.appointment(s.t, id).AttendeeIDs
	s.w.owner.cancels(s.t, id, client.CancelRequest{AttendeeID: new(uid(guests[len(guests)-1]))})
	return true
}

func startingAt(start time.Time) func(*client.BookingRequest) {
	return func(r *client.BookingRequest) { r.Start = start }
}

// takeTime books some of what is free, of either type, and some by force.
func (s *scene) takeTime() {
	free := slices.SortedFunc(maps.Keys(s.list(s.hosts, client.CalculationMethodEveryone)), time.Time.Compare)
	for range rapid.IntRange(0, 4).Draw(s.rt, "bookings") {
		if len(free) > 0 {
			start := free[rapid.IntRange(0, len(free)-1).Draw(s.rt, "booked")]
			read(s.t)(s.w.owner.tryBook(s.t, ofType(s.typ.ID), hostedBy(s.hosts...), startingAt(start)))
			read(s.t)(s.w.owner.tryBook(s.t, ofType(s.other.ID), hostedBy(s.hosts[0]), startingAt(start.Add(time.Duration(s.typ.MeetingInfo.Duration)*time.Minute))))
		}
	}
	for range rapid.IntRange(0, 2).Draw(s.rt, "forced") {
		start := s.from.Add(time.Duration(rapid.IntRange(0, 2*24*60).Draw(s.rt, "minute")) * time.Minute)
		typ := rapid.SampledFrom([]string{s.typ.ID, s.other.ID}).Draw(s.rt, "type")
		s.w.owner.book(s.t, ofType(typ), hostedBy(s.hosts[0]), startingAt(start), forced)
	}
}

// Ensure that what is listed can be booked, and that nothing else can.
func TestSlots_ListedIsBookable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	booked, refused := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		s := drawScene(t, rt, w)
		listed := s.list(s.hosts, client.CalculationMethodEveryone)
		starts := slices.SortedFunc(maps.Keys(listed), time.Time.Compare)
		for i, start := range starts {
			if i < 3 || i%(1+len(starts)/6) == 0 || i == len(starts)-1 {
				if booked++; !s.book(start) {
					rt.Fatalf("%v is listed and cannot be booked; now %v, type %s", start, s.now, encoded(t, s.typ))
				}
			}
		}
		// Starts beside the listed ones, and anywhere.
		var tries []time.Time
		for i, start := range starts {
			if i%(1+len(starts)/4) == 0 {
				tries = append(tries, start.Add(time.Microsecond), start.Add(-5*time.Minute), start.Add(5*time.Minute))
			}
		}
		step := s.until.Sub(s.from) / 15 / (5 * time.Minute) * (5 * time.Minute)
		offset := time.Duration(rapid.IntRange(0, int(step/(5*time.Minute))).Draw(rt, "offset")) * 5 * time.Minute
		for start := s.from.Add(offset); start.Before(s.until); start = start.Add(step) {
			tries = append(tries, start)
		}
		for _, start := range tries {
			if _, is := listed[start]; is || start.Before(s.from) || !start.Before(s.until) {
				continue
			}
			if refused++; s.book(start) {
				rt.Fatalf("%v is not listed and can be booked; now %v, type %s", start, s.now, encoded(t, s.typ))
			}
		}
		if again := s.list(s.hosts, client.CalculationMethodEveryone); len(again) != len(listed) {
			rt.Fatalf("%d slots became %d", len(listed), len(again))
		}
	})
	t.Logf("%d listed starts were booked, %d others refused", booked, refused)
}

// Ensure the slots of anyone are those of each.
func TestSlots_AnyoneIsEach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	compared := 0
	rapid.Check(t, func(rt *rapid.T) {
		s := drawScene(t, rt, w)
		if len(s.hosts) == 1 || s.together {
			return
		}
		of := map[time.Time]bool{}
		for _, h := range s.hosts {
			for start := range s.list([]meet.UserID{h}, client.CalculationMethodAnyone) {
				of[start] = true
			}
		}
		anyone := s.list(s.hosts, client.CalculationMethodAnyone)
		compared += len(anyone)
		for start := range anyone {
			if !of[start] {
				rt.Fatalf("%v suits anyone and none of them", start)
			}
		}
		if len(anyone) != len(of) {
			rt.Fatalf("%d starts suit anyone, %d one of them", len(anyone), len(of))
		}
	})
	t.Logf("%d starts compared", compared)
}
