package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/stub"
)

// seedCommand works with the file that fills an empty database.
func seedCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "seed", Short: "Check, show and apply the file that fills a database"}
	cmd.AddCommand(
		&cobra.Command{
			Use: "check FILE", Short: "Check a seed file", Args: oneArg,
			RunE: func(cmd *cobra.Command, args []string) error {
				f, err := readSeed(args[0])
				if err != nil {
					return err
				}
				return tellSeed(cmd, f, "is in order")
			},
		},
		&cobra.Command{
			Use: "show", Short: "Print the seed of the demo, to start one's own from", Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				if asJSON(cmd) {
					return wrongUsage(cmd, errors.New("a seed file is YAML: leave --json out"))
				}
				_, err := cmd.OutOrStdout().Write(stub.DemoText())
				return err
			},
		},
		&cobra.Command{
			Use: "schema", Short: "Print the JSON Schema of seed files, for editors", Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				schema := schemaOf(reflect.TypeFor[stub.Fixture]())
				schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
				schema["title"] = "Seed of meetwright"
				return printJSON(cmd, schema)
			},
		}, applySeedCommand())
	return cmd
}

func applySeedCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "apply FILE", Short: "Add the company of a seed file to a database", Args: oneArg,
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := readSeed(args[0])
			if err != nil {
				return err
			}
			err = withDatabase(cmd, func(tx *store.Tx) error {
				companies, err := tx.Companies()
				if err != nil {
					return err
				}
				for _, c := range companies {
					if c.Slug == f.Company.Slug {
						return &failure{exitConflict, "the company exists already", "the database has one with the slug " + c.Slug, "give the seed another company.slug, or choose another --db"}
					}
				}
				return f.Apply(tx)
			})
			if err != nil {
				return err
			}
			return tellSeed(cmd, f, "was applied")
		},
	}
	databaseFlag(cmd)
	return cmd
}

// readSeed reads a seed file; demo is that of the demo.
func readSeed(name string) (*stub.Fixture, error) {
	if name == "demo" {
		return stub.Demo(), nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, &failure{exitUsage, "the seed file cannot be read", oneLine(err), "name a YAML file, or demo"}
	}
	f, err := stub.Parse(name, text)
	if err != nil {
		return nil, &failure{exitUsage, "the seed file has a mistake", err.Error(), "correct the line; meetwright seed schema tells an editor what is allowed"}
	}
	return &f, nil
}

func tellSeed(cmd *cobra.Command, f *stub.Fixture, state string) error {
	if asJSON(cmd) {
		return printJSON(cmd, map[string]any{
			"company": f.Company.Slug, "users": len(f.Users), "schedules": len(f.Schedules), "meetingTypes": len(f.MeetingTypes), "keys": len(f.Keys),
		})
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s %s: %s, %s, %s\n", f.Company.Slug, state,
		count(int64(len(f.Users)), "user"), count(int64(len(f.MeetingTypes)), "meeting type"), count(int64(len(f.Keys)), "key"))
	return nil
}

// schemaOf is the JSON Schema of what is read into a value of type t: its
// fields by their yaml tags, and no others.
func schemaOf(t reflect.Type) map[string]any {
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem())}
	case reflect.Struct:
		properties := map[string]any{}
		addProperties(properties, t)
		return map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		return map[string]any{"type": "integer"}
	default:
		return map[string]any{"type": "string"}
	}
}

func addProperties(properties map[string]any, t reflect.Type) {
	for field := range t.Fields() {
		name, how, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch {
		case how == "inline":
			addProperties(properties, field.Type)
		case name != "":
			properties[name] = schemaOf(field.Type)
		}
	}
}
