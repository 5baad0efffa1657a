package main

import (
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestOperations checks that each operation of the contract has a command,
// and that commands name no others.
func TestOperations(t *testing.T) {
	contract, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, match := range regexp.MustCompile(`(?m)^      operationId: (\w+)$`).FindAllStringSubmatch(string(contract), -1) {
		want = append(want, match[1])
	}
	if len(want) < 50 {
		t.Fatalf("the contract has %d operations", len(want))
	}
	covered := map[string]string{}
	walk(rootCommand(), func(cmd *cobra.Command) {
		for id := range strings.FieldsSeq(cmd.Annotations[operationAnnotation]) {
			covered[id] = cmd.CommandPath()
			if !slices.Contains(want, id) {
				t.Errorf("%s names the operation %s, which the contract lacks", cmd.CommandPath(), id)
			}
		}
	})
	for _, id := range want {
		if covered[id] == "" {
			t.Errorf("no command covers the operation %s", id)
		}
	}
	for _, o := range operations {
		if covered[o.id] == "" {
			t.Errorf("the command %s %s is in no group", o.group, o.use)
		}
	}
}

// TestOperations_Called checks that each command that is one call makes the
// call of its operation, with a body of the right shape.
func TestOperations_Called(t *testing.T) {
	serveDemo(t)
	for _, o := range operations {
		words := append([]string{o.group}, strings.Fields(o.use)...)
		if len(words) > 2 {
			words[2] = "550e8400-e29b-41d4-a716-446655440999"
		}
		if o.body != "" {
			words = append(words, "--data", o.body)
		}
		var told, stderr strings.Builder
		if code := run(t.Context(), words, io.Discard, &stderr); code == exitUsage && o.id != "createCalendarConnection" { // whose feed is none
			t.Errorf("%q is refused: %s", words, &stderr)
		}
		if code := run(t.Context(), []string{"requests", "list", "--operation", o.id}, &told, io.Discard); code != exitDone || !strings.Contains(told.String(), o.id) {
			t.Errorf("%q does not call %s: %s", words, o.id, &stderr)
		}
	}
}

// TestHelp_Examples checks that who asks for help sees how a
// command is used that takes something.
func TestHelp_Examples(t *testing.T) {
	walk(rootCommand(), func(cmd *cobra.Command) {
		_, calls := cmd.Annotations[operationAnnotation]
		if _, args, _ := strings.Cut(cmd.Use, " "); calls && args != "" && !strings.HasPrefix(cmd.Example, "  "+cmd.CommandPath()) {
			t.Errorf("%s has no example", cmd.CommandPath())
		}
	})
}

// TestHelp_Groups checks that who sees the program for the first time sees how
// to begin, and commands that belong together side by side.
func TestHelp_Groups(t *testing.T) {
	help, _ := command(t, exitDone, "--help")
	for _, want := range []string{
		"  meetwright book intro --at next ", "\nBook:\n  approve ", "\nSet up:\n  api ", "\nTry out, with a stub server:\n  clock ", "\nOperate:\n  backup ",
	} {
		if !strings.Contains(help, want) {
			t.Errorf("the help lacks %q:\n%s", want, help)
		}
	}
	if strings.Contains(help, "Additional Commands") {
		t.Errorf("a command is in no group:\n%s", help)
	}
}

func walk(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, child := range cmd.Commands() {
		walk(child, visit)
	}
}
