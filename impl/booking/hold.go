package booking

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// The refusals of holds that were answered.
var (
	errConfirmed   = meet.Refuse(meet.CodeInvalid, "This booking was already confirmed")
	errApproved    = meet.Refuse(meet.CodeInvalid, "This booking was already approved")
	errDeclined    = meet.Refuse(meet.CodeInvalid, "This booking was declined")
	errExpired     = meet.Refuse(meet.CodeInvalid, "This booking request has expired")
	errNotYours    = meet.Refuse(meet.CodeForbidden, "Only a host of this booking or an admin may answer it")
	errOptInByKey  = meet.Refuse(meet.CodeForbidden, "Only the attendee can confirm this booking, by the link in the mail")
	errHostFirst   = meet.Refuse(meet.CodeInvalid, "The host has not approved this booking yet")
	errNoHostAsked = meet.Refuse(meet.CodeInvalid, "This booking waits for its attendee, not for a host")
)

// consent is what a booking needs before it counts.
type consent struct {
	first        meet.Party // whose is asked; "" is nobody's
	thenAttendee bool
	wait         time.Duration // for the first
}

// consentFor says whose consent a booking of a type needs: the host's first
// when both are asked.
func consentFor(t meet.MeetingType, c meet.CompanySettings) (asks consent) {
	optIn := t.DoubleOptIn.On(c.DoubleOptIn)
	switch host := t.HostConfirmation.On(c.HostConfirmation); {
	case host:
		asks = consent{first: meet.TheHost, thenAttendee: optIn}
	case optIn:
		asks = consent{first: meet.TheAttendee}
	}
	asks.wait = t.HoldTime(c, asks.first)
	return asks
}

// hold keeps the time of a booking, or its seat in a group, until those who
// must agree have agreed.
func hold(tx *store.Tx, t meet.MeetingType, b meet.Booking, r Request, c chosen, asks consent) (meet.Hold, error) {
	request, err := json.Marshal(b)
	if err != nil {
		return meet.Hold{}, err
	}
	body, err := json.Marshal(r.Body)
	if err != nil {
		return meet.Hold{}, err
	}
	h := meet.Hold{
		ID: meet.HoldID(newID()), Company: b.Company, Type: b.Type, Hosts: b.Hosts, Start: b.Start, End: b.End, Before: b.Before, After: b.After,
		WaitsFor: asks.first, ThenAttendee: asks.thenAttendee, Status: meet.Pending,
		Request: request, Body: body, Joins: c.joins, OneTimeLink: r.OneTimeLink, Attendee: b.Attendees[0], Choice: c.choice,
		CreatedAt: tx.Now(), ExpiresAt: deadline(tx, b.Start, asks.wait),
	}
	if t.Spots > 1 && h.Joins == "" {
		h.Joins = b.ID // its first seat
	}
	if err := tx.InsertHold(h); err != nil {
		return h, err
	}
	if err := c.record(tx, t.Queue, subject(h)); err != nil {
		return h, err
	}
	if err := keep(tx, h); err != nil {
		return h, err
	}
	return h, ask(tx, h)
}

// subject is whose turn of a queue counts for a hold: that of its group, if
// it is for a seat.
func subject(h meet.Hold) string {
	if h.Joins != "" {
		return string(h.Joins)
	}
	return string(h.ID)
}

// deadline is when a hold expires that waits from now on: when the meeting
// would start at the latest.
func deadline(tx *store.Tx, start time.Time, wait time.Duration) time.Time {
	if at := tx.Now().Add(wait); at.Before(start) {
		return at
	}
	return start
}

// keep claims the time of a hold, or of the group of its seat.
func keep(tx *store.Tx, h meet.Hold) error {
	if h.Joins != "" {
		return claimSeats(tx, h.Company, h.Joins)
	}
	claimed, err := tx.OccupyHold(h)
	if err == nil && !claimed {
		err = meet.ErrSlotOccupied
	}
	return err
}

// ask tells whom a hold waits for, and sees to it that it expires.
func ask(tx *store.Tx, h meet.Hold) error {
	kind := meet.OptInAsked
	if h.WaitsFor == meet.TheHost {
		kind = meet.ApprovalAsked
	}
	if err := emit(tx, h.Company, kind, string(h.ID), meet.Happening{Hold: &h}); err != nil {
		return err
	}
	return tx.InsertJob(meet.Job{
		ID: meet.JobID(newID()), Company: h.Company, Kind: meet.ExpireHold, Subject: string(h.ID), Payload: json.RawMessage("{}"),
		Dedup: fmt.Sprintf("expire:%s:%s", h.ID, h.WaitsFor), RunAt: h.ExpiresAt,
	})
}

// Approve is the host's consent to a hold. The booking is made, unless the
// attendee is to confirm next: then the hold goes on and Booked is empty. Of
// several who approve at once, one succeeds.
//
// Refusals: [meet.ErrHoldNotFound], [meet.CodeForbidden], and
// [meet.CodeInvalid] for a hold that was answered or has expired.
func Approve(tx *store.Tx, p meet.Principal, id meet.HoldID) (meet.Hold, Booked, error) {
	h, err := answerable(tx, p, id)
	if err != nil {
		return h, Booked{}, err
	}
	err = open(h, tx.Now())
	switch {
	case !h.ApprovedAt.IsZero() && !errors.Is(err, errDeclined) && !errors.Is(err, errExpired):
		return h, Booked{}, errApproved
	case err != nil:
		return h, Booked{}, err
	case h.WaitsFor != meet.TheHost:
		return h, Booked{}, errNoHostAsked
	}
	h.ApprovedAt = tx.Now()
	if !h.ThenAttendee {
		booked, err := fulfil(tx, &h, errApproved)
		return h, booked, err
	}
	wait, err := optInTime(tx, h)
	if err != nil {
		return h, Booked{}, err
	}
	h.WaitsFor, h.ThenAttendee = meet.TheAttendee, false
	h.ExpiresAt = deadline(tx, h.Start, wait)
	switch advanced, err := advance(tx, h, meet.TheHost); {
	case err != nil:
		return h, Booked{}, err
	case !advanced:
		return h, Booked{}, errApproved
	}
	if err := tx.ReleaseHold(h.ID); err != nil {
		return h, Booked{}, err
	}
	if err := keep(tx, h); err != nil {
		return h, Booked{}, err
	}
	return h, Booked{}, ask(tx, h)
}

// optInTime is how long a hold waits for its attendee.
func optInTime(tx *store.Tx, h meet.Hold) (time.Duration, error) {
	company, err := tx.Company(h.Company)
	if err != nil {
		return 0, err
	}
	t, err := typeOf(tx, meet.Booking{Company: h.Company, Type: h.Type})
	return t.HoldTime(company.Settings, meet.TheAttendee), err
}

// advance stores where a hold went from waiting for a party, and reports
// false when somebody else was faster. It no longer expires as it would have.
func advance(tx *store.Tx, h meet.Hold, from meet.Party) (bool, error) {
	advanced, err := tx.AdvanceHold(h, from)
	if err == nil && advanced {
		err = tx.DropExpiry(h.ID)
	}
	return advanced, err
}

// Confirm is the attendee's consent to a hold, and makes the booking. Of
// several who confirm at once, one succeeds.
//
// Refusals: [meet.ErrHoldNotFound], [meet.CodeForbidden] for anybody but the
// attendee, and [meet.CodeInvalid] for a hold that was answered, has expired
// or waits for its host.
func Confirm(tx *store.Tx, p meet.Principal, id meet.HoldID) (Booked, error) {
	if err := tx.LockTypeOfHold(id); err != nil {
		return Booked{}, err
	}
	h, err := tx.Hold(p.Company, id)
	if err != nil {
		return Booked{}, err
	}
	if p.Hold != id {
		return Booked{}, errOptInByKey
	}
	if err := open(h, tx.Now()); err != nil {
		return Booked{}, err
	}
	if h.WaitsFor != meet.TheAttendee {
		return Booked{}, errHostFirst
	}
	return fulfil(tx, &h, errConfirmed)
}

// Decline is the host's refusal of a hold; the time is free again and the
// attendee is told. Refusals are those of Approve.
func Decline(tx *store.Tx, p meet.Principal, id meet.HoldID, reason string) (meet.Hold, error) {
	h, err := answerable(tx, p, id)
	if err != nil {
		return h, err
	}
	if err := open(h, tx.Now()); err != nil {
		return h, err
	}
	declined, err := decline(tx, &h, reason)
	if err == nil && !declined {
		err = errDeclined
	}
	return h, err
}

// decline ends a hold that waits, and tells the attendee. It reports false
// when somebody else was faster.
func decline(tx *store.Tx, h *meet.Hold, reason string) (bool, error) {
	h.Status, h.DeletedAt = meet.Declined, tx.Now()
	if advanced, err := advance(tx, *h, h.WaitsFor); err != nil || !advanced {
		return false, err
	}
	if err := giveBack(tx, *h); err != nil {
		return false, err
	}
	return true, emit(tx, h.Company, meet.HoldDeclined, string(h.ID), meet.Happening{Hold: h, Reason: meet.CleanText(reason)})
}

// Expire ends a hold that nobody answered in time. One that was answered, or
// waits longer by now, is left alone.
func Expire(tx *store.Tx, company meet.CompanyID, id meet.HoldID) error {
	if err := tx.LockTypeOfHold(id); err != nil {
		return err
	}
	switch expired, err := tx.ExpireHold(id); {
	case err != nil:
		return err
	case !expired:
		return nil
	}
	h, err := tx.Hold(company, id)
	if err != nil {
		return err
	}
	if err := giveBack(tx, h); err != nil {
		return err
	}
	return emit(tx, h.Company, meet.HoldExpired, string(h.ID), meet.Happening{Hold: &h})
}

// giveBack frees the time or the seat of a hold that came to nothing, the
// turn of whoever a queue chose, and the one-time link.
func giveBack(tx *store.Tx, h meet.Hold) error {
	if h.OneTimeLink != "" {
		if err := tx.ReturnOneTimeLink(h.OneTimeLink); err != nil {
			return err
		}
	}
	if h.Joins != "" {
		return claimSeats(tx, h.Company, h.Joins)
	}
	if err := tx.ReleaseHold(h.ID); err != nil {
		return err
	}
	return tx.ReturnTurn(string(h.ID))
}

// answerable returns a hold that the principal may approve or decline.
func answerable(tx *store.Tx, p meet.Principal, id meet.HoldID) (meet.Hold, error) {
	if err := tx.LockTypeOfHold(id); err != nil {
		return meet.Hold{}, err
	}
	h, err := tx.Hold(p.Company, id)
	switch {
	case err != nil:
		return h, err
	case p.IsAdmin(), h.HasHost(p.User), p.ApprovesHold == id:
		return h, nil
	case p.Hold == id:
		return h, errNotYours
	}
	return h, meet.ErrHoldNotFound
}

// open refuses a hold that can no longer be answered, saying why.
func open(h meet.Hold, now time.Time) error {
	switch h.StatusAt(now) {
	case meet.Confirmed:
		return errConfirmed
	case meet.Declined:
		return errDeclined
	case meet.Expired:
		return errExpired
	}
	return nil
}

// fulfil turns a hold into the booking it stands for. Whoever comes second
// is told already.
func fulfil(tx *store.Tx, h *meet.Hold, already error) (Booked, error) {
	from := h.WaitsFor
	h.Status = meet.Confirmed
	switch advanced, err := advance(tx, *h, from); {
	case err != nil:
		return Booked{}, err
	case !advanced:
		return Booked{}, already
	}
	var b meet.Booking
	if err := json.Unmarshal(h.Request, &b); err != nil {
		return Booked{}, fmt.Errorf("request of hold %s: %w", h.ID, err)
	}
	b.Hosts = h.Hosts // who may be others by now
	b.CreatedAt, b.UpdatedAt = tx.Now(), tx.Now()
	if err := tx.ReleaseHold(h.ID); err != nil {
		return Booked{}, err
	}
	if h.Joins != "" {
		return join(tx, h.Joins, b)
	}
	t, err := typeOf(tx, b)
	if err != nil {
		return Booked{}, err
	}
	if err := tx.MoveAssignment(string(h.ID), string(b.ID)); err != nil {
		return Booked{}, err
	}
	return settle(tx, t, b)
}
