package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client"
)

// confirmCommand confirms a booking as its attendee.
func confirmCommand() *cobra.Command {
	cmd := remote(&cobra.Command{
		Use: "confirm ID", Short: "Confirm a pending booking, as its attendee does", Args: oneID, ValidArgsFunction: completePending,
		Example: `  meetwright confirm ID --token TOKEN`,
		RunE: calling(func(ctx context.Context, s *session, args []string) error {
			var options []client.Option
			if token := flag(s.cmd, "token"); token != "" {
				options = append(options, client.WithConfirmationToken(token))
			}
			booked, err := s.api.ConfirmProvisionalBooking(ctx, args[0], options...)
			if err != nil {
				return err
			}
			return s.print(func() error {
				s.note("To cancel: %s", s.paste("cancel", booked.AppointmentID))
				return columns(s.cmd, [][]string{{"id", booked.AppointmentID}, {"secret", booked.Secret}})
			})
		}),
	}, "confirmProvisionalBooking")
	cmd.Flags().String("token", "", "token of the link in the attendee's mail, for those who have no API key")
	return cmd
}

// approveCommand approves a booking as its host.
func approveCommand() *cobra.Command {
	return remote(&cobra.Command{
		Use: "approve ID", Short: "Approve a pending booking, as its host does", Args: oneID, ValidArgsFunction: completePending,
		Example: `  meetwright approve ID`,
		RunE: calling(func(ctx context.Context, s *session, args []string) error {
			outcome, err := s.api.ApproveProvisionalBooking(ctx, args[0])
			if err != nil {
				return err
			}
			return s.print(func() error {
				approved, provisional := outcome.Value()
				if provisional != nil {
					s.note("Approved. It counts once the attendee confirms: %s", s.paste("confirm", provisional.ID))
					return columns(s.cmd, [][]string{{"pending", provisional.ID}})
				}
				s.note("To cancel: %s", s.paste("cancel", approved.AppointmentID))
				return columns(s.cmd, [][]string{{"id", approved.AppointmentID}})
			})
		}),
	}, "approveProvisionalBooking")
}

// declineCommand declines a booking as its host.
func declineCommand() *cobra.Command {
	cmd := remote(&cobra.Command{
		Use: "decline ID", Short: "Decline a pending booking, as its host does", Args: oneID, ValidArgsFunction: completePending,
		Example: `  meetwright decline ID --reason "No time"`,
		RunE: calling(func(ctx context.Context, s *session, args []string) error {
			booking, err := s.api.DeclineProvisionalBooking(ctx, args[0], client.DeclineRequest{Reason: set(s.cmd, "reason")})
			if err != nil {
				return err
			}
			return s.print(func() error {
				return columns(s.cmd, [][]string{{"pending", booking.ID}, {"state", string(booking.Status)}})
			})
		}),
	}, "declineProvisionalBooking")
	cmd.Flags().String("reason", "", "why, told to the attendee")
	return cmd
}
