package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/impl/credential"
	"github.com/meetwright/meetwright/impl/directory"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// initCommand makes a company with its owner.
func initCommand() *cobra.Command {
	var f directory.Founding
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make a company with its owner, and print its keys once",
		Example: `  meetwright init --company "Acme Inc" --owner-email olivia@acme.example \
    --owner-name "Olivia Owner" --timezone Europe/Berlin`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := meet.LoadZone(f.Zone); err != nil {
				return &failure{exitUsage, "--timezone is unknown", err.Error(), "--timezone Europe/Berlin"}
			}
			if !isEmail(f.OwnerEmail) {
				return &failure{exitUsage, "--owner-email is no email address", fmt.Sprintf("%q has another form", f.OwnerEmail), "--owner-email olivia@acme.example"}
			}
			var made struct {
				CompanyID   meet.CompanyID `json:"companyId"`
				Company     string         `json:"company"`
				UserID      meet.UserID    `json:"userId"`
				PlatformKey string         `json:"platformKey"`
				Token       string         `json:"apiKey"`
			}
			err := withDatabase(cmd, func(tx *store.Tx) error {
				company, owner, err := directory.Found(tx, f)
				if err != nil {
					return err
				}
				made.CompanyID, made.Company, made.UserID = company.ID, company.Slug, owner.User.ID
				var platform, personal meet.Key
				platform, made.PlatformKey = credential.NewPlatform(company.ID, tx.Now())
				personal, made.Token = credential.NewPersonal(company.ID, owner.User.ID, tx.Now())
				if err := tx.InsertKey(platform); err != nil {
					return err
				}
				return tx.InsertKey(personal)
			})
			if err != nil {
				return err
			}
			if asJSON(cmd) {
				return printJSON(cmd, made)
			}
			out := cmd.OutOrStdout()
			fmt.Fprintf(out, "company       %s  %s\n", made.CompanyID, made.Company)
			fmt.Fprintf(out, "owner         %s  %s\n", made.UserID, f.OwnerEmail)
			fmt.Fprintf(out, "platform key  %s\n", made.PlatformKey)
			fmt.Fprintf(out, "owner's token %s\n", made.Token)
			fmt.Fprintln(cmd.ErrOrStderr(), "Keep both keys now: they are not shown again.")
			return nil
		},
	}
	cmd.Flags().StringVar(&f.Name, "company", "", "name of the company")
	cmd.Flags().StringVar(&f.OwnerEmail, "owner-email", "", "email address of the owner")
	cmd.Flags().StringVar(&f.OwnerName, "owner-name", "", "name of the owner")
	cmd.Flags().StringVar(&f.Zone, "timezone", "", "time zone of the owner, such as Europe/Berlin")
	for _, name := range []string{"company", "owner-email", "owner-name", "timezone"} {
		_ = cmd.MarkFlagRequired(name) // the flag is there
	}
	databaseFlag(cmd)
	return cmd
}
