package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/impl/store"
)

// backupCommand copies a database while a server runs.
func backupCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "backup TARGET",
		Short: "Copy a SQLite database to a file, while the server runs",
		Long: `Copy a SQLite database to a file, while the server runs.

The copy is the database as it is at one instant. It is checked and on disk
before it gets its name. The key file is not in it: back that up apart.`,
		Example: `  meetwright backup --db acme.db /backup/acme-monday.db`,
		Args:    oneArg,
		RunE: func(cmd *cobra.Command, args []string) error {
			source, err := databaseFile(cmd)
			if err != nil {
				return err
			}
			if store.IsServer(source) {
				return &failure{exitUsage, "meetwright backup is for SQLite files", "PostgreSQL makes backups of its own",
					fmt.Sprintf("pg_dump --format=custom --file=%s %s", args[0], store.Redacted(source))}
			}
			if _, err := os.Stat(source); err != nil {
				return noDatabase(err)
			}
			err = copyDatabase(cmd, "saved", args[0], func(ctx context.Context, o store.CopyOptions) (store.Saved, error) {
				o.Replace = force
				return store.Backup(ctx, source, args[0], o)
			})
			if err != nil {
				return copyFailure(err, source, args[0])
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "The key file is not in it: back up %s.key apart.\n", source)
			return nil
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "write over TARGET")
	databaseFlag(cmd)
	return cmd
}

// restoreCommand puts a backup where a server is to find it.
func restoreCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "restore BACKUP",
		Short: "Put a backup in place of a SQLite database, while no server runs",
		Long: `Put a backup in place of a SQLite database, while no server runs.

The backup is checked first. The server needs the key file that the database
was used with.`,
		Example: `  meetwright restore --db acme.db /backup/acme-monday.db`,
		Args:    oneArg,
		RunE: func(cmd *cobra.Command, args []string) error {
			target, err := databaseFile(cmd)
			if err != nil {
				return err
			}
			if store.IsServer(target) {
				return &failure{exitUsage, "meetwright restore is for SQLite files", "PostgreSQL restores backups of its own",
					fmt.Sprintf("pg_restore --clean --if-exists --dbname=%s %s", store.Redacted(target), args[0])}
			}
			if _, err := os.Stat(args[0]); err != nil {
				return &failure{exitNotFound, "there is no such backup", err.Error(), "name the file that meetwright backup wrote"}
			}
			err = copyDatabase(cmd, "restored", target, func(ctx context.Context, o store.CopyOptions) (store.Saved, error) {
				o.Replace = force
				return store.Restore(ctx, args[0], target, o)
			})
			if err != nil {
				return copyFailure(err, args[0], target)
			}
			if _, err := os.Stat(target + ".key"); errors.Is(err, fs.ErrNotExist) {
				fmt.Fprintf(cmd.ErrOrStderr(), "There is no %s.key: put the key file there that the database was used with.\n", target)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "replace the database that is there, which is lost")
	databaseFlag(cmd)
	return cmd
}

// databaseFile is the database of --db. Links are followed, so that one file
// has one lock.
func databaseFile(cmd *cobra.Command) (string, error) {
	if err := settle(cmd); err != nil {
		return "", err
	}
	source, err := cmd.Flags().GetString("db")
	if err != nil || store.IsServer(source) {
		return source, err
	}
	if real, err := filepath.EvalSymlinks(source); err == nil {
		source = real
	}
	return source, nil
}

// copyDatabase runs a copy and prints what it has written.
func copyDatabase(cmd *cobra.Command, verb, file string, run func(context.Context, store.CopyOptions) (store.Saved, error)) error {
	ctx, stop := interruptible(cmd)
	defer stop()
	p := newProgress(cmd, verb)
	saved, err := run(ctx, store.CopyOptions{Progress: p.bytes})
	p.clear()
	if err != nil {
		return err
	}
	if asJSON(cmd) {
		return printJSON(cmd, map[string]any{"file": file, "bookings": saved.Bookings, "bytes": saved.Bytes, "seconds": saved.Took.Seconds()})
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s %s (%s) to %s in %.1f s\n", verb, count(saved.Bookings, "booking"), size(saved.Bytes), file, saved.Took.Seconds())
	return nil
}

// copyFailure says why a copy was not made.
func copyFailure(err error, from, to string) error {
	switch {
	case errors.Is(err, store.ErrSameFile):
		return &failure{exitUsage, "nothing was written", err.Error(), "name another file"}
	case errors.Is(err, store.ErrExists):
		return &failure{exitConflict, "nothing was written", to + " exists", "name another file, or add --force to write over this one"}
	case errors.Is(err, store.ErrInUse):
		return &failure{exitConflict, "nothing was written", to + " is a database that somebody uses", "name another file"}
	case errors.Is(err, store.ErrForeign):
		return &failure{exitFailed, "nothing was written", from + " is no database of meetwright", "name another file"}
	case errors.Is(err, store.ErrDamaged):
		return &failure{exitFailed, "nothing was written", from + ": " + oneLine(err), "use a backup that is whole"}
	case errors.Is(err, store.ErrNewer):
		return &failure{exitFailed, "nothing was written", oneLine(err), "use that version of meetwright"}
	case errors.Is(err, store.ErrLocked):
		return &failure{exitConflict, "the database file is in use", err.Error(), "stop the server, and restore then"}
	case errors.Is(err, context.Canceled):
		return &failure{exitFailed, "nothing was written", "the command was stopped", ""}
	}
	return &failure{exitFailed, "nothing was written", oneLine(err), "check the folder of " + to + " and the room on its disk"}
}
