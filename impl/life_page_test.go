package impl_test

import (
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meettest"
	"github.com/meetwright/meetwright/impl/secret"
)

// link is a page that a mail links to, with what opens it.
type link struct{ path, field, secret string }

// managing is the page of an appointment, for its attendee.
func managing(b client.Booked) link { return link{"/m/" + b.AppointmentID, "secret", b.Secret} }

// confirming is the page of a hold, for its attendee.
func confirming(hold, token string) link { return link{"/confirm/" + hold, "token", token} }

// answering is the page of a hold, for its host.
func answering(hold, token string) link { return link{"/host/" + hold, "token", token} }

// submits posts a form of a page, with fields in pairs, and asserts the
// status: 200 is that it acted, and led back to a page.
func (w *world) submits(t testing.TB, l link, action string, status int, fields ...string) {
	t.Helper()
	form := url.Values{l.field: {l.secret}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r, err := w.caller().send(t, http.MethodPost, l.path+"/"+action, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	wants(t, status)(r, err)
	if status == http.StatusOK && r.Request.Method != http.MethodGet {
		t.Errorf("%s of %s led nowhere", action, l.path)
	}
}

// public is a link of ours in a mail, wherever in it.
var public = regexp.MustCompile(`https://book\.example/[^\s"<>]+`)

// mailed are all links of ours in all mails, as paths with their query.
func (w *world) mailed(t testing.TB) []string {
	t.Helper()
	found := map[string]bool{}
	for _, m := range w.inbox(t, "", "") {
		all := strings.NewReplacer("\r\n ", "", "&amp;", "&").Replace(m.Text + "\n" + m.HTML + "\n" + m.ICS + "\n" + strings.Join(m.Links, "\n"))
		for _, link := range public.FindAllString(all, -1) {
			found[strings.TrimPrefix(link, "https://book.example")] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// Ensure whoever only looks at the links of mails, as scanners and previews
// do, changes nothing at all, whatever has become of what they are about.
func TestPages_LookingChangesNothing(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "meetwright.db")
	w, ring := keyedWorld(t, onDisk(file))
	started := func(i int) func(*client.BookingRequest) {
		return func(r *client.BookingRequest) {
			r.Start = at("2024-01-15T09:00:00+01:00").Add(time.Duration(i) * time.Hour)
		}
	}
	friend := func(r *client.BookingRequest) { r.Attendee.BringalongEmails = []string{"friend@example.com"} }
	holds := map[string][]string{}
	var booked client.Booked
	optIn, both := ofType(w.typeID(t, "double-opt-in")), ofType(w.typeID(t, "double-opt-in-host-confirm"))
	kinds := map[string]int{}
	for _, stage := range []struct {
		name string
		do   func()
	}{
		{"asked", func() {
			for i, kind := range []func(*client.BookingRequest){optIn, both, optIn, both} {
				name := map[bool]string{true: "opt-in", false: "both"}[i%2 == 0]
				holds[name] = append(holds[name], w.owner.holds(t, kind, started(i), friend).ProvisionalBookingID)
			}
			booked = w.owner.book(t, started(4), friend)
			w.owner.book(t, ofType(w.typeID(t, "group")), started(6))
		}},
		{"approved, confirmed", func() {
			w.owner.mustAnswer(t, holds["both"][0], "approve")
			id := holds["opt-in"][0]
			w.submits(t, confirming(id, ring.Derive(secret.ConfirmationToken, id, 0)), "confirm", http.StatusOK)
		}},
		{"moved, declined", func() {
			w.owner.moves(t, booked.AppointmentID, "2024-01-16T10:00:00+01:00")
			w.owner.answers(t, holds["both"][1], "decline")
		}},
		{"expired", func() { w.advance(t, "24h") }},
		{"reminded", func() { w.advance(t, "P4DT2H") }},
		{"cancelled", func() { w.attendee(booked.Secret).cancels(t, booked.AppointmentID, client.CancelRequest{}) }},
		{"over", func() { w.advance(t, "P7D") }},
	} {
		stage.do()
		links := w.mailed(t)
		before := meettest.Dump(t, file)
		if !strings.Contains(before, booked.AppointmentID) {
			t.Fatal("nothing was read")
		}
		for _, link := range links {
			kind, _, _ := strings.Cut(link[1:], "/")
			kinds[kind]++
			for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodGet} {
				wants(t, http.StatusOK)(w.caller().send(t, method, link, "", "Purpose", "prefetch", "User-Agent", "Mail-Scanner"))
			}
		}
		if diff := cmp.Diff(before, meettest.Dump(t, file)); diff != "" {
			t.Errorf("%s: looking changed (-before +after):\n%s", stage.name, diff)
		}
	}
	if kinds["m"] == 0 || kinds["confirm"] == 0 || kinds["host"] == 0 || len(kinds) != 3 {
		t.Errorf("looked at %v", kinds)
	}
}

// Ensure wrong tries at one thing count together, by whatever way they are
// made, and that others are not counted with them.
func TestPages_Guessing(t *testing.T) {
	t.Parallel()
	w, ring := keyedWorld(t)
	booked := w.owner.book(t, starting("2024-01-15T13:00:00+01:00"))
	hold := w.owner.holds(t, ofType(w.typeID(t, "double-opt-in"))).ProvisionalBookingID
	asked := w.owner.holds(t, ofType(w.typeID(t, "host-confirm")), starting("2024-01-15T11:00:00+01:00")).ProvisionalBookingID
	token := ring.Derive(secret.ConfirmationToken, hold, 0)
	for name, test := range map[string]struct {
		page link
		api  func(secret string) (*http.Response, error) // nil when there is none
		act  string
	}{
		"an appointment": {managing(booked), func(secret string) (*http.Response, error) {
			return w.attendee(secret).GetAppointment(t.Context(), uid(booked.AppointmentID), nil)
		}, "cancel"},
		"a confirmation": {confirming(hold, token), func(token string) (*http.Response, error) {
			return w.confirmer(token).ConfirmProvisionalBooking(t.Context(), uid(hold), nil)
		}, "confirm"},
		"an approval": {answering(asked, ring.Derive(secret.HostToken, asked, 0)), nil, "approve"},
	} {
		t.Run(name, func(t *testing.T) {
			w.setClock(t, morning.Format(time.RFC3339))
			wrong := test.page
			wrong.secret = flipped(wrong.secret)
			if test.api == nil {
				test.api = func(secret string) (*http.Response, error) {
					return w.caller().send(t, http.MethodGet, wrong.path+"?token="+secret, "")
				}
			}
			for range 2 {
				wants(t, http.StatusUnauthorized)(test.api(wrong.secret))
				w.submits(t, wrong, test.act, http.StatusUnauthorized)
			}
			wants(t, http.StatusUnauthorized)(w.caller().send(t, http.MethodHead, wrong.path+"?"+wrong.field+"="+wrong.secret, ""))
			for _, secret := range []string{wrong.secret, test.page.secret} {
				a := wants(t, http.StatusTooManyRequests)(test.api(secret))
				if a.header.Get("Retry-After") != "60" {
					t.Errorf("Retry-After is %q", a.header.Get("Retry-After"))
				}
				w.submits(t, link{test.page.path, test.page.field, secret}, test.act, http.StatusTooManyRequests)
			}
			w.setClock(t, "2024-01-10T08:01:00Z")
			w.submits(t, test.page, test.act, http.StatusOK)
		})
	}
}
