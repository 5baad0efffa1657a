package impl_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
)

// last is the newest of the mails to an address, of which there are n.
func (w *world) last(t testing.TB, to string, n int) postcard {
	t.Helper()
	mails := w.inbox(t, to, "")
	if len(mails) != n {
		t.Fatalf("%s got %v, want %d", to, subjects(mails), n)
	}
	return mails[n-1]
}

// Ensure a move that changes the host takes the meeting out of one calendar
// and puts it into the other.
func TestReschedule_OtherHost(t *testing.T) {
	t.Parallel()
	r := newRota(t, newWorld(t), 2)
	id := r.owner.book(t, r.request(1)).AppointmentID // at 0:30
	r.owner.book(t, r.request(2))
	busy := r.owner.book(t, r.request(3)).AppointmentID // at 1:30
	if r.hostOf(t, id) != "0" || r.hostOf(t, busy) != "0" {
		t.Fatalf("hosted by %s and %s", r.hostOf(t, id), r.hostOf(t, busy))
	}
	const zero, one = "host0@demo.example", "host1@demo.example"
	r.last(t, zero, 2)
	r.last(t, one, 1)
	r.owner.moves(t, id, "2024-01-15T01:30:00Z")
	if host := r.hostOf(t, id); host != "1" {
		t.Fatalf("then hosted by %s", host)
	}
	lost, won := r.last(t, zero, 3), r.last(t, one, 2)
	uid := id + "@meetwright"
	if diff := cmp.Diff(invite{"CANCEL", "1", uid, "CANCELLED", "20240115T003000Z"}, inviteOf(t, lost)); diff != "" {
		t.Errorf("who had it was sent (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(invite{"REQUEST", "1", uid, "CONFIRMED", "20240115T013000Z"}, inviteOf(t, won)); diff != "" {
		t.Errorf("who has it was sent (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(lost.Subject, "Handed over: ") || !strings.Contains(lost.Text, "is now hosted by somebody else") {
		t.Errorf("who had it reads %q\n%s", lost.Subject, lost.Text)
	}
	if !strings.HasPrefix(won.Subject, "New booking: ") {
		t.Errorf("who has it reads %q", won.Subject)
	}
	if e := unfolded(lost.ICS); !strings.Contains(e["ORGANIZER"], zero) {
		t.Errorf("it is taken back from %v", e)
	}
	moved := r.inbox(t, "client@example.com", "Rescheduled")
	if len(moved) != 1 || inviteOf(t, moved[0]).Sequence != "1" {
		t.Errorf("the attendee was told %v", subjects(moved))
	}
	r.owner.moves(t, id, "2024-01-15T02:30:00Z") // which keeps the host
	r.last(t, zero, 3)
	if again := r.last(t, one, 3); !strings.HasPrefix(again.Subject, "Rescheduled: ") {
		t.Errorf("then it reads %q", again.Subject)
	}
}

// Ensure a new guest is in every calendar whose invite names the guests, and
// that nobody else hears of it.
func TestAddGuest_Calendars(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := ofType(w.typeID(t, "group"))
	const jane, other, friend, guest = "client@example.com", "second@example.com", "friend@example.com", "guest@example.com"
	b := w.owner.book(t, group, func(r *client.BookingRequest) { r.Attendee.BringalongEmails = []string{friend} })
	w.owner.book(t, group, named("Second", other))
	before := map[string]int{}
	for _, to := range []string{jane, other, friend, "olivia@demo.example"} {
		before[to] = len(w.inbox(t, to, ""))
	}
	add := func() {
		wants(t, http.StatusOK)(w.owner.UpdateAppointmentGuest(t.Context(), uid(b.AppointmentID), nil,
			client.GuestInput{AttendeeID: uid(w.owner.appointment(t, b.AppointmentID).AttendeeIDs[0]), Email: guest}))
	}
	add()
	add() // which changes nothing
	for to, more := range map[string]int{jane: 1, other: 0, friend: 0, "olivia@demo.example": 1, guest: 1} {
		m := w.inbox(t, to, "")
		if len(m) != before[to]+more {
			t.Errorf("%s got %v", to, subjects(m))
			continue
		}
		if more == 0 {
			continue
		}
		news := m[len(m)-1]
		if i := inviteOf(t, news); i.Method != "REQUEST" || i.Sequence != "2" || !strings.Contains(strings.ReplaceAll(news.ICS, "\r\n ", ""), "mailto:"+guest) {
			t.Errorf("%s was sent %+v", to, i)
		}
		if to != guest && !strings.HasPrefix(news.Subject, "Changed: ") {
			t.Errorf("%s reads %q", to, news.Subject)
		}
	}
}

// Ensure whoever takes over from a user who leaves, takes over the requests
// that wait as well, and all calendars learn whose the meetings are.
func TestDeleteUser_HandsOver(t *testing.T) {
	t.Parallel()
	w, ring := keyedWorld(t)
	on := client.CompanySettingEnabled
	n := w.hires(t, func(u *client.UserCreate) { u.Timezone = "Europe/Berlin" })
	grace := meet.UserID(n.UserID)
	adaID, ada := w.ada(t)
	types := map[string]string{"booked": n.MeetingTypeID}
	for name, options := range map[string]client.MeetingOptions{"asked": {RequireHostConfirmation: &on}, "opt-in": {DoubleOptIn: &on}} {
		types[name] = w.addType(t, func(c *client.MeetingTypeCreate) { c.UserID, c.MeetingOptions = new(uid(grace)), &options }).ID
	}
	request := func(name, start string) []func(*client.BookingRequest) {
		return []func(*client.BookingRequest){ofType(types[name]), hostedBy(grace), phoned("+15551234567"), starting(start)}
	}
	asked := w.owner.holds(t, request("asked", "2024-01-15T10:00:00+01:00")...).ProvisionalBookingID
	optIn := w.owner.holds(t, request("opt-in", "2024-01-15T11:00:00+01:00")...).ProvisionalBookingID
	refuses(t, http.StatusConflict, stillBooked)(w.owner.tryFire(t, n.UserID, ""))

	team := w.chosenType(t)
	inTheWay := []client.Booked{
		w.owner.book(t, ofType(team), hostedBy(adaID), starting("2024-01-15T10:00:00+01:00")),
		w.owner.book(t, ofType(team), hostedBy(adaID), starting("2024-01-15T10:50:00+01:00"), forced),
	}
	for _, b := range inTheWay {
		refuses(t, http.StatusConflict, heirBusy)(w.owner.tryFire(t, n.UserID, string(adaID)))
		if hosts := w.hold(t, asked).Hosts; !slices.Equal(hosts, []meet.UserID{grace}) {
			t.Errorf("half of it happened: %v", hosts)
		}
		w.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
	}
	b := w.owner.book(t, request("booked", "2024-01-15T09:00:00+01:00")...)
	const jane, toAda = "client@example.com", "ada@demo.example"
	janes, adas := len(w.inbox(t, jane, "")), len(w.inbox(t, toAda, ""))
	old := ring.Derive(secret.HostToken, asked, w.hold(t, asked).Generation)

	wants(t, http.StatusNoContent)(w.owner.tryFire(t, n.UserID, string(adaID)))
	changed := w.last(t, jane, janes+1) // and of the requests nothing new
	if i := inviteOf(t, changed); i.Method != "REQUEST" || i.Sequence != "1" || !strings.HasPrefix(changed.Subject, "Changed: ") || !strings.Contains(changed.Text, "Ada Lovelace") {
		t.Errorf("the attendee was told %q with %+v\n%s", changed.Subject, i, changed.Text)
	}
	w.last(t, toAda, adas+2)
	if news := one(t, w.inbox(t, toAda, "New booking: 30min Meeting")); inviteOf(t, news).Sequence != "1" {
		t.Errorf("the new host was sent %s", news.ICS)
	}
	for _, id := range []string{asked, optIn} {
		if hosts := w.hold(t, id).Hosts; !slices.Equal(hosts, []meet.UserID{adaID}) {
			t.Errorf("a request waits for %v", hosts)
		}
	}
	w.owner.isTaken(t, ofType(team), hostedBy(adaID), starting("2024-01-15T10:00:00+01:00"))
	w.owner.isTaken(t, ofType(team), hostedBy(adaID), starting("2024-01-15T11:00:00+01:00"))

	token := one(t, w.inbox(t, toAda, "Please approve")).param(t, "/host/", "token")
	for credential, status := range map[string]int{old: http.StatusUnauthorized, token: http.StatusOK} {
		wants(t, status)(w.caller().send(t, http.MethodGet, "/host/"+asked+"?token="+credential, ""))
	}
	approved := got[client.Approved](t, http.StatusCreated)(ada.send(t, http.MethodPost, "/v4/provisional-booking/"+asked+"/approve", ""))
	confirmed := w.confirmer(ring.Derive(secret.ConfirmationToken, optIn, 0)).confirms(t, optIn)
	for _, id := range []string{b.AppointmentID, approved.AppointmentID, confirmed.AppointmentID} {
		if hosts := w.owner.appointment(t, id).HostIDs; !slices.Equal(hosts, []string{string(adaID)}) {
			t.Errorf("%s is hosted by %v", id, hosts)
		}
	}
	w.checkApart(t)
}
