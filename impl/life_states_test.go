package impl_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
)

// consent is a company in which Ada, a member, hosts a meeting type that
// asks for consent.
type consent struct {
	*world
	ring     *secret.Keyring
	kind     string
	adaID    meet.UserID
	ada, ben caller // hosts it, does not
	rival    caller
	next     int // start
}

// newConsent makes a type with the settings as they are sent.
func newConsent(t *testing.T, optIn, host bool) *consent {
	t.Helper()
	w, ring := keyedWorld(t)
	c := &consent{world: w, ring: ring, rival: w.rival(t).owner}
	c.adaID, c.ada = w.ada(t)
	c.ben = w.token(t, w.demo.CompanyID(), w.userID(t, "ben@demo.example"))
	c.kind = w.addType(t, func(m *client.MeetingTypeCreate) { m.UserID = new(uid(c.adaID)) }).ID
	setting := map[bool]string{true: "enabled", false: "disabled"}
	w.owner.changes(t, c.kind, fmt.Sprintf(`{"meetingOptions":{"doubleOptIn":%q,"requireHostConfirmation":%q}}`, setting[optIn], setting[host]))
	return c
}

// held makes a hold of a start of its own.
func (c *consent) held(t *testing.T) string {
	t.Helper()
	start := at("2024-01-15T08:00:00+01:00").Add(time.Duration(c.next) * 30 * time.Minute)
	c.next++
	return c.owner.holds(t, ofType(c.kind), hostedBy(c.adaID), quietly, startingAt(start)).ProvisionalBookingID
}

// token is what the mail of a hold tells its attendee.
func (c *consent) token(hold string) string {
	return c.ring.Derive(secret.ConfirmationToken, hold, 0)
}

// Ensure each state of a hold allows what it allows and refuses the rest,
// each with its sentence.
func TestHold_States(t *testing.T) {
	t.Parallel()
	const booked, optIn, declined = "booked", "DoubleOptIn", "declined" // what success is
	type outcomes struct{ host, admin, token, decline string }
	alike := func(sentence string) outcomes { return outcomes{sentence, sentence, sentence, sentence} }
	approve := func(t *testing.T, c *consent, hold string) { c.ada.mustAnswer(t, hold, "approve") }
	confirm := func(t *testing.T, c *consent, hold string) {
		c.confirmer(c.token(hold)).mustAnswer(t, hold, "confirm")
	}
	decline := func(t *testing.T, c *consent, hold string) {
		wants(t, http.StatusOK)(c.ada.send(t, "POST", "/v4/provisional-booking/"+hold+"/decline", `{"reason":"full"}`))
	}
	for name, test := range map[string]struct {
		optIn, host bool
		reach       []func(*testing.T, *consent, string)
		expire      bool
		want        outcomes
	}{
		"pending, host":             {host: true, want: outcomes{booked, booked, hostFirst, declined}},
		"pending, host then opt-in": {optIn: true, host: true, want: outcomes{optIn, optIn, hostFirst, declined}},
		"pending, opt-in":           {optIn: true, want: outcomes{noHostAsked, noHostAsked, booked, declined}},
		"approved, then opt-in": {optIn: true, host: true, reach: []func(*testing.T, *consent, string){approve},
			want: outcomes{alreadyApproved, alreadyApproved, booked, declined}},
		"approved": {host: true, reach: []func(*testing.T, *consent, string){approve},
			want: outcomes{alreadyApproved, alreadyApproved, alreadyConfirmed, alreadyConfirmed}},
		"confirmed": {optIn: true, reach: []func(*testing.T, *consent, string){confirm}, want: alike(alreadyConfirmed)},
		"approved and confirmed": {optIn: true, host: true, reach: []func(*testing.T, *consent, string){approve, confirm},
			want: outcomes{alreadyApproved, alreadyApproved, alreadyConfirmed, alreadyConfirmed}},
		"declined by the host":    {host: true, reach: []func(*testing.T, *consent, string){decline}, want: alike(wasDeclined)},
		"declined, was opt-in":    {optIn: true, reach: []func(*testing.T, *consent, string){decline}, want: alike(wasDeclined)},
		"approved, then declined": {optIn: true, host: true, reach: []func(*testing.T, *consent, string){approve, decline}, want: alike(wasDeclined)},
		"declined, long ago":      {host: true, reach: []func(*testing.T, *consent, string){decline}, expire: true, want: alike(wasDeclined)},
		"expired, host":           {host: true, expire: true, want: alike(hasExpired)},
		"expired, opt-in":         {optIn: true, expire: true, want: alike(hasExpired)},
		"approved, then expired":  {optIn: true, host: true, reach: []func(*testing.T, *consent, string){approve}, expire: true, want: alike(hasExpired)},
	} {
		for _, swept := range []bool{true, false} {
			if !swept && (!test.expire || test.want == alike(wasDeclined)) {
				continue
			}
			t.Run(fmt.Sprintf("%s, swept %v", name, swept), func(t *testing.T) {
				t.Parallel()
				c := newConsent(t, test.optIn, test.host)
				var holds []string // one for each action, and one for all that never succeed
				for range 5 {
					hold := c.held(t)
					for _, step := range test.reach {
						step(t, c, hold)
					}
					holds = append(holds, hold)
				}
				switch {
				case test.expire && swept:
					c.advance(t, "24h")
				case test.expire:
					c.setClock(t, "2024-01-11T08:00:00Z")
				}
				never := holds[4]
				c.refusesAnswers(t, never)
				c.isAnswered(t, c.ada, holds[0], "approve", test.want.host)
				c.isAnswered(t, c.owner, holds[1], "approve", test.want.admin)
				c.isAnswered(t, c.confirmer(c.token(holds[2])), holds[2], "confirm", test.want.token)
				c.isAnswered(t, c.ada, holds[3], "decline", test.want.decline)
				c.isAnswered(t, c.owner, never, "decline", test.want.decline)
			})
		}
	}
}

// mustAnswer moves a hold on.
func (c caller) mustAnswer(t *testing.T, hold, action string) {
	t.Helper()
	if a := c.answers(t, hold, action); a.status != http.StatusCreated {
		t.Fatalf("%s answered %d %s", action, a.status, a.body)
	}
}

// refusesAnswers asserts that whoever has no say in a hold, has none, and
// that trying changes nothing.
func (c *consent) refusesAnswers(t *testing.T, hold string) {
	t.Helper()
	before := c.hold(t, hold)
	for _, test := range []struct {
		who, action string
		caller
		status   int
		sentence string
	}{
		{"another member", "approve", c.ben, 404, noHold},
		{"another member", "decline", c.ben, 404, noHold},
		{"another company", "approve", c.rival, 404, noHold},
		{"another company", "decline", c.rival, 404, noHold},
		{"another company", "confirm", c.rival, 404, noHold},
		{"nobody", "approve", c.caller(), 401, noCredential},
		{"nobody", "decline", c.caller(), 401, noCredential},
		{"nobody", "confirm", c.caller(), 401, noCredential},
		{"the attendee", "approve", c.confirmer(c.token(hold)), 401, noCredential},
		{"the attendee", "decline", c.confirmer(c.token(hold)), 401, noCredential},
		{"the host", "confirm", c.ada, 403, onlyAttendee},
		{"an admin", "confirm", c.owner, 403, onlyAttendee},
		{"another member", "confirm", c.ben, 403, onlyAttendee},
		{"a wrong token", "confirm", c.confirmer(flipped(c.token(hold))), 401, wrongToken},
		{"a host's token", "confirm", c.confirmer(c.ring.Derive(secret.HostToken, hold, 0)), 401, wrongToken},
		{"a token of another hold", "confirm", c.confirmer(c.token(nobody)), 401, wrongToken},
	} {
		a := test.answers(t, hold, test.action)
		if f := decode[failure](t, a.body); a.status != test.status || f.sentence() != test.sentence {
			t.Errorf("%s of %s answered %d %s, want %d %q", test.action, test.who, a.status, a.body, test.status, test.sentence)
		}
	}
	if after := c.hold(t, hold); after.Status != before.Status && after.Status != meet.Expired || after.WaitsFor != before.WaitsFor {
		t.Errorf("it was %s for the %s and is %s for the %s", before.Status, before.WaitsFor, after.Status, after.WaitsFor)
	}
}

// isAnswered asserts the outcome of an action: an appointment, a request to
// opt in, a hold that is declined, or else a refusal with a sentence.
func (c *consent) isAnswered(t *testing.T, who caller, hold, action, want string) {
	t.Helper()
	a := who.answers(t, hold, action)
	switch want {
	case "booked":
		b := decode[client.Booked](t, a.body)
		if a.status != 201 || (b.Secret != "") != (action == "confirm") {
			t.Fatalf("%s answered %d %s", action, a.status, a.body)
		}
		if got := c.ada.appointment(t, b.AppointmentID); got.IsCancelled || c.hold(t, hold).Status != meet.Confirmed {
			t.Errorf("booked %+v", got)
		}
		if b.Secret != "" {
			c.attendee(b.Secret).appointment(t, b.AppointmentID)
		}
	case "DoubleOptIn":
		if p := decode[client.ProvisionallyBooked](t, a.body); a.status != 201 || string(p.BookingType) != want || p.ProvisionalBookingID != hold {
			t.Errorf("%s answered %d %s", action, a.status, a.body)
		}
	case "declined":
		if p := decode[client.ProvisionalBooking](t, a.body); a.status != 200 || p.Status != "declined_by_host" || p.DeletedAt == nil {
			t.Errorf("%s answered %d %s", action, a.status, a.body)
		}
	default:
		if f := decode[failure](t, a.body); a.status != 400 || f.sentence() != want || f.Error != "Bad Request" {
			t.Errorf("%s answered %d %s, want %q", action, a.status, a.body, want)
		}
		return
	}
	again := map[string]string{"approve": alreadyApproved, "confirm": alreadyConfirmed, "decline": wasDeclined}[action]
	c.isAnswered(t, who, hold, action, again)
}

// Ensure of many who confirm or approve at once, one succeeds.
func TestHold_AtOnce(t *testing.T) {
	t.Parallel()
	w, ring := keyedWorld(t, onDisk(filepath.Join(t.TempDir(), "meetwright.db")))
	for _, test := range []struct{ slug, action, sentence string }{
		{"double-opt-in", "confirm", alreadyConfirmed},
		{"host-confirm", "approve", alreadyApproved},
		{"double-opt-in-host-confirm", "approve", alreadyApproved},
		{"host-confirm", "decline", wasDeclined},
	} {
		t.Run(test.slug+" "+test.action, func(t *testing.T) {
			hold := w.owner.holds(t, ofType(w.typeID(t, test.slug))).ProvisionalBookingID
			who := w.owner
			if test.action == "confirm" {
				who = w.confirmer(ring.Derive(secret.ConfirmationToken, hold, 0))
			}
			all := atOnce(t, 32, func(int) (*http.Response, error) {
				return who.send(t, "POST", "/v4/provisional-booking/"+hold+"/"+test.action, "")
			})
			if count := statuses(all); count[201]+count[200] != 1 || count[400] != 31 {
				t.Errorf("answers were %v", count)
			}
			for _, a := range all {
				if f := decode[failure](t, a.body); a.status == 400 && f.sentence() != test.sentence {
					t.Errorf("one was refused with %s", a.body)
				}
			}
			for _, b := range w.checkApart(t) {
				w.owner.cancels(t, string(b.ID), client.CancelRequest{})
			}
			if test.slug == "double-opt-in-host-confirm" {
				wants(t, http.StatusOK)(w.owner.send(t, "POST", "/v4/provisional-booking/"+hold+"/decline", ""))
			}
		})
	}
}

// Ensure with both settings the host is asked first, and only then the
// attendee, who has a day from then on.
func TestHold_HostFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	board := w.typeID(t, "double-opt-in-host-confirm")
	h := w.owner.holds(t, ofType(board))
	if h.BookingType != "RequireHostConfirmation" {
		t.Errorf("answered %+v", h)
	}
	if mails := w.inbox(t, "client@example.com", "Please confirm"); len(mails) > 0 {
		t.Errorf("the attendee was asked already: %v", subjects(mails))
	}
	w.setClock(t, "2024-01-11T07:59:59Z")
	asked := got[client.ProvisionallyBooked](t, http.StatusCreated)(w.owner.ApproveProvisionalBooking(t.Context(), uid(h.ProvisionalBookingID), nil))
	if asked.BookingType != "DoubleOptIn" || asked.ProvisionalBookingID != h.ProvisionalBookingID {
		t.Errorf("answered %+v", asked)
	}
	token := one(t, w.inbox(t, "client@example.com", "Please confirm")).param(t, "/confirm/"+h.ProvisionalBookingID, "token")
	w.advance(t, "23h59m59s")
	w.owner.isTaken(t, ofType(board))
	b := w.confirmer(token).confirms(t, h.ProvisionalBookingID)
	if a := w.attendee(b.Secret).appointment(t, b.AppointmentID); !a.Start.Equal(at("2024-01-15T08:00:00Z")) {
		t.Errorf("booked %+v", a)
	}
}

// Ensure a held start is neither listed nor bookable, by whatever type of
// the host, and is both again when the hold has come to nothing.
func TestHold_HoldsTheSlot(t *testing.T) {
	t.Parallel()
	const nine = "2024-01-15 09:00"
	for name, free := range map[string]func(t *testing.T, w *world, hold string){
		"expired":          func(t *testing.T, w *world, _ string) { w.advance(t, "24h") },
		"expired, unswept": func(t *testing.T, w *world, _ string) { w.setClock(t, "2024-01-11T08:00:00Z") },
		"declined":         func(t *testing.T, w *world, hold string) { w.owner.answers(t, hold, "decline") },
		"booked, cancelled": func(t *testing.T, w *world, hold string) {
			b := decode[client.Booked](t, w.owner.answers(t, hold, "approve").body)
			w.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			expert := w.typeID(t, "host-confirm")
			hold := w.owner.holds(t, ofType(expert)).ProvisionalBookingID
			for kind, taken := range map[string]string{string(intro): "2024-01-15 09:30", string(expert): nine} {
				starts := startsOf(t, w.owner.slots(t, slotsOf(kind, olivia)))
				if slices.Contains(starts, nine) || slices.Contains(starts, taken) || len(starts) == 0 {
					t.Errorf("%s lists %v", kind, starts)
				}
				w.owner.isTaken(t, ofType(kind))
			}
			free(t, w, hold)
			if starts := startsOf(t, w.owner.slots(t)); !slices.Contains(starts, nine) {
				t.Errorf("it lists %v", starts)
			}
			w.owner.isFree(t)
			w.owner.holds(t, ofType(expert))
			w.checkApart(t)
		})
	}
}

// Ensure a hold expires at its time, once, and says so.
func TestHold_Expires(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.owner.holds(t, ofType(w.typeID(t, "double-opt-in")))
	w.advance(t, "23h59m59s")
	w.owner.isTaken(t)
	fired := w.advance(t, "1s")
	expired := 0
	for _, f := range fired.Fired {
		if f.Kind == meet.ExpireHold && f.Subject == h.ProvisionalBookingID && f.At.Equal(at("2024-01-11T08:00:00Z")) {
			expired++
		}
	}
	if expired != 1 {
		t.Errorf("fired %+v", fired)
	}
	status := func(s client.ProvisionalBookingStatus) client.ProvisionalBookingPage {
		return got[client.ProvisionalBookingPage](t, http.StatusOK)(w.owner.ListProvisionalBookings(t.Context(), &client.ListProvisionalBookingsParams{Status: &s}))
	}
	page := status("expired")
	if p := one(t, page.ProvisionalBookings); p.ID != h.ProvisionalBookingID || !p.ExpiresAt.Equal(at("2024-01-11T08:00:00Z")) || status("pending").Total != 0 {
		t.Errorf("listed %+v", page)
	}
	w.owner.book(t)
	one(t, w.inbox(t, "client@example.com", "expired"))
}

// Ensure the password of a booking page is kept nowhere with a request, and
// cannot be guessed.
func TestHold_Password(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	kind := w.typeID(t, "host-confirm")
	w.owner.changes(t, string(kind), `{"meetingOptions":{"bookingPagePassword":{"enable":true,"password":"open sesame"}}}`)
	with := func(password string) func(*client.BookingRequest) {
		return func(r *client.BookingRequest) { r.BookingPassword = &password }
	}
	hold := w.owner.holds(t, ofType(kind), with("open sesame")).ProvisionalBookingID
	page := wants(t, http.StatusOK)(w.owner.ListProvisionalBookings(t.Context(), nil))
	if stored := w.hold(t, hold); strings.Contains(string(stored.Body)+string(stored.Request)+string(page.body), "sesame") {
		t.Errorf("kept is %s, answered %s", stored.Body, page.body)
	}
	next := starting("2024-01-15T11:00:00+01:00")
	for range 5 {
		refuses(t, http.StatusBadRequest, "The booking password is wrong")(w.owner.tryBook(t, ofType(kind), with("open barley"), next))
	}
	for _, password := range []string{"open barley", "open sesame"} {
		refuses(t, http.StatusTooManyRequests, tooManyAttempts)(w.owner.tryBook(t, ofType(kind), with(password), next))
	}
	w.owner.book(t, with("no page asks for it"), next)
	w.setClock(t, "2024-01-10T08:01:00Z")
	w.owner.holds(t, ofType(kind), with("open sesame"), starting("2024-01-15T13:00:00+01:00"))
}

// Ensure nothing is left to expire of a request that was answered.
func TestHold_AnsweredDoesNotExpire(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		optIn, host bool
		answer      func(t *testing.T, c *consent, hold string)
	}{
		"approved":  {host: true, answer: func(t *testing.T, c *consent, hold string) { c.ada.mustAnswer(t, hold, "approve") }},
		"declined":  {host: true, answer: func(t *testing.T, c *consent, hold string) { c.ada.answers(t, hold, "decline") }},
		"confirmed": {optIn: true, answer: func(t *testing.T, c *consent, hold string) { c.confirmer(c.token(hold)).mustAnswer(t, hold, "confirm") }},
		"both": {optIn: true, host: true, answer: func(t *testing.T, c *consent, hold string) {
			c.ada.mustAnswer(t, hold, "approve")
			c.confirmer(c.token(hold)).mustAnswer(t, hold, "confirm")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newConsent(t, test.optIn, test.host)
			test.answer(t, c, c.held(t))
			c.delivers(t)
			for _, f := range c.advance(t, "P3D").Fired {
				if f.Kind == meet.ExpireHold {
					t.Errorf("fired %+v", f)
				}
			}
		})
	}
	c := newConsent(t, true, true)
	hold := c.held(t)
	c.advance(t, "1h")
	c.ada.mustAnswer(t, hold, "approve")
	expired := []time.Time{}
	for _, f := range c.advance(t, "P3D").Fired {
		if f.Kind == meet.ExpireHold {
			expired = append(expired, f.At)
		}
	}
	if len(expired) != 1 || !expired[0].Equal(at("2024-01-11T09:00:00Z")) {
		t.Errorf("approved, it expired at %v", expired)
	}
}
