package impl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
)

// journey is a world seen by those who live in it: a program that uses the
// client, somebody who listens, and those who read their mail.
type journey struct {
	*world
	api *client.API
	*receiver
}

func newJourney(t *testing.T) *journey {
	t.Helper()
	j := &journey{world: newWorld(t), receiver: newReceiver(t)}
	var err error
	if j.api, err = client.New(client.Config{BaseURL: j.url, APIKey: j.demo.PersonalKey()}); err != nil {
		t.Fatal(err)
	}
	j.owner.subscribes(t, j.receiver, "booking_created", "booking_rescheduled", "booking_cancelled")
	return j
}

// books makes a booking that is either made or waits.
func (j *journey) books(t *testing.T, change ...func(*client.BookingRequest)) (*client.Booked, *client.Provisional) {
	t.Helper()
	outcome, err := j.api.CreateBooking(t.Context(), booking(change...))
	if err != nil {
		t.Fatal(err)
	}
	return outcome.Value()
}

// told asserts which mails an address got in all: their subjects, up to the
// colon, and of an invite what it is.
func (j *journey) told(t *testing.T, to string, want ...string) {
	t.Helper()
	got := []string{}
	for _, m := range j.inbox(t, to, "") {
		text, _, _ := strings.Cut(m.Subject, ":")
		if m.ICS != "" {
			i := inviteOf(t, m)
			text += ", " + i.Method + " " + i.Sequence
		}
		got = append(got, text)
	}
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		t.Errorf("mails to %s (-want +got):\n%s", to, diff)
	}
}

// heard asserts which webhooks came since last time: their kind, start,
// hosts by given name, attendees, and whether it is called off.
func (j *journey) heard(t *testing.T, want ...string) {
	t.Helper()
	j.delivers(t)
	got := []string{}
	for _, e := range j.took() {
		text := strings.TrimPrefix(string(e.WebhookType), "booking_") + " " + e.Start.UTC().Format("02T15:04")
		for _, h := range e.Hosts {
			text += " " + h.GivenName
		}
		for _, a := range e.Attendees {
			text += " " + *a.Email
		}
		if *e.IsCancelled {
			text += " off"
		}
		got = append(got, text)
	}
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		t.Errorf("webhooks (-want +got):\n%s", diff)
	}
}

// opens is the page of the only mail to an address with a subject.
func (j *journey) opens(t *testing.T, to, subject, path, field string) link {
	t.Helper()
	return link{path, field, one(t, j.inbox(t, to, subject)).param(t, path, field)}
}

// Ensure a host's approval comes before the attendee's confirmation, both by
// the links of their mails, and that nobody hears of a meeting before both.
func TestLife_ApprovedAndConfirmed(t *testing.T) {
	t.Parallel()
	j := newJourney(t)
	const jane, host = "client@example.com", "olivia@demo.example"
	_, held := j.books(t, ofType(j.typeID(t, "double-opt-in-host-confirm")))
	if held == nil || held.Type != client.ProvisionalBookingTypeRequireHostConfirmation {
		t.Fatalf("became %+v", held)
	}
	j.told(t, jane, "Requested")
	j.told(t, host, "Please approve")
	j.submits(t, j.opens(t, host, "Please approve", "/host/"+held.ID, "token"), "approve", 200)
	j.told(t, host, "Please approve")
	page := j.opens(t, jane, "Please confirm", "/confirm/"+held.ID, "token")
	j.heard(t)
	j.owner.isTaken(t)
	j.submits(t, page, "confirm", 200)
	j.heard(t, "created 15T08:00 Olivia "+jane)
	j.told(t, jane, "Requested", "Please confirm", "Booked, REQUEST 0")
	j.told(t, host, "Please approve", "New booking, REQUEST 0")

	manage := one(t, j.inbox(t, jane, "Booked"))
	id := string(one(t, j.live(t)).ID)
	j.advance(t, "P5D") // past both reminders and the meeting
	j.told(t, jane, "Requested", "Please confirm", "Booked, REQUEST 0", "Reminder", "Reminder")
	j.submits(t, link{"/m/" + id, "secret", manage.param(t, "/m/"+id, "secret")}, "cancel", 409) // it is over
	j.heard(t)
}

// Ensure bookings of a queue go to those who are told of them, and go on
// with whoever is free when they move.
func TestLife_Queue(t *testing.T) {
	t.Parallel()
	j := newJourney(t)
	r := newRota(t, j.world, 2)
	const jane, first, second = "client@example.com", "host0@demo.example", "host1@demo.example"
	book := func(i int) *client.Booked {
		t.Helper()
		next, err := j.api.GetNextQueueHosts(t.Context(), string(r.queue))
		if err != nil {
			t.Fatal(err)
		}
		booked, _ := j.books(t, r.request(i))
		user, _, err := client.SplitNextHost(next.NextHosts[0])
		if a, err2 := j.api.GetAppointment(t.Context(), booked.AppointmentID); err != nil || err2 != nil || a.HostIDs[0] != user.ID {
			t.Fatalf("next was %+v, it is %+v, %v, %v", user, a, err, err2)
		}
		return booked
	}
	a := book(16) // eight o'clock
	j.heard(t, "created 15T08:00 Host0 "+jane)
	b := book(16)
	j.heard(t, "created 15T08:00 Host1 "+jane)
	j.told(t, first, "New booking, REQUEST 0")
	j.told(t, second, "New booking, REQUEST 0")

	// Moved, it stays with its host; called off, the turn is given back.
	if _, err := j.api.RescheduleAppointment(t.Context(), b.AppointmentID, client.RescheduleRequest{Start: at("2024-01-15T10:00:00Z")}); err != nil {
		t.Fatal(err)
	}
	j.heard(t, "rescheduled 15T10:00 Host1 "+jane)
	if _, err := j.api.CancelAppointment(t.Context(), a.AppointmentID, client.CancelRequest{}, client.WithAppointmentSecret(a.Secret)); err != nil {
		t.Fatal(err)
	}
	j.heard(t, "cancelled 15T08:00 Host0 "+jane+" off")
	book(24)
	j.heard(t, "created 15T12:00 Host0 "+jane)
	j.told(t, first, "New booking, REQUEST 0", "Cancelled, CANCEL 1", "New booking, REQUEST 0")
	j.told(t, second, "New booking, REQUEST 0", "Rescheduled, REQUEST 1")
	j.checkApart(t)
}

// Ensure each of a group hears of what is theirs, and the host of all.
func TestLife_Group(t *testing.T) {
	t.Parallel()
	j := newJourney(t)
	group := ofType(j.typeID(t, "group"))
	const ann, bob, cem, host = "ann@example.com", "bob@example.com", "cem@example.com", "olivia@demo.example"
	booked := map[string]*client.Booked{}
	for _, who := range []string{ann, bob, cem} {
		booked[who], _ = j.books(t, group, named(who[:3], who))
	}
	id := booked[ann].AppointmentID
	j.heard(t, "created 15T08:00 Olivia "+ann, "created 15T08:00 Olivia "+bob, "created 15T08:00 Olivia "+cem)
	j.told(t, host, "New booking, REQUEST 0", "New booking, REQUEST 1", "New booking, REQUEST 2")

	j.submits(t, j.opens(t, bob, "Booked", "/m/"+id, "secret"), "cancel", 200)
	j.heard(t, "cancelled 15T08:00 Olivia "+bob)
	if _, err := j.api.RescheduleAppointment(t.Context(), id, client.RescheduleRequest{Start: at("2024-01-15T11:00:00Z")}); err != nil {
		t.Fatal(err)
	}
	j.heard(t, "rescheduled 15T11:00 Olivia "+ann+" "+cem)
	j.advance(t, "P5DT1H") // a day before is past, an hour before is not
	if _, err := j.api.CancelAppointment(t.Context(), id, client.CancelRequest{AttendeeID: new(uuid.MustParse(j.attendeeID(t, id, cem)))}); err != nil {
		t.Fatal(err)
	}
	j.heard(t, "cancelled 15T11:00 Olivia "+cem)
	if _, err := j.api.CancelAppointment(t.Context(), id, client.CancelRequest{CancelAll: new(true)}); err != nil {
		t.Fatal(err)
	}
	j.heard(t, "cancelled 15T11:00 Olivia "+ann+" off")
	j.advance(t, "P1D")
	j.told(t, ann, "Booked, REQUEST 0", "Rescheduled, REQUEST 4", "Reminder", "Cancelled, CANCEL 6")
	j.told(t, bob, "Booked, REQUEST 1", "Cancelled, CANCEL 3")
	j.told(t, cem, "Booked, REQUEST 2", "Rescheduled, REQUEST 4", "Reminder", "Cancelled, CANCEL 5")
	j.told(t, host, "New booking, REQUEST 0", "New booking, REQUEST 1", "New booking, REQUEST 2", "Left, REQUEST 3", "Rescheduled, REQUEST 4",
		"Left, REQUEST 5", "Cancelled, CANCEL 6")
}

// attendeeID is who of an appointment has an address.
func (w *world) attendeeID(t testing.TB, id, email string) string {
	t.Helper()
	for _, a := range w.owner.appointment(t, id).Attendees {
		if text(a.Email) == email {
			return a.ID
		}
	}
	t.Fatalf("%s is not in it", email)
	return ""
}
