package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client/control"
)

// clockCommand reads and moves the clock of a stub.
func clockCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "clock", Short: "Show and move the clock of a stub server"}
	cmd.AddCommand(
		remote(&cobra.Command{
			Use: "show", Short: "Show what the clock shows", Args: noArgs,
			RunE: calling(func(ctx context.Context, s *session, _ []string) error {
				return s.tellClock(s.control.GetClockWithResponse(ctx, nil))
			}),
		}),
		remote(&cobra.Command{
			Use: "set TIME|real", Short: "Make the clock stand still at a time, or follow the real one", Args: oneArg,
			Example: `  meetwright clock set 2026-03-01T08:00:00Z
  meetwright clock set real`,
			RunE: calling(func(ctx context.Context, s *session, args []string) error {
				var body control.SetClock
				if args[0] != "real" {
					at, err := time.Parse(time.RFC3339, args[0])
					if err != nil {
						return wrongUsage(s.cmd, fmt.Errorf("%q is neither real nor an instant such as 2026-03-01T08:00:00Z", args[0]))
					}
					body.Now = &at
				}
				return s.tellClock(s.control.SetClockWithResponse(ctx, nil, body))
			}),
		}),
		remote(&cobra.Command{
			Use: "advance DURATION", Short: "Move the clock on, and do all that is due in between", Args: oneArg,
			Example: `  meetwright clock advance 24h
  meetwright clock advance P1D`,
			RunE: calling(advanceClock),
		}))
	return cmd
}

func advanceClock(ctx context.Context, s *session, args []string) error {
	moved, err := answered[control.Advanced](s.control.AdvanceClockWithResponse(ctx, nil, control.AdvanceClock{By: args[0]}))
	if err != nil {
		return err
	}
	return s.print(func() error {
		var rows [][]string
		for _, f := range moved.Fired {
			rows = append(rows, []string{f.At.UTC().Format(time.RFC3339), f.Kind, f.Subject})
		}
		return columns(s.cmd, append(rows, []string{moved.Now.UTC().Format(time.RFC3339), "now"}))
	})
}

// resetCommand takes a stub back to its start.
func resetCommand() *cobra.Command {
	return remote(&cobra.Command{
		Use: "reset", Short: "Take a stub server back to its seed and to the clock it started with", Args: noArgs,
		RunE: calling(func(ctx context.Context, s *session, _ []string) error {
			answer, err := s.control.ResetWithResponse(ctx, nil)
			if _, err := answeredText(answer, err); err != nil {
				return err
			}
			s.note("Everything is as it was at the start.")
			return nil
		}),
	})
}

// faultsCommand makes a stub fail.
func faultsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "faults", Short: "Make the next calls to a stub server fail"}
	cmd.AddCommand(addFaultCommand(),
		remote(&cobra.Command{
			Use: "list", Short: "List the faults that have calls left", Args: noArgs,
			RunE: calling(func(ctx context.Context, s *session, _ []string) error {
				list, err := answered[control.Faults](s.control.ListFaultsWithResponse(ctx, nil))
				if err != nil {
					return err
				}
				return s.print(func() error { return faultTable(s.cmd, list.Faults) })
			}),
		}),
		remote(&cobra.Command{
			Use: "clear", Short: "Make calls succeed again", Args: noArgs,
			RunE: calling(func(ctx context.Context, s *session, _ []string) error {
				answer, err := s.control.ClearFaultsWithResponse(ctx, nil)
				_, err = answeredText(answer, err)
				return err
			}),
		}))
	return cmd
}

func addFaultCommand() *cobra.Command {
	var code, times, retryAfter int
	var delay time.Duration
	var drop, body string
	cmd := remote(&cobra.Command{
		Use: "add [OPERATION]", Short: "Make the next calls of an operation fail, or of all", Args: cobra.MaximumNArgs(1),
		Example: `  meetwright faults add createBooking --code 503 --retry-after 1
  meetwright faults add createBooking --drop after-write
  meetwright faults add --delay 2s --times 5`,
		RunE: calling(func(ctx context.Context, s *session, args []string) error {
			fault := control.NewFault{
				Code: optional(code), Delay: optional(int(delay.Milliseconds())), Drop: optional(control.Drop(drop)),
				RetryAfter: optional(retryAfter), Times: optional(times),
			}
			if len(args) == 1 {
				fault.Operation = &args[0]
			}
			if body != "" {
				fault.Body = body
			}
			made, err := answered[control.Fault](s.control.AddFaultWithResponse(ctx, nil, fault))
			if err != nil {
				return err
			}
			return s.print(func() error { return faultTable(s.cmd, []control.Fault{*made}) })
		}),
	})
	f := cmd.Flags()
	f.IntVar(&code, "code", 0, "status to answer, before anything is written")
	f.IntVar(&times, "times", 1, "how many calls")
	f.DurationVar(&delay, "delay", 0, "how long to wait first, such as 1500ms")
	f.StringVar(&drop, "drop", "", "close the connection without an answer: before-write or after-write")
	f.IntVar(&retryAfter, "retry-after", 0, "seconds of the Retry-After of a code")
	f.StringVar(&body, "body", "", "what a code answers")
	return cmd
}

func faultTable(cmd *cobra.Command, faults []control.Fault) error {
	number := func(n *int) string {
		if n == nil {
			return "-"
		}
		return fmt.Sprint(*n)
	}
	var rows [][]string
	for _, f := range faults {
		drop := "-"
		if f.Drop != nil {
			drop = string(*f.Drop)
		}
		operation := "all"
		if f.Operation != nil {
			operation = *f.Operation
		}
		rows = append(rows, []string{operation, number(f.Code), number(f.Delay), drop, fmt.Sprint(f.Left)})
	}
	return table(cmd, []string{"OPERATION", "CODE", "DELAY (MS)", "DROP", "LEFT"}, rows)
}

func (s *session) tellClock(answer controlAnswer, err error) error {
	clock, err := answered[control.Clock](answer, err)
	if err != nil {
		return err
	}
	return s.print(func() error {
		state := "running"
		if clock.Set {
			state = "stands still"
		}
		return columns(s.cmd, [][]string{{clock.Now.UTC().Format(time.RFC3339), state}})
	})
}
