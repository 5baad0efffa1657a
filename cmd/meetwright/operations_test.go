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
// call of its operation, whatever the answer.
func TestOperations_Called(t *testing.T) {
	serveDemo(t)
	for _, o := range operations {
		words := append([]string{o.group}, strings.Fields(o.use)...)
		if len(words) > 2 {
			words[2] = "550e8400-e29b-41d4-a716-446655440999"
		}
		if slices.Contains(o.flags, "data") {
			words = append(words, "--data", "{}")
		}
		var told, stderr strings.Builder
		run(t.Context(), words, io.Discard, &stderr)
		if code := run(t.Context(), []string{"requests", "list", "--operation", o.id}, &told, io.Discard); code != exitDone || !strings.Contains(told.String(), o.id) {
			t.Errorf("%q does not call %s: %s", words, o.id, &stderr)
		}
	}
}

func walk(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, child := range cmd.Commands() {
		walk(child, visit)
	}
}
