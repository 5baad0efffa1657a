package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := rootCommand()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	if isUsage(err) {
		err = wrongUsage(cmd, err)
	}
	return explain(stderr, err)
}

// isUsage recognises what cobra says of a wrong command line.
func isUsage(err error) bool {
	for _, start := range []string{"unknown command", "required flag", "accepts ", "if any flags in the group"} {
		if strings.HasPrefix(err.Error(), start) {
			return true
		}
	}
	return false
}

// rootCommand is the program with all its commands.
func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "meetwright",
		Short: "Book meetings: a validated stub server and a real booking back end",
		Example: `  meetwright serve
  meetwright slots intro
  meetwright book intro --at next --name "Jane Smith" --email jane@example.com`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	add := func(title string, cmds ...*cobra.Command) {
		root.AddGroup(&cobra.Group{ID: title, Title: title + ":"})
		for _, cmd := range cmds {
			cmd.GroupID = title
		}
		root.AddCommand(cmds...)
	}
	add("Book", slotsCommand(), bookCommand(), bookingsCommand(), cancelCommand(), rescheduleCommand(), confirmCommand(), approveCommand(), declineCommand())
	add("Set up", append(otherGroups(), meetingTypesCommand(), hostsCommand(), webhooksCommand(), apiCommand())...)
	add("Try out, with a stub server", clockCommand(), inboxCommand(), requestsCommand(), faultsCommand(), resetCommand())
	add("Operate", serveCommand(), initCommand(), keysCommand(), migrateCommand(), seedCommand(), configCommand(), doctorCommand(), versionCommand(),
		backupCommand(), restoreCommand(), exportCommand(), importCommand(), eraseCommand())
	root.SetHelpCommandGroupID("Operate")
	root.SetCompletionCommandGroupID("Operate")
	root.PersistentFlags().Bool("json", false, "print data as JSON")
	root.SetFlagErrorFunc(wrongUsage)
	for _, cmd := range root.Commands() {
		if !cmd.Runnable() {
			cmd.RunE, cmd.DisableFlagsInUseLine = showGroup, true
		}
	}
	return root
}

// showGroup is a group of commands without the name of one, or with one that
// it does not have.
func showGroup(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	f := &failure{exitUsage, "the command line is wrong", fmt.Sprintf("%s has no command %q", cmd.Name(), args[0]), cmd.CommandPath() + " --help"}
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		f.try = cmd.CommandPath() + " " + near[0]
	}
	return f
}

// printJSON writes data for programs.
func printJSON(cmd *cobra.Command, data any) error {
	encoder := json.NewEncoder(cmd.OutOrStdout())
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(data)
}

// asJSON reports whether data is to be printed for programs.
func asJSON(cmd *cobra.Command) bool {
	yes, err := cmd.Flags().GetBool("json")
	return err == nil && yes
}

func wrongUsage(cmd *cobra.Command, err error) error {
	return &failure{code: exitUsage, what: "the command line is wrong", why: oneLine(err), try: cmd.CommandPath() + " --help"}
}

// oneLine keeps an error to the one line it has in the output.
func oneLine(err error) string {
	lines := strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\t' })
	return strings.Join(lines, " ")
}

func oneArg(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return wrongUsage(cmd, fmt.Errorf("expected one argument, got %d", len(args)))
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return wrongUsage(cmd, fmt.Errorf("unexpected %q", args[0]))
}
