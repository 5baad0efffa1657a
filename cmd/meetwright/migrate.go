package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/impl/store"
)

// migrateCommand brings the tables of a database up to date, or says how
// they stand. Serve does the same by itself when it starts.
func migrateCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "migrate", Short: "Bring the tables of a database up to date"}
	for _, sub := range []struct {
		use, short string
		apply      bool
	}{
		{"up", "Apply what is missing", true},
		{"status", "Print the version of the tables and of this program", false},
	} {
		c := &cobra.Command{
			Use: sub.use, Short: sub.short, Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				if err := settle(cmd); err != nil {
					return err
				}
				source, err := cmd.Flags().GetString("db")
				if err != nil {
					return err
				}
				current, latest, err := store.Migrate(cmd.Context(), source, sub.apply)
				if err != nil {
					return err
				}
				if asJSON(cmd) {
					return printJSON(cmd, map[string]int64{"current": current, "latest": latest})
				}
				fmt.Fprintf(cmd.OutOrStdout(), "schema %d of %d\n", current, latest)
				return nil
			},
		}
		databaseFlag(c)
		cmd.AddCommand(c)
	}
	return cmd
}
