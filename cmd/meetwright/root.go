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
		Use:           "meetwright",
		Short:         "Book meetings: a validated stub server and a real booking back end",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(serveCommand(), initCommand(), keysCommand(), migrateCommand(), configCommand(), versionCommand(),
		backupCommand(), restoreCommand(), exportCommand(), importCommand(), eraseCommand(),
		slotsCommand(), bookCommand(), bookingsCommand(), cancelCommand(), rescheduleCommand(), confirmCommand(), approveCommand(), declineCommand(),
		meetingTypesCommand(), hostsCommand(), webhooksCommand(), apiCommand(), seedCommand(), doctorCommand(),
		clockCommand(), inboxCommand(), requestsCommand(), faultsCommand(), resetCommand())
	root.AddCommand(otherGroups()...)
	root.PersistentFlags().Bool("json", false, "print data as JSON")
	root.SetFlagErrorFunc(wrongUsage)
	return root
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
