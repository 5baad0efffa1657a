package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client"
)

// cancelCommand cancels a booking.
func cancelCommand() *cobra.Command {
	cmd := remote(&cobra.Command{
		Use: "cancel ID", Short: "Cancel a booking", Args: oneID, ValidArgsFunction: completeBookings,
		Example: `  meetwright cancel ID --reason "Something came up"
  meetwright cancel ID --secret SECRET`,
		RunE: calling(func(ctx context.Context, s *session, args []string) error {
			attendee, err := optionalID(s.cmd, "attendee")
			if err != nil {
				return err
			}
			all, err := s.cmd.Flags().GetBool("all")
			if err != nil {
				return err
			}
			request := client.CancelRequest{Reason: set(s.cmd, "reason"), AttendeeID: attendee, CancelAll: optional(all)}
			appointment, err := s.api.CancelAppointment(ctx, args[0], request, s.asAttendee()...)
			if err != nil {
				return err
			}
			return s.print(func() error {
				state := "cancelled"
				if !appointment.IsCancelled {
					state = "still on, with " + attendeeNames(appointment.Attendees)
				}
				return columns(s.cmd, [][]string{{"id", appointment.ID}, {"state", state}})
			})
		}),
	}, "cancelAppointment")
	cmd.Flags().String("reason", "", "why, told to everybody")
	cmd.Flags().String("attendee", "", "id of the one attendee who leaves a group")
	cmd.Flags().Bool("all", false, "cancel a group for all its attendees")
	secretFlag(cmd)
	return cmd
}

// rescheduleCommand moves a booking.
func rescheduleCommand() *cobra.Command {
	cmd := remote(&cobra.Command{
		Use: "reschedule ID", Short: "Move a booking to another time", Args: oneID, ValidArgsFunction: completeBookings,
		Example: `  meetwright reschedule ID --at next
  meetwright reschedule ID --at 2026-03-02T09:00:00+01:00`,
		RunE: calling(reschedule),
	}, "rescheduleAppointment")
	timezoneFlag(cmd.Flags())
	cmd.Flags().String("at", "", "start: next, RFC 3339, or such as 2026-03-02 09:00 in --timezone")
	cmd.Flags().Bool("force", false, "move it although the time is not free; for hosts and admins")
	secretFlag(cmd)
	_ = cmd.MarkFlagRequired("at") // the flag is there
	return cmd
}

func reschedule(ctx context.Context, s *session, args []string) error {
	loc, err := s.zone(ctx)
	if err != nil {
		return err
	}
	force, err := s.cmd.Flags().GetBool("force")
	if err != nil {
		return err
	}
	var moved *client.RescheduleResult
	free := func() ([]time.Time, error) { return s.otherStarts(ctx, args[0]) }
	err = s.atOrNext(loc, free, func(start time.Time) (err error) {
		moved, err = s.api.RescheduleAppointment(ctx, args[0], client.RescheduleRequest{Start: start, IgnoreAvailability: optional(force)}, s.asAttendee()...)
		return err
	})
	if err != nil {
		return err
	}
	return s.print(func() error {
		a := moved.Appointment
		return columns(s.cmd, [][]string{
			{"id", a.ID}, {"time", span(a.Start, a.End, loc)}, {"before", moved.PreviousStart.In(loc).Format(timeLayout)}, {"hosts", hostNames(a.Hosts)},
		})
	})
}

// otherStarts lists where a booking could be moved, its own start left out.
func (s *session) otherStarts(ctx context.Context, id string) ([]time.Time, error) {
	a, err := s.api.GetAppointment(ctx, id, s.asAttendee()...)
	if err != nil {
		return nil, err
	}
	own, ownErr := parsedID(a.ID)
	meetingType, typeErr := parsedID(a.MeetingTypeID)
	if err := errors.Join(ownErr, typeErr); err != nil {
		return nil, err
	}
	q := client.GetBookingAvailabilityParams{
		MeetingTypeID: meetingType, ExistingAppointmentID: &own, MeetingDuration: optional(int(a.End.Sub(a.Start) / time.Minute)),
		CalculationMethod: optional(client.CalculationMethod("everyone")),
	}
	for _, host := range a.HostIDs {
		id, err := parsedID(host)
		if err != nil {
			return nil, err
		}
		q.HostIDs = append(q.HostIDs, id)
	}
	starts, err := s.starts(ctx, q)
	if err != nil {
		return nil, err
	}
	var others []time.Time
	for _, start := range starts {
		if !start.Equal(a.Start) {
			others = append(others, start)
		}
	}
	return others, nil
}

func secretFlag(cmd *cobra.Command) {
	cmd.Flags().String("secret", "", "secret of the booking, for attendees who have no API key")
}

// asAttendee is how a call is authorised by --secret.
func (s *session) asAttendee() []client.Option {
	if secret := flag(s.cmd, "secret"); secret != "" {
		return []client.Option{client.WithAppointmentSecret(secret)}
	}
	return nil
}

func attendeeNames(attendees []client.Attendee) string {
	text := ""
	for i, a := range attendees {
		if i > 0 {
			text += ", "
		}
		text += a.Fullname
	}
	return text
}
