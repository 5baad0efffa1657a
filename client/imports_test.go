package client_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Ensure whoever imports the package gets few modules with it. The runtime of oapi-codegen brings one more.
func TestImports(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			host, _, _ := strings.Cut(path, "/")
			if strings.Contains(host, ".") && path != "github.com/google/uuid" && !strings.HasPrefix(path, "github.com/oapi-codegen/runtime") {
				t.Errorf("%s imports %s", file, path)
			}
		}
	}
}
