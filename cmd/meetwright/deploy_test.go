package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Ensure that the files which start servers name settings and commands that
// there are, and that a server takes what they set.
func TestDeployments(t *testing.T) {
	for _, file := range []string{"Dockerfile", "compose.yaml", "deploy/meetwright.service"} {
		t.Run(file, func(t *testing.T) {
			text := deployment(t, file)
			dir := t.TempDir() // in place of the folders that are there when it is used
			folders := strings.NewReplacer("/data", dir, "/var/lib/meetwright", dir, "/run/secrets", dir, "%d", dir)
			settings := regexp.MustCompile(`(MEETWRIGHT_[A-Z_]+)(?:=|: )"?([^"\s\\]+)`).FindAllStringSubmatch(text, -1)
			if len(settings) == 0 {
				t.Fatal("it sets nothing")
			}
			for _, s := range settings {
				if !slices.Contains(settingNames(), s[1]) {
					t.Errorf("%s is no setting", s[1])
				}
				t.Setenv(s[1], folders.Replace(s[2]))
			}
			for _, name := range []string{"meetwright_key", "meetwright.key"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(demoKey), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var o serveOptions
			cmd := &cobra.Command{}
			o.flags(cmd.Flags())
			if err := settle(cmd); err != nil {
				t.Fatal(err)
			}
			if _, err := o.settings(io.Discard); err != nil {
				t.Errorf("serve refuses %v: %v", settings, err)
			}

			commands := commandLines(t, text)
			if len(commands) == 0 {
				t.Error("it runs nothing")
			}
			for _, words := range commands {
				cmd, rest, err := rootCommand().Find(words)
				if err == nil {
					err = cmd.ParseFlags(rest)
				}
				if err == nil {
					err = cmd.ValidateRequiredFlags()
				}
				if err != nil {
					t.Errorf("%q: %v", words, err)
				}
			}
		})
	}
}

// Ensure that nobody kills a server that finishes what it has begun.
func TestDeployments_Drain(t *testing.T) {
	for file, pattern := range map[string]string{"compose.yaml": `stop_grace_period: (\S+)`, "deploy/meetwright.service": `TimeoutStopSec=(\S+)`} {
		patience, err := time.ParseDuration(find(t, deployment(t, file), pattern))
		if err != nil || patience < drainTimeout+5*time.Second {
			t.Errorf("%s waits %v for a server that may take %v, %v", file, patience, drainTimeout, err)
		}
	}
}

// deployment reads a file, with its variables at their defaults and the lines
// of a command in one.
func deployment(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", file))
	if err != nil {
		t.Fatal(err)
	}
	joined := regexp.MustCompile(`\\\n#? *`).ReplaceAllString(string(text), " ")
	return regexp.MustCompile(`\$\{\w+:(?:-([^}]*)|[^}]*)\}`).ReplaceAllString(joined, "$1")
}

// commandLines are those of the program, as Docker's lists or as words.
func commandLines(t *testing.T, text string) (lines [][]string) {
	t.Helper()
	for _, match := range regexp.MustCompile(`(?m)CMD (\[.*\])$`).FindAllStringSubmatch(text, -1) {
		var words []string
		unmarshal(t, match[1], &words)
		if words[0] == "/meetwright" {
			words = words[1:]
		}
		lines = append(lines, words)
	}
	for _, match := range regexp.MustCompile(`(?m)[ /]meetwright ((?:serve|init)\b.*)$`).FindAllStringSubmatch(text, -1) {
		words := regexp.MustCompile(`"[^"]*"|\S+`).FindAllString(match[1], -1)
		lines = append(lines, words)
	}
	return lines
}

// settingNames are the variables that serve reads.
func settingNames() []string {
	names := []string{"MEETWRIGHT_SECRET_KEY"}
	serveCommand().Flags().VisitAll(func(f *pflag.Flag) {
		names = append(names, environmentName(f.Name))
	})
	for _, name := range secretSettings {
		names = append(names, environmentName(name)+"_FILE")
	}
	return names
}
