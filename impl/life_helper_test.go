package impl_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// The sentences about holds.
const (
	alreadyConfirmed = "This booking was already confirmed"
	alreadyApproved  = "This booking was already approved"
	wasDeclined      = "This booking was declined"
	hasExpired       = "This booking request has expired"
	hostFirst        = "The host has not approved this booking yet"
	noHostAsked      = "This booking waits for its attendee, not for a host"
	onlyAttendee     = "Only the attendee can confirm this booking, by the link in the mail"
	noHold           = "Provisional booking not found"
	wrongToken       = "Invalid confirmation token"
	noCredential     = "Missing authorization header"
)

// keyedWorld is newWorld with the key that its secrets hang on.
func keyedWorld(t testing.TB, change ...func(*impl.Settings)) (*world, *secret.Keyring) {
	t.Helper()
	w := newWorld(t, change...)
	return w, w.ring
}

// holds makes a booking that must wait for somebody.
func (c caller) holds(t testing.TB, change ...func(*client.BookingRequest)) client.ProvisionallyBooked {
	t.Helper()
	h := got[client.ProvisionallyBooked](t, http.StatusCreated)(c.tryBook(t, change...))
	if h.ProvisionalBookingID == "" {
		t.Fatal("it was booked at once")
	}
	return h
}

// quietly books without a word to the attendee, for tests that read no mail.
func quietly(r *client.BookingRequest) {
	r.SkipNotifications, r.Attendee.ReceiveReminders = new(true), false
}

// confirmer is somebody with the token of a hold.
func (w *world) confirmer(token string) caller { return w.caller("X-Confirmation-Token", token) }

// answers posts one of approve, confirm and decline.
func (c caller) answers(t testing.TB, hold, action string) answer {
	t.Helper()
	return read(t)(c.send(t, http.MethodPost, "/v4/provisional-booking/"+hold+"/"+action, ""))
}

// confirms makes the booking of a hold.
func (c caller) confirms(t testing.TB, hold string) client.Booked {
	t.Helper()
	return got[client.Booked](t, http.StatusCreated)(c.ConfirmProvisionalBooking(t.Context(), uid(hold), nil))
}

// hold reads one as the database has it.
func (w *world) hold(t testing.TB, id string) (h meet.Hold) {
	t.Helper()
	err := w.Store.View(t.Context(), func(tx *store.Tx) (err error) {
		h, err = tx.Hold(w.demo.CompanyID(), meet.HoldID(id))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// firing is what an advance of the clock says that it ran.
type firing struct {
	Now   time.Time `json:"now"`
	Fired []struct {
		Kind    meet.JobKind `json:"kind"`
		At      time.Time    `json:"at"`
		Subject string       `json:"subject"`
	} `json:"fired"`
}

// advance moves the clock on.
func (w *world) advance(t testing.TB, by string) firing {
	t.Helper()
	return got[firing](t, http.StatusOK)(w.owner.send(t, http.MethodPost, "/_/clock/advance", `{"by":"`+by+`"}`))
}

// postcard is a captured mail.
type postcard struct {
	ID      string              `json:"id"`
	To      string              `json:"to"`
	Subject string              `json:"subject"`
	At      time.Time           `json:"at"`
	Text    string              `json:"text"`
	HTML    string              `json:"html"`
	Headers map[string][]string `json:"headers"`
	Links   []string            `json:"links"`
	ICS     string              `json:"ics"`
}

// inbox sends what waits and returns the mails to an address whose subject
// contains a text, oldest first; "" is any.
func (w *world) inbox(t testing.TB, to, subject string) []postcard {
	t.Helper()
	w.delivers(t)
	query := url.Values{"to": {to}, "subject": {subject}}
	page := got[struct{ Messages []postcard }](t, http.StatusOK)(w.owner.send(t, http.MethodGet, "/_/inbox/messages?"+query.Encode(), ""))
	var mails []postcard
	for _, m := range page.Messages {
		full := got[postcard](t, http.StatusOK)(w.owner.send(t, http.MethodGet, "/_/inbox/messages/"+m.ID, ""))
		mails = append([]postcard{full}, mails...)
	}
	return mails
}

// param is what a link of a mail, whose path begins so, carries under a
// name.
func (m postcard) param(t testing.TB, path, name string) string {
	t.Helper()
	for _, link := range m.Links {
		u, err := url.Parse(link)
		if err == nil && strings.HasPrefix(u.Path, path) && u.Query().Get(name) != "" {
			return u.Query().Get(name)
		}
	}
	t.Fatalf("%q to %s has no link to %s with %s: %v", m.Subject, m.To, path, name, m.Links)
	return ""
}

// subjects are those of mails.
func subjects(mails []postcard) []string {
	all := []string{}
	for _, m := range mails {
		all = append(all, m.To+": "+m.Subject)
	}
	return all
}
