package booking

import (
	"math"
	"slices"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// HandOver gives what one host has before them to another: the meetings to
// come, of which all calendars learn, and the requests that wait. Where the
// other hosts already, the first just leaves. When the other is not free for
// all of it, it is [meet.ErrSlotOccupied] and the transaction must be rolled
// back.
func HandOver(tx *store.Tx, company meet.CompanyID, from, to meet.UserID) error {
	coming, err := upcoming(tx, company, from)
	if err != nil {
		return err
	}
	holds, _, err := tx.Holds(company, store.HoldFilter{Host: from, Status: meet.Pending, Limit: math.MaxInt32})
	if err != nil {
		return err
	}
	taken, err := upcoming(tx, company, to)
	if err != nil {
		return err
	}
	// The store's guard would let a meeting lie over a forced one.
	taken = slices.DeleteFunc(taken, func(b meet.Booking) bool { return !b.Forced })
	blocked := func(r meet.Range) bool {
		return slices.ContainsFunc(taken, func(b meet.Booking) bool { return b.Occupied().Overlaps(r) })
	}
	for _, b := range coming {
		b, err := tx.Booking(company, b.ID)
		switch {
		case err != nil:
			return err
		case b.IsCancelled() || !b.HasHost(from): // since it was listed
			continue
		case !b.Forced && !b.HasHost(to) && blocked(b.Occupied()):
			return meet.ErrSlotOccupied
		}
		if err := giveBooking(tx, b, from, to); err != nil {
			return err
		}
	}
	for _, h := range holds {
		h, err := tx.Hold(company, h.ID)
		switch {
		case err != nil:
			return err
		case h.Status != meet.Pending || !h.HasHost(from): // since it was listed
			continue
		case !h.HasHost(to) && blocked(h.Occupied()):
			return meet.ErrSlotOccupied
		}
		if err := giveHold(tx, h, from, to); err != nil {
			return err
		}
	}
	return nil
}

func upcoming(tx *store.Tx, company meet.CompanyID, host meet.UserID) ([]meet.Booking, error) {
	all, _, err := tx.Bookings(company, store.BookingFilter{Host: host, Status: store.Upcoming, Limit: math.MaxInt32})
	return all, err
}

// giveBooking puts a host of a booking in another's place.
func giveBooking(tx *store.Tx, b meet.Booking, from, to meet.UserID) error {
	before := b
	b.Hosts = replaced(b.Hosts, from, to)
	b.Sequence++
	b.UpdatedAt = tx.Now()
	if err := tx.Release(b.ID); err != nil {
		return err
	}
	if err := tx.SetHosts(b.ID, b.Hosts); err != nil {
		return err
	}
	if err := tx.UpdateBooking(b); err != nil {
		return err
	}
	if err := occupy(tx, b); err != nil {
		return err
	}
	joined, err := release(tx, before, b)
	if err != nil {
		return err
	}
	return emit(tx, b.Company, meet.HostsChanged, string(b.ID), meet.Happening{Booking: &b, Joined: joined})
}

// giveHold puts a host of a hold in another's place. Hosts who are asked get
// another link, because that of the one who goes must end.
func giveHold(tx *store.Tx, h meet.Hold, from, to meet.UserID) error {
	h.Hosts = replaced(h.Hosts, from, to)
	if h.WaitsFor == meet.TheHost {
		h.Generation++
	}
	if err := tx.ReleaseHold(h.ID); err != nil {
		return err
	}
	if err := tx.SetHoldHosts(h); err != nil {
		return err
	}
	if err := keep(tx, h); err != nil || h.WaitsFor != meet.TheHost {
		return err
	}
	return emit(tx, h.Company, meet.ApprovalAsked, string(h.ID), meet.Happening{Hold: &h, Joined: h.Hosts})
}

// release takes a booking out of the calendars of those who hosted it before
// and no longer do, and returns who does and did not.
func release(tx *store.Tx, before, after meet.Booking) (joined []meet.UserID, err error) {
	joined = without(after.Hosts, before.Hosts)
	gone := without(before.Hosts, after.Hosts)
	if len(gone) == 0 {
		return joined, nil
	}
	before.Sequence, before.UpdatedAt = after.Sequence, after.UpdatedAt
	return joined, emit(tx, after.Company, meet.HostReleased, string(after.ID), meet.Happening{Booking: &before, Released: gone})
}

// replaced is a list of hosts with one in another's place, each once.
func replaced(hosts []meet.UserID, from, to meet.UserID) []meet.UserID {
	hosts = slices.Clone(hosts)
	if slices.Contains(hosts, to) {
		return without(hosts, []meet.UserID{from})
	}
	hosts[slices.Index(hosts, from)] = to
	return hosts
}

// without are those of a list that are not in another.
func without(all, others []meet.UserID) []meet.UserID {
	return slices.DeleteFunc(slices.Clone(all), func(id meet.UserID) bool { return slices.Contains(others, id) })
}
