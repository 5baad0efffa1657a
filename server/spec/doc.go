// Package spec is what of the contract requests are held against, in JSON: openapi.yaml without answers, descriptions and
// examples, and without what only these refer to. It is read at each start, so it is small; whatever shows the contract to
// somebody reads the whole of it.
package spec
