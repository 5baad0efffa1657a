package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/impl"
	"github.com/meetwright/meetwright/impl/fixture"
	"github.com/meetwright/meetwright/impl/secret"
	"github.com/meetwright/meetwright/impl/store"
)

// seedCommand works with the file that fills an empty database.
func seedCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "seed", Short: "Check, show, apply and export the file that fills a database",
		Long: `Check, show, apply and export the file that fills a database.

A seed file is YAML: a company, its users, schedules, meeting types, queues,
webhooks, keys and bookings. meetwright seed show prints one; meetwright serve
--seed FILE starts a server with it. The first line

  # yaml-language-server: $schema=seed.schema.json

has editors use what meetwright seed schema prints.`,
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "check FILE", Short: "Check a seed file", Args: oneArg,
			Long: `Check a seed file, by storing it in memory.

Times such as tomorrow 09:00 and next tuesday 09:00 count from the day on which
the file is applied: two bookings that are apart when it is checked today can
be at once when it is applied on another weekday. Where that matters, write
dates such as 2035-01-15 09:00.`,
			Example: `  meetwright seed check acme.yaml`,
			RunE: func(cmd *cobra.Command, args []string) error {
				f, err := readSeed(args[0])
				if err != nil {
					return err
				}
				if err := trySeed(cmd.Context(), f); err != nil {
					return seedFailure(err)
				}
				return tellSeed(cmd, f, "is in order")
			},
		},
		&cobra.Command{
			Use: "show", Short: "Print the seed of the demo, to start one's own from", Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				if asJSON(cmd) {
					return noJSON(cmd)
				}
				_, err := cmd.OutOrStdout().Write(fixture.DemoText())
				return err
			},
		},
		&cobra.Command{
			Use: "schema", Short: "Print the JSON Schema of seed files, for editors", Args: noArgs,
			Example: `  meetwright seed schema > seed.schema.json`,
			RunE: func(cmd *cobra.Command, _ []string) error {
				text, err := fixture.Schema()
				if err != nil {
					return err
				}
				_, err = cmd.OutOrStdout().Write(text)
				return err
			},
		}, applySeedCommand(), exportSeedCommand())
	return cmd
}

func noJSON(cmd *cobra.Command) error {
	return wrongUsage(cmd, errors.New("a seed file is YAML: leave --json out"))
}

func applySeedCommand() *cobra.Command {
	var keyFile string
	cmd := &cobra.Command{
		Use: "apply FILE", Short: "Add the company of a seed file to a database", Args: oneArg,
		Long: `Add the company of a seed file to a database, all of it or nothing. Nobody is
told of its bookings: there is no mail, no reminder and no webhook delivery.`,
		Example: `  meetwright seed apply acme.yaml --db acme.db`,
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := readSeed(args[0])
			if err != nil {
				return err
			}
			ring := secret.New()
			if len(f.Webhooks) > 0 { // which sign with what is sealed
				source, err := cmd.Flags().GetString("db")
				if err != nil {
					return err
				}
				if store.IsServer(source) && keyFile == "" && os.Getenv("MEETWRIGHT_SECRET_KEY") == "" {
					return &failure{exitUsage, "a seed with webhooks needs --secret-key-file", "what they sign with hangs on the key that all servers of the database share", "name the file that serve is given"}
				}
				if ring, err = (&serveOptions{db: source, secretKeyFile: keyFile}).keyring(); err != nil {
					return err
				}
			}
			if err := withDatabase(cmd, func(tx *store.Tx) error { return applySeed(tx, f, ring) }); err != nil {
				return seedFailure(err)
			}
			for _, w := range f.Webhooks {
				if w.Secret == "" {
					fmt.Fprintf(cmd.ErrOrStderr(), "webhook %s signs with %s\n", w.URL, f.SigningKey(ring, w))
				}
			}
			return tellSeed(cmd, f, "was applied")
		},
	}
	databaseFlag(cmd)
	cmd.Flags().StringVar(&keyFile, "secret-key-file", "", "file with the server key, for a seed with webhooks (default: <db>.key, made when missing)")
	return cmd
}

func applySeed(tx *store.Tx, f *fixture.Fixture, ring *secret.Keyring) error {
	companies, err := tx.Companies()
	if err != nil {
		return err
	}
	for _, c := range companies {
		if c.Slug == f.Company.Slug {
			return &failure{exitConflict, "the company exists already", "the database has one with the slug " + c.Slug, "give the seed another company.slug, or choose another --db"}
		}
	}
	if len(f.Webhooks) > 0 {
		if err := impl.ClaimKey(tx, ring); err != nil {
			return &failure{exitFailed, "nothing was applied", oneLine(err), "name the key file of the database with --secret-key-file"}
		}
	}
	return f.Apply(tx, ring)
}

func exportSeedCommand() *cobra.Command {
	var slug, target string
	cmd := &cobra.Command{
		Use: "export", Short: "Write a company as a seed file", Args: noArgs,
		Long: `Write a company as a seed file, from which seed apply makes the same company.

It holds what people set up, and their bookings with those who booked: keep it
private. It does not hold keys and the signing keys of webhooks, which nobody
can read back; requests that wait for an answer, one-time links, attendees and
hosts who left, bookings that all of them left (a comment counts those),
contacts that never booked; how a queue came to choose; nor what happened:
events, mails, deliveries and calls. Bookings of a meeting type that was
deleted come with the type, which is deleted again. meetwright export moves all
of a company, also one whose file is larger than the 8 MiB that seed apply
reads.`,
		Example: `  meetwright seed export --db acme.db -o acme.yaml`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON(cmd) {
				return noJSON(cmd)
			}
			var text []byte
			err := withDatabase(cmd, func(tx *store.Tx) error {
				c, err := companyBySlug(tx, slug)
				if err != nil {
					return err
				}
				text, err = fixture.Export(tx, c)
				return err
			})
			if len(text) > fixture.MaxSize {
				fmt.Fprintln(cmd.ErrOrStderr(), "the file is larger than the 8 MiB that seed apply reads; move the company with meetwright export and import")
			}
			switch {
			case err != nil:
				return err
			case target == "":
				_, err = cmd.OutOrStdout().Write(text)
				return err
			}
			if err := os.WriteFile(target, text, 0o600); err != nil {
				return &failure{exitFailed, "the seed file cannot be written", oneLine(err), "choose another name for -o"}
			}
			return nil
		},
	}
	databaseFlag(cmd)
	cmd.Flags().StringVar(&slug, "company", "", "slug of the company, when there are several")
	cmd.Flags().StringVarP(&target, "output", "o", "", "file to write, readable by you alone (default: standard output)")
	return cmd
}

// readSeed reads a seed file; demo is that of the demo.
func readSeed(name string) (*fixture.Fixture, error) {
	if name == "demo" {
		return fixture.Demo(), nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, &failure{exitUsage, "the seed file cannot be read", oneLine(err), "name a YAML file, or demo"}
	}
	f, err := fixture.Parse(name, text)
	if err != nil {
		return nil, seedFailure(err)
	}
	return &f, nil
}

// seedFailure tells of the mistakes in a seed file; other errors stay.
func seedFailure(err error) error {
	one := new(fixture.Error)
	if !errors.As(err, &one) {
		return err
	}
	all := fixture.Errors{one}
	_ = errors.As(err, &all) // when there are more
	why, lines, _ := strings.Cut(all.Error(), "\n")
	return &excerpt{&failure{exitUsage, "the seed file has a mistake", why, "correct the line; meetwright seed schema tells an editor what is allowed"}, lines}
}

// trySeed stores a seed in a database in memory, which finds what is wrong
// with one thing because of another.
func trySeed(ctx context.Context, f *fixture.Fixture) (err error) {
	s, err := store.Open(ctx, ":memory:", store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Update(ctx, func(tx *store.Tx) error { return f.Apply(tx, secret.New()) })
}

func tellSeed(cmd *cobra.Command, f *fixture.Fixture, state string) error {
	if asJSON(cmd) {
		return printJSON(cmd, map[string]any{
			"company": f.Company.Slug, "users": len(f.Users), "schedules": len(f.Schedules), "meetingTypes": len(f.MeetingTypes),
			"queues": len(f.Queues), "webhooks": len(f.Webhooks), "keys": len(f.Keys), "bookings": len(f.Bookings),
		})
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s %s: %s, %s, %s, %s\n", f.Company.Slug, state,
		count(int64(len(f.Users)), "user"), count(int64(len(f.MeetingTypes)), "meeting type"), count(int64(len(f.Keys)), "key"),
		count(int64(len(f.Bookings)), "booking"))
	return nil
}
