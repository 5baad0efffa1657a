package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// exportCommand writes a company as lines of JSON.
func exportCommand() *cobra.Command {
	var slug string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write all of a company as lines of JSON, to be imported elsewhere",
		Long: `Write all of a company as lines of JSON, to be imported elsewhere: into a SQLite
file or PostgreSQL. Jobs that wait move along, so stop the server first, or
both will do them. Secrets stay right under the same key file.`,
		Example: `  meetwright export --db acme.db > acme.ndjson
  meetwright import --db postgres://meetwright@db.acme.example/meetwright acme.ndjson`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var company meet.Company
			err := withDatabase(cmd, func(tx *store.Tx) (err error) {
				company, err = companyBySlug(tx, slug)
				return err
			})
			if err != nil {
				return err
			}
			source, err := databaseFile(cmd)
			if err != nil {
				return err
			}
			ctx, stop := interruptible(cmd)
			defer stop()
			p := newProgress(cmd, "exported")
			n, err := store.Export(ctx, source, company.ID, cmd.OutOrStdout(), store.MoveOptions{Progress: p.rows})
			p.clear()
			if err != nil {
				return &failure{exitFailed, "the export is not complete", oneLine(err), "delete what was written, and export again"}
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "exported %s of %s\n", count(n, "row"), company.Slug)
			return nil
		},
	}
	cmd.Flags().StringVar(&slug, "company", "", "slug of the company, when there are several")
	databaseFlag(cmd)
	return cmd
}

// importCommand takes a company in.
func importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Take in a company that was exported",
		Long: `Take in a company that was exported, all of it or nothing. FILE may be - for
standard input. A SQLite file is made when there is none, and must not be in use.`,
		Example: `  meetwright import --db acme.db acme.ndjson`,
		Args:    oneArg,
		RunE: func(cmd *cobra.Command, args []string) error {
			target, err := databaseFile(cmd)
			if err != nil {
				return err
			}
			in, closeFile, err := openInput(cmd, args[0])
			if err != nil {
				return err
			}
			defer closeFile()
			ctx, stop := interruptible(cmd)
			defer stop()
			p := newProgress(cmd, "imported")
			done, err := store.Import(ctx, target, in, store.MoveOptions{Progress: p.rows})
			p.clear()
			if err != nil {
				return importFailure(err, done.Slug)
			}
			if asJSON(cmd) {
				return printJSON(cmd, map[string]any{"companyId": done.Company, "company": done.Slug, "rows": done.Rows})
			}
			fmt.Fprintf(cmd.OutOrStdout(), "imported %s of %s\n", count(done.Rows, "row"), done.Slug)
			fmt.Fprintln(cmd.ErrOrStderr(), "Serve it with the key file that it was served with before.")
			return nil
		},
	}
	databaseFlag(cmd)
	return cmd
}

func openInput(cmd *cobra.Command, name string) (in io.Reader, done func(), err error) {
	if name == "-" {
		return cmd.InOrStdin(), func() {}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, &failure{exitNotFound, "the export cannot be read", err.Error(), "name the file that meetwright export wrote"}
	}
	return f, func() { _ = f.Close() }, nil // it was only read
}

// importFailure says why nothing was imported.
func importFailure(err error, slug string) error {
	switch {
	case errors.Is(err, store.ErrNoExport):
		return &failure{exitFailed, "nothing was imported", oneLine(err), "export again, and import the whole file"}
	case errors.Is(err, store.ErrNewer):
		return &failure{exitFailed, "nothing was imported", oneLine(err), "import with that version of meetwright"}
	case errors.Is(err, store.ErrOlder):
		return &failure{exitFailed, "nothing was imported", oneLine(err), "export again with this version of meetwright"}
	case errors.Is(err, store.ErrCompanyExists):
		return &failure{exitConflict, "nothing was imported", fmt.Sprintf("the database has %s, or something of it, already", slug), "import into another --db"}
	case errors.Is(err, store.ErrOtherKey):
		return &failure{exitConflict, "nothing was imported", "the database is served with another secret key, under which no secret of the company would be right", "import into a new --db, and serve that with the key file of the company"}
	case errors.Is(err, store.ErrLocked):
		return &failure{exitConflict, "the database file is in use", err.Error(), "stop the server, and import then"}
	case errors.Is(err, context.Canceled):
		return &failure{exitFailed, "nothing was imported", "the command was stopped", ""}
	}
	return &failure{exitFailed, "nothing was imported", oneLine(err), "check --db"}
}
