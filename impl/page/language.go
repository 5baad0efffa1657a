package page

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
)

// words are the texts of the pages in one language. A %s stands for an
// instant, a zone or a length of time.
type words struct {
	Tag     string // of the language
	Meeting string // one without a name
	And     string
	Yes, No string
	Places  map[meet.Channel]string

	// What a page is about.
	What, When, Length, With, Where, Link, Reason string
	Who, Email, Phone, Guests, Hosts              string

	// Confirm pages.
	ConfirmTitle, Confirm, KeptUntil, ConfirmButton string
	ConfirmedTitle, Confirmed                       string
	SinceCancelledTitle, SinceCancelled             string
	WaitingTitle, Waiting                           string
	DeclinedTitle, Declined                         string
	ExpiredTitle, Expired                           string

	// Host pages.
	ApproveTitle, Approve, ApproveHead, AnswerUntil, ApproveButton string
	DeclineTitle, DeclineHint, DeclineReason, DeclineButton        string
	ApprovedTitle, AttendeeAskedTitle, AttendeeAsked               string
	HostBookedTitle, HostBooked                                    string
	HostSinceCancelledTitle, HostSinceCancelled                    string
	HostDeclinedTitle, HostDeclined, HostExpired                   string

	// Manage pages.
	ManageTitle, Manage, Moved                          string
	CancelledTitle                                      string
	CancelledBy                                         map[meet.ActionSource]string
	OverTitle, Over, BegunTitle, Begun                  string
	MoveTitle, MoveHint, MoveButton                     string
	MoveGroup, MoveNever, MoveUntil                     string
	Times, Earlier, Later, NoTimes, NoTimesThisWeek     string
	CancelTitle, CancelReason, CancelButton             string
	CancelNever, CancelUntil                            string
	LeaveTitle, LeaveHint, LeaveButton, LeftTitle, Left string

	// Why a form changed nothing.
	AlreadyConfirmed, AlreadyApproved, AlreadyDeclined, AlreadyExpired, AlreadyCancelled string
	HostAlreadyBooked, HostFirst, AttendeeFirst                                          string
	TooLate, Taken, SameTime, ChooseTime, Changed                                        string

	// Refusals are title and sentence by status.
	Refusals            map[int][2]string
	FailedTitle, Failed string

	// date writes the date and time of day that t shows, day its date.
	date, day            func(t time.Time) string
	minutes, hours, days func(n int) string
}

// languages are those that the pages speak.
var languages = map[string]*words{"en": &english, "de": &german}

// wordsOf returns the words for a language tag such as de-AT, and English
// for one that the pages do not speak.
func wordsOf(tag string) *words {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-"), "-")
	if w, ok := languages[base]; ok {
		return w
	}
	return &english
}

// wordsFor returns the words for a reader of whom no more is known than the
// languages of the browser: the first of them that the pages speak.
func wordsFor(r *http.Request) *words {
	for tag := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ = strings.Cut(tag, ";")
		base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if w, ok := languages[base]; ok {
			return w
		}
	}
	return &english
}

// instant writes an instant on the clocks of a zone, and which zone that is.
func (w *words) instant(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	place := zone.String()
	if comesTwice(t) {
		place += ", " + offset(t)
	}
	return w.date(t) + " (" + place + ")"
}

// clock writes the time of day that t shows, and which of the two when
// clocks show it twice.
func clock(t time.Time) string {
	text := t.Format("15:04")
	if comesTwice(t) {
		text += " (" + offset(t) + ")"
	}
	return text
}

func offset(t time.Time) string { return "UTC" + strings.TrimSuffix(t.Format("-07:00"), ":00") }

// comesTwice reports whether clocks show the time of t at another instant as
// well, because they are set back that night.
func comesTwice(t time.Time) bool {
	const shown = "2006-01-02 15:04"
	for _, d := range []time.Duration{-time.Hour, -30 * time.Minute, 30 * time.Minute, time.Hour} {
		if t.Add(d).Format(shown) == t.Format(shown) {
			return true
		}
	}
	return false
}

// list joins names as a sentence does.
func (w *words) list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + w.And + " " + names[last]
}

// cancelPolicy says until when an attendee may cancel.
func (w *words) cancelPolicy(p meet.Policy) string {
	return w.policy(p, w.CancelNever, w.CancelUntil)
}

// movePolicy says until when an attendee may reschedule.
func (w *words) movePolicy(p meet.Policy) string {
	return w.policy(p, w.MoveNever, w.MoveUntil)
}

func (w *words) policy(p meet.Policy, never, until string) string {
	switch p.Mode {
	case meet.PolicyHours:
		return fmt.Sprintf(until, w.hours(p.Value))
	case meet.PolicyDays:
		return fmt.Sprintf(until, w.days(p.Value))
	}
	return never
}

// places names the channels; those that are products keep their names.
func places(phone, local, visit, online string) map[meet.Channel]string {
	return map[meet.Channel]string{
		meet.Phone: phone, meet.PhoneIncoming: phone, meet.Local: local, meet.LocalAttendee: visit, meet.Connect: online,
		meet.Google: "Google Meet", meet.Zoom: "Zoom", meet.Teams: "Microsoft Teams", meet.Webex: "Webex", meet.WhatsApp: "WhatsApp",
	}
}

// count writes a number of things.
func count(one, many string) func(int) string {
	return func(n int) string {
		if n == 1 {
			return "1 " + one
		}
		return strconv.Itoa(n) + " " + many
	}
}
