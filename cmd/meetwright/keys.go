package main

import (
	"fmt"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/impl/credential"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// keysCommand makes, lists and ends API keys.
func keysCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "keys", Short: "Make, list and revoke API keys"}
	cmd.AddCommand(createKeyCommand(), listKeysCommand(), revokeKeyCommand())
	return cmd
}

// keyOutput is a key as commands print it.
type keyOutput struct {
	ID        meet.KeyID     `json:"id"`
	Key       string         `json:"key,omitempty"` // once, when made
	Hint      string         `json:"hint,omitempty"`
	Kind      string         `json:"kind"`
	UserID    *meet.UserID   `json:"userId"`
	CompanyID meet.CompanyID `json:"companyId"`
	Scopes    []meet.Scope   `json:"scopes"`
	CreatedAt *time.Time     `json:"createdAt,omitempty"`
	ExpiresAt *time.Time     `json:"expiresAt"`
	RevokedAt *time.Time     `json:"revokedAt,omitempty"`
}

func outputOf(k meet.Key) keyOutput {
	at := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	out := keyOutput{
		ID: k.ID, Kind: "platform", CompanyID: k.Company, Scopes: k.Scopes,
		CreatedAt: at(k.CreatedAt), ExpiresAt: at(k.ExpiresAt), RevokedAt: at(k.RevokedAt),
	}
	if out.Scopes == nil {
		out.Scopes = []meet.Scope{}
	}
	if !k.Platform {
		out.Kind, out.UserID = "personal", &k.User
	}
	return out
}

func createKeyCommand() *cobra.Command {
	var kind, user, company, expires string
	var scopes []string
	cmd := &cobra.Command{
		Use:   "create",
		Short: "Make an API key and print it once",
		Example: `  meetwright keys create --kind platform
  meetwright keys create --kind personal --user ada@acme.example --scopes scheduling --expires-in 90d`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			lifetime, err := parseLifetime(expires)
			if err != nil {
				return err
			}
			granted, err := parseScopes(scopes)
			if err != nil {
				return err
			}
			var out keyOutput
			err = withDatabase(cmd, func(tx *store.Tx) error {
				c, err := companyBySlug(tx, company)
				if err != nil {
					return err
				}
				key, text, err := newKey(tx, c, kind, user)
				if err != nil {
					return err
				}
				key.Scopes = granted
				if lifetime > 0 {
					key.ExpiresAt = tx.Now().Add(lifetime)
				}
				out = outputOf(key)
				out.Key = text
				return tx.InsertKey(key)
			})
			if err != nil {
				return err
			}
			if asJSON(cmd) {
				return printJSON(cmd, out)
			}
			fmt.Fprintln(cmd.OutOrStdout(), out.Key)
			fmt.Fprintln(cmd.ErrOrStderr(), "Keep it now: it is not shown again. Its id is "+string(out.ID)+".")
			return nil
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "", "personal or platform")
	cmd.Flags().StringVar(&user, "user", "", "id or email of the user of a personal key (default: the owner)")
	cmd.Flags().StringVar(&company, "company", "", "slug of the company, when there are several")
	cmd.Flags().StringSliceVar(&scopes, "scopes", nil, "what the key may do: scheduling, contacts, account (default: all)")
	cmd.Flags().StringVar(&expires, "expires-in", "", "lifetime such as 90d or 12h (default: no end)")
	_ = cmd.MarkFlagRequired("kind") // the flag is there
	databaseFlag(cmd)
	return cmd
}

func newKey(tx *store.Tx, c meet.Company, kind, user string) (meet.Key, string, error) {
	switch kind {
	case "platform":
		key, text := credential.NewPlatform(c.ID, tx.Now())
		return key, text, nil
	case "personal":
		u, err := findUser(tx, c, user)
		if err != nil {
			return meet.Key{}, "", err
		}
		key, text := credential.NewPersonal(c.ID, u.ID, tx.Now())
		return key, text, nil
	}
	return meet.Key{}, "", &failure{exitUsage, "--kind is unknown", fmt.Sprintf("%q is neither personal nor platform", kind), "--kind personal"}
}

func findUser(tx *store.Tx, c meet.Company, name string) (meet.User, error) {
	switch {
	case name == "":
		return tx.User(c.ID, c.Owner)
	case isEmail(name):
		return tx.UserByEmail(c.ID, name)
	}
	return tx.User(c.ID, meet.UserID(strings.ToLower(name)))
}

func isEmail(s string) bool {
	address, err := mail.ParseAddress(s)
	return err == nil && address.Address == s
}

func parseScopes(names []string) ([]meet.Scope, error) {
	all := []meet.Scope{meet.Scheduling, meet.Contacts, meet.Account}
	var scopes []meet.Scope
	for _, name := range names {
		if !slices.Contains(all, meet.Scope(name)) {
			return nil, &failure{exitUsage, "--scopes is wrong", fmt.Sprintf("%q is no scope", name), "--scopes scheduling,contacts,account"}
		}
		scopes = append(scopes, meet.Scope(name))
	}
	return scopes, nil
}

// parseLifetime reads days such as 90d, or a duration; "" is no end.
func parseLifetime(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	lifetime, err := time.ParseDuration(text)
	if days, ok := strings.CutSuffix(text, "d"); ok {
		var n int
		n, err = strconv.Atoi(days)
		lifetime = time.Duration(n) * 24 * time.Hour
	}
	if err != nil || lifetime <= 0 {
		return 0, &failure{exitUsage, "--expires-in is wrong", fmt.Sprintf("%q is no lifetime", text), "--expires-in 90d"}
	}
	return lifetime, nil
}

func listKeysCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List API keys, without the keys themselves", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := []keyOutput{}
			err := withDatabase(cmd, func(tx *store.Tx) error {
				keys, err := tx.Keys("")
				for _, k := range keys {
					o := outputOf(k)
					o.Hint = k.Hint
					out = append(out, o)
				}
				return err
			})
			if err != nil {
				return err
			}
			if asJSON(cmd) {
				return printJSON(cmd, out)
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "ID\tKIND\tKEY\tSCOPES\tSTATE\tCOMPANY\tUSER")
			for _, k := range out {
				scopes := "all"
				if len(k.Scopes) > 0 {
					scopes = fmt.Sprint(k.Scopes)
				}
				user := "any"
				if k.UserID != nil {
					user = string(*k.UserID)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Kind, k.Hint, strings.Trim(scopes, "[]"), k.state(), k.CompanyID, user)
			}
			return w.Flush()
		},
	}
	databaseFlag(cmd)
	return cmd
}

func (k keyOutput) state() string {
	switch {
	case k.RevokedAt != nil:
		return "revoked " + k.RevokedAt.Format(time.DateOnly)
	case k.ExpiresAt != nil:
		return "until " + k.ExpiresAt.Format(time.DateOnly)
	}
	return "active"
}

func revokeKeyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "revoke ID", Short: "End an API key; running servers refuse it within 5 seconds", Args: oneArg,
		RunE: func(cmd *cobra.Command, args []string) error {
			var alive bool
			err := withDatabase(cmd, func(tx *store.Tx) (err error) {
				alive, err = tx.RevokeKey(meet.KeyID(args[0]))
				return err
			})
			if err == nil && !alive {
				err = &failure{exitNotFound, "no such key", "no key in use has the id " + args[0], "meetwright keys list"}
			}
			return err
		},
	}
	databaseFlag(cmd)
	return cmd
}
