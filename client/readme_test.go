package client_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the README's part about the client anew")

const readme = "../README.md"

// Ensure the README shows the example that runs, and the method of each operation.
func TestReadme(t *testing.T) {
	file, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	text := string(file)
	_, section, _ := strings.Cut(text, "\n## The client\n")
	section, _, found := strings.Cut(section, "\n## ")
	if !found {
		t.Fatal("the README has no part about the client")
	}
	want := between(t, section, "```go\n", "```\n", bookSource(t))
	want = between(t, want, "| --- | --- |\n", "\n</details>", operationTable(t))
	if want == section {
		return
	}
	if !*update {
		t.Fatal("the README's part about the client is not what the example and the document are; go test ./client -run Readme -update writes it")
	}
	if err := os.WriteFile(readme, []byte(strings.Replace(text, section, want, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Ensure the program that begins the documentation is one.
func TestDoc_QuickStart(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, program, _ := strings.Cut(string(source), "//\tpackage main\n")
	program, _, found := strings.Cut(program, "//\n// # ")
	if !found {
		t.Fatal("doc.go has no program before its second heading")
	}
	lines := []string{"package main"}
	for line := range strings.Lines(program) {
		lines = append(lines, strings.TrimPrefix(strings.TrimRight(strings.TrimPrefix(line, "//"), "\n"), "\t"))
	}
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.CommandContext(t.Context(), "go", "vet", file).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, said)
	}
}

// between replaces what stands between two texts.
func between(t *testing.T, text, start, end, content string) string {
	t.Helper()
	before, rest, opened := strings.Cut(text, start)
	_, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		t.Fatalf("the README's part about the client has nothing between %q and %q", start, end)
	}
	return before + start + content + end + after
}

// bookSource is the function that the example of the package calls.
func bookSource(t *testing.T) string {
	t.Helper()
	const file = "example_test.go"
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, declared := range parsed.Decls {
		if f, ok := declared.(*ast.FuncDecl); ok && f.Name.Name == "book" {
			return string(source[files.Position(f.Pos()).Offset:files.Position(f.End()).Offset]) + "\n"
		}
	}
	t.Fatal("the example has no function book")
	return ""
}

// operationTable has the method for each operation of the document.
func operationTable(t *testing.T) string {
	t.Helper()
	var rows []string
	for _, op := range operations(t) {
		rows = append(rows, fmt.Sprintf("| `%s %s` | `%s%s` |\n", op.method, op.path, strings.ToUpper(op.OperationID[:1]), op.OperationID[1:]))
	}
	slices.SortFunc(rows, func(a, b string) int { return strings.Compare(byPath(a), byPath(b)) })
	return strings.Join(rows, "")
}

// byPath puts the operations of a path together.
func byPath(row string) string {
	method, path, _ := strings.Cut(row, " /")
	return path + method
}
