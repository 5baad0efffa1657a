package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client"
)

// allEvents are what a webhook is told of unless somebody chooses.
var allEvents = []string{
	string(client.WebhookEventTypeBookingCreated), string(client.WebhookEventTypeBookingCancelled),
	string(client.WebhookEventTypeBookingRescheduled), string(client.WebhookEventTypeNewEmployee),
}

// webhooksCommand registers and watches endpoints.
func webhooksCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "webhooks", Short: "Register endpoints, listen to events, and look at deliveries"}
	cmd.AddCommand(listWebhooksCommand(), createWebhookCommand(), deleteWebhookCommand(), listenCommand(), triggerCommand(), deliveriesCommand(), redeliverCommand())
	cmd.AddCommand(others("webhooks")...)
	return cmd
}

func listWebhooksCommand() *cobra.Command {
	return remote(&cobra.Command{
		Use: "list", Short: "List webhooks", Args: noArgs,
		RunE: calling(func(ctx context.Context, s *session, _ []string) error {
			list, err := s.api.ListWebhooks(ctx)
			if err != nil {
				return err
			}
			return s.print(func() error {
				var rows [][]string
				for _, w := range list {
					state := "enabled"
					if !w.Enabled {
						state = "disabled"
					}
					rows = append(rows, []string{client.WebhookIDText(w.ID), w.Endpoint, eventNames(w.EventTypes), state})
				}
				return table(s.cmd, []string{"ID", "ENDPOINT", "EVENTS", "STATE"}, rows)
			})
		}),
	}, "listWebhooks")
}

func eventNames(types []client.WebhookEventType) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t)
	}
	return strings.Join(names, ",")
}

func eventTypes(names []string) []client.WebhookEventType {
	types := make([]client.WebhookEventType, len(names))
	for i, name := range names {
		types[i] = client.WebhookEventType(name)
	}
	return types
}

func createWebhookCommand() *cobra.Command {
	var events []string
	cmd := remote(&cobra.Command{
		Use: "create URL", Short: "Register an endpoint and print its signing secret once", Args: oneArg,
		Example: `  meetwright webhooks create https://crm.example.com/hooks --events booking_created,booking_cancelled`,
		RunE: calling(func(ctx context.Context, s *session, args []string) error {
			made, err := s.api.CreateWebhook(ctx, client.WebhookCreate{Endpoint: args[0], EventTypes: eventTypes(events), Description: set(s.cmd, "description")})
			if err != nil {
				return err
			}
			return s.print(func() error {
				s.note("Keep the secret now: it is not shown again.")
				return columns(s.cmd, [][]string{{"id", client.WebhookIDText(made.ID)}, {"secret", made.Secret}})
			})
		}),
	}, "createWebhook")
	cmd.Flags().StringSliceVar(&events, "events", allEvents, "what it is told of")
	cmd.Flags().String("description", "", "what it is for")
	return cmd
}

func deleteWebhookCommand() *cobra.Command {
	return remote(&cobra.Command{
		Use: "delete ID", Short: "Delete a webhook", Args: webhookFirst(oneArg), ValidArgsFunction: completeWebhooks,
		Example: `  meetwright webhooks delete ID`,
		RunE: calling(func(ctx context.Context, s *session, args []string) error {
			return s.api.DeleteWebhook(ctx, args[0])
		}),
	}, "deleteWebhook")
}

func triggerCommand() *cobra.Command {
	return remote(&cobra.Command{
		Use: "trigger booking_created [ID]", Short: "Send an invented event to a webhook, by default the only one",
		Long: `Send an invented event to a webhook, by default the only one.

The API invents one kind, booking_created, and sends it whatever the webhook
listens to. For the others do what causes them: cancel and reschedule a
booking, or create a user with hosts create.`,
		Example: `  meetwright webhooks trigger booking_created`,
		Args:    cobra.RangeArgs(1, 2), ValidArgs: []string{string(client.WebhookEventTypeBookingCreated)},
		RunE: calling(func(ctx context.Context, s *session, args []string) error {
			if args[0] != string(client.WebhookEventTypeBookingCreated) {
				return wrongUsage(s.cmd, fmt.Errorf("%q cannot be invented: only booking_created can; for others cancel or move a booking of the demo", args[0]))
			}
			id, err := s.onlyWebhook(ctx, args[1:])
			if err != nil {
				return err
			}
			delivery, err := s.api.TestWebhook(ctx, id)
			if err != nil {
				return err
			}
			return s.print(func() error {
				s.note("It is on its way: %s", s.paste("webhooks", "deliveries", id))
				return columns(s.cmd, [][]string{{"delivery", delivery.ID}, {"event", string(delivery.EventType)}})
			})
		}),
	}, "testWebhook")
}

// webhookFirst accepts arguments of which the first is the id of a webhook.
func webhookFirst(number cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := number(cmd, args); err != nil {
			return err
		}
		return checkWebhook(cmd, args[0])
	}
}

// checkWebhook refuses what is no id of a webhook: they are UUIDs, or numbers
// where servers write numbers.
func checkWebhook(cmd *cobra.Command, id string) error {
	if isID(id) || strings.Trim(id, "0123456789") == "" {
		return nil
	}
	return wrongUsage(cmd, errors.New("the id of the webhook is neither a UUID nor a number"))
}

// onlyWebhook is the webhook that is named, else the only one there is.
func (s *session) onlyWebhook(ctx context.Context, named []string) (string, error) {
	if len(named) > 0 {
		return named[0], checkWebhook(s.cmd, named[0])
	}
	list, err := s.api.ListWebhooks(ctx)
	switch {
	case err != nil:
		return "", err
	case len(list) == 0:
		return "", &failure{exitNotFound, "there is no webhook", "none is registered", "meetwright webhooks listen, or webhooks create URL"}
	case len(list) > 1:
		return "", &failure{exitUsage, "which webhook?", "several are registered", "name one; meetwright webhooks list shows them"}
	}
	return client.WebhookIDText(list[0].ID), nil
}

func deliveriesCommand() *cobra.Command {
	cmd := remote(&cobra.Command{
		Use: "deliveries [ID]", Short: "List deliveries to a webhook, by default the only one", Args: cobra.MaximumNArgs(1), ValidArgsFunction: completeWebhooks,
		Example: `  meetwright webhooks deliveries --status dead`,
		RunE: calling(func(ctx context.Context, s *session, args []string) error {
			id, err := s.onlyWebhook(ctx, args)
			if err != nil {
				return err
			}
			limit, err := s.cmd.Flags().GetInt("limit")
			if err != nil {
				return err
			}
			page, err := s.cmd.Flags().GetInt("page")
			if err != nil {
				return err
			}
			params := client.ListWebhookDeliveriesParams{Page: &page, PageSize: &limit, Status: optional(client.WebhookDeliveryStatus(flag(s.cmd, "status")))}
			list, err := s.api.ListWebhookDeliveries(ctx, id, params)
			if err != nil {
				return err
			}
			return s.print(func() error { return deliveryTable(s.cmd, list.Deliveries) })
		}),
	}, "listWebhookDeliveries")
	pageFlags(cmd)
	cmd.Flags().String("status", "", "pending, delivered or dead")
	return cmd
}

func deliveryTable(cmd *cobra.Command, list []client.WebhookDelivery) error {
	var rows [][]string
	for _, d := range list {
		last, next := "-", "-"
		if n := len(d.Attempts); n > 0 {
			if a := d.Attempts[n-1]; a.Status != nil {
				last = fmt.Sprint(*a.Status)
			} else {
				last = text(a.Error)
			}
		}
		if d.NextAttemptAt != nil {
			next = d.NextAttemptAt.UTC().Format(time.RFC3339)
		}
		rows = append(rows, []string{d.ID, string(d.EventType), text(d.AppointmentID), string(d.Status), fmt.Sprint(len(d.Attempts)), last, next})
	}
	return table(cmd, []string{"ID", "EVENT", "BOOKING", "STATE", "TRIES", "LAST ANSWER", "NEXT"}, rows)
}

func redeliverCommand() *cobra.Command {
	return remote(&cobra.Command{
		Use: "redeliver ID DELIVERY", Short: "Send a delivery again", Args: webhookFirst(cobra.ExactArgs(2)), ValidArgsFunction: completeWebhooks,
		Example: `  meetwright webhooks redeliver ID DELIVERY`,
		RunE: calling(func(ctx context.Context, s *session, args []string) error {
			if !isID(args[1]) {
				return wrongUsage(s.cmd, fmt.Errorf("the id of the delivery is not a UUID"))
			}
			delivery, err := s.api.RedeliverWebhookDelivery(ctx, args[0], args[1])
			if err != nil {
				return err
			}
			return s.print(func() error { return deliveryTable(s.cmd, []client.WebhookDelivery{*delivery}) })
		}),
	}, "redeliverWebhookDelivery")
}
