package booking

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// SlotQuery asks for the slots of a meeting type.
type SlotQuery struct {
	Type  meet.MeetingTypeID
	Hosts []meet.UserID // or
	Queue meet.QueueID  // the members of the queue whom it does not hide
	Range meet.Range    // of starts
	// Duration is that of the meeting; 0 is that of the booking about to be
	// moved, else the type's own.
	Duration time.Duration
	// Everyone asks for starts at which all hosts are free; otherwise one
	// suffices. Types whose members host together always ask for everyone.
	Everyone     bool
	Exclude      meet.BookingID // a booking about to be moved
	Troubleshoot bool
}

// SlotList is the answer to a SlotQuery.
type SlotList struct {
	Type  meet.MeetingType
	Hosts []store.Host
	Slots []availability.Slot
	Free  []meet.Range // free stretches of the hosts' time
}

// Slots lists the starts at which a meeting type can be booked. How often it
// reads the database does not depend on how many hosts there are.
//
// Refusals: [meet.ErrMeetingTypeNotFound], [meet.ErrHostNotFound],
// [meet.ErrDuration], and [meet.CodeInvalid] for a queue that is not the
// type's.
func Slots(tx *store.Tx, company meet.CompanyID, q SlotQuery) (SlotList, error) {
	t, err := bookableType(tx, company, q.Type)
	if err != nil {
		return SlotList{}, err
	}
	if err := keepDuration(tx, &t, q.Exclude, &q.Duration); err != nil {
		return SlotList{}, err
	}
	duration, err := durationOf(t, q.Duration)
	if err != nil {
		return SlotList{}, err
	}
	team, err := tx.TypeHosts(t.ID)
	if err != nil {
		return SlotList{}, err
	}
	switch {
	case q.Queue == "" && q.Exclude == "":
		team, err = named(t, team, q.Hosts)
	case q.Queue == "":
		team, err = pick(team, q.Hosts) // a move keeps the hosts there are
	case q.Queue != t.Queue:
		err = errForeignQueue
	}
	if err != nil {
		return SlotList{}, err
	}
	ask := availability.Query{
		Now: tx.Now(), Range: q.Range, Everyone: q.Everyone || t.CoHosted,
		Exclude: q.Exclude, Troubleshoot: q.Troubleshoot,
	}
	rules := rulesOf(t, duration)
	if q.Troubleshoot && int(q.Range.Duration()/rules.Interval)*len(team) > maxTroubleshoot {
		return SlotList{}, errTroubleshoot
	}
	var members []meet.QueueMember // who take turns
	if q.Queue != "" && !ask.Everyone && !t.PlainQueue {
		if members, err = membersShown(tx, t, team, rules); err != nil {
			return SlotList{}, err
		}
		team = hostsOf(members, team)
	}
	hosts, err := calendars(tx, t, team, rules, ask)
	if err != nil {
		return SlotList{}, err
	}
	if ask.Everyone {
		closeToOthers(hosts, rules)
	}
	list := SlotList{Type: t, Hosts: team, Free: availability.Free(ask, rules, hosts)}
	if slices.ContainsFunc(members, func(m meet.QueueMember) bool { return m.Group != "" }) {
		list.Slots = offered(ask, rules, members, hosts)
	} else {
		list.Slots = availability.Slots(ask, rules, hosts)
	}
	return list, nil
}

// maxTroubleshoot bounds the starts, times hosts, that a troubleshooting
// list may have to explain.
const maxTroubleshoot = 50_000

var errTroubleshoot = meet.Refuse(meet.CodeInvalid, "troubleshoot is for a shorter range or fewer hosts than these")

// bookableType returns an enabled meeting type of the company.
func bookableType(tx *store.Tx, company meet.CompanyID, id meet.MeetingTypeID) (meet.MeetingType, error) {
	t, err := tx.MeetingType(company, id)
	if err == nil && !t.Enabled {
		err = meet.ErrMeetingTypeNotFound
	}
	return t, err
}

// durationOf returns the length of a meeting, the type's own for 0.
func durationOf(t meet.MeetingType, asked time.Duration) (time.Duration, error) {
	if asked == 0 {
		return t.Duration, nil
	}
	if !t.AllowsDuration(asked) {
		return 0, meet.ErrDuration
	}
	return asked, nil
}

// keepDuration lets a meeting about to be moved keep its length, whatever
// its type offers by now, and takes it for a length that was not asked for.
// A meeting that is unknown or of another type changes nothing.
func keepDuration(tx *store.Tx, t *meet.MeetingType, moves meet.BookingID, asked *time.Duration) error {
	if moves == "" {
		return nil
	}
	b, err := tx.Booking(t.Company, moves)
	switch {
	case errors.Is(err, meet.ErrAppointmentNotFound):
		return nil
	case err != nil || b.Type != t.ID:
		return err
	}
	own := b.End.Sub(b.Start)
	t.AllowedDurations = append(slices.Clip(t.AllowedDurations), own)
	if *asked == 0 {
		*asked = own
	}
	return nil
}

// named are the hosts of a new meeting for which somebody names hosts: those
// or, where all host together, everybody.
func named(t meet.MeetingType, team []store.Host, ids []meet.UserID) ([]store.Host, error) {
	picked, err := pick(team, ids)
	if err == nil && t.CoHosted {
		picked = team
	}
	return picked, err
}

// pick returns the named members of a team, in the order they are named. A
// name that is not of the team is [meet.ErrHostNotFound], whatever the
// reason.
func pick(team []store.Host, ids []meet.UserID) ([]store.Host, error) {
	var picked []store.Host
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			continue
		}
		at := slices.IndexFunc(team, func(h store.Host) bool { return h.ID == id })
		if at < 0 {
			return nil, meet.ErrHostNotFound
		}
		picked = append(picked, team[at])
	}
	return picked, nil
}

// rulesOf is what a meeting type says about meetings of a length.
func rulesOf(t meet.MeetingType, duration time.Duration) availability.Rules {
	return availability.Rules{
		Duration: duration, Interval: t.Step(duration),
		Before: t.BufferBefore, After: t.BufferAfter,
		Notice: t.Notice, MaxAdvanceDays: t.Horizon.Days(), From: t.Horizon.First, Until: t.Horizon.Last,
		MaxPerDay: t.MaxPerDay, MaxPerWeek: t.MaxPerWeek,
		Capacity: t.Spots,
	}
}

// weekMargin is how much further than the starts go bookings are read for a
// week's limit, which counts those of the whole host-local week of each start.
const weekMargin = 8 * 24 * time.Hour

// takeTurns makes those who book a type with limits or seats take turns, and
// those who move a booking: what is free for them hangs on bookings that are
// not there yet, for which the store has no guard. It comes before any
// booking is read, see [store.Tx.LockMeetingType].
func takeTurns(tx *store.Tx, t meet.MeetingType, moves meet.BookingID) error {
	switch {
	case moves != "":
		return tx.LockTypeOf(moves)
	case t.MaxPerDay > 0 || t.MaxPerWeek > 0 || t.Spots > 1:
		return tx.LockMeetingType(t.ID)
	}
	return nil
}

// calendars reads what the slot rules need to know of the hosts' time, but
// for the booking about to be moved.
func calendars(tx *store.Tx, t meet.MeetingType, team []store.Host, rules availability.Rules, ask availability.Query,
) ([]availability.Host, error) {
	if len(team) == 0 {
		return nil, nil
	}
	ids := make([]meet.UserID, len(team))
	hosts := make([]availability.Host, len(team))
	for i, h := range team {
		zone, err := meet.LoadZone(h.HoursZone)
		if err != nil {
			return nil, fmt.Errorf("hours of host %s: %w", h.ID, err)
		}
		ids[i] = h.ID
		hosts[i] = availability.Host{ID: h.ID, Zone: zone, Hours: h.Hours}
	}
	meeting := rules.Before + rules.Duration + rules.After
	q := store.OccupiedQuery{Hosts: ids, Range: widened(ask.Range, meeting), Except: ask.Exclude, Holds: ask.Troubleshoot}
	// Types with limits or several seats need to know their own bookings.
	if rules.MaxPerDay > 0 || rules.MaxPerWeek > 0 || rules.Capacity > 1 {
		q.Range, q.Own, q.Seats = widened(ask.Range, weekMargin), t.ID, rules.Capacity > 1
	}
	occupied, err := tx.Occupied(q)
	if err != nil {
		return nil, err
	}
	for i := range hosts {
		hosts[i].Busy = busy(occupied[ids[i]], tx.Now())
	}
	return hosts, nil
}

// busy is what is occupied of a host's time in the words of availability.
func busy(o store.Occupied, now time.Time) []availability.Busy {
	all := make([]availability.Busy, 0, len(o.Others)+len(o.Holds)+len(o.Own))
	for _, r := range o.Holds { // the store leaves out those that have expired
		all = append(all, availability.Busy{Kind: availability.Hold, Occupied: r, Meeting: r, ExpiresAt: now.Add(time.Second)})
	}
	for _, r := range o.Others {
		all = append(all, availability.Busy{Kind: availability.Booking, Occupied: r, Meeting: r})
	}
	for _, t := range o.Own {
		b := availability.Busy{
			Kind: availability.Booking, Booking: t.Booking, Occupied: t.Occupied, Meeting: t.Meeting, SameType: true, SeatsTaken: t.Seats,
		}
		if t.Held {
			b.Kind, b.ExpiresAt = availability.Hold, now.Add(time.Second)
		}
		all = append(all, b)
	}
	return all
}

// closeToOthers fills up the group bookings that some of the hosts are not
// part of: who asks for all of them cannot join.
func closeToOthers(hosts []availability.Host, rules availability.Rules) {
	if rules.Capacity <= 1 || len(hosts) == 1 {
		return
	}
	hosting := map[meet.BookingID]int{}
	for _, h := range hosts {
		for _, b := range h.Busy {
			hosting[b.Booking]++
		}
	}
	for _, h := range hosts {
		for i := range h.Busy {
			if b := &h.Busy[i]; hosting[b.Booking] < len(hosts) {
				b.SeatsTaken = max(b.SeatsTaken, rules.Capacity)
			}
		}
	}
}

func widened(r meet.Range, by time.Duration) meet.Range {
	return meet.Range{Start: r.Start.Add(-by), End: r.End.Add(by)}
}
