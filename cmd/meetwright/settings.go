package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/suggest"
)

// settingsFile is read from the working directory.
const settingsFile = "meetwright.yaml"

const sourceAnnotation = "source" // of a flag: where its value came from

// settle fills in the flags of a command that were not given: environment
// beats settings file beats default.
func settle(cmd *cobra.Command) error {
	file, err := readSettings(settingsFile, serveCommand().Flags())
	if err != nil {
		return err
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if err == nil && f.Name != "help" && f.Name != "json" {
			err = settleFlag(f, file)
		}
	})
	return err
}

func settleFlag(f *pflag.Flag, file map[string]string) error {
	set := func(source, value string) error {
		if err := f.Value.Set(value); err != nil {
			return &failure{exitUsage, source + " has a wrong value", err.Error(), "correct it; --help tells what is expected"}
		}
		f.Annotations = map[string][]string{sourceAnnotation: {source}}
		return nil
	}
	if f.Changed {
		f.Annotations = map[string][]string{sourceAnnotation: {"--" + f.Name}}
		return nil
	}
	name := environmentName(f.Name)
	if value, ok := os.LookupEnv(name); ok {
		return set(name, value)
	}
	if path, ok := os.LookupEnv(name + "_FILE"); ok && slices.Contains(secretSettings, f.Name) {
		value, err := os.ReadFile(path)
		if err != nil {
			return &failure{exitUsage, name + "_FILE cannot be read", err.Error(), "name a file that holds the value"}
		}
		return set(name+"_FILE", strings.TrimSpace(string(value)))
	}
	if value, ok := file[f.Name]; ok {
		return set(settingsFile, value)
	}
	f.Annotations = map[string][]string{sourceAnnotation: {"default"}}
	return nil
}

// secretSettings can be read from a file that a variable names, and are
// never shown.
var secretSettings = []string{"smtp-url"}

func environmentName(flag string) string {
	return "MEETWRIGHT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// readSettings reads a settings file; its keys are names of flags. No file
// is no settings.
func readSettings(path string, flags *pflag.FlagSet) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var raw map[string]any
	if err := yaml.Unmarshal(text, &raw); err != nil {
		return nil, &failure{exitUsage, path + " is no YAML", oneLine(err), "correct the line"}
	}
	settings := map[string]string{}
	for key, value := range raw {
		if flags.Lookup(key) == nil {
			return nil, &failure{exitUsage, fmt.Sprintf("%s has an unknown key %q", path, key), "keys are the names of the flags of serve", suggestion(key, flags)}
		}
		settings[key] = fmt.Sprint(value)
	}
	return settings, nil
}

// suggestion names the flag that is nearest to a word.
func suggestion(word string, flags *pflag.FlagSet) string {
	var names []string
	flags.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	nearest := suggest.Nearest(word, names)
	if nearest == "" {
		return "meetwright serve --help lists them"
	}
	return fmt.Sprintf("did you mean %q?", nearest)
}

// configCommand shows the settings of serve.
func configCommand() *cobra.Command {
	config := &cobra.Command{Use: "config", Short: "Show the settings"}
	show := &cobra.Command{
		Use: "show", Short: "Print each setting of serve and where it came from", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := settle(cmd); err != nil {
				return err
			}
			type setting struct {
				Name   string `json:"name"`
				Value  string `json:"value"`
				Source string `json:"source"`
			}
			var settings []setting
			cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
				if f.Name == "help" {
					return
				}
				value := f.Value.String()
				if value != "" && slices.Contains(secretSettings, f.Name) {
					value = "***"
				}
				if f.Name == "db" {
					value = store.Redacted(value)
				}
				settings = append(settings, setting{f.Name, value, f.Annotations[sourceAnnotation][0]})
			})
			if asJSON(cmd) {
				return printJSON(cmd, settings)
			}
			for _, s := range settings {
				fmt.Fprintf(cmd.OutOrStdout(), "%-16s %-28s %s\n", s.Name, s.Value, s.Source)
			}
			return nil
		},
	}
	show.Flags().AddFlagSet(serveCommand().Flags())
	config.AddCommand(show)
	return config
}
