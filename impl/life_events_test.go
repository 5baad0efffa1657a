package impl_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// events are the kinds of what happened to a booking or a hold, in order.
func (w *world) events(t testing.TB, subject string) []meet.EventKind {
	t.Helper()
	kinds := []meet.EventKind{}
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		all, err := tx.Events(subject)
		for _, e := range all {
			kinds = append(kinds, e.Kind)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

// happened asserts what happened to a subject, and nothing else.
func (w *world) happened(t testing.TB, subject string, want ...meet.EventKind) {
	t.Helper()
	if got := w.events(t, subject); !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", subject, got, want)
	}
}

// Ensure each change of a booking or a hold is one event, whoever makes it
// and by whatever way.
func TestEvents_OneEach(t *testing.T) {
	t.Parallel()
	const created, cancelled, moved = meet.BookingCreated, meet.BookingCancelled, meet.BookingRescheduled
	const ten, eleven = "2024-01-15T10:00:00+01:00", "2024-01-15T11:00:00+01:00"
	w, ring := keyedWorld(t)
	group := ofType(w.typeID(t, "group"))
	token := func(hold string) caller { return w.confirmer(ring.Derive(secret.ConfirmationToken, hold, 0)) }
	confirmPage := func(hold string) link { return confirming(hold, ring.Derive(secret.ConfirmationToken, hold, 0)) }
	hostPage := func(hold string) link { return answering(hold, ring.Derive(secret.HostToken, hold, 0)) }
	// Each path takes a booking that stands, and leaves it free again.
	for name, test := range map[string]struct {
		do   func(t *testing.T, b client.Booked)
		want []meet.EventKind // after created
	}{
		"cancelled by key": {func(t *testing.T, b client.Booked) { w.owner.cancels(t, b.AppointmentID, client.CancelRequest{}) }, []meet.EventKind{cancelled}},
		"cancelled by secret": {func(t *testing.T, b client.Booked) {
			w.attendee(b.Secret).cancels(t, b.AppointmentID, client.CancelRequest{})
		}, []meet.EventKind{cancelled}},
		"cancelled by a platform key": {func(t *testing.T, b client.Booked) { w.as(olivia).cancels(t, b.AppointmentID, client.CancelRequest{}) }, []meet.EventKind{cancelled}},
		"deleted": {func(t *testing.T, b client.Booked) {
			wants(t, http.StatusOK)(w.owner.DeleteAppointment(t.Context(), uid(b.AppointmentID), nil))
		}, []meet.EventKind{cancelled}},
		"cancelled twice": {func(t *testing.T, b client.Booked) {
			w.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
			w.owner.cancels(t, b.AppointmentID, client.CancelRequest{Reason: new("again")})
			w.attendee(b.Secret).cancels(t, b.AppointmentID, client.CancelRequest{})
			wants(t, http.StatusOK)(w.owner.DeleteAppointment(t.Context(), uid(b.AppointmentID), nil))
		}, []meet.EventKind{cancelled}},
		"cancelled by page": {func(t *testing.T, b client.Booked) {
			w.submits(t, managing(b), "cancel", http.StatusOK, "reason", "ill")
			w.submits(t, managing(b), "cancel", http.StatusConflict)
			w.submits(t, managing(b), "reschedule", http.StatusConflict, "start", ten)
		}, []meet.EventKind{cancelled}},
		"moved by key":    {func(t *testing.T, b client.Booked) { w.owner.moves(t, b.AppointmentID, ten) }, []meet.EventKind{moved}},
		"moved by secret": {func(t *testing.T, b client.Booked) { w.attendee(b.Secret).moves(t, b.AppointmentID, ten) }, []meet.EventKind{moved}},
		"moved by force": {func(t *testing.T, b client.Booked) {
			request := client.RescheduleRequest{Start: at(ten), IgnoreAvailability: new(true)}
			wants(t, http.StatusOK)(w.owner.RescheduleAppointment(t.Context(), uid(b.AppointmentID), nil, request))
		}, []meet.EventKind{moved}},
		"moved by booking": {func(t *testing.T, b client.Booked) {
			if again := w.owner.book(t, moving(b.AppointmentID), starting(ten)); again.AppointmentID != b.AppointmentID {
				t.Errorf("it became %s", again.AppointmentID)
			}
		}, []meet.EventKind{moved}},
		"moved by page": {func(t *testing.T, b client.Booked) {
			w.submits(t, managing(b), "reschedule", http.StatusOK, "start", ten)
			w.submits(t, managing(b), "reschedule", http.StatusConflict, "start", ten)
		}, []meet.EventKind{moved}},
		"moved three times, cancelled": {func(t *testing.T, b client.Booked) {
			w.owner.moves(t, b.AppointmentID, ten)
			w.attendee(b.Secret).moves(t, b.AppointmentID, eleven)
			w.submits(t, managing(b), "reschedule", http.StatusOK, "start", ten)
			w.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
		}, []meet.EventKind{moved, moved, moved, cancelled}},
		"a guest, twice": {func(t *testing.T, b client.Booked) {
			guest := client.GuestInput{AttendeeID: uid(w.owner.appointment(t, b.AppointmentID).AttendeeIDs[0]), Email: "guest@example.com"}
			for range 2 {
				wants(t, http.StatusOK)(w.owner.UpdateAppointmentGuest(t.Context(), uid(b.AppointmentID), nil, guest))
			}
		}, []meet.EventKind{meet.GuestAdded}},
		"refused": {func(t *testing.T, b client.Booked) {
			w.owner.book(t, starting(ten))
			w.owner.isTaken(t)
			refuses(t, 400, occupied)(w.owner.tryMove(t, b.AppointmentID, ten))
			refuses(t, 400, occupied)(w.owner.tryBook(t, moving(b.AppointmentID), starting(ten)))
			wants(t, http.StatusForbidden)(w.attendee(b.Secret).RescheduleAppointment(t.Context(), uid(b.AppointmentID), nil,
				client.RescheduleRequest{Start: at(eleven), IgnoreAvailability: new(true)}))
			wants(t, http.StatusUnauthorized)(w.attendee(flipped(b.Secret)).CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{}))
			wants(t, http.StatusOK)(w.owner.UpdateAppointmentNotes(t.Context(), uid(b.AppointmentID), nil, client.NoteInput{Note: "x"}))
		}, nil},
		"refused by page": {func(t *testing.T, b client.Booked) {
			w.owner.book(t, starting(ten))
			w.submits(t, managing(b), "reschedule", http.StatusConflict, "start", ten)
			w.submits(t, managing(b), "reschedule", http.StatusBadRequest, "start", "soon")
			w.submits(t, link{managing(b).path, "secret", flipped(b.Secret)}, "cancel", http.StatusUnauthorized)
			for _, path := range []string{"", "/cancel", "/reschedule"} {
				read(t)(w.caller().send(t, http.MethodGet, managing(b).path+path+"?secret="+b.Secret+"&start="+url.QueryEscape(eleven), ""))
			}
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := w.owner.book(t)
			test.do(t, b)
			w.happened(t, b.AppointmentID, append([]meet.EventKind{created}, test.want...)...)
			for _, other := range w.live(t) {
				w.owner.cancels(t, string(other.ID), client.CancelRequest{})
			}
		})
	}
	t.Run("a group", func(t *testing.T) {
		b := w.owner.book(t, group)
		grace := w.owner.book(t, group, named("Grace Hopper", "grace@example.com"))
		alan := w.owner.book(t, group, named("Alan Turing", "alan@example.com"))
		w.happened(t, b.AppointmentID, created, created, created)
		wants(t, http.StatusBadRequest)(w.owner.CancelAppointment(t.Context(), uid(b.AppointmentID), nil, client.CancelRequest{}))
		w.attendee(grace.Secret).cancels(t, b.AppointmentID, client.CancelRequest{})
		w.happened(t, b.AppointmentID, created, created, created, cancelled)
		w.owner.moves(t, b.AppointmentID, eleven)
		w.submits(t, managing(b), "reschedule", http.StatusConflict, "start", ten)
		w.submits(t, managing(b), "cancel", http.StatusOK)
		w.attendee(b.Secret).cancels(t, b.AppointmentID, client.CancelRequest{})
		w.attendee(alan.Secret).cancels(t, b.AppointmentID, client.CancelRequest{}) // the last one ends it
		w.happened(t, b.AppointmentID, created, created, created, cancelled, moved, cancelled, cancelled)
		w.owner.cancels(t, b.AppointmentID, client.CancelRequest{CancelAll: new(true)})
		w.happened(t, b.AppointmentID, created, created, created, cancelled, moved, cancelled, cancelled)
	})
	for name, test := range map[string]struct {
		slug  string
		do    func(t *testing.T, hold string) string // the appointment, if any
		holds []meet.EventKind
	}{
		"confirmed": {"double-opt-in", func(t *testing.T, hold string) string {
			b := token(hold).confirms(t, hold)
			refuses(t, 400, alreadyConfirmed)(token(hold).ConfirmProvisionalBooking(t.Context(), uid(hold), nil))
			return b.AppointmentID
		}, []meet.EventKind{meet.OptInAsked}},
		"approved": {"host-confirm", func(t *testing.T, hold string) string {
			b := got[client.Approved](t, 201)(w.owner.ApproveProvisionalBooking(t.Context(), uid(hold), nil))
			refuses(t, 400, alreadyApproved)(w.owner.ApproveProvisionalBooking(t.Context(), uid(hold), nil))
			return b.AppointmentID
		}, []meet.EventKind{meet.ApprovalAsked}},
		"approved, confirmed": {"double-opt-in-host-confirm", func(t *testing.T, hold string) string {
			refuses(t, 400, hostFirst)(token(hold).ConfirmProvisionalBooking(t.Context(), uid(hold), nil))
			w.owner.mustAnswer(t, hold, "approve")
			refuses(t, 400, alreadyApproved)(w.owner.ApproveProvisionalBooking(t.Context(), uid(hold), nil))
			return token(hold).confirms(t, hold).AppointmentID
		}, []meet.EventKind{meet.ApprovalAsked, meet.OptInAsked}},
		"confirmed by page": {"double-opt-in", func(t *testing.T, hold string) string {
			w.submits(t, confirmPage(hold), "confirm", http.StatusOK)
			w.submits(t, confirmPage(hold), "confirm", http.StatusConflict)
			return string(one(t, w.live(t)).ID)
		}, []meet.EventKind{meet.OptInAsked}},
		"approved by page": {"host-confirm", func(t *testing.T, hold string) string {
			w.submits(t, hostPage(hold), "approve", http.StatusOK)
			w.submits(t, hostPage(hold), "approve", http.StatusConflict)
			w.submits(t, hostPage(hold), "decline", http.StatusConflict)
			return string(one(t, w.live(t)).ID)
		}, []meet.EventKind{meet.ApprovalAsked}},
		"approved, confirmed by page": {"double-opt-in-host-confirm", func(t *testing.T, hold string) string {
			w.submits(t, confirmPage(hold), "confirm", http.StatusConflict)
			w.submits(t, hostPage(hold), "approve", http.StatusOK)
			w.submits(t, hostPage(hold), "approve", http.StatusConflict)
			w.submits(t, confirmPage(hold), "confirm", http.StatusOK)
			return string(one(t, w.live(t)).ID)
		}, []meet.EventKind{meet.ApprovalAsked, meet.OptInAsked}},
		"declined by page": {"host-confirm", func(t *testing.T, hold string) string {
			for _, status := range []int{http.StatusOK, http.StatusConflict} {
				w.submits(t, hostPage(hold), "decline", status, "reason", "full")
			}
			return ""
		}, []meet.EventKind{meet.ApprovalAsked, meet.HoldDeclined}},
		"approved, declined by page": {"double-opt-in-host-confirm", func(t *testing.T, hold string) string {
			w.submits(t, hostPage(hold), "approve", http.StatusOK)
			w.submits(t, hostPage(hold), "decline", http.StatusOK)
			w.submits(t, confirmPage(hold), "confirm", http.StatusConflict)
			return ""
		}, []meet.EventKind{meet.ApprovalAsked, meet.OptInAsked, meet.HoldDeclined}},
		"declined": {"host-confirm", func(t *testing.T, hold string) string {
			for range 2 {
				w.owner.answers(t, hold, "decline")
			}
			return ""
		}, []meet.EventKind{meet.ApprovalAsked, meet.HoldDeclined}},
		"expired": {"double-opt-in", func(t *testing.T, hold string) string {
			w.advance(t, "24h")
			w.advance(t, "24h")
			refuses(t, 400, hasExpired)(token(hold).ConfirmProvisionalBooking(t.Context(), uid(hold), nil))
			w.submits(t, confirmPage(hold), "confirm", http.StatusConflict)
			w.submits(t, hostPage(hold), "decline", http.StatusConflict)
			w.setClock(t, "2024-01-10T08:00:00Z")
			return ""
		}, []meet.EventKind{meet.OptInAsked, meet.HoldExpired}},
	} {
		t.Run(name, func(t *testing.T) {
			hold := w.owner.holds(t, ofType(w.typeID(t, test.slug))).ProvisionalBookingID
			id := test.do(t, hold)
			w.happened(t, hold, test.holds...)
			if id != "" {
				w.happened(t, id, created)
				w.owner.cancels(t, id, client.CancelRequest{})
			}
		})
	}
	w.checkApart(t)
}

// Ensure a request that is refused leaves no trace at all.
func TestEvents_NoneOfRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, refused := range []func(*client.BookingRequest){
		ofType(w.typeID(t, "always-full")), starting("2024-01-15T09:10:00+01:00"), starting("2023-01-16T09:00:00+01:00"), hostedBy(nobody), ofType(nobody),
		on("webex"), func(r *client.BookingRequest) { r.Duration = new(45) }, func(r *client.BookingRequest) { r.Attendee.Email = nil },
	} {
		if a := read(t)(w.owner.tryBook(t, refused)); a.status < 400 {
			t.Errorf("answered %d %s", a.status, a.body)
		}
	}
	if fired := w.advance(t, "720h"); len(fired.Fired) > 0 || len(w.inbox(t, "", "")) > 0 {
		t.Errorf("fired %+v", fired)
	}
}

// reminded are the instants at which reminders were sent to an address.
func (w *world) reminded(t *testing.T, to string) []string {
	t.Helper()
	at := []string{}
	for _, m := range w.inbox(t, to, "Reminder") {
		at = append(at, m.At.UTC().Format(time.DateTime))
	}
	return at
}

// Ensure reminders come as configured, for as long as there is something to
// be reminded of.
func TestReminders(t *testing.T) {
	t.Parallel()
	const jane = "client@example.com" // whose meeting is Monday at 8:00 UTC
	ring := secret.New()
	for name, test := range map[string]struct {
		do   func(t *testing.T, w *world)
		want []string
	}{
		"by default a day and an hour before": {func(t *testing.T, w *world) { w.owner.book(t) }, []string{"2024-01-14 08:00:00", "2024-01-15 07:00:00"}},
		"as configured": {func(t *testing.T, w *world) {
			w.owner.changes(t, string(intro), `{"meetingOptions":{"reminders":[30,2880,5]}}`)
			w.owner.book(t)
		}, []string{"2024-01-13 08:00:00", "2024-01-15 07:30:00", "2024-01-15 07:55:00"}},
		"none configured": {func(t *testing.T, w *world) {
			w.owner.changes(t, string(intro), `{"meetingOptions":{"reminders":[]}}`)
			w.owner.book(t)
		}, []string{}},
		"skipped when past": {func(t *testing.T, w *world) {
			w.setClock(t, "2024-01-14T08:00:00Z")
			w.owner.book(t)
		}, []string{"2024-01-15 07:00:00"}},
		"moved with the meeting": {func(t *testing.T, w *world) {
			w.owner.moves(t, w.owner.book(t).AppointmentID, "2024-01-17T10:00:00+01:00")
		}, []string{"2024-01-16 09:00:00", "2024-01-17 08:00:00"}},
		"anew after a move": {func(t *testing.T, w *world) {
			b := w.owner.book(t)
			w.advance(t, "96h30m") // the first was sent
			w.attendee(b.Secret).moves(t, b.AppointmentID, "2024-01-17T10:00:00+01:00")
		}, []string{"2024-01-14 08:00:00", "2024-01-16 09:00:00", "2024-01-17 08:00:00"}},
		"moved away and back": {func(t *testing.T, w *world) {
			b := w.owner.book(t)
			w.owner.moves(t, b.AppointmentID, "2024-01-17T10:00:00+01:00")
			w.owner.moves(t, b.AppointmentID, "2024-01-15T09:00:00+01:00")
		}, []string{"2024-01-14 08:00:00", "2024-01-15 07:00:00"}},
		"stopped by a cancellation": {func(t *testing.T, w *world) {
			b := w.owner.book(t)
			w.advance(t, "96h30m")
			w.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
		}, []string{"2024-01-14 08:00:00"}},
		"not wanted": {func(t *testing.T, w *world) {
			w.owner.book(t, func(r *client.BookingRequest) { r.Attendee.ReceiveReminders = false })
		}, []string{}},
		"silenced": {func(t *testing.T, w *world) {
			w.owner.moves(t, w.owner.book(t, func(r *client.BookingRequest) { r.SkipNotifications = new(true) }).AppointmentID, "2024-01-17T10:00:00+01:00")
		}, []string{}},
		"not before a confirmation": {func(t *testing.T, w *world) {
			hold := w.owner.holds(t, ofType(w.typeID(t, "double-opt-in"))).ProvisionalBookingID
			w.advance(t, "23h")
			w.confirmer(ring.Derive(secret.ConfirmationToken, hold, 0)).confirms(t, hold)
		}, []string{"2024-01-14 08:00:00", "2024-01-15 07:00:00"}},
		"not of what expired": {func(t *testing.T, w *world) { w.owner.holds(t, ofType(w.typeID(t, "double-opt-in"))) }, []string{}},
		"not to one who left": {func(t *testing.T, w *world) {
			group := ofType(w.typeID(t, "group"))
			b := w.owner.book(t, group)
			w.owner.book(t, group, named("Grace Hopper", "grace@example.com"))
			w.attendee(b.Secret).cancels(t, b.AppointmentID, client.CancelRequest{})
		}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if name == "not before a confirmation" {
				w, ring = keyedWorld(t)
			}
			test.do(t, w)
			w.advance(t, "P30D")
			if diff := cmp.Diff(test.want, w.reminded(t, jane)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if name == "not to one who left" {
				if got := w.reminded(t, "grace@example.com"); len(got) != 2 {
					t.Errorf("the one who stayed was reminded %v", got)
				}
			}
		})
	}
}

// Ensure whoever is not to be written to is not, and the hosts are.
func TestMails_Silenced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	silent := func(r *client.BookingRequest) { r.SkipNotifications = new(true) }
	b := w.owner.book(t, silent)
	w.owner.moves(t, b.AppointmentID, "2024-01-15T10:00:00+01:00")
	w.owner.cancels(t, b.AppointmentID, client.CancelRequest{})
	if mails := w.inbox(t, "client@example.com", ""); len(mails) > 0 {
		t.Errorf("the attendee got %v", subjects(mails))
	}
	if mails := w.inbox(t, "olivia@demo.example", ""); len(mails) != 3 {
		t.Errorf("the host got %v", subjects(mails))
	}
	w.owner.holds(t, ofType(w.typeID(t, "double-opt-in")), silent)
	one(t, w.inbox(t, "client@example.com", "Please confirm"))
}
