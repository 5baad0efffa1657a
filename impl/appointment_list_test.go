package impl_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
)

type listQuery = func(*client.ListAppointmentsParams)

// page lists appointments, a hundred unless the functions say otherwise.
func (c caller) page(t testing.TB, change ...listQuery) client.AppointmentPage {
	t.Helper()
	q := &client.ListAppointmentsParams{PageSize: 100}
	for _, f := range change {
		f(q)
	}
	return got[client.AppointmentPage](t, http.StatusOK)(c.ListAppointments(t.Context(), q))
}

// fullNames are those of the first attendees.
func fullNames(appointments []client.Appointment) []string {
	all := []string{}
	for _, a := range appointments {
		all = append(all, a.Attendees[0].Fullname)
	}
	return all
}

// crowd books for six people, one after the other, in no order of starts.
// Erna was here before the clock, Dora was cancelled, Färber is Ada's guest.
func (w *world) crowd(t testing.TB) {
	t.Helper()
	w.owner.book(t, named("Carla Öztürk", "carla@example.com"), starting("2024-01-17T09:00:00+01:00"))
	w.setClock(t, "2024-01-10T08:00:01Z")
	w.owner.book(t, named("anton 100%", "anton@example.com"), starting("2024-01-15T09:00:00+01:00"))
	w.owner.book(t, named("Berta_B", "berta@example.com"), starting("2024-01-16T09:00:00+01:00")) // made at the same instant
	w.setClock(t, "2024-01-10T08:00:02Z")
	d := w.owner.book(t, named(`Dora\Doe`, "dora@example.com"), starting("2024-01-15T10:00:00+01:00"))
	wants(t, http.StatusOK)(w.owner.CancelAppointment(t.Context(), uid(d.AppointmentID), nil, client.CancelRequest{}))
	w.setClock(t, "2024-01-10T08:00:03Z")
	w.owner.book(t, named("Erna", "erna@example.com"), starting("2024-01-09T09:00:00+01:00"), forced)
	w.setClock(t, "2024-01-10T08:00:04Z")
	ada, _ := w.ada(t)
	w.owner.book(t, named("FÄRBER", "f@example.com"), ofType(w.typeID(t, "co-host")), hostedBy(ada), starting("2024-01-18T09:00:00+01:00"))
}

func TestListAppointments_Filters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.crowd(t)
	adaID, ada := w.ada(t)
	search := func(s string) listQuery { return func(q *client.ListAppointmentsParams) { q.Search = &s } }
	status := func(s client.AppointmentStatus) listQuery {
		return func(q *client.ListAppointmentsParams) { q.Status = &s }
	}
	between := func(start, end string) listQuery {
		return func(q *client.ListAppointmentsParams) {
			if start != "" {
				q.Start = new(at(start))
			}
			if end != "" {
				q.End = new(at(end))
			}
		}
	}
	const a, b, c, d, e, f = "anton 100%", "Berta_B", "Carla Öztürk", `Dora\Doe`, "Erna", "FÄRBER"
	type names = []string
	for name, test := range map[string]struct {
		caller caller
		query  []listQuery
		want   names
	}{
		"all of the company":         {w.owner, []listQuery{}, names{e, a, d, b, c, f}},
		"a member's own":             {ada, []listQuery{}, names{f}},
		"a member's own by name":     {ada, []listQuery{func(q *client.ListAppointmentsParams) { q.UserID = new(uid(adaID)) }}, names{f}},
		"of one host":                {w.owner, []listQuery{func(q *client.ListAppointmentsParams) { q.UserID = new(uid(adaID)) }}, names{f}},
		"of an unknown host":         {w.owner, []listQuery{func(q *client.ListAppointmentsParams) { q.UserID = new(uid(nobody)) }}, names{}},
		"of a type":                  {w.owner, []listQuery{func(q *client.ListAppointmentsParams) { q.MeetingTypeID = new(uid(intro)) }}, names{e, a, d, b, c}},
		"of an unknown type":         {w.owner, []listQuery{func(q *client.ListAppointmentsParams) { q.MeetingTypeID = new(uid(nobody)) }}, names{}},
		"upcoming":                   {w.owner, []listQuery{status("upcoming")}, names{a, b, c, f}},
		"past":                       {w.owner, []listQuery{status("past")}, names{e}},
		"cancelled":                  {w.owner, []listQuery{status("cancelled")}, names{d}},
		"from a start":               {w.owner, []listQuery{between("2024-01-16T09:00:00+01:00", "")}, names{b, c, f}},
		"until a start":              {w.owner, []listQuery{between("", "2024-01-16T09:00:00+01:00")}, names{e, a, d}},
		"within starts":              {w.owner, []listQuery{between("2024-01-15T10:00:00+01:00", "2024-01-17T09:00:00.001+01:00")}, names{d, b, c}},
		"an end before the start":    {w.owner, []listQuery{between("2024-01-17T00:00:00Z", "2024-01-16T00:00:00Z")}, names{}},
		"by name":                    {w.owner, []listQuery{search("carla")}, names{c}},
		"by part of a name":          {w.owner, []listQuery{search("ARL")}, names{c}},
		"by name with umlauts":       {w.owner, []listQuery{search("ÖZTÜRK")}, names{c}},
		"by name with umlauts small": {w.owner, []listQuery{search("färb")}, names{f}},
		"by address":                 {w.owner, []listQuery{search("Berta@Example")}, names{b}},
		"by title":                   {w.owner, []listQuery{search("interview")}, names{f}},
		"blanks around":              {w.owner, []listQuery{search("  carla ")}, names{c}},
		"a percent sign":             {w.owner, []listQuery{search("%")}, names{a}},
		"an underscore":              {w.owner, []listQuery{search("_")}, names{b}},
		"a backslash":                {w.owner, []listQuery{search(`\`)}, names{d}},
		"quotes":                     {w.owner, []listQuery{search(`' OR 1=1 --`)}, names{}},
		"not over two fields":        {w.owner, []listQuery{search("carla öztürk carla")}, names{}},
		"several at once":            {w.owner, []listQuery{search("example"), status("upcoming"), between("2024-01-16T00:00:00Z", "")}, names{b, c, f}},
	} {
		t.Run(name, func(t *testing.T) {
			page := test.caller.page(t, test.query...)
			if diff := cmp.Diff(test.want, fullNames(page.Appointments)); diff != "" || page.Total != len(test.want) {
				t.Errorf("%d appointments (-want +got):\n%s", page.Total, diff)
			}
		})
	}
	t.Run("a colleague's", func(t *testing.T) {
		refuses(t, http.StatusForbidden, "Only an admin may list the appointments of another user")(
			ada.ListAppointments(t.Context(), &client.ListAppointmentsParams{PageSize: 1, UserID: new(uid(olivia))}))
	})
	t.Run("another company's", func(t *testing.T) {
		r := w.rival(t)
		for _, query := range []listQuery{
			func(*client.ListAppointmentsParams) {},
			func(q *client.ListAppointmentsParams) { q.UserID = new(uid(olivia)) },
			func(q *client.ListAppointmentsParams) { q.MeetingTypeID = new(uid(intro)) },
		} {
			if page := r.owner.page(t, query); page.Total != 0 || len(page.Appointments) != 0 {
				t.Errorf("answered %+v", page)
			}
		}
	})
}

// Ensure pages are cut from one order, which never depends on chance.
func TestListAppointments_Pages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.crowd(t)
	sorted := func(by client.AppointmentSort, direction client.SortDirection) listQuery {
		return func(q *client.ListAppointmentsParams) { q.SortBy, q.SortDirection = &by, &direction }
	}
	forward := fullNames(w.owner.page(t, sorted("appointment.createdAt", "ASC")).Appointments)
	if !slices.Equal(forward[:1], []string{"Carla Öztürk"}) || !slices.Equal(forward[3:], []string{`Dora\Doe`, "Erna", "FÄRBER"}) {
		t.Errorf("by creation they are %v", forward)
	}
	for _, by := range []client.AppointmentSort{"appointment.start", "appointment.createdAt"} {
		up, down := w.owner.page(t, sorted(by, "ASC")).Appointments, w.owner.page(t, sorted(by, "DESC")).Appointments
		slices.Reverse(down)
		if diff := cmp.Diff(fullNames(up), fullNames(down)); diff != "" {
			t.Errorf("by %s the other way round (-up +down):\n%s", by, diff)
		}
		var cut []client.Appointment
		for page := range 4 {
			p := w.owner.page(t, sorted(by, "ASC"), func(q *client.ListAppointmentsParams) { q.Page, q.PageSize = page, 2 })
			if p.Total != 6 {
				t.Errorf("page %d counts %d", page, p.Total)
			}
			cut = append(cut, p.Appointments...)
		}
		if diff := cmp.Diff(up, cut); diff != "" {
			t.Errorf("by %s in pages (-whole +pages):\n%s", by, diff)
		}
	}
	last := w.owner.page(t, func(q *client.ListAppointmentsParams) { q.Page = 1_000_000 })
	if last.Total != 6 || last.Appointments == nil || len(last.Appointments) != 0 {
		t.Errorf("the last page is %+v", last)
	}
}

func TestListAppointments_Shape(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for query, want := range map[string][]string{
		"":                                      {"page is required", "pageSize is required"},
		"?page=-1&pageSize=0":                   {"page must be at least 0", "pageSize must be at least 1"},
		"?page=1000001&pageSize=101":            {"page must be at most 1000000", "pageSize must be at most 100"},
		"?page=1.5&pageSize=1e1":                {"page must be a whole number", "pageSize must be a whole number"},
		"?page=0&pageSize=99999999999999999999": {"pageSize must be at most 100"},
		"?page=0&pageSize=1&status=open&sortBy=start&sortDirection=up&start=2024-01-15&userId=1": {
			"start must be a date-time with a UTC offset", "status must be one of upcoming, past, cancelled", "userId must be a UUID",
			"sortBy must be one of appointment.start, appointment.createdAt", "sortDirection must be one of ASC, DESC",
		},
	} {
		t.Run(query, func(t *testing.T) {
			lists(t, want...)(w.owner.send(t, "GET", "/v4/appointment/paginated"+query, ""))
		})
	}
	wants(t, http.StatusOK)(w.owner.send(t, "GET", "/v4/appointment/paginated/?page=0&pageSize=1&unknown=x", "", "Content-Type", "application/json"))
}

// Ensure today is the day that the user's own clock shows.
func TestListTodayAppointments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adaID, _ := w.ada(t)
	r := got[client.UserCreated](t, http.StatusCreated)(w.as(olivia).CreateUser(t.Context(), nil, client.UserCreate{
		Email: "nia@demo.example", GivenName: "Nia", FamilyName: "Zea", Timezone: "Pacific/Auckland",
	}))
	nia := meet.UserID(r.UserID)
	for i, start := range []string{
		"2024-01-14T23:59:59+01:00", "2024-01-15T00:00:00+01:00", "2024-01-15T12:00:00+01:00", "2024-01-15T23:59:59+01:00", "2024-01-16T00:00:00+01:00",
	} {
		for _, change := range [][]func(*client.BookingRequest){{}, {ofType(r.MeetingTypeID), hostedBy(nia), phoned("+4912345678")}} {
			w.owner.book(t, append(change, starting(start), forced, named(fmt.Sprint(i), "x@example.com"))...)
		}
	}
	gone := w.owner.book(t, starting("2024-01-15T13:00:00+01:00"), forced)
	wants(t, http.StatusOK)(w.owner.CancelAppointment(t.Context(), uid(gone.AppointmentID), nil, client.CancelRequest{}))
	today := func(c caller) []string {
		return fullNames(got[client.AppointmentList](t, http.StatusOK)(c.ListTodayAppointments(t.Context(), nil)))
	}
	for _, test := range []struct {
		clock               string
		olivia, nia, nobody []string
	}{
		{"2024-01-14T22:59:59.999Z", []string{"0"}, []string{"0", "1"}, []string{}},
		{"2024-01-14T23:00:00Z", []string{"1", "2", "3"}, []string{"0", "1"}, []string{}},
		{"2024-01-15T10:59:59.999Z", []string{"1", "2", "3"}, []string{"0", "1"}, []string{}},
		{"2024-01-15T11:00:00Z", []string{"1", "2", "3"}, []string{"2", "3", "4"}, []string{}},
		{"2024-01-15T22:59:59.999Z", []string{"1", "2", "3"}, []string{"2", "3", "4"}, []string{}},
		{"2024-01-15T23:00:00Z", []string{"4"}, []string{"2", "3", "4"}, []string{}},
	} {
		w.setClock(t, test.clock)
		if diff := cmp.Diff([][]string{test.olivia, test.nia, test.nobody}, [][]string{today(w.owner), today(w.as(nia)), today(w.as(adaID))}); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", test.clock, diff)
		}
	}
}

// Ensure the current appointment is the one that runs, else the next.
func TestGetCurrentAppointment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, ada := w.ada(t)
	wants(t, http.StatusNoContent)(w.owner.GetCurrentAppointment(t.Context(), nil))
	w.owner.book(t, named("first", "x@example.com"))
	w.owner.book(t, named("second", "x@example.com"), starting("2024-01-15T10:00:00+01:00"))
	gone := w.owner.book(t, starting("2024-01-15T09:30:00+01:00"))
	wants(t, http.StatusOK)(w.owner.CancelAppointment(t.Context(), uid(gone.AppointmentID), nil, client.CancelRequest{}))
	for clock, want := range map[string]string{
		"2024-01-10T08:00:00Z": "first", "2024-01-15T08:00:00Z": "first", "2024-01-15T08:29:59.999999Z": "first",
		"2024-01-15T08:30:00Z": "second", "2024-01-15T09:29:00Z": "second", "2024-01-15T09:30:00Z": "",
	} {
		w.setClock(t, clock)
		if want == "" {
			wants(t, http.StatusNoContent)(w.owner.GetCurrentAppointment(t.Context(), nil))
			continue
		}
		a := got[client.Appointment](t, http.StatusOK)(w.owner.GetCurrentAppointment(t.Context(), nil))
		if a.Attendees[0].Fullname != want {
			t.Errorf("at %s it is %s, want %s", clock, a.Attendees[0].Fullname, want)
		}
	}
	wants(t, http.StatusNoContent)(ada.GetCurrentAppointment(t.Context(), nil))
}
