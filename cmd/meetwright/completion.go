package main

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client"
)

// completeTimeout is how long a shell waits for values. A server that is away
// or slow yields none, without a word.
const completeTimeout = 2 * time.Second

// completing asks a server for the values of a first argument.
func completing(values func(ctx context.Context, s *session) []string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), completeTimeout)
		defer cancel()
		cmd.SetErr(io.Discard)
		cmd.SetContext(ctx)
		s, err := connect(cmd)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return values(ctx, s), cobra.ShellCompDirectiveNoFileComp
	}
}

var completeTypes = completing(func(ctx context.Context, s *session) (values []string) {
	list, err := s.api.ListMeetingTypes(ctx)
	if err != nil {
		return nil
	}
	for _, t := range list {
		values = append(values, cobra.CompletionWithDesc(t.Slug, printable(t.MeetingInfo.Name)))
	}
	return values
})

var completeBookings = completing(func(ctx context.Context, s *session) (values []string) {
	list, err := s.api.ListAppointments(ctx, client.ListAppointmentsParams{PageSize: 50, Status: optional(client.AppointmentStatusUpcoming)})
	if err != nil {
		return nil
	}
	for _, a := range list.Appointments {
		values = append(values, cobra.CompletionWithDesc(a.ID, printable(a.Start.Format(time.RFC3339)+" "+a.MeetingType.Slug+" "+attendeeNames(a.Attendees))))
	}
	return values
})

var completePending = completing(func(ctx context.Context, s *session) (values []string) {
	list, err := s.api.ListProvisionalBookings(ctx, client.ListProvisionalBookingsParams{Status: optional(client.ProvisionalBookingStatusPending)})
	if err != nil {
		return nil
	}
	for _, b := range list.ProvisionalBookings {
		values = append(values, cobra.CompletionWithDesc(b.ID, string(b.Type)))
	}
	return values
})

var completeWebhooks = completing(func(ctx context.Context, s *session) (values []string) {
	list, err := s.api.ListWebhooks(ctx)
	if err != nil {
		return nil
	}
	for _, w := range list {
		values = append(values, cobra.CompletionWithDesc(client.WebhookIDText(w.ID), printable(w.Endpoint)))
	}
	return values
})
