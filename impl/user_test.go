package impl_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
)

// grace is somebody to be created.
func grace(change ...func(*client.UserCreate)) client.UserCreate {
	u := client.UserCreate{Email: "grace@demo.example", GivenName: "Grace", FamilyName: "Hopper", Timezone: "America/New_York"}
	for _, c := range change {
		c(&u)
	}
	return u
}

// hires creates a user.
func (w *world) hires(t testing.TB, change ...func(*client.UserCreate)) client.UserCreated {
	t.Helper()
	return got[client.UserCreated](t, http.StatusCreated)(w.platform.CreateUser(t.Context(), nil, grace(change...)))
}

// Ensure a new user can be booked at once, with the usual hours and type.
func TestCreateUser_Defaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.hires(t)
	if n.CompanyID != string(w.demo.CompanyID()) || n.BookingURL != "https://book.example/grace-hopper/30min-meeting" {
		t.Errorf("answered %+v", n)
	}
	me := got[client.CurrentUser](t, http.StatusOK)(w.as(meet.UserID(n.UserID)).GetCurrentUser(t.Context(), nil))
	if me.FullName != "Grace Hopper" || me.Slug != "grace-hopper" || me.UserType != "member" || me.Timezone != "America/New_York" || me.Company.ID != n.CompanyID {
		t.Errorf("she is %+v", me)
	}
	typ := got[client.MeetingType](t, http.StatusOK)(w.owner.GetMeetingType(t.Context(), uid(n.MeetingTypeID), nil))
	if typ.Slug != "30min-meeting" || typ.MeetingInfo.Name != "30min Meeting" || typ.MeetingInfo.Duration != 30 || typ.MeetingInfo.Channel != "phone" ||
		!typ.Enabled || text(typ.UserID) != n.UserID {
		t.Errorf("her type is %+v", typ)
	}
	schedule := got[client.Schedule](t, http.StatusOK)(w.as(meet.UserID(n.UserID)).GetSchedule(t.Context(), uid(n.AvailabilityID), nil))
	office := client.DayHours{Enabled: true, Hours: []client.TimeWindow{{Start: "08:00", End: "17:00"}}}
	closed := client.DayHours{Hours: []client.TimeWindow{}}
	want := client.WeekSchedule{Monday: office, Tuesday: office, Wednesday: office, Thursday: office, Friday: office, Saturday: closed, Sunday: closed}
	if diff := cmp.Diff(want, schedule.Schedule); diff != "" || schedule.Timezone != "America/New_York" {
		t.Errorf("her hours in %s (-want +got):\n%s", schedule.Timezone, diff)
	}
	starts := startsOf(t, w.owner.slots(t, slotsOf(n.MeetingTypeID, meet.UserID(n.UserID))))
	if len(starts) != 18 || starts[0] != "2024-01-15 14:00" {
		t.Errorf("slots are %v", starts)
	}
	w.owner.book(t, ofType(n.MeetingTypeID), hostedBy(meet.UserID(n.UserID)), starting("2024-01-15T14:00:00+01:00"), phoned("+15551234567"))
}

func TestCreateUser_Given(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.hires(t, func(u *client.UserCreate) {
		u.Availability = &client.UserScheduleInput{Name: new("Nights"), Timezone: new("Asia/Tokyo"), Schedule: &client.WeekScheduleInput{
			Sunday: &client.DayHoursInput{Enabled: true, Hours: []client.TimeWindow{{Start: "22:00", End: "02:00"}}},
		}}
		u.MeetingType = &client.UserMeetingTypeInput{Name: new("Late Talk"), Duration: new(60), Slug: new("Late  Talk!"), Channel: new(client.ChannelZoom)}
	})
	if !strings.HasSuffix(n.BookingURL, "/grace-hopper/late-talk") {
		t.Errorf("answered %+v", n)
	}
	starts := startsOf(t, w.owner.slots(t, slotsOf(n.MeetingTypeID, meet.UserID(n.UserID)), within("2024-01-14", "2024-01-16", "Asia/Tokyo")))
	if want := []string{"2024-01-14 22:00", "2024-01-14 23:00", "2024-01-15 00:00", "2024-01-15 01:00"}; !cmp.Equal(want, starts) {
		t.Errorf("slots are %v", starts)
	}
}

// Ensure users are created with a platform key, for an admin, and once.
func TestCreateUser_Refusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adaID, _ := w.ada(t)
	w.hires(t)
	create := func(c caller, change ...func(*client.UserCreate)) (*http.Response, error) {
		return c.CreateUser(t.Context(), nil, grace(change...))
	}
	other := func(u *client.UserCreate) { u.Email = "other@demo.example" }
	refuses(t, http.StatusForbidden, "Users are created with a platform key, not with a personal access token")(create(w.owner, other))
	refuses(t, http.StatusForbidden, "Only an admin or the owner of the company may do this")(create(w.as(adaID), other))
	f := refuses(t, http.StatusConflict, "A user with this email exists already")(create(w.platform, func(u *client.UserCreate) { u.Email = "GRACE@demo.example" }))
	if f.ErrorCode != "email-taken" {
		t.Errorf("the code is %q", f.ErrorCode)
	}
	f = refuses(t, http.StatusConflict, "This slug is already in use")(create(w.platform, other, func(u *client.UserCreate) {
		u.MeetingType = &client.UserMeetingTypeInput{Slug: new("intro")}
	}))
	if f.ErrorCode != "slug-taken" {
		t.Errorf("the code is %q", f.ErrorCode)
	}
	refuses(t, http.StatusBadRequest, "givenName or familyName must not be blank")(create(w.platform, other, func(u *client.UserCreate) { u.GivenName, u.FamilyName = " ", "\t" }))
	for name, window := range map[string][2]string{
		"availability.schedule.monday.hours.0 must end after it starts": {"09:00", "09:00"}, "availability.schedule.monday.hours.0.start must be before 24:00": {"24:00", "09:00"},
	} {
		refuses(t, http.StatusBadRequest, name)(create(w.platform, other, func(u *client.UserCreate) {
			u.Availability = &client.UserScheduleInput{Schedule: &client.WeekScheduleInput{
				Monday: &client.DayHoursInput{Enabled: true, Hours: []client.TimeWindow{{Start: window[0], End: window[1]}}},
			}}
		}))
	}
	lists(t, "email is required", "familyName must not be empty", "givenName must not be empty", "meetingType.duration must be at most 480", "timezone must be an IANA time zone")(
		w.platform.send(t, "POST", "/v4/user", `{"givenName":"","familyName":"","timezone":"Berlin","meetingType":{"duration":481}}`))
	t.Run("blank names are none", func(t *testing.T) {
		n := w.hires(t, func(u *client.UserCreate) {
			u.Email = "blank@demo.example"
			u.Availability, u.MeetingType = &client.UserScheduleInput{Name: new(" ")}, &client.UserMeetingTypeInput{Name: new("\t")}
		})
		typ := got[client.MeetingType](t, http.StatusOK)(w.owner.GetMeetingType(t.Context(), uid(n.MeetingTypeID), nil))
		if typ.MeetingInfo.Name != "30min Meeting" {
			t.Errorf("the type is called %q", typ.MeetingInfo.Name)
		}
	})
	t.Run("leave nothing behind", func(t *testing.T) { w.hires(t, other) })
	t.Run("the same address elsewhere", func(t *testing.T) {
		got[client.UserCreated](t, http.StatusCreated)(w.rival(t).platform.CreateUser(t.Context(), nil, grace()))
	})
}

// Ensure slugs that are made of names get numbers, are long enough, and
// survive names in any script.
func TestCreateUser_Slugs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, test := range []struct{ given, family, want string }{
		{"Grace", "Hopper", "grace-hopper/30min-meeting"}, {"Grace", "Hopper", "grace-hopper-2/30min-meeting-2"},
		{"grace!", "HOPPER", "grace-hopper-3/30min-meeting-3"}, {"Äñ", "Ø", "aen-oe/30min-meeting-4"}, {"Ö", " ", "oe-user/30min-meeting-5"},
		{"山田", "太郎", "user-user/30min-meeting-6"}, {"鈴木", "一郎", "user-user-2/30min-meeting-7"},
	} {
		n := w.hires(t, func(u *client.UserCreate) {
			u.GivenName, u.FamilyName, u.Email = test.given, test.family, fmt.Sprintf("user%d@demo.example", i)
		})
		if n.BookingURL != "https://book.example/"+test.want {
			t.Errorf("%s %s is at %s, want %s", test.given, test.family, n.BookingURL, test.want)
		}
	}
}

func TestUpdateUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.hires(t)
	self := w.as(meet.UserID(n.UserID))
	update := func(c caller, id string, change client.UserUpdate) (*http.Response, error) {
		return c.UpdateUser(t.Context(), uid(id), nil, change)
	}
	u := got[client.User](t, http.StatusOK)(update(self, n.UserID, client.UserUpdate{GivenName: new(" Amazing\nGrace ")}))
	if u.GivenName != "Amazing Grace" || u.FamilyName != "Hopper" || u.FullName != "Amazing Grace Hopper" || u.Slug != "grace-hopper" {
		t.Errorf("she is %+v", u)
	}
	u = got[client.User](t, http.StatusOK)(update(w.owner, n.UserID, client.UserUpdate{Slug: new("Müller & Söhne")}))
	if u.Slug != "mueller-soehne" || u.BookingURL != "https://book.example/mueller-soehne" || u.GivenName != "Amazing Grace" {
		t.Errorf("she is %+v", u)
	}
	got[client.User](t, http.StatusOK)(update(self, n.UserID, client.UserUpdate{Slug: new("mueller-soehne")})) // her own
	for _, taken := range []string{"olivia", "OLIVIA!"} {
		f := refuses(t, http.StatusConflict, "This slug is already in use")(update(self, n.UserID, client.UserUpdate{Slug: &taken}))
		if f.ErrorCode != "slug-taken" {
			t.Errorf("the code is %q", f.ErrorCode)
		}
	}
	refuses(t, http.StatusBadRequest, "slug needs at least 5 letters or digits")(update(self, n.UserID, client.UserUpdate{Slug: new("a!!!!!")}))
	refuses(t, http.StatusBadRequest, "givenName or familyName must not be blank")(update(self, n.UserID, client.UserUpdate{GivenName: new(" "), FamilyName: new(" ")}))
	refuses(t, http.StatusForbidden, "This belongs to another user; only an admin may change it")(update(self, string(olivia), client.UserUpdate{GivenName: new("X")}))
	refuses(t, http.StatusNotFound, "User not found")(update(w.owner, nobody, client.UserUpdate{GivenName: new("X")}))
	refuses(t, http.StatusNotFound, "User not found")(update(w.rival(t).owner, n.UserID, client.UserUpdate{GivenName: new("X")}))
	for _, empty := range []string{"{}", `{"givenName":null}`, `{"email":"x@example.com"}`} {
		wants(t, http.StatusBadRequest)(self.send(t, "PATCH", "/v4/user/"+n.UserID, empty))
	}
	lists(t, "familyName must not be empty", "slug must have at least 5 characters")(self.send(t, "PATCH", "/v4/user/"+n.UserID, `{"slug":"abcd","familyName":""}`))
}

func TestListUsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, ada := w.ada(t)
	w.rival(t)
	list := func(query string) client.UserPage {
		t.Helper()
		return got[client.UserPage](t, http.StatusOK)(w.owner.send(t, "GET", "/v4/user"+query, ""))
	}
	all := list("")
	if all.Total != 4 || all.Limit != 50 || all.Offset != 0 || len(all.Users) != 4 {
		t.Errorf("answered %+v", all)
	}
	var cut []client.User
	for offset := range 5 {
		page := list(fmt.Sprintf("?limit=1&offset=%d", offset))
		if page.Total != 4 || page.Limit != 1 || page.Offset != offset {
			t.Errorf("answered %+v", page)
		}
		cut = append(cut, page.Users...)
	}
	if diff := cmp.Diff(all.Users, cut); diff != "" {
		t.Errorf("in pages (-whole +pages):\n%s", diff)
	}
	for role, want := range map[string]int{"owner": 1, "admin": 0, "member": 3, "king": 0} {
		if page := list("?userType=" + role); page.Total != want || len(page.Users) != want || page.Users == nil {
			t.Errorf("%s: %+v", role, page)
		}
	}
	refuses(t, http.StatusForbidden, "Only an admin or the owner of the company may list users")(ada.ListUsers(t.Context(), nil))
	for query, want := range map[string]string{"?limit=0": "limit must be at least 1", "?limit=101": "limit must be at most 100", "?offset=-1": "offset must be at least 0"} {
		lists(t, want)(w.owner.send(t, "GET", "/v4/user"+query, ""))
	}
}
