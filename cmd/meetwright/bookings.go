package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
)

// bookingsCommand shows bookings.
func bookingsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "bookings", Short: "List and show bookings"}
	cmd.AddCommand(listBookingsCommand(), getBookingCommand(), pendingCommand())
	cmd.AddCommand(others("bookings")...)
	return cmd
}

func listBookingsCommand() *cobra.Command {
	cmd := remote(&cobra.Command{
		Use: "list", Short: "List bookings", Args: noArgs,
		Example: `  meetwright bookings list --status upcoming
  meetwright bookings list --search jane@example.com --json`,
		RunE: calling(listBookings),
	}, "listAppointments")
	timezoneFlag(cmd.Flags())
	pageFlags(cmd)
	cmd.Flags().String("status", "", "upcoming, past or cancelled")
	cmd.Flags().String("search", "", "name or email of an attendee, or a part of it")
	cmd.Flags().String("type", "", "slug or id of a meeting type")
	cmd.Flags().String("host", "", "slug, email or id of a host")
	cmd.Flags().String("from", "", "earliest start")
	cmd.Flags().String("until", "", "latest start")
	return cmd
}

func pageFlags(cmd *cobra.Command) {
	cmd.Flags().Int("limit", 20, "how many")
	cmd.Flags().Int("page", 0, "which page, counted from 0")
}

func listBookings(ctx context.Context, s *session, _ []string) error {
	loc, err := s.zone(ctx)
	if err != nil {
		return err
	}
	limit, limitErr := s.cmd.Flags().GetInt("limit")
	page, pageErr := s.cmd.Flags().GetInt("page")
	from, fromErr := s.timeFlag("from", loc)
	until, untilErr := s.timeFlag("until", loc)
	if err := errors.Join(limitErr, pageErr, fromErr, untilErr); err != nil {
		return err
	}
	params := client.ListAppointmentsParams{
		Page: page, PageSize: limit, Start: from, End: until, Search: set(s.cmd, "search"), Status: optional(client.AppointmentStatus(flag(s.cmd, "status"))),
	}
	if name := flag(s.cmd, "type"); name != "" {
		t, err := s.meetingType(ctx, name)
		if err != nil {
			return err
		}
		id, err := parsedID(t.ID)
		if err != nil {
			return err
		}
		params.MeetingTypeID = &id
	}
	if name := flag(s.cmd, "host"); name != "" {
		id, err := s.host(ctx, name)
		if err != nil {
			return err
		}
		params.UserID = &id
	}
	list, err := s.api.ListAppointments(ctx, params)
	if err != nil {
		return err
	}
	return s.print(func() error {
		if shown := len(list.Appointments); shown < list.Total {
			s.note("%d of %s; --page and --limit show others.", shown, count(int64(list.Total), "booking"))
		}
		return appointmentTable(s.cmd, list.Appointments, loc)
	})
}

func appointmentTable(cmd *cobra.Command, list []client.Appointment, loc *time.Location) error {
	var rows [][]string
	for _, a := range list {
		rows = append(rows, []string{a.ID, a.Start.In(loc).Format(timeLayout), a.MeetingType.Slug, attendeeNames(a.Attendees), hostNames(a.Hosts), appointmentState(a)})
	}
	return table(cmd, []string{"ID", "START (" + loc.String() + ")", "TYPE", "ATTENDEES", "HOSTS", "STATE"}, rows)
}

func appointmentState(a client.Appointment) string {
	switch {
	case a.IsCancelled:
		return "cancelled"
	case a.RescheduleCount > 0:
		return "booked, moved"
	}
	return "booked"
}

// timeFlag reads a flag that holds a time or a day.
func (s *session) timeFlag(name string, loc *time.Location) (*time.Time, error) {
	value := flag(s.cmd, name)
	if value == "" {
		return nil, nil
	}
	if day, err := meet.ParseDate(value); err == nil {
		instants := meet.AppendRanges(nil, loc, meet.LocalSpan{Start: day.At(0), End: (day + 1).At(0)})
		if len(instants) > 0 {
			return &instants[0].Start, nil
		}
		value += " 00:00" // the zone left the day out
	}
	at, err := parseTime(value, loc)
	if err != nil {
		return nil, err
	}
	return &at, nil
}

func getBookingCommand() *cobra.Command {
	cmd := remote(&cobra.Command{
		Use: "get ID", Short: "Show a booking", Args: oneID, ValidArgsFunction: completeBookings,
		Example: `  meetwright bookings get ID --timezone Europe/London`,
		RunE: calling(func(ctx context.Context, s *session, args []string) error {
			loc, err := s.zone(ctx)
			if err != nil {
				return err
			}
			a, err := s.api.GetAppointment(ctx, args[0], s.asAttendee()...)
			if err != nil {
				return err
			}
			return s.print(func() error { return showAppointment(s.cmd, *a, loc) })
		}),
	}, "getAppointment")
	timezoneFlag(cmd.Flags())
	secretFlag(cmd)
	return cmd
}

func showAppointment(cmd *cobra.Command, a client.Appointment, loc *time.Location) error {
	rows := [][]string{
		{"id", a.ID}, {"type", a.MeetingType.Slug + " (" + a.MeetingType.MeetingInfo.Name + ")"}, {"time", span(a.Start, a.End, loc)},
		{"state", appointmentState(a)}, {"hosts", hostNames(a.Hosts)}, {"channel", string(a.Channel)},
	}
	if a.Location != nil {
		rows = append(rows, []string{"location", *a.Location})
	}
	for _, person := range a.Attendees {
		rows = append(rows, []string{"attendee", fmt.Sprintf("%s, %s, %s, %s", person.Fullname, text(person.Email), text(person.Phone), person.ID)})
	}
	if a.Cancel.Reason != nil {
		rows = append(rows, []string{"reason", *a.Cancel.Reason})
	}
	return columns(cmd, rows)
}

func pendingCommand() *cobra.Command {
	cmd := remote(&cobra.Command{
		Use: "pending", Short: "List bookings that wait for a confirmation or an approval", Args: noArgs,
		RunE: calling(func(ctx context.Context, s *session, _ []string) error {
			loc, err := s.zone(ctx)
			if err != nil {
				return err
			}
			limit, limitErr := s.cmd.Flags().GetInt("limit")
			page, pageErr := s.cmd.Flags().GetInt("page")
			if err := errors.Join(limitErr, pageErr); err != nil {
				return err
			}
			params := client.ListProvisionalBookingsParams{Page: &page, PageSize: &limit, Status: optional(client.ProvisionalBookingStatus(flag(s.cmd, "status")))}
			list, err := s.api.ListProvisionalBookings(ctx, params)
			if err != nil {
				return err
			}
			return s.print(func() error {
				var rows [][]string
				for _, b := range list.ProvisionalBookings {
					rows = append(rows, []string{b.ID, string(b.Type), string(b.Status), hostNames(b.Hosts), b.ExpiresAt.In(loc).Format(timeLayout)})
				}
				return table(s.cmd, []string{"ID", "WAITS FOR", "STATE", "HOSTS", "EXPIRES (" + loc.String() + ")"}, rows)
			})
		}),
	}, "listProvisionalBookings")
	timezoneFlag(cmd.Flags())
	pageFlags(cmd)
	cmd.Flags().String("status", "pending", "pending, confirmed, declined_by_host or expired; empty for all")
	return cmd
}
