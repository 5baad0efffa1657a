package impl

import (
	"context"
	"slices"
	"time"

	"github.com/meetwright/meetwright/impl/availability"
	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// maxListing is how many days one listing of slots may span.
const maxListing = 62

var (
	errSlotsHost  = meet.Refuse(meet.CodeHostMissing, "Expected hostIds or queueId")
	errSlotsBoth  = meet.Refuse(meet.CodeInvalid, "Provide either hostIds or queueId, not both")
	errSlotsOrder = meet.Refuse(meet.CodeInvalid, "end must not be before start")
	errSlotsRange = meet.Refuse(meet.CodeInvalid, "The range from start to end must not exceed 62 days")
)

// GetBookingAvailability lists the slots of a meeting type.
func (s *Service) GetBookingAvailability(ctx context.Context, r server.GetBookingAvailabilityRequestObject) (server.GetBookingAvailabilityResponseObject, error) {
	zone, query, err := slotQueryIn(r.Params)
	if err != nil {
		return nil, err
	}
	var list booking.SlotList
	err = s.store.View(ctx, func(tx *store.Tx) (err error) {
		list, err = booking.Slots(tx, principal(ctx).Company, query)
		return err
	})
	if err != nil {
		return nil, err
	}
	if value(r.Params.HideGroupAppointments) {
		list.Slots = slices.DeleteFunc(list.Slots, func(slot availability.Slot) bool { return slot.Booking != "" && !slot.Held })
	}
	out := slotsOut(list, zone)
	if value(r.Params.SkipEarliestBookingCalculation) {
		out.EarliestAvailableDate, out.EarliestMonthAvailability = nil, nil
	}
	return server.GetBookingAvailability200JSONResponse(out), nil
}

// slotQueryIn reads a query for slots and the zone of its answer.
func slotQueryIn(p server.GetBookingAvailabilityParams) (*time.Location, booking.SlotQuery, error) {
	query := booking.SlotQuery{
		Type: id[meet.MeetingTypeID](p.MeetingTypeID), Hosts: ids[meet.UserID](p.HostIDs), Queue: optionalID[meet.QueueID](p.QueueID),
		Duration: minutes(value(p.MeetingDuration)), Everyone: value(p.CalculationMethod) == server.CalculationMethodEveryone,
		Exclude: optionalID[meet.BookingID](p.ExistingAppointmentID), Troubleshoot: value(p.Troubleshoot),
	}
	switch {
	case len(query.Hosts) == 0 && query.Queue == "":
		return nil, query, errSlotsHost
	case len(query.Hosts) > 0 && query.Queue != "":
		return nil, query, errSlotsBoth
	}
	zone := time.UTC
	if p.Timezone != nil {
		var err error
		if zone, err = meet.LoadZone(*p.Timezone); err != nil {
			return nil, query, meet.Refuse(meet.CodeInvalid, "timezone must be an IANA time zone such as Europe/Berlin")
		}
	}
	query.Range = meet.Range{Start: dateOrInstant(p.Start, zone), End: dateOrInstant(p.End, zone)}
	switch {
	case query.Range.End.Before(query.Range.Start):
		return nil, query, errSlotsOrder
	case query.Range.End.After(query.Range.Start.In(zone).AddDate(0, 0, maxListing)):
		return nil, query, errSlotsRange
	}
	return zone, query, nil
}

// dateOrInstant reads a text that the edge has checked: an instant, or a
// date, which stands for its first instant in zone.
func dateOrInstant(text string, zone *time.Location) time.Time {
	if date, err := meet.ParseDate(text); err == nil {
		return meet.DayBounds(zone, date).Start
	}
	t, _ := time.Parse(time.RFC3339, text)
	return t
}

// slotsOut writes slots by date in a zone.
func slotsOut(list booking.SlotList, zone *time.Location) server.Availability {
	hosts := make(map[meet.UserID]store.Host, len(list.Hosts))
	for _, h := range list.Hosts {
		hosts[h.ID] = h
	}
	out := server.Availability{Timezone: zone.String(), Timeframes: make([]server.Timeframe, len(list.Free)), Dates: []server.AvailabilityDate{}}
	for i, r := range list.Free {
		out.Timeframes[i] = server.Timeframe{Start: instant(r.Start), End: instant(r.End)}
	}
	for _, slot := range list.Slots {
		local := slot.Start.In(zone)
		date := local.Format(time.DateOnly)
		if n := len(out.Dates); n == 0 || out.Dates[n-1].Date != date {
			out.Dates = append(out.Dates, server.AvailabilityDate{Date: date, Spots: []server.Spot{}})
		}
		day := &out.Dates[len(out.Dates)-1]
		day.Spots = append(day.Spots, spotOut(slot, local, list.Type, hosts))
		if len(slot.Hosts) > 0 && out.EarliestAvailableDate == nil {
			out.EarliestAvailableDate = &date
			month := date[:len("2006-01")]
			out.EarliestMonthAvailability = &month
		}
	}
	return out
}

func spotOut(slot availability.Slot, local time.Time, t meet.MeetingType, hosts map[meet.UserID]store.Host) server.Spot {
	spot := server.Spot{StartTime: server.Instant{Time: local}, UnavailabilityEvents: make([]server.UnavailabilityEvent, len(slot.Blocks))}
	for i, b := range slot.Blocks {
		h := hosts[b.Host]
		spot.UnavailabilityEvents[i] = server.UnavailabilityEvent{
			HostID: string(b.Host), HostName: h.FullName(), Picture: orNull(h.Picture), Type: string(b.Reason),
			Start: instant(b.Range.Start), End: instant(b.Range.End),
		}
	}
	if slot.Booking != "" && !slot.Held {
		spot.Appointment = &server.SpotAppointment{ID: string(slot.Booking), TotalSpots: t.Spots, TakenSpots: slot.SeatsTaken}
	}
	return spot
}
