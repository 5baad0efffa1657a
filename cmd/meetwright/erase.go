package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// errCounted ends an erasure that only counts.
var errCounted = errors.New("only counted")

// eraser is the command that removes a person's data.
type eraser struct {
	email, slug, keyFile string
	yes, dry             bool
}

// eraseCommand removes a person's data.
func eraseCommand() *cobra.Command {
	var e eraser
	cmd := &cobra.Command{
		Use:   "erase",
		Short: "Remove a person's data: what remains are times that were booked",
		Long: `Remove what a company keeps of a person who booked: names, addresses, answers,
notes, contacts, requests that wait, and what events, jobs and captured mail
tell of them. Bookings keep their time, with an attendee called "erased"; those
to come still take place, so cancel them first. Backups and exports made before
still hold the person until they are deleted.`,
		Example: `  meetwright erase --db acme.db --email jane@example.com --dry-run
  meetwright erase --db acme.db --email jane@example.com --yes`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.run(cmd) },
	}
	cmd.Flags().StringVar(&e.email, "email", "", "address of the person")
	cmd.Flags().StringVar(&e.slug, "company", "", "slug of the company, when there are several")
	cmd.Flags().BoolVar(&e.dry, "dry-run", false, "only count")
	cmd.Flags().BoolVar(&e.yes, "yes", false, "do not ask")
	cmd.Flags().StringVar(&e.keyFile, "secret-key-file", "", "file with the key that the database is served with (default: <db>.key)")
	_ = cmd.MarkFlagRequired("email") // the flag is there
	databaseFlag(cmd)
	return cmd
}

func (e *eraser) run(cmd *cobra.Command) error {
	if !isEmail(e.email) {
		return &failure{exitUsage, "--email is no email address", "it has another form", "--email jane@example.com"}
	}
	found, err := e.erase(cmd, !e.yes)
	if err != nil {
		return err
	}
	if !e.yes && !e.dry {
		if err := confirm(cmd, found); err != nil {
			return err
		}
		if found, err = e.erase(cmd, false); err != nil {
			return err
		}
	}
	return e.report(cmd, found)
}

// erase runs the erasure, and undoes it when it is only to count.
func (e *eraser) erase(cmd *cobra.Command, count bool) (found store.Erased, err error) {
	source, err := databaseFile(cmd)
	if err != nil {
		return found, err
	}
	ring, err := e.keyring(source)
	if err != nil {
		return found, err
	}
	err = withDatabase(cmd, func(tx *store.Tx) error {
		company, err := companyBySlug(tx, e.slug)
		if err != nil {
			return err
		}
		found, err = impl.Erase(tx, ring, company.ID, e.email)
		if err == nil && (count || e.dry) {
			err = errCounted
		}
		return err
	})
	switch {
	case errors.Is(err, impl.ErrKeyLost):
		return found, &failure{exitFailed, "nothing was erased", "answers that are kept sealed may name the person, and the key file of the database opens them", "name it with --secret-key-file"}
	case err != nil && !errors.Is(err, errCounted):
		return found, err
	case found == store.Erased{Users: found.Users}:
		return found, &failure{exitNotFound, "nothing was erased", "the company keeps nothing of a person with this address", "check --email"}
	case err == nil && !store.IsServer(source):
		store.SettleLog(cmd.Context(), source) // which still has what the file has no more
	}
	return found, nil
}

// keyring finds the server key as serve does, but makes none.
func (e *eraser) keyring(source string) (*secret.Keyring, error) {
	o := serveOptions{db: source, secretKeyFile: e.keyFile}
	given := store.IsServer(source) || e.keyFile != "" || os.Getenv("MEETWRIGHT_SECRET_KEY") != ""
	if _, err := os.Stat(source + ".key"); !given && errors.Is(err, fs.ErrNotExist) {
		return secret.New(), nil // which is right for a database that no server has used
	}
	return o.keyring()
}

func confirm(cmd *cobra.Command, found store.Erased) error {
	if !isTerminal(cmd.InOrStdin()) {
		return &failure{exitUsage, "nothing was erased", "an erasure cannot be undone, and there is no terminal to ask at", "add --yes, or --dry-run to see what would go"}
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%sThis cannot be undone. Type yes to erase it: ", describe(found))
	answer, err := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
	if err != nil || strings.TrimSpace(answer) != "yes" {
		return &failure{exitFailed, "nothing was erased", "the answer was not yes", ""}
	}
	return nil
}

func (e *eraser) report(cmd *cobra.Command, found store.Erased) error {
	if !asJSON(cmd) {
		fmt.Fprint(cmd.OutOrStdout(), describe(found))
	} else if err := printJSON(cmd, struct {
		DryRun bool `json:"dryRun"`
		store.Erased
	}{e.dry, found}); err != nil {
		return err
	}
	words := "Erased. Backups hold it until they are deleted."
	if e.dry {
		words = "Nothing was erased: this was a dry run."
	}
	fmt.Fprintln(cmd.ErrOrStderr(), words)
	if found.Upcoming > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s still to come: they keep their time, and nobody is told.\n", count(int64(found.Upcoming), "booking"))
	}
	if found.Users > 0 {
		fmt.Fprintln(cmd.ErrOrStderr(), "The address is also that of a user of the company, who stays: remove the user by the API.")
	}
	return nil
}

func describe(found store.Erased) string {
	var b strings.Builder
	for _, line := range []struct {
		name string
		n    int
	}{
		{"bookings", found.Bookings}, {"guests", found.Guests}, {"holds", found.Holds}, {"contacts", found.Contacts},
		{"events", found.Events}, {"jobs", found.Jobs}, {"messages", found.Messages}, {"answers", found.Answers},
	} {
		fmt.Fprintf(&b, "%-10s%d\n", line.name, line.n)
	}
	return b.String()
}
