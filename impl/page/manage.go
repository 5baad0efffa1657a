package page

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/wording"
)

// The refusals that the pages add to those of package booking.
var (
	errCancelled = meet.Refuse(meet.CodeCancelled, "The appointment is cancelled")
	errNoStart   = meet.Refuse(meet.CodeInvalid, "start is no instant")
)

// errLeft says that the attendee gave up the seat.
var errLeft = errors.New("the attendee has left")

// readOwn reads the appointment of a secret with the attendee it belongs to,
// and whether it is of a group.
func readOwn(tx *store.Tx, p meet.Principal) (m meeting, group bool, err error) {
	b, err := tx.Booking(p.Company, p.Booking)
	if err != nil {
		return m, false, err
	}
	a := b.Attendee(p.Attendee)
	if a == nil {
		return m, false, errLeft
	}
	if m, err = readMeeting(tx, b, *a); err != nil {
		return m, false, err
	}
	m.booking.Attendees = []meet.Attendee{*a} // nobody sees another
	return m, booking.IsGroup(m.kind, b), nil
}

// showManage is the page on which an attendee moves or cancels.
func showManage(tx *store.Tx, p meet.Principal, query url.Values) (*view, error) {
	m, group, err := readOwn(tx, p)
	if err != nil {
		return nil, err
	}
	v, zone := m.forAttendee()
	w, b := v.Words, m.booking
	switch {
	case b.IsCancelled():
		v.Title, v.Mood, v.refused = w.CancelledTitle, "bad", w.AlreadyCancelled
		v.say(w.CancelledBy[b.Cancellation.Source])
		v.tell(w.Reason, wording.Text(b.Cancellation.Reason, wording.MaxText))
		return v, nil
	case !m.now.Before(b.End):
		v.Title, v.refused = w.OverTitle, w.TooLate
		v.say(w.Over)
		return v, nil
	case !m.now.Before(b.Start):
		v.Title, v.refused = w.BegunTitle, w.TooLate
		v.say(w.Begun)
		return v, nil
	}
	v.Title, v.Mood = w.ManageTitle, "good"
	v.say(w.Manage)
	if !b.RescheduledAt.IsZero() {
		v.say(w.Moved)
	}
	move, err := m.moveForm(tx, w, zone, group, query.Get("from"))
	if err != nil {
		return nil, err
	}
	v.Forms = []form{move, m.cancelForm(w, group)}
	v.Jump = move.Starts != nil
	return v, nil
}

// cancelForm is the form to cancel, or says why there is none.
func (m meeting) cancelForm(w *words, group bool) form {
	f := form{Action: "cancel", Title: w.CancelTitle}
	if group {
		f.Title, f.Hint = w.LeaveTitle, w.LeaveHint
	}
	if !m.allows(m.kind.Cancellation) {
		f.Hint = w.cancelPolicy(m.kind.Cancellation)
		return f
	}
	f.Reason, f.Button, f.Style = w.CancelReason, w.CancelButton, "danger"
	if group {
		f.Button = w.LeaveButton
	}
	return f
}

// moveForm is the form to reschedule, or says why there is none.
func (m meeting) moveForm(tx *store.Tx, w *words, zone *time.Location, group bool, from string) (form, error) {
	f := form{Action: "reschedule", Title: w.MoveTitle}
	policy, err := booking.MovePolicy(tx, m.kind)
	switch {
	case err != nil:
		return f, err
	case group:
		f.Hint = w.MoveGroup
		return f, nil
	case !m.allows(policy):
		f.Hint = w.movePolicy(policy)
		return f, nil
	}
	switch f.Starts, err = m.starts(tx, w, zone, from); {
	case err == nil:
	case meet.CodeOf(err) != "": // the type has changed since
		f.Hint = w.MoveNever
		return f, nil
	default:
		return f, err
	}
	f.Hint = fmt.Sprintf(w.MoveHint, zone)
	if len(f.Starts.Days) > 0 {
		f.Button, f.Style = w.MoveButton, "main"
	}
	return f, nil
}

// allows reports whether a policy lets the attendee act now.
func (m meeting) allows(p meet.Policy) bool { return booking.Allows(p, m.booking, m.hosts[0], m.now) }

// standing returns the appointment, unless the attendee left or it is
// cancelled.
func standing(tx *store.Tx, p meet.Principal) (meet.Booking, error) {
	b, err := booking.Get(tx, p, p.Booking)
	switch {
	case errors.Is(err, meet.ErrAppointmentNotFound): // and yet the secret was right
		err = errLeft
	case err == nil && b.IsCancelled():
		err = errCancelled
	}
	return b, err
}

// cancel calls off an appointment, or gives up a seat of a group. The secret
// of a seat that was given up opens nothing any more but a page that says so.
func cancel(tx *store.Tx, p meet.Principal, f url.Values) (string, error) {
	b, err := standing(tx, p)
	if err != nil {
		return "", err
	}
	language := wordsOf(b.Attendees[0].Language).Tag
	b, err = booking.Cancel(tx, p, p.Booking, booking.Cancellation{Reason: reasonOf(f)})
	if err != nil || b.IsCancelled() {
		return "", err
	}
	return leftPage + "?lang=" + language, nil
}

func reschedule(tx *store.Tx, p meet.Principal, f url.Values) (string, error) {
	if _, err := standing(tx, p); err != nil {
		return "", err
	}
	start, err := time.Parse(time.RFC3339, f.Get("start"))
	if err != nil || start.Year() > maxYear {
		return "", errNoStart
	}
	_, err = booking.Reschedule(tx, p, p.Booking, start, false)
	if errors.Is(err, meet.ErrMeetingTypeNotFound) || errors.Is(err, meet.ErrHostNotFound) {
		err = meet.ErrSlotOccupied
	}
	return "", err
}

// maxYear keeps nonsense away from the calendar.
const maxYear = 2200

// leftPage is the path of the page of those who left, beside that of a form.
const leftPage = "left"

// left tells whoever gave up a seat that it is done. It needs no secret, and
// says the same of every appointment.
func (s *site) left(w http.ResponseWriter, r *http.Request) {
	if allow(w, r, http.MethodGet, http.MethodHead) {
		showLeft(w, r)
	}
}

func showLeft(w http.ResponseWriter, r *http.Request) {
	words, ok := languages[r.URL.Query().Get("lang")]
	if !ok {
		words = wordsFor(r)
	}
	write(w, r, http.StatusOK, &view{Words: words, Title: words.LeftTitle, Mood: "good", Lead: []string{words.Left}})
}
