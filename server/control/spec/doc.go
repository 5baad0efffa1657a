// Package spec is what of the control plane's contract requests are held against; see package server/spec.
package spec
