package page

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/wording"
)

// words are the texts of the pages in one language. A %s stands for an
// instant, a zone or a length of time.
type words struct {
	wording.Language

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

	// Pages of one-time links.
	OnceTitle, Once, OnceUsedTitle, OnceUsed string

	// Why a form changed nothing.
	AlreadyConfirmed, AlreadyApproved, AlreadyDeclined, AlreadyExpired, AlreadyCancelled string
	HostAlreadyBooked, HostFirst, AttendeeFirst                                          string
	TooLate, Taken, SameTime, ChooseTime, Changed                                        string

	// Refusals are title and sentence by status.
	Refusals            map[int][2]string
	FailedTitle, Failed string
}

// languages are those that the pages speak.
var languages = map[string]*words{"en": &english, "de": &german}

// wordsOf returns the words for a language tag such as de-AT, and English
// for one that the pages do not speak.
func wordsOf(tag string) *words {
	return languages[wording.Of(tag).Tag]
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
		return fmt.Sprintf(until, w.Hours(p.Value))
	case meet.PolicyDays:
		return fmt.Sprintf(until, w.Days(p.Value))
	}
	return never
}
