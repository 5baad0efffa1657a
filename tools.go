//go:build tools

package meetwright

// The generator's version is pinned by go.mod.
import _ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
