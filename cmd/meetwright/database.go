package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/stub"
)

// databaseFlag adds --db to a command that works on a database beside a
// running server.
func databaseFlag(cmd *cobra.Command) {
	cmd.Flags().String("db", defaultDatabase, "database: a SQLite file, :memory: or postgres://user:password@host/name")
}

const defaultDatabase = "meetwright.db"

// withDatabase runs fn in a transaction on the database of --db. A clock
// that was set in it is respected.
func withDatabase(cmd *cobra.Command, fn func(*store.Tx) error) (err error) {
	if err := settle(cmd); err != nil {
		return err
	}
	source, err := cmd.Flags().GetString("db")
	if err != nil {
		return err
	}
	if _, err := os.Stat(source); err != nil && cmd.Name() != "init" && cmd.Name() != "apply" && !store.IsServer(source) {
		return noDatabase(err)
	}
	clock := &stub.Clock{}
	s, err := store.Open(cmd.Context(), source, store.Options{Now: clock.Now})
	if err != nil {
		if damage := damaged(err, source); damage != nil {
			return damage
		}
		return &failure{exitFailed, "the database cannot be opened", err.Error(), "check --db " + store.Redacted(source)}
	}
	defer func() {
		if closeErr := s.Close(); err == nil {
			err = closeErr
		}
	}()
	if err := restoreClock(cmd.Context(), s, clock); err != nil {
		return err
	}
	return s.Update(cmd.Context(), fn)
}

func noDatabase(err error) error {
	return &failure{exitNotFound, "there is no such database", err.Error(), "check --db, or make one with meetwright init"}
}

// damaged is what to tell of a database file that is, or nil.
func damaged(err error, source string) error {
	if !errors.Is(err, store.ErrDamaged) {
		return nil
	}
	return &failure{exitFailed, "the database is damaged", oneLine(err), "keep a copy of " + source + ", then meetwright restore BACKUP --force --db " + source}
}

func restoreClock(ctx context.Context, s *store.Store, clock *stub.Clock) error {
	var at time.Time
	err := s.View(ctx, func(tx *store.Tx) (err error) {
		at, err = stub.LoadClock(tx)
		return err
	})
	clock.Set(at)
	return err
}

// companyBySlug finds a company; "" is the only one there is.
func companyBySlug(tx *store.Tx, slug string) (meet.Company, error) {
	companies, err := tx.Companies()
	if err != nil {
		return meet.Company{}, err
	}
	if slug == "" && len(companies) == 1 {
		return companies[0], nil
	}
	for _, c := range companies {
		if c.Slug == slug {
			return c, nil
		}
	}
	switch {
	case len(companies) == 0:
		return meet.Company{}, &failure{exitNotFound, "there is no company yet", "the database is empty", "meetwright init --help"}
	case slug == "":
		return meet.Company{}, &failure{exitUsage, "which company?", "the database holds several", "name one with --company SLUG"}
	}
	return meet.Company{}, &failure{exitNotFound, "no such company", "there is none with the slug " + slug, "check --company"}
}
