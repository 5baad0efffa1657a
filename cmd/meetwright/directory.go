package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client"
)

// meetingTypesCommand shows and changes meeting types.
func meetingTypesCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "meeting-types", Short: "List, show and change meeting types"}
	cmd.AddCommand(
		remote(&cobra.Command{
			Use: "list", Short: "List meeting types", Args: noArgs,
			RunE: calling(func(ctx context.Context, s *session, _ []string) error {
				list, err := s.api.ListMeetingTypes(ctx)
				if err != nil {
					return err
				}
				return s.print(func() error {
					var rows [][]string
					for _, t := range list {
						state := "enabled"
						if !t.Enabled {
							state = "disabled"
						}
						rows = append(rows, []string{t.Slug, t.MeetingInfo.Name, fmt.Sprint(t.MeetingInfo.Duration), string(t.MeetingInfo.Channel), state, t.ID})
					}
					return table(s.cmd, []string{"SLUG", "NAME", "MINUTES", "CHANNEL", "STATE", "ID"}, rows)
				})
			}),
		}, "listMeetingTypes"),
		remote(&cobra.Command{
			Use: "get TYPE", Short: "Show all settings of a meeting type, by slug or id", Args: oneArg, ValidArgsFunction: completeTypes,
			Example: `  meetwright meeting-types get intro`,
			RunE: calling(func(ctx context.Context, s *session, args []string) error {
				t, err := s.meetingType(ctx, args[0])
				if err != nil {
					return err
				}
				if _, err := s.api.GetMeetingType(ctx, t.ID); err != nil {
					return err
				}
				return s.printAnswer()
			}),
		}, "getMeetingType"))
	cmd.AddCommand(others("meeting-types")...)
	return cmd
}

// hostsCommand shows and changes users, who host.
func hostsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "hosts", Short: "List, show and change the users who host"}
	list := remote(&cobra.Command{
		Use: "list", Short: "List users", Args: noArgs,
		RunE: calling(func(ctx context.Context, s *session, _ []string) error {
			limit, limitErr := s.cmd.Flags().GetInt("limit")
			page, pageErr := s.cmd.Flags().GetInt("page")
			if err := errors.Join(limitErr, pageErr); err != nil {
				return err
			}
			offset := limit * page
			list, err := s.api.ListUsers(ctx, client.ListUsersParams{Limit: &limit, Offset: &offset})
			if err != nil {
				return err
			}
			return s.print(func() error {
				var rows [][]string
				for _, u := range list.Users {
					rows = append(rows, []string{u.Slug, u.FullName, u.Email, u.Timezone, string(u.UserType), u.ID})
				}
				return table(s.cmd, []string{"SLUG", "NAME", "EMAIL", "TIME ZONE", "ROLE", "ID"}, rows)
			})
		}),
	}, "listUsers")
	pageFlags(list)
	me := remote(&cobra.Command{
		Use: "me", Short: "Show the user whose credential it is", Args: noArgs,
		RunE: calling(func(ctx context.Context, s *session, _ []string) error {
			u, err := s.api.GetCurrentUser(ctx)
			if err != nil {
				return err
			}
			return s.print(func() error {
				return columns(s.cmd, [][]string{
					{"slug", u.Slug}, {"name", u.FullName}, {"email", u.Email}, {"time zone", u.Timezone}, {"role", string(u.UserType)},
					{"booking page", u.BookingURL}, {"id", u.ID},
				})
			})
		}),
	}, "getCurrentUser")
	cmd.AddCommand(list, me)
	cmd.AddCommand(others("hosts")...)
	return cmd
}
