package booking

import (
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
	Queue meet.QueueID  // all hosts of the queue
	Range meet.Range    // of starts
	// Duration is that of the meeting; 0 is the type's own.
	Duration time.Duration
	// Everyone asks for starts at which all hosts are free; otherwise one
	// suffices. Types whose members host together always ask for everyone.
	Everyone     bool
	Exclude      meet.BookingID // a booking about to be moved
	IgnoreNotice bool
	Troubleshoot bool
}

// SlotList is the answer to a SlotQuery.
type SlotList struct {
	Type  meet.MeetingType
	Hosts []store.Host
	Slots []availability.Slot
	Free  []meet.Range // free stretches of the hosts' time
}

// Slots lists the starts at which a meeting type can be booked. It reads the
// database four times at most, however many hosts there are.
//
// Refusals: [meet.ErrMeetingTypeNotFound], [meet.ErrHostNotFound],
// [meet.ErrDuration], and [meet.CodeInvalid] for a queue that is not the
// type's.
func Slots(tx *store.Tx, company meet.CompanyID, q SlotQuery) (SlotList, error) {
	t, err := bookableType(tx, company, q.Type)
	if err != nil {
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
	if q.Queue == "" {
		if team, err = pick(team, q.Hosts); err != nil {
			return SlotList{}, err
		}
	} else if q.Queue != t.Queue {
		return SlotList{}, errForeignQueue
	}
	ask := availability.Query{
		Now: tx.Now(), Range: q.Range, Everyone: q.Everyone || t.CoHosted,
		Exclude: q.Exclude, IgnoreNotice: q.IgnoreNotice, Troubleshoot: q.Troubleshoot,
	}
	rules := rulesOf(t, duration)
	hosts, err := calendars(tx, t, team, rules, q.Range)
	if err != nil {
		return SlotList{}, err
	}
	return SlotList{
		Type: t, Hosts: team,
		Slots: availability.Slots(ask, rules, hosts),
		Free:  availability.Free(ask, rules, hosts),
	}, nil
}

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

// A week's limit counts bookings of the whole host-local week of each start,
// so those are read a little further than the starts go.
const (
	weekMargin = 8 * 24 * time.Hour
	dayMargin  = 24 * time.Hour // longer than any meeting with its buffers
)

// calendars reads what the slot rules need to know of the hosts' time.
func calendars(tx *store.Tx, t meet.MeetingType, team []store.Host, rules availability.Rules, r meet.Range) ([]availability.Host, error) {
	if len(team) == 0 {
		return nil, nil
	}
	ids := make([]meet.UserID, len(team))
	index := make(map[meet.UserID]*availability.Host, len(team))
	hosts := make([]availability.Host, len(team))
	for i, h := range team {
		zone, err := meet.LoadZone(h.HoursZone)
		if err != nil {
			return nil, fmt.Errorf("hours of host %s: %w", h.ID, err)
		}
		ids[i] = h.ID
		hosts[i] = availability.Host{ID: h.ID, Zone: zone, Hours: h.Hours}
		index[h.ID] = &hosts[i]
	}
	occupied, err := tx.Occupied(ids, meet.Range{Start: r.Start.Add(-dayMargin), End: r.End.Add(dayMargin)})
	if err != nil {
		return nil, err
	}
	own, err := ownBookings(tx, t, rules, r)
	if err != nil {
		return nil, err
	}
	for _, o := range occupied {
		busy := availability.Busy{Kind: availability.Booking, Booking: o.Booking, Occupied: o.Range, Meeting: o.Range}
		if o.Hold { // the store leaves out those that have expired
			busy.Kind, busy.ExpiresAt = availability.Hold, tx.Now().Add(time.Second)
		}
		if taken, ok := own[hosting{o.Host, o.Booking}]; ok {
			busy.SameType, busy.Meeting, busy.SeatsTaken = true, taken.Range, taken.Seats
			delete(own, hosting{o.Host, o.Booking})
		}
		host := index[o.Host]
		host.Busy = append(host.Busy, busy)
	}
	for at, taken := range own { // outside of what is listed, but it counts
		if host, ok := index[at.host]; ok {
			host.Busy = append(host.Busy, availability.Busy{
				Kind: availability.Booking, Booking: at.booking, Occupied: taken.Range, Meeting: taken.Range,
				SameType: true, SeatsTaken: taken.Seats,
			})
		}
	}
	return hosts, nil
}

type hosting struct {
	host    meet.UserID
	booking meet.BookingID
}

// ownBookings reads the bookings of the type itself, which only types with
// limits or several seats need to know apart.
func ownBookings(tx *store.Tx, t meet.MeetingType, rules availability.Rules, r meet.Range) (map[hosting]store.Taken, error) {
	if rules.MaxPerDay == 0 && rules.MaxPerWeek == 0 && rules.Capacity <= 1 {
		return nil, nil
	}
	taken, err := tx.TakenOfType(t.ID, meet.Range{Start: r.Start.Add(-weekMargin), End: r.End.Add(weekMargin)})
	if err != nil {
		return nil, err
	}
	own := make(map[hosting]store.Taken, len(taken))
	for _, one := range taken {
		own[hosting{one.Host, one.Booking}] = one
	}
	return own, nil
}
