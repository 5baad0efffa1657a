// Package meetwright holds the contract of the meeting booking API: the OpenAPI document that the client and the server are generated from.
package meetwright

import _ "embed"

//go:generate go tool oapi-codegen --config server/oapi-codegen.yaml openapi.yaml
//go:generate go tool oapi-codegen --config client/oapi-codegen.yaml openapi.yaml
//go:generate go tool oapi-codegen --config server/spec/oapi-codegen.yaml openapi.yaml
//go:generate go tool oapi-codegen --config server/control/oapi-codegen.yaml server/control/openapi.yaml
//go:generate go tool oapi-codegen --config server/control/spec/oapi-codegen.yaml server/control/openapi.yaml
//go:generate go tool oapi-codegen --config client/control/oapi-codegen.yaml server/control/openapi.yaml

// OpenAPI is the OpenAPI document, in YAML, byte for byte as it is served. It must not be changed.
//
//go:embed openapi.yaml
var OpenAPI []byte
