package page

import (
	"net/http"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/wording"
)

var english = words{
	Language: wording.English,

	What: "Appointment", When: "When", Length: "Length", With: "With", Where: "Where", Link: "Link", Reason: "Reason",
	Who: "Name", Email: "Email", Phone: "Phone", Guests: "Guests", Hosts: "Hosts",

	ConfirmTitle: "Please confirm your appointment", Confirm: "It is booked once you confirm it here.",
	KeptUntil: "The time is kept for you until %s.", ConfirmButton: "Confirm appointment",
	ConfirmedTitle:      "Your appointment is confirmed",
	Confirmed:           "To move or cancel it, use the link in the mail that confirms it.",
	SinceCancelledTitle: "This appointment was cancelled",
	SinceCancelled:      "You had confirmed it; it was cancelled after that.",
	WaitingTitle:        "Your request waits for an answer",
	Waiting:             "The host has not answered yet. There is nothing to do for now: you will get a mail.",
	DeclinedTitle:       "Your request was declined", Declined: "Unfortunately the host cannot make it at this time. You are welcome to ask for another one.",
	ExpiredTitle: "This request has expired",
	Expired:      "It was not confirmed in time, so the time was given free. You are welcome to book again.",

	ApproveTitle: "An appointment waits for your answer", Approve: "It is booked once you approve it.",
	ApproveHead: "Approve", AnswerUntil: "Please answer before %s.", ApproveButton: "Approve appointment",
	DeclineTitle: "Decline", DeclineHint: "The time becomes free again, and the person who asked is told.",
	DeclineReason: "Reason (optional; the person who asked can read it)", DeclineButton: "Decline request",
	ApprovedTitle: "This request is approved", AttendeeAskedTitle: "This request waits for the person who asked",
	AttendeeAsked:   "It is booked once the person who asked confirms it, until %s. Until then you can still decline.",
	HostBookedTitle: "This appointment is booked", HostBooked: "There is nothing left to do.",
	HostSinceCancelledTitle: "This appointment was cancelled", HostSinceCancelled: "It had been booked and was cancelled after that.",
	HostDeclinedTitle: "This request was declined", HostDeclined: "The time is free again, and the person who asked was told.",
	HostExpired: "Nobody answered in time. The time is free again, and the person who asked was told.",

	ManageTitle: "Your appointment", Manage: "It is booked.",
	Moved:          "It was moved; this is the new time.",
	CancelledTitle: "This appointment is cancelled",
	CancelledBy: map[meet.ActionSource]string{
		meet.ByAttendee: "You cancelled it.", meet.ByHost: "The host cancelled it.", meet.BySystem: "It was cancelled automatically.",
	},
	OverTitle: "This appointment is over", Over: "It can no longer be changed.",
	BegunTitle: "This appointment has begun", Begun: "It can no longer be changed.",
	MoveTitle: "Choose another time", MoveHint: "All times are those of %s.", MoveButton: "Move appointment",
	MoveGroup: "A group appointment cannot be moved for one person. Give up your seat and book another one.",
	MoveNever: "This appointment cannot be moved online. Please get in touch with the host.",
	MoveUntil: "This appointment could be moved up to %s before it starts. Please get in touch with the host.",
	Times:     "New time", Earlier: "Earlier times", Later: "Later times",
	NoTimes:         "There are no free times in the coming weeks.",
	NoTimesThisWeek: "There are no free times in this week.",
	CancelTitle:     "Cancel the appointment", CancelReason: "Reason (optional)", CancelButton: "Cancel appointment",
	CancelNever: "This appointment cannot be cancelled online. Please get in touch with the host.",
	CancelUntil: "This appointment could be cancelled up to %s before it starts. Please get in touch with the host.",
	LeaveTitle:  "Give up your seat", LeaveHint: "Your seat becomes free.", LeaveButton: "Give up seat",
	LeftTitle: "You gave up your seat", Left: "You no longer take part in this appointment.",

	OnceTitle: "A link to book an appointment", Once: "It is good for one booking.",
	OnceUsedTitle: "This link was used already", OnceUsed: "It was good for one booking. Please ask for another one.",

	AlreadyConfirmed:  "This booking was already confirmed.",
	AlreadyApproved:   "This booking was already approved.",
	AlreadyDeclined:   "This booking was declined.",
	AlreadyExpired:    "This booking request has expired.",
	AlreadyCancelled:  "This appointment was already cancelled.",
	HostAlreadyBooked: "This booking was already answered.",
	HostFirst:         "The host has not approved this booking yet.",
	AttendeeFirst:     "This booking waits for the person who asked, not for a host.",
	TooLate:           "This appointment can no longer be changed.",
	Taken:             "This time is no longer free. Please choose another one.",
	SameTime:          "The appointment already takes place at this time.",
	ChooseTime:        "Please choose a time.",
	Changed:           "That was not possible. This is how things stand now.",

	Refusals: map[int][2]string{
		http.StatusBadRequest:            {"This form could not be read", "Please open the link in your mail again."},
		http.StatusUnauthorized:          {"This link is not valid", "Perhaps a part of it was lost. Please open the link in your mail again, or copy all of it."},
		http.StatusForbidden:             {"This form came from another site", "Nothing was changed. Please open the link in your mail again."},
		http.StatusNotFound:              {"There is no such page", "Please open the link in your mail again, or copy all of it."},
		http.StatusMethodNotAllowed:      {"Please open the link in your mail", "This page cannot be opened on its own."},
		http.StatusRequestEntityTooLarge: {"This form is too long", "Nothing was changed. Please write less."},
		http.StatusUnsupportedMediaType:  {"This form could not be read", "Please open the link in your mail again."},
		http.StatusTooManyRequests:       {"Too many wrong links", "Please wait a minute, then open the link in your mail again."},
		http.StatusServiceUnavailable:    {"Too busy at the moment", "Nothing was changed. Please try again in a moment."},
	},
	FailedTitle: "Something went wrong", Failed: "That is our fault. Please try again later.",
}
