package impl_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/secret"
)

// The sentences about appointments that were called off.
const (
	noMoreMoves   = "A cancelled appointment cannot be rescheduled"
	noMoreChanges = "A cancelled appointment cannot be changed"
)

// deeds are what can be done to an appointment, in an order in which one
// does not spoil the next.
var deeds = []string{"get", "ics", "notes", "transcription", "guest", "reschedule", "delete", "cancel"}

// does asks for one of the deeds, on the appointment with an id whose
// attendee is known.
func (c caller) does(t testing.TB, deed, id, attendee string) answer {
	t.Helper()
	request := map[string]struct{ method, path, body string }{
		"get":           {"GET", "", ""},
		"ics":           {"GET", "/ics", ""},
		"notes":         {"PATCH", "/notes", `{"note":"x"}`},
		"transcription": {"PATCH", "/transcription", `{"summary":"x"}`},
		"guest":         {"PATCH", "/guest", `{"attendeeId":"` + attendee + `","email":"guest@example.com"}`},
		"reschedule":    {"POST", "/reschedule", `{"start":"2024-01-19T14:00:00+01:00"}`},
		"delete":        {"DELETE", "", ""},
		"cancel":        {"POST", "/cancel", `{"reason":"x"}`},
	}[deed]
	return read(t)(c.send(t, request.method, "/v4/appointment/"+id+request.path, request.body))
}

// Ensure in each state of an appointment everybody may do what they may, and
// is refused the rest with its sentence; what is refused changes nothing.
func TestAppointment_States(t *testing.T) {
	t.Parallel()
	const fine = ""
	type refusals map[string]string // of deeds; the rest is fine
	everything := func(sentence string) refusals {
		all := refusals{}
		for _, deed := range deeds {
			all[deed] = sentence
		}
		return all
	}
	with := func(r refusals, more refusals) refusals {
		all := refusals{}
		for _, some := range []refusals{r, more} {
			for deed, sentence := range some {
				all[deed] = sentence
			}
		}
		return all
	}
	// An attendee has no say in what hosts write down.
	ofHosts := refusals{"notes": noCredential, "transcription": noCredential, "guest": noCredential}
	cancelled := refusals{"reschedule": noMoreMoves, "guest": noMoreChanges}
	begun := refusals{}
	for deed, verb := range map[string]string{"reschedule": "rescheduled", "delete": "cancelled", "cancel": "cancelled"} {
		begun[deed] = "This appointment has begun and can no longer be " + verb
	}
	nothing := everything(noAppointment)
	held := func(c *consent, t *testing.T) string {
		return c.owner.holds(t, ofType(c.kind), hostedBy(c.adaID), quietly).ProvisionalBookingID
	}
	confirmed := func(c *consent, t *testing.T) client.Booked {
		hold := held(c, t)
		return c.confirmer(c.token(hold)).confirms(t, hold)
	}
	for name, test := range map[string]struct {
		optIn, host      bool
		reach            func(c *consent, t *testing.T) client.Booked // a hold has no secret
		hosts, attendees refusals
	}{
		"pending for the attendee": {optIn: true, reach: func(c *consent, t *testing.T) client.Booked {
			return client.Booked{AppointmentID: held(c, t)}
		}, hosts: nothing},
		"pending for the host": {host: true, reach: func(c *consent, t *testing.T) client.Booked {
			return client.Booked{AppointmentID: held(c, t)}
		}, hosts: nothing},
		"approved, pending for the attendee": {optIn: true, host: true, reach: func(c *consent, t *testing.T) client.Booked {
			hold := held(c, t)
			c.ada.mustAnswer(t, hold, "approve")
			return client.Booked{AppointmentID: hold}
		}, hosts: nothing},
		"declined": {host: true, reach: func(c *consent, t *testing.T) client.Booked {
			hold := held(c, t)
			wants(t, http.StatusOK)(c.ada.send(t, "POST", "/v4/provisional-booking/"+hold+"/decline", ""))
			return client.Booked{AppointmentID: hold}
		}, hosts: nothing},
		"expired": {optIn: true, reach: func(c *consent, t *testing.T) client.Booked {
			hold := held(c, t)
			c.advance(t, "24h")
			return client.Booked{AppointmentID: hold}
		}, hosts: nothing},
		"a hold that was confirmed": {optIn: true, reach: func(c *consent, t *testing.T) client.Booked {
			hold := held(c, t)
			c.confirmer(c.token(hold)).confirms(t, hold)
			return client.Booked{AppointmentID: hold}
		}, hosts: nothing},
		"booked": {reach: func(c *consent, t *testing.T) client.Booked {
			return c.owner.book(t, ofType(c.kind), hostedBy(c.adaID), quietly)
		}, attendees: ofHosts},
		"confirmed": {optIn: true, reach: confirmed, attendees: ofHosts},
		"approved, confirmed": {optIn: true, host: true, reach: func(c *consent, t *testing.T) client.Booked {
			hold := held(c, t)
			c.ada.mustAnswer(t, hold, "approve")
			return c.confirmer(c.token(hold)).confirms(t, hold)
		}, attendees: ofHosts},
		"rescheduled": {reach: func(c *consent, t *testing.T) client.Booked {
			b := c.owner.book(t, ofType(c.kind), hostedBy(c.adaID), quietly)
			c.ada.moves(t, b.AppointmentID, "2024-01-17T10:00:00+01:00")
			c.attendee(b.Secret).moves(t, b.AppointmentID, "2024-01-18T10:00:00+01:00")
			return b
		}, attendees: ofHosts},
		"begun": {reach: func(c *consent, t *testing.T) client.Booked {
			b := c.owner.book(t, ofType(c.kind), hostedBy(c.adaID), quietly)
			c.setClock(t, "2024-01-15T08:00:00Z")
			return b
		}, attendees: with(begun, ofHosts)},
		"past": {optIn: true, reach: func(c *consent, t *testing.T) client.Booked {
			b := confirmed(c, t)
			c.setClock(t, "2024-01-16T08:00:00Z")
			return b
		}, attendees: with(begun, ofHosts)},
		"cancelled by the host": {reach: func(c *consent, t *testing.T) client.Booked {
			b := c.owner.book(t, ofType(c.kind), hostedBy(c.adaID), quietly)
			c.ada.cancels(t, b.AppointmentID, client.CancelRequest{})
			return b
		}, hosts: cancelled, attendees: with(cancelled, ofHosts)},
		"cancelled by the attendee": {optIn: true, reach: func(c *consent, t *testing.T) client.Booked {
			b := confirmed(c, t)
			c.attendee(b.Secret).cancels(t, b.AppointmentID, client.CancelRequest{})
			return b
		}, hosts: cancelled, attendees: with(cancelled, ofHosts)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newConsent(t, test.optIn, test.host)
			attendee := func(id string) string {
				if test.hosts["get"] == noAppointment {
					return nobody
				}
				return c.ada.appointment(t, id).AttendeeIDs[0]
			}
			// check asks for every deed as somebody.
			check := func(who string, as caller, b client.Booked, want refusals) {
				t.Helper()
				someone := attendee(b.AppointmentID)
				for _, deed := range deeds {
					a := as.does(t, deed, b.AppointmentID, someone)
					sentence := ""
					if a.status != http.StatusOK {
						sentence = decode[failure](t, a.body).sentence()
					}
					if sentence != want[deed] || sentence == fine && a.status != http.StatusOK {
						t.Errorf("%s of %s answered %d %.200s, want %q", deed, who, a.status, a.body, want[deed])
					}
				}
			}
			b := test.reach(c, t)
			before := c.events(t, b.AppointmentID)
			for who, as := range map[string]caller{"another member": c.ben, "another company": c.rival} {
				check(who, as, b, nothing)
			}
			check("nobody", c.caller(), b, everything(noCredential))
			check("somebody with a host's token", c.attendee(c.ring.Derive(secret.HostToken, b.AppointmentID, 0)), b, with(everything(wrongSecret), ofHosts))
			c.setClock(t, c.clock(t).Now.Add(time.Minute).Format(time.RFC3339)) // wrong tries are counted
			if diff := cmp.Diff(before, c.events(t, b.AppointmentID)); diff != "" {
				t.Errorf("what was refused changed something (-want +got):\n%s", diff)
			}
			if b.Secret == "" {
				check("a host", c.ada, b, test.hosts)
				check("an admin", c.owner, b, test.hosts)
				return
			}
			check("the attendee", c.attendee(b.Secret), b, test.attendees)
			c.owner.cancels(t, b.AppointmentID, client.CancelRequest{}) // where it was refused
			c.setClock(t, morning.Format(time.RFC3339))
			check("a host", c.ada, test.reach(c, t), test.hosts)
			c.setClock(t, morning.Format(time.RFC3339))
			check("an admin", c.owner, test.reach(c, t), test.hosts)
		})
	}
}

// sameStart is said of a move to where the appointment is.
const sameStart = "The appointment already takes place at this time"

// Ensure what may be moved does not depend on the door.
func TestReschedule_Doors(t *testing.T) {
	t.Parallel()
	const (
		noGroups = "One attendee cannot move a group appointment; cancel your seat and book another"
		never    = "This appointment cannot be rescheduled by its attendee"
		nine     = "2024-01-15T09:00:00+01:00"
		eleven   = "2024-01-15T11:00:00+01:00"
	)
	w := newWorld(t)
	group := w.typeID(t, "group")
	gone := w.addType(t, func(c *client.MeetingTypeCreate) { c.MeetingInfo.Name = "Gone" }).ID
	off := w.addType(t, func(c *client.MeetingTypeCreate) { c.MeetingInfo.Name = "Off" }).ID
	for name, test := range map[string]struct {
		kind     string
		change   func()
		start    string
		secret   string // the sentence by secret, "" is that it moves
		booking  string // and by another booking
		key      string // and by key
		booking4 int    // the status by another booking, when it is not 400
		secret4  int
	}{
		"where it is":                {kind: string(intro), start: nine, secret: sameStart, booking: sameStart, key: sameStart},
		"a group of one":             {kind: string(group), start: eleven, secret: noGroups, secret4: 403, booking: noGroups, booking4: 403},
		"of a type that is disabled": {kind: off, start: eleven, secret: never, booking: noSuchType, booking4: 404, change: func() { w.owner.changes(t, off, `{"enabled":false}`) }},
		"of a type that is deleted": {kind: gone, start: eleven, secret: never, booking: noSuchType, booking4: 404, change: func() {
			wants(t, http.StatusNoContent)(w.owner.DeleteMeetingType(t.Context(), uid(gone), nil))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			b := w.owner.book(t, ofType(test.kind))
			if test.change != nil {
				test.change()
			}
			before := len(w.events(t, b.AppointmentID))
			w.submits(t, managing(b), "reschedule", http.StatusConflict, "start", test.start)
			refuses(t, max(test.secret4, 400), test.secret)(w.attendee(b.Secret).tryMove(t, b.AppointmentID, test.start))
			refuses(t, max(test.booking4, 400), test.booking)(w.owner.tryBook(t, ofType(test.kind), starting(test.start), moving(b.AppointmentID)))
			w.attendee(b.Secret).appointment(t, b.AppointmentID)
			if after := len(w.events(t, b.AppointmentID)); after != before {
				t.Errorf("%d things happened", after-before)
			}
			if test.key != "" {
				refuses(t, 400, test.key)(w.owner.tryMove(t, b.AppointmentID, test.start))
			} else {
				w.owner.moves(t, b.AppointmentID, test.start)
			}
			w.owner.cancels(t, b.AppointmentID, client.CancelRequest{CancelAll: new(true)})
		})
	}
}
