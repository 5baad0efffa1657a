package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client/control"
)

// inboxCommand shows the mail that a stub captured.
func inboxCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "inbox", Short: "Show the mail that a stub server captured"}
	cmd.AddCommand(listInboxCommand(), showMailCommand(), waitMailCommand())
	return cmd
}

func listInboxCommand() *cobra.Command {
	cmd := remote(&cobra.Command{
		Use: "list", Short: "List captured mails, newest first", Args: noArgs,
		Example: `  meetwright inbox list --to jane@example.com`,
		RunE: calling(func(ctx context.Context, s *session, _ []string) error {
			list, err := s.mails(ctx, 0)
			if err != nil {
				return err
			}
			return s.print(func() error {
				var rows [][]string
				for _, m := range list.Messages {
					rows = append(rows, []string{m.ID, m.At.UTC().Format(time.RFC3339), m.To, m.Subject})
				}
				return table(s.cmd, []string{"ID", "AT", "TO", "SUBJECT"}, rows)
			})
		}),
	})
	mailFlags(cmd)
	return cmd
}

func mailFlags(cmd *cobra.Command) {
	cmd.Flags().String("to", "", "only mails to this address")
	cmd.Flags().String("subject", "", "only mails with this in their subject")
}

// mails lists mails, newest first, and waits for the first one.
func (s *session) mails(ctx context.Context, wait time.Duration) (*control.Messages, error) {
	params := &control.ListMessagesParams{To: set(s.cmd, "to"), Subject: set(s.cmd, "subject")}
	if wait > 0 {
		params.Wait = optional(wait.String())
	}
	return answered[control.Messages](s.control.ListMessagesWithResponse(ctx, params))
}

func waitMailCommand() *cobra.Command {
	var timeout time.Duration
	cmd := remote(&cobra.Command{
		Use: "wait", Short: "Wait for a mail and show it", Args: noArgs,
		Example: `  meetwright inbox wait --to jane@example.com --subject reminder --timeout 10s`,
		RunE: calling(func(ctx context.Context, s *session, _ []string) error {
			if timeout <= 0 || timeout > longestWait {
				return wrongUsage(s.cmd, fmt.Errorf("--timeout is not between 0 and %s", longestWait))
			}
			list, err := s.mails(ctx, timeout)
			if err != nil {
				return err
			}
			if len(list.Messages) == 0 {
				return &failure{exitNotFound, "no such mail came", "none was captured within " + timeout.String(), s.paste("inbox", "list") + " shows what came"}
			}
			return s.showMail(ctx, list.Messages[0].ID)
		}),
	})
	mailFlags(cmd)
	cmd.Flags().DurationVar(&timeout, "timeout", 10*time.Second, "how long to wait, at most a minute")
	return cmd
}

func showMailCommand() *cobra.Command {
	cmd := remote(&cobra.Command{
		Use: "show [ID]", Short: "Show a mail, or the latest one", Args: cobra.MaximumNArgs(1), ValidArgsFunction: completeMails,
		Example: `  meetwright inbox show
  meetwright inbox show ID --part ics`,
		RunE: calling(func(ctx context.Context, s *session, args []string) error {
			if len(args) == 1 {
				return s.showMail(ctx, args[0])
			}
			list, err := s.mails(ctx, 0)
			if err != nil {
				return err
			}
			if len(list.Messages) == 0 {
				return &failure{exitNotFound, "the inbox is empty", "no mail was captured", "meetwright inbox wait"}
			}
			return s.showMail(ctx, list.Messages[0].ID)
		}),
	})
	cmd.Flags().String("part", "text", "text, html, ics, or raw for the mail itself")
	return cmd
}

func (s *session) showMail(ctx context.Context, id string) error {
	if flag(s.cmd, "part") == "raw" {
		answer, err := s.control.GetRawMessageWithResponse(ctx, id, nil)
		raw, err := answeredText(answer, err)
		if err == nil {
			_, err = s.cmd.OutOrStdout().Write(raw)
		}
		return err
	}
	m, err := answered[control.Message](s.control.GetMessageWithResponse(ctx, id, nil))
	if err != nil {
		return err
	}
	return s.print(func() error {
		out := s.cmd.OutOrStdout()
		switch part := flag(s.cmd, "part"); part {
		case "html":
			fmt.Fprintln(out, paragraph(m.HTML))
		case "ics":
			fmt.Fprint(out, m.ICS)
		case "", "text":
			fmt.Fprintf(out, "From: %s\nTo: %s\nDate: %s\nSubject: %s\n\n%s\n", printable(m.From), printable(m.To), m.At.UTC().Format(time.RFC3339), printable(m.Subject), strings.TrimRight(paragraph(m.Text), "\n"))
		default:
			return wrongUsage(s.cmd, fmt.Errorf("--part %q is neither text, html, ics nor raw", part))
		}
		return nil
	})
}

var completeMails = completing(func(ctx context.Context, s *session) (values []string) {
	list, err := s.mails(ctx, 0)
	if err != nil {
		return nil
	}
	for _, m := range list.Messages {
		values = append(values, cobra.CompletionWithDesc(m.ID, printable(m.To+" "+m.Subject)))
	}
	return values
})
