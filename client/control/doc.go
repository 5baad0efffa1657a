// Package control is the typed client of the control plane, the paths below /_/ of a server in stub mode: its clock, the
// mails it captured, the calls it answered, and the faults it is to make.
//
// To speak to the world of a tenant in every call, add the header X-Stub-Tenant by [WithRequestEditorFn].
package control
