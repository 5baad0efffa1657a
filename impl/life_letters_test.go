package impl_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
)

// Ensure each host of a meeting hears of all that happens to it.
func TestLetters_EachHost(t *testing.T) {
	t.Parallel()
	hosts := []string{"ada@demo.example", "ben@demo.example", "cleo@demo.example"}
	for name, group := range map[string]bool{"co-hosts": false, "a group of a queue": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			adaID, _ := w.ada(t)
			ben, cleo := w.userID(t, "ben@demo.example"), w.userID(t, "cleo@demo.example")
			kind := w.typeID(t, "co-host")
			request := []func(*client.BookingRequest){ofType(kind), hostedBy(adaID, ben, cleo), starting("2024-01-15T09:00:00+01:00")}
			if group {
				r := &rota{world: w, kind: meet.MeetingTypeID(w.addType(t).ID)}
				q := r.patch(t, `{"type":"simpleRoundRobin"}`)
				got[client.QueueUserGroup](t, http.StatusCreated)(w.owner.CreateQueueUserGroup(t.Context(), nil, client.QueueUserGroupCreate{
					QueueID: uid(q.ID), Name: "All", UserIDs: []uuid.UUID{uid(adaID), uid(ben), uid(cleo)},
				}))
				kind = r.kind
				request = append(request, ofType(kind), hostedBy(), func(r *client.BookingRequest) { r.QueueID = new(uid(q.ID)) })
			}
			told := 0
			// tell asserts that each host got one more mail, which says so.
			tell := func(subject string) {
				t.Helper()
				told++
				for _, host := range hosts {
					mails := w.inbox(t, host, "")
					if len(mails) != told || len(w.inbox(t, host, subject)) == 0 {
						t.Errorf("%s got %v, of which the last should be about %q", host, subjects(mails), subject)
					}
				}
			}
			b := w.owner.book(t, request...)
			tell("New booking")
			w.owner.moves(t, b.AppointmentID, "2024-01-15T10:00:00+01:00")
			tell("Rescheduled")
			w.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
			tell("Cancelled")
			w.owner.changes(t, string(kind), `{"meetingOptions":{"requireHostConfirmation":"enabled"}}`)
			hold := w.owner.holds(t, request...).ProvisionalBookingID
			tell("Please approve")
			w.owner.mustAnswer(t, hold, "approve")
			tell("New booking")
		})
	}
}

// Ensure two seats of one address are told apart.
func TestLetters_EachSeat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := ofType(w.typeID(t, "group"))
	friend := func(r *client.BookingRequest) { r.Attendee.BringalongEmails = []string{"friend@example.com"} }
	b := w.owner.book(t, group, friend, named("Ann", "home@example.com"))
	w.owner.book(t, group, friend, named("Bob", "home@example.com"))
	for i, change := range []func(){
		func() {},
		func() { w.owner.moves(t, b.AppointmentID, "2024-01-15T11:00:00+01:00") },
		func() { w.owner.cancels(t, b.AppointmentID, client.CancelRequest{CancelAll: new(true)}) },
	} {
		change()
		for _, to := range []string{"home@example.com", "friend@example.com"} {
			if mails := w.inbox(t, to, ""); len(mails) != 2*(i+1) {
				t.Errorf("%s got %v", to, subjects(mails))
			}
		}
	}
	names := []string{}
	for _, m := range w.inbox(t, "home@example.com", "") {
		names = append(names, fmt.Sprint(m.Headers["To"]))
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != 2 {
		t.Errorf("they are to %v", names)
	}
}

// Ensure the links of mails open their pages, also when the secret was
// renewed before they were sent.
func TestLetters_LinksAreCurrent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var b, again client.Booked
	// Nothing is sent in between.
	err := w.Jobs.Alone(func(func() ([]meet.Job, error)) error {
		b = w.owner.book(t)
		again = w.owner.book(t, moving(b.AppointmentID), starting("2024-01-15T10:00:00+01:00"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	again = w.owner.book(t, moving(b.AppointmentID), starting("2024-01-15T11:00:00+01:00"))
	w.advance(t, "P4DT23H")
	mails := w.inbox(t, "client@example.com", "")
	if len(mails) != 4 {
		t.Fatalf("there are %v", subjects(mails))
	}
	for i, want := range map[int]string{0: "", 2: again.Secret, 3: again.Secret} {
		secret := mails[i].param(t, "/m/"+b.AppointmentID, "secret")
		if i > 0 && secret != want {
			t.Errorf("%q links with a secret that is not the last one", mails[i].Subject)
		}
	}
	page := managing(again)
	wants(t, http.StatusOK)(w.caller().send(t, http.MethodGet, page.path+"?secret="+mails[2].param(t, page.path, "secret"), ""))
	refuses(t, http.StatusUnauthorized, wrongSecret)(w.attendee(b.Secret).GetAppointment(t.Context(), uid(b.AppointmentID), nil))
}

// Ensure a request that is handed over lets nobody answer it who no longer
// hosts it, and everybody who does, whenever their mails are sent.
func TestLetters_HandedOverRequest(t *testing.T) {
	t.Parallel()
	c := newConsent(t, true, true)
	ben := c.userID(t, "ben@demo.example")
	c.addQueue(t, meet.MeetingTypeID(c.kind), true, c.adaID, ben)
	c.owner.changes(t, c.kind, `{"meetingOptions":{"allowHostSelection":true}}`)
	var hold string
	err := c.Jobs.Alone(func(func() ([]meet.Job, error)) error {
		hold = c.held(t)
		wants(t, http.StatusNoContent)(c.owner.DeleteUser(t.Context(), uid(c.adaID), &client.DeleteUserParams{ReassignTo: new(uid(olivia))}))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if mails := c.inbox(t, "ada@demo.example", ""); len(mails) > 0 {
		t.Errorf("who no longer hosts it got %v", subjects(mails))
	}
	for _, host := range []string{"olivia@demo.example", "ben@demo.example"} {
		for _, m := range c.inbox(t, host, "Please approve") {
			token := m.param(t, "/host/"+hold, "token")
			wants(t, http.StatusOK)(c.caller().send(t, http.MethodGet, answering(hold, token).path+"?token="+token, ""))
		}
	}
	one(t, c.inbox(t, "olivia@demo.example", "Please approve"))
}
