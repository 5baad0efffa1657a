package page_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// scene is a page in one state, and what its forms do there.
type scene struct {
	name   string
	change func(*meet.MeetingType)
	make   func(testing.TB, *world) link
	// does is the outcome of each form: a sentence is a refusal; "" acts,
	// and then the page says then, and the form again.
	does map[string]outcome
}

type outcome struct {
	refused string // the sentence of a 409
	then    string // the title after
	again   string // the sentence when it is sent once more
}

func optIn(m *meet.MeetingType) { m.DoubleOptIn = meet.Enabled }

func approval(m *meet.MeetingType) {
	m.HostConfirmation = meet.Enabled
	m.FormFields = []meet.FormField{{Key: "topic", Label: "Topic", Kind: "text-single"}, {Key: "first", Label: "First time?", Kind: meet.YesNo}}
}

func both(m *meet.MeetingType) { optIn(m); approval(m) }

func withNotes(r *booking.Request) {
	r.Attendee.Notes = json.RawMessage(`{"topic": "Budget", "first": true, "hidden": "not a question"}`)
	r.Attendee.Guests = []string{"guest@example.com"}
}

func (w *world) confirmed(t testing.TB) (*meet.Hold, booking.Booked) {
	h := w.book(t).Hold
	var b booking.Booked
	w.update(t, func(tx *store.Tx) (err error) {
		b, err = booking.Confirm(tx, meet.Principal{Company: h.Company, Hold: h.ID}, h.ID)
		return err
	})
	return h, b
}

func (w *world) approved(t testing.TB) (*meet.Hold, booking.Booked) {
	h := w.book(t, withNotes).Hold
	var b booking.Booked
	w.update(t, func(tx *store.Tx) (err error) {
		_, b, err = booking.Approve(tx, w.owner(), h.ID)
		return err
	})
	return h, b
}

func (w *world) declined(t testing.TB) *meet.Hold {
	h := w.book(t, withNotes).Hold
	w.update(t, func(tx *store.Tx) error {
		_, err := booking.Decline(tx, w.owner(), h.ID, "")
		return err
	})
	return h
}

func (w *world) cancelByHost(t testing.TB, id meet.BookingID) {
	w.update(t, func(tx *store.Tx) error {
		_, err := booking.Cancel(tx, w.owner(), id, booking.Cancellation{Reason: "Ill, sorry"})
		return err
	})
}

// scenes are all states that a page can be in.
func scenes() []scene {
	free := outcome{then: "Your appointment", again: "The appointment already takes place at this time."}
	gone := outcome{then: "This appointment is cancelled", again: "This appointment was already cancelled."}
	no := func(sentence string) outcome { return outcome{refused: sentence} }
	return []scene{
		{"confirm-pending", optIn, func(t testing.TB, w *world) link { return w.confirmLink(w.book(t).Hold) }, map[string]outcome{
			"confirm": {then: "Your appointment is confirmed", again: "This booking was already confirmed."},
		}},
		{"confirm-waiting", both, func(t testing.TB, w *world) link { return w.confirmLink(w.book(t).Hold) }, map[string]outcome{
			"confirm": no("The host has not approved this booking yet."),
		}},
		{"confirm-approved", both, func(t testing.TB, w *world) link {
			h, _ := w.approved(t)
			return w.confirmLink(h)
		}, map[string]outcome{
			"confirm": {then: "Your appointment is confirmed", again: "This booking was already confirmed."},
		}},
		{"confirm-confirmed", optIn, func(t testing.TB, w *world) link {
			h, _ := w.confirmed(t)
			return w.confirmLink(h)
		}, map[string]outcome{"confirm": no("This booking was already confirmed.")}},
		{"confirm-cancelled", optIn, func(t testing.TB, w *world) link {
			h, b := w.confirmed(t)
			w.cancelByHost(t, b.Booking.ID)
			return w.confirmLink(h)
		}, map[string]outcome{"confirm": no("This appointment was already cancelled.")}},
		{"confirm-left", func(m *meet.MeetingType) { optIn(m); m.Spots = 3 }, func(t testing.TB, w *world) link {
			_, _ = w.confirmed(t) // another takes part
			h, b := w.confirmed(t)
			w.update(t, func(tx *store.Tx) error {
				_, err := booking.Cancel(tx, w.owner(), b.Booking.ID, booking.Cancellation{Attendee: b.Attendee.ID})
				return err
			})
			return w.confirmLink(h)
		}, map[string]outcome{"confirm": no("This appointment was already cancelled.")}},
		{"confirm-declined", approval, func(t testing.TB, w *world) link { return w.confirmLink(w.declined(t)) }, map[string]outcome{
			"confirm": no("This booking was declined."),
		}},
		{"confirm-expired", optIn, func(t testing.TB, w *world) link {
			h := w.book(t).Hold
			w.now = h.ExpiresAt
			return w.confirmLink(h)
		}, map[string]outcome{"confirm": no("This booking request has expired.")}},

		{"host-pending", approval, func(t testing.TB, w *world) link { return w.hostLink(w.book(t, withNotes).Hold) }, map[string]outcome{
			"approve": {then: "This appointment is booked", again: "This booking was already answered."},
			"decline": {then: "This request was declined", again: "This booking was declined."},
		}},
		{"host-pending-both", both, func(t testing.TB, w *world) link { return w.hostLink(w.book(t, withNotes).Hold) }, map[string]outcome{
			"approve": {then: "This request is approved", again: "This booking was already approved."},
			"decline": {then: "This request was declined", again: "This booking was declined."},
		}},
		{"host-approved", both, func(t testing.TB, w *world) link {
			h, _ := w.approved(t)
			return w.hostLink(h)
		}, map[string]outcome{
			"approve": no("This booking was already approved."),
			"decline": {then: "This request was declined", again: "This booking was declined."},
		}},
		{"host-unasked", optIn, func(t testing.TB, w *world) link { return w.hostLink(w.book(t).Hold) }, map[string]outcome{
			"approve": no("This booking waits for the person who asked, not for a host."),
			"decline": {then: "This request was declined", again: "This booking was declined."},
		}},
		{"host-booked", approval, func(t testing.TB, w *world) link {
			h, _ := w.approved(t)
			return w.hostLink(h)
		}, map[string]outcome{
			"approve": no("This booking was already answered."), "decline": no("This booking was already answered."),
		}},
		{"host-cancelled", approval, func(t testing.TB, w *world) link {
			h, b := w.approved(t)
			w.cancelByHost(t, b.Booking.ID)
			return w.hostLink(h)
		}, map[string]outcome{
			"approve": no("This appointment was already cancelled."), "decline": no("This appointment was already cancelled."),
		}},
		{"host-declined", approval, func(t testing.TB, w *world) link { return w.hostLink(w.declined(t)) }, map[string]outcome{
			"approve": no("This booking was declined."), "decline": no("This booking was declined."),
		}},
		{"host-expired", approval, func(t testing.TB, w *world) link {
			h := w.book(t, withNotes).Hold
			w.now = h.ExpiresAt
			return w.hostLink(h)
		}, map[string]outcome{
			"approve": no("This booking request has expired."), "decline": no("This booking request has expired."),
		}},

		{"manage-booked", nil, func(t testing.TB, w *world) link { return w.manageLink(w.book(t)) }, map[string]outcome{
			"cancel": gone, "reschedule": free,
		}},
		{"manage-moved", nil, func(t testing.TB, w *world) link {
			b := w.book(t)
			w.now = w.now.Add(time.Hour)
			w.update(t, func(tx *store.Tx) error {
				_, err := booking.Reschedule(tx, w.owner(), b.Booking.ID, start.Add(2*time.Hour), false)
				return err
			})
			return w.manageLink(b)
		}, map[string]outcome{"cancel": gone, "reschedule": free}},
		{"manage-cancelled", nil, func(t testing.TB, w *world) link {
			b := w.book(t)
			w.cancelByHost(t, b.Booking.ID)
			return w.manageLink(b)
		}, map[string]outcome{
			"cancel": no("This appointment was already cancelled."), "reschedule": no("This appointment was already cancelled."),
		}},
		{"manage-begun", nil, func(t testing.TB, w *world) link {
			b := w.book(t)
			w.now = start
			return w.manageLink(b)
		}, map[string]outcome{
			"cancel": no("This appointment can no longer be changed."), "reschedule": no("This appointment can no longer be changed."),
		}},
		{"manage-over", nil, func(t testing.TB, w *world) link {
			b := w.book(t)
			w.now = start.Add(30 * time.Minute)
			return w.manageLink(b)
		}, map[string]outcome{
			"cancel": no("This appointment can no longer be changed."), "reschedule": no("This appointment can no longer be changed."),
		}},
		{"manage-too-late", func(m *meet.MeetingType) {
			m.Cancellation = meet.Policy{Mode: meet.PolicyHours, Value: 1}
			m.Rescheduling = meet.Policy{Mode: meet.PolicyDays, Value: 2}
		}, func(t testing.TB, w *world) link {
			b := w.book(t)
			w.now = start.Add(-59 * time.Minute)
			return w.manageLink(b)
		}, map[string]outcome{
			"cancel": no("This appointment can no longer be changed."), "reschedule": no("This appointment can no longer be changed."),
		}},
		{"manage-forbidden", func(m *meet.MeetingType) {
			m.Cancellation, m.Rescheduling = meet.Policy{Mode: meet.PolicyDisabled}, meet.Policy{Mode: meet.PolicyDisabled}
		}, func(t testing.TB, w *world) link { return w.manageLink(w.book(t)) }, map[string]outcome{
			"cancel": no("This appointment can no longer be changed."), "reschedule": no("This appointment can no longer be changed."),
		}},
		{"manage-group", func(m *meet.MeetingType) { m.Spots = 5 }, func(t testing.TB, w *world) link {
			return w.manageLink(w.book(t))
		}, map[string]outcome{"cancel": gone, "reschedule": no("That was not possible.")}},
		{"manage-full", func(m *meet.MeetingType) {
			last := meet.DateOf(start)
			m.Horizon = meet.Horizon{Mode: meet.HorizonRange, First: &last, Last: &last}
			m.Increment, m.MaxPerDay = 9*time.Hour, 1
			m.Duration = 8 * time.Hour
		}, func(t testing.TB, w *world) link {
			return w.manageLink(w.book(t, func(r *booking.Request) { r.Start = start.Add(-2 * time.Hour) }))
		}, map[string]outcome{"cancel": gone, "reschedule": no("This time is no longer free.")}},
	}
}

// TestPages checks each form in each state: that it acts, or says why not,
// and that it acts once.
func TestPages(t *testing.T) {
	for _, s := range scenes() {
		for name, want := range s.does {
			t.Run(s.name+"/"+name, func(t *testing.T) {
				w := s.world(t, "en")
				l := s.make(t, w)
				wants(t, w.get(l.page()), http.StatusOK)
				fields := []string{"reason", "Because", "start", start.Add(24 * time.Hour).Format(time.RFC3339)}
				answer := w.post(l, name, fields...)
				if want.refused != "" {
					wants(t, answer, http.StatusConflict, `role="alert"`, want.refused)
					return
				}
				wants(t, answer, http.StatusSeeOther)
				if to := answer.Header().Get("Location"); to != "../"+l.id+"?"+l.field+"="+l.secret {
					t.Errorf("the answer leads to %q", to)
				}
				wants(t, w.get(l.page()), http.StatusOK, want.then)
				wants(t, w.post(l, name, fields...), http.StatusConflict, want.again)
			})
		}
	}
}

func (s scene) world(t testing.TB, language string) *world {
	if s.change == nil {
		return newWorld(t, language)
	}
	return newWorld(t, language, s.change)
}
