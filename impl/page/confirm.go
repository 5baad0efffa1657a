package page

import (
	"fmt"
	"net/url"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// showConfirm is the page on which an attendee confirms.
func showConfirm(tx *store.Tx, p meet.Principal, _ url.Values) (*view, error) {
	h, m, err := readHold(tx, p.Company, p.Hold)
	if err != nil {
		return nil, err
	}
	v, zone := m.forAttendee()
	w := v.Words
	switch status := h.StatusAt(m.now); {
	case status == meet.Confirmed && m.booking.IsCancelled():
		v.Title, v.Mood, v.refused = w.SinceCancelledTitle, "bad", w.AlreadyCancelled
		v.say(w.SinceCancelled)
	case status == meet.Confirmed:
		v.Title, v.Mood, v.refused = w.ConfirmedTitle, "good", w.AlreadyConfirmed
		if !m.booking.SkipMail {
			v.say(w.Confirmed)
		}
	case status == meet.Declined:
		v.Title, v.Mood, v.refused = w.DeclinedTitle, "bad", w.AlreadyDeclined
		v.say(w.Declined)
	case status == meet.Expired:
		v.Title, v.Mood, v.refused = w.ExpiredTitle, "bad", w.AlreadyExpired
		v.say(w.Expired)
	case h.WaitsFor != meet.TheAttendee:
		v.Title, v.Mood, v.refused = w.WaitingTitle, "ask", w.HostFirst
		v.say(w.Waiting)
	default:
		v.Title, v.Mood = w.ConfirmTitle, "ask"
		v.say(w.Confirm)
		v.Forms = []form{{
			Action: "confirm", Button: w.ConfirmButton, Style: "main", Hint: fmt.Sprintf(w.KeptUntil, w.Instant(h.ExpiresAt, zone)),
		}}
	}
	return v, nil
}

func confirm(tx *store.Tx, p meet.Principal, _ url.Values) (string, error) {
	_, err := booking.Confirm(tx, p, p.Hold)
	return "", err
}
