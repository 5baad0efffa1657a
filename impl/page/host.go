package page

import (
	"fmt"
	"net/url"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// showHost is the page on which a host approves or declines.
func showHost(tx *store.Tx, p meet.Principal, _ url.Values) (*view, error) {
	h, m, err := readHold(tx, p.Company, p.ApprovesHold)
	if err != nil {
		return nil, err
	}
	v, zone := m.forHost()
	w := v.Words
	decline := form{Action: "decline", Title: w.DeclineTitle, Hint: w.DeclineHint, Reason: w.DeclineReason, Button: w.DeclineButton, Style: "danger"}
	until := w.Instant(h.ExpiresAt, zone)
	switch status := h.StatusAt(m.now); {
	case status == meet.Confirmed && m.booking.IsCancelled():
		v.Title, v.Mood, v.refused = w.HostSinceCancelledTitle, "bad", w.AlreadyCancelled
		v.say(w.HostSinceCancelled)
	case status == meet.Confirmed:
		v.Title, v.Mood, v.refused = w.HostBookedTitle, "good", w.HostAlreadyBooked
		v.say(w.HostBooked)
	case status == meet.Declined:
		v.Title, v.Mood, v.refused = w.HostDeclinedTitle, "bad", w.AlreadyDeclined
		v.say(w.HostDeclined)
	case status == meet.Expired:
		v.Title, v.Mood, v.refused = w.ExpiredTitle, "bad", w.AlreadyExpired
		v.say(w.HostExpired)
	case h.WaitsFor == meet.TheAttendee && h.ApprovedAt.IsZero():
		v.Title, v.Mood, v.refused = w.AttendeeAskedTitle, "ask", w.AttendeeFirst
		v.say(fmt.Sprintf(w.AttendeeAsked, until))
		v.Forms = []form{decline}
	case h.WaitsFor == meet.TheAttendee:
		v.Title, v.Mood, v.refused = w.ApprovedTitle, "good", w.AlreadyApproved
		v.say(fmt.Sprintf(w.AttendeeAsked, until))
		v.Forms = []form{decline}
	default:
		v.Title, v.Mood = w.ApproveTitle, "ask"
		v.say(w.Approve)
		v.Forms = []form{
			{Action: "approve", Title: w.ApproveHead, Hint: fmt.Sprintf(w.AnswerUntil, until), Button: w.ApproveButton, Style: "main"},
			decline,
		}
	}
	return v, nil
}

func approve(tx *store.Tx, p meet.Principal, _ url.Values) (string, error) {
	_, _, err := booking.Approve(tx, p, p.ApprovesHold)
	return "", err
}

func decline(tx *store.Tx, p meet.Principal, f url.Values) (string, error) {
	_, err := booking.Decline(tx, p, p.ApprovesHold, reasonOf(f))
	return "", err
}
