package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client/control"
)

// requestsCommand shows the calls that a stub answered.
func requestsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "requests", Short: "Show the calls that a stub server answered"}
	list := remote(&cobra.Command{
		Use: "list", Short: "List the latest calls, newest first", Args: noArgs,
		Example: `  meetwright requests list --status 4xx
  meetwright requests list --operation createBooking --curl`,
		RunE: calling(listRequests),
	})
	list.Flags().Bool("curl", false, "print command lines that make the calls again")
	list.Flags().Int("limit", 20, "how many")
	show := remote(&cobra.Command{
		Use: "show [ID]", Short: "Show all of a call, or of the latest one", Args: cobra.MaximumNArgs(1),
		Example: `  meetwright requests show
  meetwright requests show --operation createBooking --status 4xx --curl`,
		RunE: calling(showRequest),
	})
	show.Flags().Bool("curl", false, "print a command line that makes the call again")
	tail := remote(&cobra.Command{
		Use: "tail", Short: "Print calls as they come", Args: noArgs,
		Example: `  meetwright requests tail --status 5xx`,
		RunE:    calling(tailRequests),
	})
	tail.Flags().Int("count", 0, "end after so many calls (default: when interrupted)")
	for _, c := range []*cobra.Command{list, show, tail} {
		c.Flags().String("status", "", "only answers with this status, such as 404 or 4xx")
		c.Flags().String("operation", "", "only calls of this operation, such as createBooking")
	}
	cmd.AddCommand(list, show, tail)
	return cmd
}

func (s *session) requestParams() *control.ListRequestsParams {
	return &control.ListRequestsParams{Status: set(s.cmd, "status"), Operation: set(s.cmd, "operation")}
}

func listRequests(ctx context.Context, s *session, _ []string) error {
	params := s.requestParams()
	if curl, err := s.cmd.Flags().GetBool("curl"); err != nil || curl {
		params.Format = optional(control.ListRequestsParamsFormatCurl)
		return s.printCurl(s.control.ListRequestsWithResponse(ctx, params))
	}
	list, err := answered[control.Calls](s.control.ListRequestsWithResponse(ctx, params))
	if err != nil {
		return err
	}
	limit, err := s.cmd.Flags().GetInt("limit")
	if err != nil {
		return err
	}
	return s.print(func() error {
		var rows [][]string
		for _, c := range list.Requests[:min(max(limit, 0), len(list.Requests))] {
			rows = append(rows, callRow(c))
		}
		return table(s.cmd, []string{"ID", "AT", "STATUS", "OPERATION", "CALL", "MS"}, rows)
	})
}

func callRow(c control.CallSummary) []string {
	status := fmt.Sprint(c.Status)
	if c.Dropped != nil {
		status = "dropped"
	}
	return []string{c.ID, c.At.UTC().Format(time.RFC3339), status, c.Operation, c.Method + " " + c.Path, fmt.Sprintf("%.1f", c.DurationMs)}
}

func showRequest(ctx context.Context, s *session, args []string) error {
	if len(args) == 0 {
		list, err := answered[control.Calls](s.control.ListRequestsWithResponse(ctx, s.requestParams()))
		if err != nil {
			return err
		}
		if len(list.Requests) == 0 {
			return &failure{exitNotFound, "there is no such call", "the journal has none", "make one, then run it again"}
		}
		args = []string{list.Requests[0].ID}
	}
	if curl, err := s.cmd.Flags().GetBool("curl"); err != nil || curl {
		return s.printCurl(s.control.GetRequestWithResponse(ctx, args[0], &control.GetRequestParams{Format: optional(control.GetRequestParamsFormatCurl)}))
	}
	c, err := answered[control.Call](s.control.GetRequestWithResponse(ctx, args[0], nil))
	if err != nil {
		return err
	}
	return s.print(func() error {
		line := c.Method + " " + c.Path
		if c.Request.Query != "" {
			line += "?" + c.Request.Query
		}
		rows := [][]string{{"id", c.ID}, {"call", line}, {"operation", c.Operation}, {"status", fmt.Sprint(c.Status)}, {"request id", c.RequestID}}
		for _, v := range c.Violations {
			rows = append(rows, []string{"violation", v})
		}
		for _, e := range c.Caused.Events {
			rows = append(rows, []string{"caused", e.Kind + " " + e.Subject})
		}
		rows = append(rows, []string{"mails", fmt.Sprint(len(c.Caused.Mails))}, []string{"deliveries", fmt.Sprint(len(c.Caused.Deliveries))})
		if err := columns(s.cmd, rows); err != nil {
			return err
		}
		fmt.Fprintf(s.cmd.OutOrStdout(), "\n> %s\n\n< %s\n", paragraph(strings.TrimSpace(c.Request.Body)), paragraph(strings.TrimSpace(c.Answer.Body)))
		return nil
	})
}

// tailInterval is how often the journal is asked: its wait returns at once
// when it has any call.
const tailInterval = 250 * time.Millisecond

func tailRequests(ctx context.Context, s *session, _ []string) error {
	limit, err := s.cmd.Flags().GetInt("count")
	if err != nil {
		return err
	}
	var seen map[string]bool
	for printed := 0; limit == 0 || printed < limit; {
		list, err := answered[control.Calls](s.control.ListRequestsWithResponse(ctx, s.requestParams()))
		if err != nil && ctx.Err() == nil {
			return err
		}
		if err != nil {
			return nil //nolint:nilerr // the interruption is the end
		}
		known := map[string]bool{}
		slices.Reverse(list.Requests)
		for _, c := range list.Requests {
			known[c.ID] = true
			if seen == nil || seen[c.ID] || limit > 0 && printed == limit {
				continue
			}
			printed++
			if err := s.tellCall(c); err != nil {
				return err
			}
		}
		if seen == nil {
			s.note("Waiting for calls to %s; interrupt to end.", s.url)
		}
		seen = known
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(tailInterval):
		}
	}
	return nil
}

// tellCall prints a call on one line.
func (s *session) tellCall(c control.CallSummary) error {
	if asJSON(s.cmd) {
		return printLine(s.cmd, c)
	}
	fmt.Fprintln(s.cmd.OutOrStdout(), printable(strings.Join(callRow(c), "  ")))
	for _, v := range c.Violations {
		fmt.Fprintln(s.cmd.OutOrStdout(), "  "+printable(v))
	}
	return nil
}

func (s *session) printCurl(answer controlAnswer, err error) error {
	lines, err := answeredText(answer, err)
	if err == nil {
		fmt.Fprintln(s.cmd.OutOrStdout(), strings.TrimRight(string(lines), "\n"))
	}
	return err
}
