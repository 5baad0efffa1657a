package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client"
)

// searchDays is how far slots are looked for at most: what one call may ask.
const searchDays = 62

// slotsCommand lists free starts.
func slotsCommand() *cobra.Command {
	cmd := remote(&cobra.Command{
		Use:   "slots TYPE",
		Short: "List the free starts of a meeting type",
		Example: `  meetwright slots intro
  meetwright slots round-robin --host ada --from 2026-03-02 --days 5 --timezone Europe/Berlin`,
		Args: oneArg, ValidArgsFunction: completeTypes,
		RunE: calling(listSlots),
	}, "getBookingAvailability")
	timezoneFlag(cmd.Flags())
	hostingFlags(cmd)
	cmd.Flags().String("from", "", "first day, such as 2026-03-02 (default: now)")
	cmd.Flags().Int("days", 7, fmt.Sprintf("how many days, at most %d", searchDays))
	cmd.Flags().Int("duration", 0, "minutes (default: the meeting type's)")
	cmd.Flags().String("channel", "", "how to meet, such as phone")
	return cmd
}

func listSlots(ctx context.Context, s *session, args []string) error {
	t, err := s.meetingType(ctx, args[0])
	if err != nil {
		return err
	}
	loc, err := s.zone(ctx)
	if err != nil {
		return err
	}
	query, err := s.slotQuery(ctx, t, loc)
	if err != nil {
		return err
	}
	days, err := s.cmd.Flags().GetInt("days")
	if err != nil {
		return err
	}
	if from := flag(s.cmd, "from"); from != "" {
		first, err := time.Parse(time.DateOnly, from)
		if err != nil {
			return wrongUsage(s.cmd, fmt.Errorf("--from %q is no day such as 2026-03-02", from))
		}
		query.Start, query.End = from, first.AddDate(0, 0, days).Format(time.DateOnly)
	} else {
		query.Start, query.End = ahead(s.now(ctx), days)
	}
	list, err := s.api.GetBookingAvailability(ctx, query)
	if err != nil {
		return err
	}
	return s.print(func() error {
		var rows [][]string
		for _, date := range list.Dates {
			var starts []string
			for _, spot := range date.Spots {
				starts = append(starts, spot.StartTime.In(loc).Format("15:04"))
			}
			if len(starts) > 0 {
				rows = append(rows, []string{date.Spots[0].StartTime.In(loc).Format(dayLayout), strings.Join(starts, " ")})
			}
		}
		if len(rows) == 0 {
			s.note("No start of %s is free in these %d days; --from and --days look elsewhere.", t.Slug, days)
			return nil
		}
		return columns(s.cmd, append([][]string{{"DAY", "STARTS (" + loc.String() + ")"}}, rows...))
	})
}

// slotQuery is the question for slots that the flags of slots and of book
// make, without a range.
func (s *session) slotQuery(ctx context.Context, t *client.MeetingType, loc *time.Location) (q client.GetBookingAvailabilityParams, err error) {
	if q.MeetingTypeID, err = parsedID(t.ID); err != nil {
		return q, err
	}
	w, err := s.hosting(ctx, t)
	if err != nil {
		return q, err
	}
	minutes, err := s.cmd.Flags().GetInt("duration")
	if err != nil {
		return q, err
	}
	q.HostIDs, q.QueueID, q.MeetingDuration = w.hosts, w.queue, optional(minutes)
	q.Timezone, q.Channel = optional(loc.String()), optional(client.Channel(flag(s.cmd, "channel")))
	return q, nil
}

// ahead is the range of so many days from now on.
func ahead(now time.Time, days int) (start, end string) {
	return now.UTC().Format(time.RFC3339), now.UTC().AddDate(0, 0, days).Format(time.RFC3339)
}

// starts lists the free starts that answer a question, from now on.
func (s *session) starts(ctx context.Context, q client.GetBookingAvailabilityParams) ([]time.Time, error) {
	q.Start, q.End = ahead(s.now(ctx), searchDays)
	list, err := s.api.GetBookingAvailability(ctx, q)
	if err != nil {
		return nil, err
	}
	var starts []time.Time
	for _, date := range list.Dates {
		for _, spot := range date.Spots {
			starts = append(starts, spot.StartTime)
		}
	}
	return starts, nil
}

// atOrNext does something at --at, or at the first of the free starts that is
// not taken meanwhile.
func (s *session) atOrNext(loc *time.Location, free func() ([]time.Time, error), do func(time.Time) error) error {
	const tries = 3
	at := flag(s.cmd, "at")
	if at != "next" {
		start, err := parseTime(at, loc)
		if err != nil {
			return err
		}
		return do(start)
	}
	starts, err := free()
	if err == nil && len(starts) == 0 {
		err = &failure{exitConflict, "no slot is free", fmt.Sprintf("there is none in the next %d days", searchDays), "name a later time with --at, or another host"}
	}
	if err != nil {
		return err
	}
	for _, start := range starts[:min(tries, len(starts))] {
		if err = do(start); !isTaken(err) {
			return err
		}
	}
	return err
}
