package impl_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/meetwright/meetwright"

// layers says what of ours each package may import, "" being the root. A
// package imports downwards only; one that is not listed has no place yet.
var layers = map[string][]string{
	"":               {},
	"client":         {},
	"client/control": {},

	"client/clienttest": {"client", "client/control", "impl", "impl/fixture"}, // for tests of whoever uses client

	"server":              {"", "server/scan", "server/spec"},
	"server/control":      {"server", "server/control/spec"},
	"server/scan":         {},
	"server/spec":         {},
	"server/control/spec": {},
	"impl/bench/peers":    {"", "server"},
	"cmd/meetwright":      {"", "client", "client/control", "impl", "impl/booking", "impl/credential", "impl/directory", "impl/drift", "impl/fixture", "impl/mail", "impl/meet", "impl/secret", "impl/store", "impl/stub", "impl/suggest"},

	"impl": {
		"", "server", "impl/availability", "impl/booking", "impl/console", "impl/credential", "impl/directory", "impl/drift", "impl/fixture", "impl/invite", "impl/job", "impl/mail", "impl/meet", "impl/page",
		"impl/secret", "impl/store", "impl/stub", "impl/webhook", "server/control",
	},
	"impl/drift":      {"server"},
	"impl/console":    {"server", "server/control", "impl/meet", "impl/store", "impl/stub", "impl/webhook"},
	"impl/stub":       {"server", "server/control", "impl/fixture", "impl/job", "impl/meet", "impl/secret", "impl/store"},
	"impl/fixture":    {"impl/booking", "impl/credential", "impl/meet", "impl/secret", "impl/store", "impl/suggest", "impl/webhook"},
	"impl/page":       {"impl/availability", "impl/booking", "impl/credential", "impl/meet", "impl/store", "impl/wording"},
	"impl/booking":    {"impl/availability", "impl/meet", "impl/store"},
	"impl/directory":  {"impl/booking", "impl/meet", "impl/store"},
	"impl/credential": {"impl/meet", "impl/secret", "impl/store"},
	"impl/mail":       {"impl/ical", "impl/invite", "impl/job", "impl/meet", "impl/secret", "impl/store", "impl/wording"},
	"impl/webhook":    {"impl/job", "impl/meet", "impl/secret", "impl/store"},
	"impl/job":        {"impl/meet", "impl/store"},
	"impl/store":      {"impl/meet"},

	"impl/availability": {"impl/meet"},
	"impl/invite":       {"impl/ical", "impl/meet", "impl/wording"},
	"impl/wording":      {"impl/meet"},
	"impl/ical":         {},
	"impl/secret":       {},
	"impl/suggest":      {},
	"impl/meet":         {},
}

// testSupport are packages that only tests import.
var testSupport = map[string]bool{"server/servertest": true, "impl/meettest": true, "impl/store/storetest": true, "impl/store/postgrestest": true}

func TestImports(t *testing.T) {
	root := ".."
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		pkg := strings.TrimPrefix(path.Dir(filepath.ToSlash(rel)), ".")
		if testSupport[pkg] {
			return nil
		}
		allowed, known := layers[pkg]
		if !known {
			t.Errorf("%s: package %q has no place in the layers", rel, pkg)
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			name := strings.Trim(spec.Path.Value, `"`)
			ours, isOurs := strings.CutPrefix(name, module)
			if isOurs && !slices.Contains(allowed, strings.TrimPrefix(ours, "/")) {
				t.Errorf("%s imports %s, which is not below it", rel, name)
			}
			knowsEcho := pkg == "server" || pkg == "server/control" || pkg == "impl/bench/peers" // what server is compared with
			if strings.HasPrefix(name, "github.com/labstack/echo") && !knowsEcho {
				t.Errorf("%s imports echo; only server knows it", rel)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestGeneratedFiles checks that generated code lies where it is allowed to.
func TestGeneratedFiles(t *testing.T) {
	want := []string{
		"../client/client.gen.go", "../client/control/control.gen.go", "../server/control/control.gen.go",
		"../server/control/spec/spec.gen.go", "../server/server.gen.go", "../server/spec/spec.gen.go",
	}
	var got []string
	err := filepath.WalkDir("..", func(file string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(file, ".gen.go") {
			got = append(got, filepath.ToSlash(file))
		}
		return err
	})
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("generated files are %v, want %v (%v)", got, want, err)
	}
}
