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

// waitsFor says whose consent a booking of a type needs before it counts:
// the host's first when both are asked.
func waitsFor(t meet.MeetingType, c meet.CompanySettings) (first meet.Party, thenAttendee bool) {
	optIn := t.DoubleOptIn.On(c.DoubleOptIn)
	switch host := t.HostConfirmation.On(c.HostConfirmation); {
	case host:
		return meet.TheHost, optIn
	case optIn:
		return meet.TheAttendee, false
	}
	return "", false
}

// hold keeps the time of a booking, or its seat in a group, until those who
// must agree have agreed.
func hold(tx *store.Tx, b meet.Booking, r Request, c chosen, first meet.Party, thenAttendee bool, s meet.CompanySettings) (meet.Hold, error) {
	request, err := json.Marshal(b)
	if err != nil {
		return meet.Hold{}, err
	}
	h := meet.Hold{
		ID: meet.HoldID(newID()), Company: b.Company, Type: b.Type, Hosts: b.Hosts, Start: b.Start, End: b.End, Before: b.Before, After: b.After,
		WaitsFor: first, ThenAttendee: thenAttendee, Status: meet.Pending,
		Request: request, Body: r.Body, Joins: c.joins, Attendee: b.Attendees[0], Choice: c.choice,
		CreatedAt: tx.Now(), ExpiresAt: deadline(tx, b.Start, s, first),
	}
	if err := tx.InsertHold(h); err != nil {
		return h, err
	}
	if err := c.record(tx, meet.MeetingType{Queue: r.Queue}, string(h.ID)); err != nil {
		return h, err
	}
	if err := keep(tx, h); err != nil {
		return h, err
	}
	return h, ask(tx, h)
}

// deadline is when a hold expires that waits for a party from now on: when
// the meeting would start at the latest.
func deadline(tx *store.Tx, start time.Time, s meet.CompanySettings, p meet.Party) time.Time {
	if at := tx.Now().Add(s.HoldTime(p)); at.Before(start) {
		return at
	}
	return start
}

// keep claims the time of a hold. A seat in a running group needs none.
func keep(tx *store.Tx, h meet.Hold) error {
	if h.Joins != "" {
		return nil
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
	company, err := tx.Company(h.Company)
	if err != nil {
		return h, Booked{}, err
	}
	h.WaitsFor, h.ThenAttendee = meet.TheAttendee, false
	h.ExpiresAt = deadline(tx, h.Start, company.Settings, meet.TheAttendee)
	switch advanced, err := tx.AdvanceHold(h, meet.TheHost); {
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

// Confirm is the attendee's consent to a hold, and makes the booking. Of
// several who confirm at once, one succeeds.
//
// Refusals: [meet.ErrHoldNotFound], [meet.CodeForbidden] for anybody but the
// attendee, and [meet.CodeInvalid] for a hold that was answered, has expired
// or waits for its host.
func Confirm(tx *store.Tx, p meet.Principal, id meet.HoldID) (Booked, error) {
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
	from := h.WaitsFor
	h.Status, h.DeletedAt = meet.Declined, tx.Now()
	switch advanced, err := tx.AdvanceHold(h, from); {
	case err != nil:
		return h, err
	case !advanced:
		return h, errDeclined
	}
	if err := giveBack(tx, h); err != nil {
		return h, err
	}
	return h, emit(tx, h.Company, meet.HoldDeclined, string(h.ID), meet.Happening{Hold: &h, Reason: meet.CleanText(reason)})
}

// Expire ends a hold that nobody answered in time. One that was answered, or
// waits longer by now, is left alone.
func Expire(tx *store.Tx, company meet.CompanyID, id meet.HoldID) error {
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

// giveBack frees the time of a hold that came to nothing, and the turn of
// whoever a queue chose.
func giveBack(tx *store.Tx, h meet.Hold) error {
	if err := tx.ReleaseHold(h.ID); err != nil {
		return err
	}
	return tx.DeleteAssignment(string(h.ID))
}

// answerable returns a hold that the principal may approve or decline.
func answerable(tx *store.Tx, p meet.Principal, id meet.HoldID) (meet.Hold, error) {
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
	switch advanced, err := tx.AdvanceHold(*h, from); {
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
		return join(tx, h.Company, h.Joins, b.Attendees[0])
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
